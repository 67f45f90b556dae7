/** Which side the user takes where both disagree on a path: `--take`. */
import { formatPattern, matchesPattern, parsePattern, toBytes } from '../gitattributes/pattern.ts'
import type { Side } from '../model/sides.ts'

/** One `--take`: a path or a glob, and the side that is taken for it. */
export interface Take {
  readonly pattern: string
  readonly side: Side
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

/** The side that is taken for a path: by its own name, else by the last glob that matches; null where nothing does. */
export function findTake(takes: readonly Take[], path: string): Side | null {
  const exact = takes.findLast(({ pattern }) => pattern === path)
  const matches = ({ pattern }: Take) => {
    const parsed = parseGlob(pattern)
    return parsed !== null && matchesPattern(parsed, toBytes(path))
  }
  return (exact ?? takes.findLast(matches))?.side ?? null
}

/** The argument of `--take` that settles this path and no other. */
export function formatTake(path: string, side: Side): string {
  return `${glob.test(path) ? formatPattern(path) : path}=${side}`
}
