/** What somebody may have meant whose command line cannot be read. Loaded when there is one. */
import { parseArgs } from 'node:util'
import { UsageError } from '../model/errors.ts'
import { listNear } from '../model/near-names.ts'
import { formatRepository } from '../model/repository.ts'
import { flags, initFlags } from './flags.ts'
import { parseGithubId, parseHuggingFaceId } from './repository-id.ts'

/** What other tools call it; the values are what to type. */
const otherFlags: Readonly<Record<string, string>> = {
  'plan': '--dry-run',
  'preview': '--dry-run',
  'repo': '--github',
  'repo-id': '--hf',
  'dataset': '--hf',
  'model': '--hf',
  'space': '--hf',
  'hub': '--hf',
  'huggingface': '--hf',
  'revision': '--branch',
  'no-color': '--color never',
  'report': '--html',
  'check': '--verify',
}

/** What other tools have commands for; null: a run does that without a word. */
const commands: Readonly<Record<string, string | null>> = {
  status: '--dry-run',
  plan: '--dry-run',
  diff: '--dry-run --diff',
  check: '--verify',
  verify: '--verify',
  sync: null,
  mirror: null,
  run: null,
  push: null,
  pull: null,
}

const didYouMean = (names: readonly string[]) =>
  names.length === 0
    ? ''
    : `. Did you mean ${names.length > 1 ? `${names.slice(0, -1).join(', ')} or ` : ''}${names.at(-1)}?`

/** An option of a command line, as `parseArgs` reads it. */
interface OptionToken {
  readonly name: string
  readonly value?: string | undefined
  readonly inlineValue?: boolean | undefined
}

function explainOption(argument: string, names: readonly string[]): string {
  const name = argument.replace(/^-+/, '').replace(/=.*$/s, '')
  const shown = `Unknown option '${argument.startsWith('--') ? '--' : '-'}${name}'`
  if (/token/i.test(name))
    return (
      `${shown}. Tokens come from the environment alone: set GITHUB_TOKEN and HF_TOKEN. What stands in a command line is ` +
      'seen by everybody on the machine, and kept in the history of the shell'
    )
  if (!argument.startsWith('--') && name.length === 1) return `${shown}. The short ones are -n, -q, -v and -h`
  const plain = name.toLowerCase().replaceAll('_', '-')
  const known = otherFlags[plain]
  return `${shown}${didYouMean(known ? [known] : listNear(plain, names).map((one) => `--${one}`))}`
}

/** The ids as arguments of their flags; null where they are none, or could be either. */
function nameRepositories(words: readonly string[]): string | null {
  if (words.length > 2) return null
  const typed = /^(?:datasets?|models?|spaces?)\/[^/]+\/|^hf:|hf\.co[:/]|huggingface\.co[:/]/i
  const hub = words.find((word) => typed.test(word)) ?? words[1]
  const github = words.find((word) => word !== hub) ?? (words.length === 2 ? words[0] : undefined)
  try {
    return [
      ...(github === undefined ? [] : ['--github', formatRepository(parseGithubId(github).repository)]),
      ...(hub === undefined ? [] : ['--hf', formatRepository(parseHuggingFaceId(hub, 'dataset').repository)]),
    ].join(' ')
  } catch {
    return null
  }
}

function explainWords(words: readonly string[]): string {
  const [word = ''] = words
  const shown = `Unexpected argument '${word}'`
  if (/^[\u2010-\u2015\u2212]/.test(word))
    return `${shown}. It begins with another dash than options do: type --${word.replace(/^[^\w]+/, '').replace(/=.*$/s, '')}`
  if (word === 'npx' || /(?:^|\/)sync\.ts$/.test(word)) return `${shown}. Give only what follows "npx tsx sync.ts"`
  if (Object.hasOwn(commands, word)) {
    const instead = commands[word]
    return instead
      ? `${shown}: init is the only command. For that, use ${instead}`
      : `${shown}: init is the only command. Leave it out`
  }
  const ids = nameRepositories(words)
  if (ids !== null) return `${shown}. Write ${ids} instead`
  const near = new Set([
    ...listNear(word, Object.keys(commands)).flatMap((one) => commands[one] ?? []),
    ...listNear(word, ['init']),
    ...listNear(word, Object.keys(flags)).map((one) => `--${one}`),
  ])
  return `${shown}${didYouMean([...near])}`
}

/** A value that is missing, or one too many; null where this option is right. */
function explainValue({ name, value, inlineValue }: OptionToken): string | null {
  const shown = `Option '--${name}'`
  if (initFlags[name as keyof typeof initFlags].type === 'boolean')
    return value === undefined ? null : `${shown} takes no value. Write --${name} alone`
  if (value === undefined) return `${shown} lacks its value`
  if (inlineValue || !/^-./.test(value)) return null
  const flag = value.replace(/^-+/, '').replace(/=.*$/s, '')
  const isFlag = value.startsWith('--') && Object.hasOwn(flags, flag)
  return isFlag
    ? `${shown} lacks its value: what follows is the option '--${flag}'`
    : `${shown} lacks its value: '${value}' begins as an option does. Write --${name}=${value} if that is the value`
}

/** The same error, with what to type instead. */
export function explainMistyped(argv: readonly string[], error: UsageError): UsageError {
  const isInit = argv[0] === 'init'
  const [table, args] = isInit ? [initFlags, argv.slice(1)] : [flags, [...argv]]
  const { tokens } = parseArgs({ args, options: table, strict: false, tokens: true })
  const options = tokens.filter((token) => token.kind === 'option')
  const unknown = options.find(({ name }) => !Object.hasOwn(table, name))
  const words = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []))
  const text = unknown
    ? explainOption(args[unknown.index]!, Object.keys(table))
    : (options.map(explainValue).find((one) => one !== null) ?? (words.length > 0 ? explainWords(words) : null))
  return text === null
    ? error
    : new UsageError(`Cannot read the command line: ${text}${text.endsWith('?') ? '' : '.'} See --help`)
}
