/** Which side the user takes where both disagree on a path: `--take`. */
import { formatPattern, matchesPattern, parsePattern, toBytes } from '../gitattributes/pattern.ts'
import type { Side } from '../model/sides.ts'

export interface Take {
  readonly pattern: string
  readonly side: Side
}

const glob = /[*?[\\]|\/$/

/**
 * Wildcards as in `.gitignore`; a slash at the end stands for all that is below. What has neither is a path, and
 * nothing else.
 */
function parseGlob(pattern: string): ReturnType<typeof parsePattern> {
  return glob.test(pattern)
    ? parsePattern(toBytes(pattern.endsWith('/') ? `/${pattern.replace(/^\//, '')}**` : pattern))
    : null
}

/** Whether it is a path or a glob that can match something. */
export function isTakeable(pattern: string): boolean {
  return !glob.test(pattern) || parseGlob(pattern) !== null
}

/** A path that is named as it stands comes first, then the last glob that matches. `null`: nobody said. */
export function findTake(takes: readonly Take[], path: string): Side | null {
  const exact = takes.findLast(({ pattern }) => pattern === path)
  const matches = ({ pattern }: Take) => {
    const parsed = parseGlob(pattern)
    return parsed !== null && matchesPattern(parsed, toBytes(path))
  }
  return (exact ?? takes.findLast(matches))?.side ?? null
}

/** The argument that settles this path and no other. */
export function formatTake(path: string, side: Side): string {
  return `${glob.test(path) ? formatPattern(path) : path}=${side}`
}
