/** The view: which paths are mirrored. All others are never compared, copied, counted or deleted on either side. */
import { IgnoreList, listIgnoreRules, type IgnoreRule } from '../gitattributes/ignore.ts'
import { digest } from '../model/digest.ts'
import { formatSet, unsettled, type MirroredSet } from '../model/mirrored-set.ts'
import type { Filters } from './filters.ts'
import { digestPaths, PathMapping } from './paths.ts'

/** The file in the root of a repository that says what is not mirrored. It is mirrored itself, whatever else is not. */
export const ignorePath = '.mirrorignore'

/** Files that tell a clone where to fetch from: nobody on the other side may set them. */
const redirects = new Set(['.lfsconfig', '.gitmodules'])

/**
 * `includes`: whether a path is mirrored. `explain`: which filter leaves a path out, in words; null for what is inside,
 * and for what no filter would change. `set`: the view's name in the trailers of copies, null for the usual one.
 */
export interface View {
  readonly filters: Filters
  readonly includes: (path: string) => boolean
  readonly explain: (path: string) => string | null
  readonly set: string | null
}

/**
 * `.github/` stays outside unless asked for. Workflows stay outside in any case, on both sides: a writer on Hugging
 * Face must not get code run in GitHub's CI, and files that travel one way alone would make the sides differ for ever.
 */
export function mayBeMirrored(path: string, dotGithub: boolean): boolean {
  // Called for every path, so that most are let through by two looks at a character.
  const nameAt = path.lastIndexOf('/') + 1
  if (path.charAt(nameAt) === '.' && redirects.has(path.slice(nameAt).toLowerCase())) return false
  if (!path.startsWith('.')) return true
  const [folder, inside] = path.toLowerCase().split('/')
  return folder !== '.github' || (dotGithub && inside !== 'workflows')
}

const shortDigest = (lists: readonly (readonly string[])[]) => digest(lists).slice(0, 8)

/** What the names of sets are made of. */
export function describeSet({ dotGithub, frontMatter, paths, include, exclude, ignore }: Filters): MirroredSet {
  const patterns = [include, exclude].map((list) => listIgnoreRules(list.join('\n')))
  return {
    dotGithub,
    frontMatter,
    paths: paths && digestPaths(paths),
    patterns: patterns.every((list) => list.length === 0) ? null : shortDigest(patterns),
    ignore: ignore.length > 1 ? unsettled : digestIgnore(ignore[0] ?? null),
  }
}

/** The name of what filters let through, for trailers; null for the usual set. */
export function nameSet(filters: Filters, isSettled = true): string | null {
  const set = describeSet(filters)
  return formatSet(isSettled ? set : { ...set, ignore: unsettled })
}

/** A digest of the rules of a `.mirrorignore`; null where it has none. */
export function digestIgnore(text: string | null): string | null {
  const rules = listIgnoreRules(text ?? '')
  return rules.length === 0 ? null : shortDigest([rules])
}

const nameRule = ({ text }: IgnoreRule) => JSON.stringify(text)

/** The view that filters come to. */
export function createView(filters: Filters): View {
  const { dotGithub, paths, include, exclude, ignore } = filters
  const mapping = paths && new PathMapping(paths)
  const [inside, outside] = [new IgnoreList(include.join('\n')), new IgnoreList(exclude.join('\n'))]
  const ignored = ignore.map((text) => new IgnoreList(text))
  const isFiltered = mapping !== null || include.length + exclude.length + ignore.length > 0
  const mayBe = (path: string) => mayBeMirrored(path, dotGithub)
  const find = (path: string): string | null => {
    const inner = mapping ? mapping.toInner(path) : path
    if (inner === null || (mapping && !mayBe(inner))) return paths!.moved.length > 0 ? '--map' : '--subdirectory'
    if (path === ignorePath) return null
    const excluded = outside.find(path)
    if (excluded) return `--exclude ${nameRule(excluded)}`
    for (const list of ignored) {
      const rule = list.find(path)
      if (rule) return `${nameRule(rule)} in ${ignorePath}`
    }
    return include.length > 0 && inside.find(path) === null ? '--include' : null
  }
  return {
    filters,
    includes: (path) => mayBe(path) && (!isFiltered || find(path) === null),
    explain: (path) => (isFiltered && mayBe(path) ? find(path) : null),
    set: nameSet(filters),
  }
}

/**
 * Whether a `.mirrorignore` may let paths in that it left out before. It does not where lines were added alone, none of
 * them negative: each of those leaves out more.
 */
export function mayLetIn(before: string | null, after: string | null): boolean {
  const [were, are] = [before, after].map((text) => listIgnoreRules(text ?? ''))
  const added = are!.filter((rule) => !were!.includes(rule))
  const kept = are!.filter((rule) => were!.includes(rule))
  return added.some((rule) => rule.startsWith('!')) || kept.join('\n') !== were!.join('\n')
}
