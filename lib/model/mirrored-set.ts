/**
 * The trailer `Mirrored-Set`: which files were mirrored, where those are not the usual ones. Words with blanks between
 * them: `dot-github`; 8 hex digits for the patterns that were given; `mirrorignore:` and 8 hex digits for the rules of
 * `.mirrorignore`. A digest tells whether it is the same set, and shows nobody its patterns.
 */

/**
 * `patterns`, `ignore`: digests, null where there were none. `ignore` is `unsettled` where both sides held other rules,
 * so that nobody knew yet what would be left of them.
 */
export interface MirroredSet {
  readonly dotGithub: boolean
  readonly patterns: string | null
  readonly ignore: string | null
}

/** Stands for rules that were not settled when a copy was made. */
export const unsettled = 'unsettled'

/** The name of the set of a commit that both sides have: it is equal in every view. */
export const everySet = '*'

/** The value of the trailer; null where the usual files were mirrored. */
export function formatSet({ dotGithub, patterns, ignore }: MirroredSet): string | null {
  const words = [
    ...(dotGithub ? ['dot-github'] : []),
    ...(patterns === null ? [] : [patterns]),
    ...(ignore === null ? [] : [`mirrorignore:${ignore}`]),
  ]
  return words.length === 0 ? null : words.join(' ')
}

/** What `formatSet` wrote; null for a value that it does not write, such as a later version's. */
export function parseSet(value: string | null): MirroredSet | null {
  const words = value?.split(' ') ?? []
  const ignored = words.find((word) => word.startsWith('mirrorignore:'))
  const set = {
    dotGithub: words.includes('dot-github'),
    patterns: words.find((word) => /^[0-9a-f]{8}$/.test(word)) ?? null,
    ignore: ignored === undefined ? null : ignored.slice('mirrorignore:'.length),
  }
  return formatSet(set) === value ? set : null
}

/**
 * Whether all files that are mirrored now were mirrored under a name too, as far as the options tell: patterns only
 * leave files out. What `.mirrorignore` says counts as it was then, unless that was not settled.
 */
export function wasMirrored(now: Pick<MirroredSet, 'dotGithub' | 'patterns'>, value: string | null): boolean {
  if (value === everySet) return true
  const then = parseSet(value)
  if (then === null || then.ignore === unsettled || (now.dotGithub && !then.dotGithub)) return false
  return then.patterns === null || then.patterns === now.patterns
}
