/** Finds out what is mirrored: the options say one part of it, `.mirrorignore` on both sides the other. */
import type { Base } from '../history/base.ts'
import { rolesOf } from '../model/capabilities.ts'
import type { Place } from '../model/content.ts'
import { isFile, type BareEntry, type Change, type Entry } from '../model/entry.ts'
import { RefusedError } from '../model/errors.ts'
import { cardPath } from '../model/front-matter.ts'
import { everySet, parseSet } from '../model/mirrored-set.ts'
import type { Remote } from '../model/remote.ts'
import { awaitSides, mapSides, valuesOf, type Side, type Sides } from '../model/sides.ts'
import { mergeText } from '../text/merge-text.ts'
import { noFilters, type Filters } from '../view/filters.ts'
import { createView, describeSet, digestIgnore, ignorePath, mayLetIn, type View } from '../view/view.ts'
import type { Contents } from './contents.ts'
import type { Planning, PlanOptions } from './planning.ts'

/** What is needed to read a `.mirrorignore`. */
interface Reading {
  readonly remotes: Sides<Remote>
  readonly contents: Contents
}

/** The rules in an entry; null where there is none, or a folder. Throws a `RefusedError` for what cannot be read. */
async function readRules(
  place: Place,
  entry: BareEntry | Entry | null,
  { remotes, contents }: Reading,
): Promise<string | null> {
  if (entry === null || entry.mode === '040000') return null
  const isObject = 'lfs' in entry && entry.lfs !== null
  if (!isFile(entry) || isObject)
    throw new RefusedError(
      `Cannot tell what is mirrored: ${ignorePath} on ${remotes[place.side].service} is ` +
        `${isObject ? 'an LFS object' : 'no file'}. Commit it there as a plain text file; nothing was written`,
    )
  return Buffer.from(await contents.readBlob(place, entry)).toString('utf8')
}

/** The `.mirrorignore` that a commit holds, null for none. Costs a request, and one more where the file is there. */
async function readIgnore({ side, commit }: Omit<Place, 'path'>, reading: Reading): Promise<string | null> {
  const found = await reading.remotes[side].readEntries(commit, [ignorePath])
  return readRules({ side, commit, path: ignorePath }, found.get(ignorePath) ?? null, reading)
}

const listText = (text: string | null) => (text === null ? [] : [text])

/** What counts where nobody knows yet what will be left of two texts: both, so that what one of them names is outside. */
const bothTexts = (texts: Sides<string | null>) => valuesOf(texts).map((text) => text ?? '')

/**
 * The view where no base tells of it: the `.mirrorignore` of either head counts. `mayDelete`: that file may be deleted in
 * this run, so that an absent one is a word, too.
 */
export async function readHeadView(
  heads: Sides<string | null>,
  planning: Reading & { readonly options: Pick<PlanOptions, 'filters'> },
  mayDelete = false,
): Promise<View> {
  const texts = await awaitSides(async (side) => {
    const commit = heads[side]
    return commit === null ? null : readIgnore({ side, commit }, planning)
  })
  const there = [...new Set(valuesOf(texts))].filter((text) => text !== null)
  const isSettled = mayDelete ? new Set(valuesOf(texts)).size === 1 : there.length < 2
  return createView({ ...planning.options.filters, ignore: isSettled ? there : bothTexts(texts) })
}

/**
 * What a sync point tells of the view. `ignore`: the `.mirrorignore` that counted. `before`: the view of that time,
 * null where it is not known. `now`: the view of today, unless `.mirrorignore` changed since.
 */
export interface ViewAtBase {
  readonly ignore: string | null
  readonly before: View | null
  readonly now: View
}

/**
 * Whether a sync point was made while paths were shown otherwise. Then its commits say nothing of today's view, not even
 * which `.mirrorignore` counts.
 */
export function wasShownOtherwise(set: string | null, filters: Filters): boolean {
  const then = set === everySet ? null : (parseSet(set)?.paths ?? null)
  return then !== describeSet(filters).paths
}

/**
 * The view of the sync point that these commits are. It is not known where other patterns were given, of which there is a
 * digest alone. Costs a request or two where `.mirrorignore` counted.
 */
export async function readViewAt(
  { commits, set }: Pick<Base, 'commits' | 'set'>,
  { remotes, contents, options: { filters } }: Planning,
): Promise<ViewAtBase> {
  const { first } = rolesOf(remotes)
  const [then, commit] = [parseSet(set), commits[first]]
  const isRead = commit !== null && (then === null || then.ignore !== null)
  const ignore = isRead ? await readIgnore({ side: first, commit }, { remotes, contents }) : null
  const now = createView({ ...filters, ignore: listText(ignore) })
  if (set === everySet) return { ignore, before: createView({ ...noFilters, dotGithub: true }), now }
  const { paths, patterns: given } = describeSet(filters)
  const isKnown =
    then !== null &&
    then.paths === paths &&
    then.ignore === digestIgnore(ignore) &&
    (then.patterns === null || then.patterns === given)
  if (!isKnown) return { ignore, before: null, now }
  const { dotGithub, frontMatter } = then
  const patterns = then.patterns === null ? { ...noFilters, paths: filters.paths } : filters
  const before = createView({ ...patterns, dotGithub, frontMatter, ignore: listText(ignore) })
  return { ignore, before, now }
}

/** What a side made of `.mirrorignore` since the base; undefined where it did not change it. */
type IgnoreChanges = Sides<Change | undefined>

/**
 * The view after the run: `.mirrorignore` as the merge leaves it. Where it would conflict, both sides' rules count. Costs
 * a request or two a side that changed the file.
 */
export async function readViewNow(
  ignore: string | null,
  changes: IgnoreChanges,
  { commits, heads }: { readonly commits: Sides<string | null>; readonly heads: Sides<string | null> },
  { remotes, contents, options: { filters, init } }: Planning,
): Promise<View> {
  const read = (side: Side, commit: string | null, entry: BareEntry | null) =>
    commit === null ? null : readRules({ side, commit, path: ignorePath }, entry, { remotes, contents })
  // A file that no copy was made by, such as an earlier version's, is known by its change alone.
  const befores = await awaitSides(async (side) => read(side, commits[side], changes[side]?.before ?? null))
  const before = ignore ?? valuesOf(befores).find((text) => text !== null) ?? null
  const now = await awaitSides(async (side) => {
    const change = changes[side]
    return change ? read(side, heads[side], change.after) : before
  })
  return createView({ ...filters, ignore: settleIgnore(before, now, init !== null) })
}

/** The texts that count, of those that both sides have now. `isJoining`: no base counts. */
function settleIgnore(before: string | null, now: Sides<string | null>, isJoining: boolean): readonly string[] {
  const [one, other] = valuesOf(now)
  const left = one === other ? one : one === before ? other : other === before ? one : undefined
  if (left !== undefined && (one === other || !isJoining)) return listText(left)
  if (isJoining || one === null || other === null) return bothTexts(now)
  const merged = mergeText(
    before ?? '',
    mapSides((side) => now[side]!),
  )
  return merged.clean ? [merged.text] : bothTexts(now)
}

/**
 * Which paths are mirrored now and were not at the base, or not in today's form, so that its two commits need not agree
 * there; null for none. All paths may be, where the view at the base is not known.
 */
export function findLetIn({ before }: Pick<ViewAtBase, 'before'>, view: View): View['includes'] | null {
  if (before === null) return view.includes
  const { includes, filters } = before
  const [text = null] = filters.ignore
  const { dotGithub, frontMatter, ignore } = view.filters
  const isOtherCard = frontMatter !== filters.frontMatter && view.includes(cardPath)
  const mayWiden =
    (dotGithub && !filters.dotGithub) ||
    (ignore.length === 0 ? mayLetIn(text, null) : ignore.every((one) => mayLetIn(text, one)))
  if (!mayWiden && !isOtherCard) return null
  return (path) => view.includes(path) && (!includes(path) || (isOtherCard && path === cardPath))
}
