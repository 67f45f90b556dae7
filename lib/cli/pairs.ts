/** The runs of a command: of the repositories that it names, or of the pairs in a file. */
import { UsageError } from '../model/errors.ts'
import { listNear } from '../model/near-names.ts'
import { formatRepository } from '../model/repository.ts'
import { sides } from '../model/sides.ts'
import { findAsked } from './asked.ts'
import { nameBranches } from './branches.ts'
import { parseFlags, type Values } from './flags.ts'
import { parseOptions, parseRuns, readVariables, type Environment, type Options, type Runs } from './options.ts'
import type { PairFile, Settings } from './pair-file.ts'
import type { ReadText, ReadVariable } from './token.ts'

/** Where a file of pairs is looked for in the working directory. */
export const usualPaths = ['yml', 'yaml', 'json'].map((ending) => `.github/hubmirror.${ending}`)

/** The file that a command is about; null where it names two repositories. Throws a `UsageError`. */
function findFile(values: Values, set: ReadVariable, readText: ReadText): { path: string; text: string } | null {
  const { config, pair, hf, github } = values
  const read = (path: string) => {
    const text = readText(path)
    return text === null ? [] : [{ path, text }]
  }
  if (config !== undefined) {
    const [file] = read(config)
    if (file) return file
    throw new UsageError(`Cannot use --config ${JSON.stringify(config)}: there is no such file, or it cannot be read`)
  }
  // A workflow always has GITHUB_REPOSITORY.
  if (pair === undefined && (hf !== undefined || github !== undefined || set('HF_REPO') !== null)) return null
  const [file, other] = usualPaths.flatMap(read)
  if (other) throw new UsageError(`Cannot choose between ${file!.path} and ${other.path}: name one with --config`)
  if (!file && pair !== undefined)
    throw new UsageError(`Cannot use --pair without a file: there is no ${usualPaths[0]} here; name one with --config`)
  return file ?? null
}

/** The pairs that `--pair` names, else all. */
function choosePairs({ pairs }: PairFile, path: string, wanted: readonly string[] | undefined): readonly string[] {
  const known = [...pairs.keys()]
  const unknown = wanted?.find((name) => !pairs.has(name))
  if (unknown === undefined) return known.filter((name) => wanted?.includes(name) ?? true)
  const near = listNear(unknown, known)
  throw new UsageError(
    `Cannot use --pair ${JSON.stringify(unknown)}: ${path} has ${near.length > 0 ? near.join(', ') : known.join(', ')}`,
  )
}

/** What an option of a lower place says about another one of that place, and not about one that is said above it. */
const companions = [
  ['branch', 'hf-branch'],
  ['to', 'allow-overwrite'],
] as const

/** What is said above wins over what is said below. */
function override(below: Settings, above: Settings): Settings {
  const kept = { ...below }
  for (const [name, companion] of companions)
    if (below[name] !== undefined && above[name] !== undefined) delete kept[companion]
  return { ...kept, ...above }
}

/** On the command line patterns are added: what a pair leaves out is not to be published by a few more of them. */
function addFlags(settings: Settings, values: Values): Values {
  const exclude = [...(settings.exclude ?? []), ...(values.exclude ?? [])]
  return { ...override(settings, values), ...(exclude.length > 0 && { exclude }) }
}

/** Throws a `UsageError` where two pairs would write one branch of the Hub's, or need a token each, before anything is read. */
function expectApart(runs: readonly Options[]): void {
  const owners = new Map<string, string>()
  for (const { repositories, branches, from } of runs) {
    const repository = formatRepository(repositories.huggingface)
    // The Hub knows a repository in any case, and its branches as git does.
    const place = `${repository.toLowerCase()}@${branches.huggingface}`
    const owner = owners.get(place)
    if (owner !== undefined && owner !== from!.pair)
      throw new UsageError(
        `Cannot mirror ${repository}@${branches.huggingface} in two pairs, ${owner} and ${from!.pair}: each would undo the other`,
      )
    owners.set(place, from!.pair)
  }
  const hubs = new Set(runs.map(({ repositories }) => formatRepository(repositories.huggingface)))
  if (runs[0]?.oidc && hubs.size > 1)
    throw new UsageError(
      'Cannot use HF_OIDC_RESOURCE with several Hugging Face repositories: it gives a token for one of them. ' +
        'Run each pair by itself with --pair, or set HF_TOKEN',
    )
}

/**
 * The options of each run, in their order. What the command line says wins over the file, and a pair over what the file
 * says for all. Throws as `parseOptions` does.
 */
export async function readRuns(
  argv: readonly string[],
  env: Environment,
  readText: ReadText,
): Promise<Runs | 'help' | 'version'> {
  const asked = findAsked(argv)
  if (asked !== null) return asked
  const [values, set] = [parseFlags(argv), readVariables(env)]
  const file = findFile(values, set, readText)
  if (file === null) return parseOptions(argv, env, readText)
  const { parsePairFile } = await import('./pair-file.ts')
  const parsed = parsePairFile(file.path, file.text)
  // It is for one repository.
  const setForPairs: ReadVariable = (name) => (name === 'HF_REPO' ? null : set(name))
  const runs = choosePairs(parsed, file.path, values.pair).flatMap((pair) => {
    const from = { file: file.path, pair }
    try {
      const settings = override(parsed.defaults, parsed.pairs.get(pair)!)
      const all = parseRuns(addFlags(settings, values), setForPairs, readText)
      return all.map((options) => Object.assign(options, { from }))
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      throw new UsageError(`Cannot mirror the pair ${pair} of ${file.path}. ${error.message}`)
    }
  })
  expectApart(runs)
  const [first, ...rest] = runs
  return [first!, ...rest]
}

/** Whether two runs are of the same two repositories. */
export function samePair(one: Pick<Options, 'repositories'>, other: Pick<Options, 'repositories'>): boolean {
  return sides.every((side) => formatRepository(one.repositories[side]) === formatRepository(other.repositories[side]))
}

/** What runs are called beside one another: by their pairs, their branches, or both. */
export function nameRuns(runs: readonly Options[]): string[] {
  return runs.map(({ from, branches, tagsOf }) => {
    const name = tagsOf ? 'tags' : nameBranches(branches)
    if (from === null) return name
    const isOne = runs.filter((other) => other.from?.pair === from.pair).length === 1
    return isOne ? from.pair : `${from.pair}@${name}`
  })
}
