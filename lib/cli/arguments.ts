/** Options as the arguments that would be parsed to them. */
import { formatRepository } from '../model/repository.ts'
import { undoWords } from '../plan/undo.ts'
import type { Paths, Place } from '../view/paths.ts'
import { deletionLimit } from './limits.ts'
import type { Options } from './options.ts'

/** What is given as it is typed: an `=` in a name is the one that the parser finds. */
function formatPaths({ root, moved }: Paths): string[] {
  const slash = (places: Place) => (/=/.test(places.inner + places.shown) ? '/' : '')
  return [
    ...(root === '' ? [] : [`--subdirectory=${root}`]),
    ...moved.map((place) => `--map=${place.inner}${slash(place)}=${place.shown}${slash(place)}`),
  ]
}

const isSet = (flag: string, set: boolean) => (set ? [flag] : [])

/** What settles conflicts, and what a run takes back or repeats. */
function formatAnswers({ prefer, keepBoth, undo, redo, take }: Options): string[] {
  return [
    ...prefer.map(({ pattern, side }) => `--prefer=${pattern === '*' ? '' : `${pattern}=`}${side}`),
    ...isSet('--keep-both', keepBoth),
    ...isSet('--undo', undo),
    ...isSet('--redo', redo),
    ...take.map(({ pattern, side }) => `--take=${pattern}=${undo && side !== 'both' ? undoWords[side] : side}`),
  ]
}

/** The arguments of a run of the same kind, whatever the environment says. */
export function formatOptions(options: Options): string[] {
  const {
    repositories,
    branches,
    tags,
    init,
    to,
    allowOverwrite,
    pullRequest,
    create,
    sdk,
    lfs,
    store,
    squash,
    historyMax,
    allowDelete,
    deletionLimit: limit,
    allowPublic,
    filters,
    inspect,
    conflictIssue,
  } = options
  return [
    '--github',
    formatRepository(repositories.github),
    '--hf',
    formatRepository(repositories.huggingface),
    '--branch',
    branches.github,
    ...(branches.huggingface === branches.github ? [] : ['--hf-branch', branches.huggingface]),
    ...isSet('--tags', tags),
    ...(init === null ? [] : ['--init', init]),
    ...(to === null ? [] : ['--to', to]),
    ...isSet('--allow-overwrite', allowOverwrite),
    ...(pullRequest.length === 0 ? [] : ['--pull-request', pullRequest.length === 1 ? pullRequest[0]! : 'both']),
    ...isSet('--create', create !== null),
    ...isSet('--public', create === 'public'),
    ...(sdk === null ? [] : ['--sdk', sdk]),
    ...(lfs === null ? [] : ['--lfs', lfs]),
    ...(store === 'size' ? [] : ['--store', store]),
    ...(historyMax === 5_000 ? [] : ['--history-max', String(historyMax)]),
    ...isSet('--squash', squash),
    ...(limit === deletionLimit ? [] : ['--max-delete', `${limit.most}${limit.unit === 'percent' ? '%' : ''}`]),
    ...isSet('--allow-delete', allowDelete),
    ...isSet('--allow-public', allowPublic),
    ...isSet('--dot-github', filters.dotGithub),
    ...isSet('--front-matter=huggingface', filters.frontMatter),
    ...(filters.paths ? formatPaths(filters.paths) : []),
    ...filters.include.map((pattern) => `--include=${pattern}`),
    ...filters.exclude.map((pattern) => `--exclude=${pattern}`),
    ...isSet('--no-inspect', !inspect),
    ...isSet('--conflict-issue', conflictIssue),
    ...formatAnswers(options),
  ]
}
