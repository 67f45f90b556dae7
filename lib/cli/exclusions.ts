/**
 * Which options do not go together, and why: refusals are made of these tables, and so is that of
 * `.github/decisions/0045-options-together.md`. A test runs all other pairs of options.
 */
import { UsageError } from '../model/errors.ts'
import type { flags, Values } from './flags.ts'

export type Name = keyof typeof flags

/** An option that means something only beside another one: any of `of`. */
interface Need {
  readonly option: Name
  readonly of: readonly Name[]
  readonly why: string
}

/** `when`: only of values for which this holds; `values` are those of the other one in words. */
interface Exclusion {
  readonly option: Name
  readonly from: readonly Name[]
  readonly when?: (value: string, other: string) => boolean
  readonly values?: string
  readonly why: string
}

export const needs: readonly Need[] = [
  { option: 'keep-both', of: ['take', 'prefer'], why: '--take or --prefer says whose version keeps its name' },
  { option: 'allow-overwrite', of: ['to'], why: '--to says which side is overwritten' },
  { option: 'badge-branch', of: ['badge'], why: '--badge names the file that goes there' },
  { option: 'public', of: ['create'], why: 'it says how --create makes a missing repository' },
  { option: 'sdk', of: ['create'], why: 'it says how --create makes a missing repository' },
]

const otherSide = 'it would write the other side. Leave one of them out'
/** The side of an answer: what stands behind the last `=`. */
const isAnswer = (answer: string, ...sides: readonly string[]) =>
  sides.includes(answer.slice(answer.lastIndexOf('=') + 1))

export const exclusions: readonly Exclusion[] = [
  {
    option: 'check',
    from: ['verify', 'ask', 'diff', 'html', 'badge', 'detailed-exitcode'],
    why: "it looks at what stands in a run's way, and nothing else",
  },
  {
    option: 'quiet',
    from: ['log'],
    when: (_, form) => form === 'json',
    values: 'json',
    why: 'it leaves out what a log tells',
  },
  { option: 'ask', from: ['json', 'quiet'], why: 'what it asks about has to be printed' },
  {
    option: 'undo',
    from: ['init', 'redo', 'verify', 'check', 'create', 'ask'],
    why: 'it only takes back what the last run wrote',
  },
  {
    option: 'undo',
    from: ['pull-request'],
    why: 'what people have merged is taken back by reverting it there, and the next run mirrors that',
  },
  {
    option: 'shards',
    from: ['shard', 'check', 'verify', 'undo', 'ask', 'json'],
    why: 'it shares out the objects of a run, and prints JSON of its own',
  },
  {
    option: 'shard',
    from: ['dry-run', 'check', 'verify', 'undo', 'ask'],
    why: 'it sends the objects of a run, and does nothing else',
  },
  {
    option: 'create',
    from: ['shards', 'shard'],
    why: 'machines send to both repositories. Make the missing one before: an empty one will do',
  },
  {
    option: 'take',
    from: ['undo'],
    when: (take) => !isAnswer(take, 'now', 'before'),
    values: 'a side',
    why: 'an undo takes =now or =before',
  },
  { option: 'keep-both', from: ['to'], why: otherSide },
  {
    option: 'badge-branch',
    from: ['to'],
    when: (_, to) => to === 'huggingface',
    values: 'huggingface',
    why: otherSide,
  },
  { option: 'init', from: ['to'], when: (side, to) => side === to, values: 'the same side', why: otherSide },
  {
    option: 'take',
    from: ['to'],
    when: (take, to) => isAnswer(take, to, 'both'),
    values: 'that side, or for both',
    why: otherSide,
  },
  { option: 'prefer', from: ['to'], when: isAnswer, values: 'that side', why: otherSide },
  { option: 'allow-overwrite', from: ['take', 'prefer'], why: 'it takes the other side everywhere' },
]

/** What `--verify` has no use for. A warning says so: the same options may serve the run beside it. */
export const unusedByVerify = [
  'take',
  'prefer',
  'ask',
  'redo',
  'init',
  'keep-both',
  'create',
  'diff',
] as const satisfies readonly Name[]

/** Each value of an option that was given, `''` of a switch; a file of pairs may switch one off again. */
function listGiven(values: Values, name: Name): readonly string[] {
  const value = values[name]
  if (value === undefined || value === false) return []
  return value === true ? [''] : typeof value === 'string' ? [value] : value
}

function say(name: Name, value: string): string {
  return value === '' ? `--${name}` : `--${name} ${/^[\w.-]+$/.test(value) ? value : JSON.stringify(value)}`
}

/** Throws a `UsageError` for the first row of the tables that the options break. */
export function refuseTogether(values: Values): void {
  const isGiven = (name: Name) => listGiven(values, name).length > 0
  for (const { option, of, why } of needs)
    if (isGiven(option) && !of.some(isGiven)) throw new UsageError(`Cannot use --${option} alone: ${why}`)
  for (const { option, from, when = () => true, why } of exclusions)
    for (const name of from)
      for (const value of listGiven(values, option)) {
        const other = listGiven(values, name).find((one) => when(value, one))
        if (other !== undefined)
          throw new UsageError(`Cannot use ${say(option, value)} with ${say(name, other)}: ${why}`)
      }
}
