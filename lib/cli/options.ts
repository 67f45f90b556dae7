/** The command line and the environment, as one value. Tokens come from the environment alone. */
import { isTakeable, type Take } from '../merge/take.ts'
import { UsageError } from '../model/errors.ts'
import type { Repository } from '../model/remote.ts'
import { sides, type Side, type Sides } from '../model/sides.ts'
import type { DeletionLimit } from '../plan/brakes.ts'
import type { Share } from '../plan/shards.ts'
import type { TagOptions } from '../run/tags.ts'
import type { Filters } from '../view/filters.ts'
import { findAsked } from './asked.ts'
import { parseBranch, parseBranches } from './branches.ts'
import { findMeant, parseChoice } from './choice.ts'
import { parseCreation, type CreationOptions } from './creation.ts'
import { refuseTogether } from './exclusions.ts'
import { parseFlags, type Values } from './flags.ts'
import { parseHistoryMax, parseLimit, parseMaxWait, parseShards, parseShare } from './limits.ts'
import { parsePaths, requireShown } from './mapping.ts'
import { parseFilters } from './patterns.ts'
import { parseRepositories, parseServers, type Servers } from './places.ts'
import { findTokens, type ReadText, type ReadVariable } from './token.ts'

export interface Options extends Servers, CreationOptions {
  /** The file and the pair in it that say what is mirrored; null where the command line and variables do. */
  readonly from: { readonly file: string; readonly pair: string } | null
  readonly repositories: Sides<Repository>
  readonly branches: Sides<string>
  /** Whether somebody has said which branch of GitHub's it is; else it is found. */
  readonly isBranchNamed: boolean
  readonly tokens: Sides<string | null>
  /** Where a token was found whose own variable is not set. */
  readonly standIns: Sides<string | null>
  /** Why what was found is no token, where `check` tells it; null where nothing is wrong with it. */
  readonly badTokens: Sides<Error | null>
  /** Where to exchange an OIDC token for one of Hugging Face's; null when HF_TOKEN is used. */
  readonly oidc: { readonly requestUrl: string; readonly requestToken: string; readonly resource: string } | null
  readonly dryRun: boolean
  readonly check: boolean
  readonly verify: boolean
  /** How many machines the objects are shared out to, by a matrix that is printed in the place of the plan; null prints none. */
  readonly shards: number | null
  /** The share of the objects that is sent, and nothing else is done; null for a whole run. */
  readonly shard: Share | null
  readonly json: boolean
  /** Where a page of what the run came to is written. */
  readonly html: string | null
  /** Where a badge is written, and the branch of GitHub's where it is published. */
  readonly badge: string | null
  readonly badgeBranch: string | null
  readonly init: Side | 'union' | null
  readonly take: readonly Take[]
  readonly prefer: readonly Take<Side | 'newer'>[]
  readonly keepBoth: boolean
  /** The only side that is written; null: both are. */
  readonly to: Side | null
  readonly allowOverwrite: boolean
  /** The sides that get pull requests instead of commits on their branch. */
  readonly pullRequest: readonly Side[]
  readonly tags: boolean
  /** What a run that mirrors tags, and nothing else, knows of the branches; null where it mirrors a branch. */
  readonly tagsOf: TagsOf | null
  readonly ask: boolean
  readonly undo: boolean
  readonly redo: boolean
  /** Null: as `.lfsconfig` says. */
  readonly lfs: 'both' | 'huggingface' | null
  /** What becomes an LFS object on GitHub where no rule says so: what is large, or what is one on the Hub. */
  readonly store: 'size' | 'hub'
  readonly squash: boolean
  readonly historyMax: number
  /** The most that all runs of the command wait for limits. */
  readonly maxWaitMs: number
  readonly allowDelete: boolean
  readonly deletionLimit: DeletionLimit
  readonly allowPublic: boolean
  readonly filters: Filters
  readonly inspect: boolean
  /** Whether conflicts are told by an issue on GitHub. */
  readonly conflictIssue: boolean
  readonly detailedExitCode: boolean
  readonly diff: boolean
  readonly color: 'auto' | 'always' | 'never'
  /** How stderr says what happens. */
  readonly log: 'text' | 'json'
  readonly quiet: boolean
  readonly verbose: boolean
}

/** The branches whose tags are mirrored, as in `run/tags`. */
export interface TagsOf extends Pick<TagOptions, 'looksAgain' | 'isWhole'> {
  readonly branches: readonly Sides<string>[]
}

/** The options of each run of a command, in the order in which they go. */
export type Runs = readonly [Options, ...Options[]]

export type Environment = Readonly<Record<string, string | undefined>>

const answers = [...sides, 'both'] as const

/** `github`, or `data/**=newer` for what the glob matches. */
function parsePrefer(text: string): Take<Side | 'newer'> {
  const at = text.lastIndexOf('=')
  const choices = [...sides, 'newer'] as const
  const word = text.slice(at + 1)
  const side = choices.find((one) => one === word)
  const meant = findMeant(word, choices)
  const pattern = at === -1 ? '*' : text.slice(0, at)
  if (!side || pattern === '' || !isTakeable(pattern))
    throw new UsageError(
      `Cannot read --prefer ${JSON.stringify(text)}: write github, huggingface or newer, or <glob>= before it` +
        (side || meant === null ? '' : `; did you mean ${meant}?`),
    )
  return { pattern, side }
}

function parseTake(text: string): Take {
  const at = text.lastIndexOf('=')
  const word = text.slice(at + 1)
  const side = answers.find((one) => one === word)
  const meant = findMeant(word, answers)
  if (at < 1 || !side)
    throw new UsageError(
      `Cannot read --take ${JSON.stringify(text)}: write <path>=github or <path>=huggingface, or <path>=both for the lines of both` +
        (at < 1 || meant === null ? '' : `; did you mean ${JSON.stringify(`${text.slice(0, at)}=${meant}`)}?`),
    )
  const pattern = text.slice(0, at)
  if (!isTakeable(pattern))
    throw new UsageError(
      `Cannot read --take ${JSON.stringify(text)}: ${JSON.stringify(pattern)} is not a glob that can match`,
    )
  return { pattern, side }
}

/** The answer to a conflict of an undo, in which the sides stand for both versions of one. */
const nameVersion = (text: string) => text.replace(/=now$/, `=${sides[0]}`).replace(/=before$/, `=${sides[1]}`)

/** What settles conflicts. */
function parseAnswers(values: Values): Pick<Options, 'take' | 'prefer' | 'keepBoth'> {
  const [take, prefer] = [
    (values.take ?? []).map((text) => parseTake(values.undo ? nameVersion(text) : text)),
    (values.prefer ?? []).map(parsePrefer),
  ]
  return { take, prefer, keepBoth: values['keep-both'] ?? false }
}

/** Where a token for the Hub is asked for, where `HF_OIDC_RESOURCE` says so; null where it does not. */
function parseOidc(set: ReadVariable): Options['oidc'] {
  const [requestUrl, requestToken, resource] = [
    set('ACTIONS_ID_TOKEN_REQUEST_URL'),
    set('ACTIONS_ID_TOKEN_REQUEST_TOKEN'),
    set('HF_OIDC_RESOURCE'),
  ]
  if (!resource) return null
  if (!requestUrl || !requestToken) {
    throw new UsageError(
      'HF_OIDC_RESOURCE is set, but this is no workflow with permissions: id-token: write. Add that permission, or set HF_TOKEN',
    )
  }
  if (!/^https?:\/\/[^/]/.test(URL.canParse(requestUrl) ? requestUrl : ''))
    throw new UsageError('Cannot use ACTIONS_ID_TOKEN_REQUEST_URL: it is no http address')
  return { requestUrl, requestToken, resource }
}

/** Where the environment is looked into; an empty variable is one that is not set. */
export const readVariables =
  (env: Environment): ReadVariable =>
  (name) =>
    env[name]?.trim() || null

function parseView(values: Values, set: ReadVariable): Filters {
  const given = { ...values, dotGithub: values['dot-github'] ?? false, frontMatter: values['front-matter'] }
  const filters = { ...parseFilters(given, set), paths: parsePaths(values, set) }
  requireShown('--include', filters.include, filters.paths)
  requireShown('--exclude', filters.exclude, filters.paths)
  return filters
}

/**
 * The options of each run, in the order in which they go: they differ in their branches. `help` and `version` ask for a
 * text instead of a run. `readText` reads the file in which another tool keeps its token. Throws a `UsageError`, and a
 * `DeniedError` for a token that cannot be one.
 */
export function parseOptions(
  argv: readonly string[],
  env: Environment,
  readText: ReadText = () => null,
): Runs | 'help' | 'version' {
  const asked = findAsked(argv)
  return asked ?? parseRuns(parseFlags(argv), readVariables(env), readText)
}

/** The runs of one pair of repositories. Throws as `parseOptions` does. */
export function parseRuns(values: Values, set: ReadVariable, readText: ReadText): Runs {
  refuseTogether(values)
  const { pairs, isNamed } = parseBranches({
    branch: values.branch,
    hfBranch: values['hf-branch'],
    variable: set('BRANCH'),
  })
  const servers = parseServers(set)
  const given = {
    github: values.github ?? set('GITHUB_REPOSITORY'),
    huggingface: values.hf ?? set('HF_REPO'),
    type: values['repo-type'] ?? 'dataset',
  }
  const named = pairs.map((branches) => parseRepositories(given, branches, servers))
  // A pasted address may name the branch.
  const isBranchNamed = isNamed || named[0]!.namesBranch
  const creation = parseCreation(values, named[0]!.repositories.huggingface)
  const badgeBranch = parseBadgeBranch(values['badge-branch'], pairs)
  const shared = { ...parseShared(values, set, { servers, readText }), ...creation, badgeBranch }
  const take = (index: number): Options => ({
    ...shared,
    branches: pairs[index]!,
    repositories: named[index]!.repositories,
    isBranchNamed,
  })
  return [take(0), ...pairs.slice(1).map((_, index) => take(index + 1))]
}

/** Throws a `UsageError` for a branch that is mirrored: the badge would be, too. */
function parseBadgeBranch(text: string | undefined, pairs: readonly Sides<string>[]): string | null {
  if (text === undefined) return null
  const branch = parseBranch('--badge-branch', text)
  if (!pairs.some(({ github }) => github === branch)) return branch
  throw new UsageError(`Cannot use --badge-branch ${JSON.stringify(branch)}: that branch is mirrored. Name another one`)
}

function parseProposed(value: string | undefined): readonly Side[] {
  if (value === undefined) return []
  const chosen = parseChoice('--pull-request', value, answers)
  return chosen === 'both' ? sides : [chosen]
}

/** All that the runs of a pair of repositories have in common. */
function parseShared(
  values: Values,
  set: ReadVariable,
  { servers, readText }: { readonly servers: Servers; readonly readText: ReadText },
): Omit<Options, 'branches' | 'repositories' | 'isBranchNamed' | 'badgeBranch' | keyof CreationOptions> {
  const init =
    values.init === undefined ? null : parseChoice<Side | 'union'>('--init', values.init, [...sides, 'union'])
  const oidc = set('HF_TOKEN') ? null : parseOidc(set)
  const check = values.check ?? false
  const [shards, shard] = [parseShards(values.shards), parseShare(values.shard)]
  const isWhole = shards === null && shard === null
  return {
    ...findTokens(set, { ...servers, oidc }, readText, check),
    from: null,
    oidc,
    check,
    ...servers,
    shards,
    shard,
    // A run that only shares out or sends objects writes nothing else, whatever options it has in common with the last one.
    dryRun: values['dry-run'] ?? shards !== null,
    verify: values.verify ?? false,
    json: values.json ?? false,
    html: values.html ?? null,
    badge: values.badge ?? null,
    init,
    ...parseAnswers(values),
    to: values.to === undefined ? null : parseChoice('--to', values.to, sides),
    allowOverwrite: values['allow-overwrite'] ?? false,
    pullRequest: parseProposed(values['pull-request']),
    tags: isWhole && (values.tags ?? false),
    tagsOf: null,
    ask: values.ask ?? false,
    undo: values.undo ?? false,
    redo: values.redo ?? false,
    lfs:
      values.lfs === undefined
        ? null
        : parseChoice<'both' | 'huggingface'>('--lfs', values.lfs, ['both', 'huggingface']),
    store: parseChoice('--store', values.store ?? 'size', ['size', 'hub']),
    squash: values.squash ?? false,
    historyMax: parseHistoryMax(values['history-max'] ?? '5000'),
    maxWaitMs: parseMaxWait(values['max-wait']),
    allowDelete: values['allow-delete'] ?? false,
    deletionLimit: parseLimit(values['max-delete']),
    allowPublic: values['allow-public'] ?? false,
    filters: parseView(values, set),
    inspect: !(values['no-inspect'] ?? false),
    conflictIssue: isWhole && (values['conflict-issue'] ?? false),
    detailedExitCode: values['detailed-exitcode'] ?? false,
    diff: values.diff ?? false,
    color: parseChoice('--color', values.color ?? 'auto', ['auto', 'always', 'never']),
    log: parseChoice('--log', values.log ?? 'text', ['text', 'json']),
    quiet: values.quiet ?? false,
    verbose: values.verbose ?? false,
  }
}
