/**
 * The inputs of the action (`.github/actions/mirror/action.yml`), as the options and variables that they stand for.
 * Pure. Decision 0046.
 */
import { secretLengthMin } from '../http/redact.ts'
import { UsageError } from '../model/errors.ts'
import { listNear } from '../model/near-names.ts'
import { formatRepository } from '../model/repository.ts'
import { flags } from './flags.ts'
import type { Environment } from './options.ts'
import { parseHuggingFaceId } from './repository-id.ts'

type Name = keyof typeof flags

/** Options that are inputs of their own name, with `_` for `-`. */
const own = [
  'repo-type',
  'subdirectory',
  'branch',
  'config',
  'pair',
  'take',
  'prefer',
  'dry-run',
  'pull-request',
  'shards',
  'shard',
  'max-wait',
  'html',
  'badge',
  'badge-branch',
  'conflict-issue',
] as const satisfies readonly Name[]
/** Inputs that stand for one option each. Those of `huggingface/hub-sync` that mean the same have its names. */
const options: Readonly<Record<string, Name>> = {
  huggingface_repo_id: 'hf',
  github_repo_id: 'github',
  space_sdk: 'sdk',
  ...Object.fromEntries(own.map((name) => [name.replaceAll('-', '_'), name])),
}
/** Inputs that become a variable. */
const variables = {
  github_token: 'GITHUB_TOKEN',
  hf_token: 'HF_TOKEN',
  hf_oidc_resource: 'HF_OIDC_RESOURCE',
  include: 'MIRROR_INCLUDE',
  exclude: 'MIRROR_EXCLUDE',
} as const
/** All inputs of the action. */
export const inputNames = [...Object.keys(options), ...Object.keys(variables), 'private', 'arguments']

/** Inputs of `huggingface/hub-sync` that can mean nothing here. */
const foreign: Readonly<Record<string, string>> = {
  hf_version: 'it chooses a version of the hf command line, which is not used here. Remove it',
}

const start = 'INPUT_'

/** As the runner calls it; it leaves a `-` as it is. */
const variableOf = (name: string) => `${start}${name.toUpperCase()}`

/**
 * The words of a text as a POSIX shell takes it apart that knows quotation marks and `\`, and expands nothing. Null where
 * a mark is left open, and where a `\` ends it.
 */
export function splitWords(text: string): string[] | null {
  const part = /(\s+)|\\\r?\n|'([^']*)'|"((?:[^"\\]|\\[^])*)"|\\([^])|([^\s'"\\]+)/y
  const words: string[] = []
  let word: string | null = null
  while (part.lastIndex < text.length) {
    const found = part.exec(text)
    if (found === null) return null
    const [, blank, single, double, escaped, plain] = found
    const more = single ?? double?.replaceAll(/\\(?:([\\"$`])|\n)/g, '$1') ?? escaped ?? plain
    if (more !== undefined) word = (word ?? '') + more
    if (blank === undefined || word === null) continue
    words.push(word)
    word = null
  }
  return word === null ? words : [...words, word]
}

function parseWords(name: string, value: string): string[] {
  const words = splitWords(value)
  if (words !== null) return words
  throw new UsageError(`Cannot read the input ${name}: a quotation mark is left open, or a "\\" ends it`)
}

/** The words of YAML for a switch, as actions read them. */
function parseSwitch(name: string, value: string): boolean {
  if (/^(?:true|True|TRUE)$/.test(value)) return true
  if (/^(?:false|False|FALSE)$/.test(value)) return false
  throw new UsageError(`Cannot read the input ${name} ${JSON.stringify(value)}: it is true or false`)
}

/** The arguments of one input. Answers may be pasted as a report prints them, with `--take` before each. */
function listArguments(name: string, value: string): string[] {
  const flag = options[name]!
  const { type, multiple = false }: { readonly type: string; readonly multiple?: boolean } = flags[flag]
  if (type === 'boolean') return parseSwitch(name, value) ? [`--${flag}`] : []
  return (multiple ? parseWords(name, value) : [value])
    .filter((one) => one !== `--${flag}`)
    .map((one) => (one.startsWith(`--${flag}=`) ? one : `--${flag}=${one}`))
}

/**
 * A bare id is a dataset's for the command and a Space's for hub-sync: here its type has to be said, and not twice
 * otherwise. Throws a `UsageError`.
 */
function expectType(id: string, type: string): void {
  const [asModel, asSpace] = (['model', 'space'] as const).map((bare) =>
    formatRepository(parseHuggingFaceId(id, bare).repository),
  )
  const said = asModel === asSpace ? asModel!.split('s/')[0]! : ''
  if (said !== '' && type !== '' && said !== type)
    throw new UsageError(`Cannot use the input repo_type ${JSON.stringify(type)}: the id says that it is a ${said}`)
  if (said === '' && type === '')
    throw new UsageError(
      `Cannot use the input huggingface_repo_id ${JSON.stringify(id)}: it does not say of which type that is. Write ` +
        `${JSON.stringify(`datasets/${id}`)}, or set repo_type (hub-sync takes a Space where nothing is said)`,
    )
}

/** Throws a `UsageError` for an input that the action does not have: the runner only warns of it, and goes on. */
function expectKnown(env: Environment): void {
  const known = new Set(inputNames.map(variableOf))
  const variable = Object.keys(env).find((one) => one.startsWith(start) && !known.has(one))
  if (variable === undefined) return
  const name = variable.slice(start.length).toLowerCase()
  const near = listNear(name.replaceAll('-', '_'), inputNames)
  const advice = near.length > 0 ? `. Did you mean ${near.join(' or ')}?` : `; it has ${inputNames.join(', ')}.`
  const why =
    foreign[name] ??
    `the action has none of that name${advice} Where the step does not give it, the variable ${variable} of the job does`
  throw new UsageError(`Cannot use the input ${JSON.stringify(name)}: ${why}`)
}

function parseInputs(env: Environment, read: (name: string) => string): string[] {
  expectKnown(env)
  const [id, type, visibility] = ['huggingface_repo_id', 'repo_type', 'private'].map(read)
  if (id !== '') expectType(id!, type!)
  const creation = visibility === '' ? [] : ['--create', ...(parseSwitch('private', visibility!) ? [] : ['--public'])]
  const given = Object.keys(options).flatMap((name) => (read(name) === '' ? [] : listArguments(name, read(name))))
  // Of an option that has one value the last one counts: what is typed for one run.
  return [...given, ...creation, ...parseWords('arguments', read('arguments'))]
}

const inputOf: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(options).map(([name, flag]) => [flag, name])),
  ...Object.fromEntries(Object.entries(variables).map(([name, variable]) => [variable, name])),
  create: 'private',
  public: 'private',
}

/** The message with inputs in the place of options and variables, for whoever writes a step and no command. */
export function nameInputs(message: string): string {
  // What a file of pairs says has the names of options there.
  if (message.startsWith('Cannot mirror the pair ')) return message
  return message
    .replaceAll('the command line', 'the input arguments')
    .replaceAll(/--([a-z][a-z-]*)(?: <[^<>=]+>(?!=))?/g, (whole, flag: string) =>
      Object.hasOwn(inputOf, flag) ? `the input ${inputOf[flag]}` : whole,
    )
    .replaceAll(/\b[A-Z]+_[A-Z_]+\b/g, (variable) => (inputOf[variable] ? `the input ${inputOf[variable]}` : variable))
}

/** `argv`: an error where the inputs cannot be meant. `masks`: commands that have the runner hide the tokens in its log. */
export interface ActionInputs {
  readonly argv: readonly string[] | UsageError
  readonly env: Environment
  readonly masks: readonly string[]
}

/** What the inputs say, from the environment of the action. An empty input is none. */
export function readInputs(env: Environment): ActionInputs {
  const read = (name: string) => env[variableOf(name)]?.trim() ?? ''
  const given = Object.entries(variables).flatMap(([name, variable]) => {
    const value = read(name)
    return value === '' ? [] : [[variable, value] as const]
  })
  const rest = Object.entries(env).filter(([name]) => !name.startsWith(start))
  const inside: Environment = Object.fromEntries([...rest, ...given])
  const masks = given.flatMap(([variable, secret]) =>
    // A short text is no token, and hiding it would hide ordinary words.
    !variable.endsWith('_TOKEN') || secret.length < secretLengthMin
      ? []
      : [`::add-mask::${secret.replaceAll(/[%\r\n]/g, encodeURIComponent)}`],
  )
  try {
    return { argv: parseInputs(env, read), env: inside, masks }
  } catch (error) {
    if (error instanceof UsageError) return { argv: error, env: inside, masks }
    throw error
  }
}
