/** Options as the arguments that would be parsed to them. */
import { formatRepository } from '../model/repository.ts'
import { deletionLimit } from '../plan/brakes.ts'
import type { Options } from './options.ts'

/** The arguments of a run of the same kind, whatever the environment says. */
export function formatOptions({
  repositories,
  branches,
  init,
  take,
  prefer,
  keepBoth,
  to,
  allowOverwrite,
  lfs,
  squash,
  historyMax,
  allowDelete,
  deletionLimit: limit,
  allowPublic,
  filters,
  inspect,
}: Options): string[] {
  const isSet = (flag: string, set: boolean) => (set ? [flag] : [])
  return [
    '--github',
    formatRepository(repositories.github),
    '--hf',
    formatRepository(repositories.huggingface),
    '--branch',
    branches.github,
    ...(branches.huggingface === branches.github ? [] : ['--hf-branch', branches.huggingface]),
    ...(init === null ? [] : ['--init', init]),
    ...(to === null ? [] : ['--to', to]),
    ...isSet('--allow-overwrite', allowOverwrite),
    ...(lfs === 'both' ? [] : ['--lfs', lfs]),
    ...(historyMax === 5_000 ? [] : ['--history-max', String(historyMax)]),
    ...isSet('--squash', squash),
    ...(limit === deletionLimit ? [] : ['--max-delete', `${limit.most}${limit.unit === 'percent' ? '%' : ''}`]),
    ...isSet('--allow-delete', allowDelete),
    ...isSet('--allow-public', allowPublic),
    ...isSet('--dot-github', filters.dotGithub),
    ...filters.include.map((pattern) => `--include=${pattern}`),
    ...filters.exclude.map((pattern) => `--exclude=${pattern}`),
    ...isSet('--no-inspect', !inspect),
    ...prefer.map(({ pattern, side }) => `--prefer=${pattern === '*' ? '' : `${pattern}=`}${side}`),
    ...isSet('--keep-both', keepBoth),
    ...take.map(({ pattern, side }) => `--take=${pattern}=${side}`),
  ]
}
