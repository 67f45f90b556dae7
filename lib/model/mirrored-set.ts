/**
 * The trailer `Mirrored-Set`: which files were mirrored, and in which form, where those are not the usual ones. Words
 * with blanks between them: `dot-github`; `front-matter`; `paths:` and 8 hex digits for a mapping of paths; 8 hex digits
 * for the patterns that were given; `mirrorignore:` and 8 hex digits for the rules of `.mirrorignore`. A digest tells
 * whether it is the same set, and shows nobody its patterns.
 */

/**
 * `frontMatter`: the card's front matter stayed on its side. `paths`, `patterns`, `ignore`: digests, null where there
 * were none. `ignore` is `unsettled` where both sides held other rules, so that nobody knew yet what would be left.
 */
export interface MirroredSet {
  readonly dotGithub: boolean
  readonly frontMatter: boolean
  readonly paths: string | null
  readonly patterns: string | null
  readonly ignore: string | null
}

/** What a side's files look like on the other one, apart from which of them are mirrored. */
type Form = Pick<MirroredSet, 'frontMatter' | 'paths'>

/** Stands for rules that were not settled when a copy was made. */
export const unsettled = 'unsettled'

/** The name of the set of a commit that both sides have: all files are equal there, in the form that they have. */
export const everySet = '*'

/** The value of the trailer; null where the usual files were mirrored. */
export function formatSet({ dotGithub, frontMatter, paths, patterns, ignore }: MirroredSet): string | null {
  const words = [
    ...(dotGithub ? ['dot-github'] : []),
    ...(frontMatter ? ['front-matter'] : []),
    ...(paths === null ? [] : [`paths:${paths}`]),
    ...(patterns === null ? [] : [patterns]),
    ...(ignore === null ? [] : [`mirrorignore:${ignore}`]),
  ]
  return words.length === 0 ? null : words.join(' ')
}

/** What `formatSet` wrote; null for a value that it does not write, such as a later version's. */
export function parseSet(value: string | null): MirroredSet | null {
  const words = value?.split(' ') ?? []
  const after = (prefix: string) => words.find((word) => word.startsWith(prefix))?.slice(prefix.length) ?? null
  const set = {
    dotGithub: words.includes('dot-github'),
    frontMatter: words.includes('front-matter'),
    paths: after('paths:'),
    patterns: words.find((word) => /^[0-9a-f]{8}$/.test(word)) ?? null,
    ignore: after('mirrorignore:'),
  }
  return formatSet(set) === value ? set : null
}

/** Whether two sets show files in the same form. */
function hasForm(one: Form, other: Form): boolean {
  return one.frontMatter === other.frontMatter && one.paths === other.paths
}

const plainForm: Form = { frontMatter: false, paths: null }

/**
 * Whether all files that are mirrored now were mirrored under a name too, in the same form, as far as the options tell:
 * patterns only leave files out. What `.mirrorignore` says counts as it was then, unless that was not settled.
 */
export function wasMirrored(now: Omit<MirroredSet, 'ignore'>, value: string | null): boolean {
  if (value === everySet) return hasForm(now, plainForm)
  const then = parseSet(value)
  if (then === null || then.ignore === unsettled || (now.dotGithub && !then.dotGithub)) return false
  return hasForm(now, then) && (then.patterns === null || then.patterns === now.patterns)
}
