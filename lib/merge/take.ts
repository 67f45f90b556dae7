/** Which side the user takes where both disagree on a path: `--take`. */
import { formatPattern, matchesPattern, parsePattern, toBytes } from '../gitattributes/pattern.ts'
import { isPrintable, maskUnprintable } from '../model/quote.ts'
import { sides, type Side } from '../model/sides.ts'

/** Whose version is taken, or the lines of both where it is a text. */
export type Answer = Side | 'both'

/** What is needed of a conflict. */
interface Answerable {
  readonly settleable: boolean
  readonly keys?: readonly string[]
  readonly hunks: readonly unknown[]
  readonly only?: Side
}

/**
 * What can be answered to a conflict: a side, or the lines of both where they are known and can stand together; empty where people have to
 * change a side first.
 */
export function listAnswers({ settleable, keys = [], hunks, only }: Answerable): readonly Answer[] {
  if (!settleable) return []
  return only ? [only] : [...sides, ...(hunks.length > 0 && keys.length === 0 ? ['both' as const] : [])]
}

/** The sides whose versions can be taken for some of the conflicts. */
export function listTakeable(conflicts: readonly Answerable[]): readonly Side[] {
  return sides.filter((side) => conflicts.some((conflict) => listAnswers(conflict).includes(side)))
}

/** One `--take` or `--prefer`: a path or a glob, and the answer for it, most often the side that is taken. */
export interface Take<Choice = Answer> {
  readonly pattern: string
  readonly side: Choice
}

const glob = /[*?[\\]|\/$/

/** The glob, with wildcards as in `.gitignore` and a slash at the end for all that is below; null for a plain path. */
function parseGlob(pattern: string): ReturnType<typeof parsePattern> {
  return glob.test(pattern)
    ? parsePattern(toBytes(pattern.endsWith('/') ? `/${pattern.replace(/^\//, '')}**` : pattern))
    : null
}

/** Whether it is a path or a glob that can match something. */
export function isTakeable(pattern: string): boolean {
  return !glob.test(pattern) || parseGlob(pattern) !== null
}

/** Whether it is a glob, and no path. */
export function isGlob({ pattern }: Take<unknown>): boolean {
  return glob.test(pattern)
}

/** Whether a pattern is the path itself, with a slash before it as for the root in `.gitignore`, or without. */
const isPath = (pattern: string, path: string) => pattern === path || pattern === `/${path}`

/** Whether this one would settle the path. */
export function matchesTake(take: Take<unknown>, path: string): boolean {
  const parsed = parseGlob(take.pattern)
  return isPath(take.pattern, path) || (parsed !== null && matchesPattern(parsed, toBytes(path)))
}

/** The answer for a path: by its own name, else by the last glob that matches; null where nothing does. */
export function findTake<Choice = Answer>(takes: readonly Take<Choice>[], path: string): Choice | null {
  const exact = takes.findLast(({ pattern }) => isPath(pattern, path))
  return (exact ?? takes.findLast((take) => matchesTake(take, path)))?.side ?? null
}

/** The argument that settles all that a folded line of paths stands for: `data/`, `data/*`, `./` or `*`. */
export function formatTakeBelow(name: string, side: Answer): string {
  if (name === './') return `*=${side}`
  if (name === '*') return `/*=${side}`
  const folder = name.replace(/\*$/, '')
  const escaped = glob.test(folder.slice(0, -1)) ? formatPattern(folder.slice(0, -1)) + '/' : folder
  return `${escaped}${name.endsWith('*') ? '*' : '**'}=${side}`
}

/** The argument of `--take` that settles this path and no other. */
export function formatTake(path: string, answer: string): string {
  return `${glob.test(path) ? formatPattern(path) : path}=${answer}`
}

/**
 * The same argument as people type it, on one line: a character that is not seen, such as a newline in a name, is a `?`,
 * which matches it. Another path that differs in this character alone is settled as well.
 */
export function showTake(argument: string): string {
  if (isPrintable(argument)) return argument
  const at = argument.lastIndexOf('=')
  const pattern = argument.slice(0, at)
  // Printable, and only not where a log's line begins.
  if (maskUnprintable(pattern) === pattern) return argument
  return maskUnprintable(glob.test(pattern) ? pattern : formatPattern(pattern)) + argument.slice(at)
}
