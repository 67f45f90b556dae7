/** The command line and the environment, as one value. Tokens come from the environment alone. */
import { parseArgs } from 'node:util'
import { secretLengthMin } from '../http/redact.ts'
import { isTakeable, type Take } from '../merge/take.ts'
import { DeniedError, UsageError } from '../model/errors.ts'
import type { Repository } from '../model/remote.ts'
import { parseGithubId, parseHuggingFaceId } from '../model/repository.ts'
import { sides, type Side, type Sides } from '../model/sides.ts'
import { deletionLimit, type DeletionLimit } from '../plan/brakes.ts'

export const version = '0.1.0'

export interface Options {
  readonly repositories: Sides<Repository>
  readonly branches: Sides<string>
  readonly tokens: Sides<string | null>
  /** Where to exchange an OIDC token for one of Hugging Face's; null when HF_TOKEN is used. */
  readonly oidc: { readonly requestUrl: string; readonly requestToken: string; readonly resource: string } | null
  readonly apiUrl: string
  readonly graphqlUrl: string
  readonly serverUrl: string
  readonly endpoint: string
  readonly dryRun: boolean
  readonly verify: boolean
  readonly json: boolean
  /** Where a page of what the run came to is written. */
  readonly html: string | null
  readonly init: Side | 'union' | null
  readonly take: readonly Take[]
  readonly prefer: readonly Take<Side | 'newer'>[]
  readonly keepBoth: boolean
  readonly lfs: 'both' | 'huggingface'
  readonly squash: boolean
  readonly historyMax: number
  readonly allowDelete: boolean
  readonly deletionLimit: DeletionLimit
  readonly allowPublic: boolean
  readonly dotGithub: boolean
  readonly inspect: boolean
  readonly detailedExitCode: boolean
  readonly diff: boolean
  readonly color: 'auto' | 'always' | 'never'
  readonly quiet: boolean
  readonly verbose: boolean
}

export type Environment = Readonly<Record<string, string | undefined>>

const flags = {
  'github': { type: 'string' },
  'hf': { type: 'string' },
  'repo-type': { type: 'string' },
  'branch': { type: 'string' },
  'hf-branch': { type: 'string' },
  'dry-run': { type: 'boolean', short: 'n' },
  'verify': { type: 'boolean' },
  'json': { type: 'boolean' },
  'html': { type: 'string' },
  'init': { type: 'string' },
  'take': { type: 'string', multiple: true },
  'prefer': { type: 'string', multiple: true },
  'keep-both': { type: 'boolean' },
  'lfs': { type: 'string' },
  'squash': { type: 'boolean' },
  'history-max': { type: 'string' },
  'allow-delete': { type: 'boolean' },
  'max-delete': { type: 'string' },
  'allow-public': { type: 'boolean' },
  'dot-github': { type: 'boolean' },
  'no-inspect': { type: 'boolean' },
  'detailed-exitcode': { type: 'boolean' },
  'diff': { type: 'boolean' },
  'color': { type: 'string' },
  'quiet': { type: 'boolean', short: 'q' },
  'verbose': { type: 'boolean', short: 'v' },
  'help': { type: 'boolean', short: 'h' },
  'version': { type: 'boolean' },
} as const

/** Whatever else is wrong with a token, these prefixes say which service gave it. */
const givenBy: readonly (readonly [start: RegExp, service: 'GitHub' | 'Hugging Face'])[] = [
  [/^(?:gh[opsur]_|github_pat_)/, 'GitHub'],
  [/^hf_/, 'Hugging Face'],
]

/**
 * A token that can be sent in a header, and to the service that gave it; `null` where it is not set. What stands in a
 * secret by mistake (quotation marks, a line of a shell, two lines, a letter) is found before anything is sent. Throws
 * a `DeniedError` that says nothing of the token itself.
 */
function parseToken(name: string, text: string | null, service: 'GitHub' | 'Hugging Face'): string | null {
  if (text === null) return null
  const whole = `Set ${name} to the token alone, as ${service} shows it`
  if (/^(["'`]).*\1$/s.test(text)) throw new DeniedError(`Cannot use ${name}: it is in quotation marks. ${whole}`)
  if (/[\r\n]/.test(text)) throw new DeniedError(`Cannot use ${name}: it has more than one line. ${whole}`)
  if (/^(?:bearer|token|basic)\s/i.test(text))
    throw new DeniedError(`Cannot use ${name}: it begins with the name of a scheme. ${whole}`)
  if (!/^[\x21-\x7e]+$/.test(text))
    throw new DeniedError(
      `Cannot use ${name}: it holds a character that no token has, such as a blank or "…". ${whole}`,
    )
  if (text.length < secretLengthMin) throw new DeniedError(`Cannot use ${name}: it is shorter than any token. ${whole}`)
  const giver = givenBy.find(([start]) => start.test(text))?.[1]
  if (giver && giver !== service)
    throw new DeniedError(`Cannot use ${name}: it is a token of ${giver}. ${whole}; are the two swapped?`)
  return text
}

function parseFlags(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: flags, allowPositionals: false }).values
  } catch (error) {
    const text = (error as Error).message.split(/\.\s/)[0]!
    const advice = /'--?[\w-]*token\b/i.test(text)
      ? 'Tokens come from the environment alone: set GITHUB_TOKEN and HF_TOKEN'
      : 'See --help'
    throw new UsageError(`Cannot read the command line: ${text}. ${advice}`)
  }
}

const choices = [...sides, 'newer'] as const

/** `github`, or `data/**=newer` for what the glob matches. */
function parsePrefer(text: string): Take<Side | 'newer'> {
  const at = text.lastIndexOf('=')
  const side = choices.find((one) => one === text.slice(at + 1))
  const pattern = at === -1 ? '*' : text.slice(0, at)
  if (!side || pattern === '' || !isTakeable(pattern))
    throw new UsageError(
      `Cannot read --prefer ${JSON.stringify(text)}: write github, huggingface or newer, or <glob>= before it`,
    )
  return { pattern, side }
}

function parseTake(text: string): Take {
  const at = text.lastIndexOf('=')
  const side = sides.find((one) => one === text.slice(at + 1))
  if (at < 1 || !side)
    throw new UsageError(`Cannot read --take ${JSON.stringify(text)}: write <path>=github or <path>=huggingface`)
  const pattern = text.slice(0, at)
  if (!isTakeable(pattern))
    throw new UsageError(
      `Cannot read --take ${JSON.stringify(text)}: ${JSON.stringify(pattern)} is not a glob that can match`,
    )
  return { pattern, side }
}

/** What settles conflicts. */
function parseAnswers(values: ReturnType<typeof parseFlags>): Pick<Options, 'take' | 'prefer' | 'keepBoth'> {
  const [take, prefer] = [(values.take ?? []).map(parseTake), (values.prefer ?? []).map(parsePrefer)]
  const keepBoth = values['keep-both'] ?? false
  if (keepBoth && take.length + prefer.length === 0)
    throw new UsageError('Cannot use --keep-both alone: --take or --prefer says whose version keeps its name')
  return { take, prefer, keepBoth }
}

function parseAddress(name: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !/^https?:$/.test(url.protocol) || url.username + url.password + url.search + url.hash !== '') {
    throw new UsageError(`Cannot use ${name}: it is not an http address without credentials`)
  }
  return text.replace(/\/+$/, '')
}

/**
 * GraphQL stands beside REST: `https://api.github.com/graphql`, or `/api/graphql` for `/api/v3` of an Enterprise
 * Server.
 */
function graphqlBeside(apiUrl: string): string {
  return apiUrl.endsWith('/api/v3') ? apiUrl.replace(/v3$/, 'graphql') : `${apiUrl}/graphql`
}

/** What `git check-ref-format --branch` refuses, and blanks of any kind. */
const notInBranch = /^$|^HEAD$|^[-/]|(?:^|\/)\.|\/\/|\.\.|@\{|[./]$|\.lock(?:\/|$)|[\p{Cc}\s~^:?*[\\]/u

/**
 * The full name of another kind of reference, or a commit's id: git allows a branch of that name, and the services
 * would read the other thing.
 */
const notABranch = /^refs\/|^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i

/** A branch's full name, as workflows have it in GITHUB_REF, is that branch. */
function parseBranch(name: string, text: string): string {
  const branch = text.replace(/^refs\/heads\//, '')
  if (notInBranch.test(branch) || notABranch.test(branch))
    throw new UsageError(`Cannot use ${name} ${JSON.stringify(text)}: it is not a branch name`)
  return branch
}

/** A number of files, or a share of them; what is given counts from the first file on. */
function parseLimit(text: string | undefined): DeletionLimit {
  if (text === undefined) return deletionLimit
  const [, number = '', percent] = /^(\d{1,9})( ?%)?$/.exec(text) ?? []
  if (number === '' || (percent && Number(number) > 100))
    throw new UsageError(
      `Cannot use --max-delete ${JSON.stringify(text)}: it is a number of files, or of percent such as 25%`,
    )
  return { most: Number(number), unit: percent ? 'percent' : 'files', least: 0 }
}

function parseHistoryMax(text: string): number {
  if (!/^[1-9][0-9]{0,8}$/.test(text))
    throw new UsageError(`Cannot use --history-max ${JSON.stringify(text)}: it is a number of commits`)
  return Number(text)
}

/** Where a token for the Hub is asked for, where `HF_OIDC_RESOURCE` says so; null where it does not. */
function parseOidc(set: (name: string) => string | null): Options['oidc'] {
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

/**
 * `help` and `version` ask for a text instead of a run. Throws a `UsageError`, and a `DeniedError` for a token that
 * cannot be one.
 */
export function parseOptions(argv: readonly string[], env: Environment): Options | 'help' | 'version' {
  const values = parseFlags(argv)
  if (values.help) return 'help'
  if (values.version) return 'version'
  const set = (name: string) => env[name]?.trim() || null
  const type = values['repo-type'] ?? 'dataset'
  if (type !== 'dataset' && type !== 'model' && type !== 'space')
    throw new UsageError(`Cannot use --repo-type ${JSON.stringify(type)}: it is dataset, model or space`)
  const githubId = values.github ?? set('GITHUB_REPOSITORY')
  const hubId = values.hf ?? set('HF_REPO')
  if (!githubId) throw new UsageError('Which GitHub repository? Give --github <owner/repo> or set GITHUB_REPOSITORY')
  if (!hubId)
    throw new UsageError('Which Hugging Face repository? Give --hf <id>, such as datasets/acme/corpus, or set HF_REPO')
  const init = values.init ?? null
  if (init !== null && init !== 'union' && init !== 'github' && init !== 'huggingface')
    throw new UsageError(`Cannot use --init ${JSON.stringify(init)}: it is github, huggingface or union`)
  const lfs = values.lfs ?? 'both'
  if (lfs !== 'both' && lfs !== 'huggingface')
    throw new UsageError(`Cannot use --lfs ${JSON.stringify(lfs)}: it is both or huggingface`)
  const color = values.color ?? 'auto'
  if (color !== 'auto' && color !== 'always' && color !== 'never')
    throw new UsageError(`Cannot use --color ${JSON.stringify(color)}: it is auto, always or never`)
  const branch = parseBranch('--branch', values.branch ?? set('BRANCH') ?? 'main')
  const apiUrl = parseAddress('GITHUB_API_URL', set('GITHUB_API_URL') ?? 'https://api.github.com')
  const oidc = set('HF_TOKEN') ? null : parseOidc(set)
  return {
    repositories: { github: parseGithubId(githubId), huggingface: parseHuggingFaceId(hubId, type) },
    branches: { github: branch, huggingface: parseBranch('--hf-branch', values['hf-branch'] ?? branch) },
    tokens: {
      github: parseToken('GITHUB_TOKEN', set('GITHUB_TOKEN'), 'GitHub'),
      huggingface: parseToken('HF_TOKEN', set('HF_TOKEN'), 'Hugging Face'),
    },
    oidc,
    apiUrl,
    graphqlUrl: parseAddress('GITHUB_GRAPHQL_URL', set('GITHUB_GRAPHQL_URL') ?? graphqlBeside(apiUrl)),
    serverUrl: parseAddress('GITHUB_SERVER_URL', set('GITHUB_SERVER_URL') ?? 'https://github.com'),
    endpoint: parseAddress('HF_ENDPOINT', set('HF_ENDPOINT') ?? 'https://huggingface.co'),
    dryRun: values['dry-run'] ?? false,
    verify: values.verify ?? false,
    json: values.json ?? false,
    html: values.html ?? null,
    init,
    ...parseAnswers(values),
    lfs,
    squash: values.squash ?? false,
    historyMax: parseHistoryMax(values['history-max'] ?? '5000'),
    allowDelete: values['allow-delete'] ?? false,
    deletionLimit: parseLimit(values['max-delete']),
    allowPublic: values['allow-public'] ?? false,
    dotGithub: values['dot-github'] ?? false,
    inspect: !(values['no-inspect'] ?? false),
    detailedExitCode: values['detailed-exitcode'] ?? false,
    diff: values.diff ?? false,
    color,
    quiet: values.quiet ?? false,
    verbose: values.verbose ?? false,
  }
}
