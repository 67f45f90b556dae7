/**
 * Renames of files that were edited on the way, told by their content as git tells them (diffcore-rename.c). Only where
 * the other side has a say in the file, or has put another one beside it; only plain files, since an object's pointer
 * says nothing of its content.
 */
import { groupBy } from '../model/batches.ts'
import type { Place } from '../model/content.ts'
import { isAttributes, nameOf, pathsOf, type Entry } from '../model/entry.ts'
import type { Side } from '../model/sides.ts'
import type { ExactRenames, Renames } from './exact-renames.ts'
import type { MergeInput } from './outcome.ts'
import type { Facts } from './questions.ts'
import { countPieces, renameScoreMin, scoreMax, scoreSimilarity, similarByteLengths } from './similarity.ts'
import type { Pieces } from './similarity.ts'

/**
 * Larger files are not read for this, nor more files, bytes or pairs of files than these (git's limit of this kind is
 * `merge.renameLimit`). Beyond them it stays unclear what was renamed, which people have to say.
 */
const byteLengthMax = 10_000_000
const filesReadMax = 500
const bytesReadMax = 50_000_000
const matchesMax = 20_000
/** A file that keeps its name while its folder changes is taken without a look at the others from this score on. */
export const nameScoreMin = renameScoreMin + (scoreMax - renameScoreMin) / 2

/** `exact`: what `side` renamed unchanged, which is certain. `matters`: whether it matters where a deleted file went. */
export interface RenameSearch {
  readonly side: Side
  readonly input: MergeInput
  readonly exact: ExactRenames
  readonly matters: (path: string) => boolean
  readonly facts: Facts
}

interface Added {
  readonly path: string
  readonly entry: Entry
}

/** A deleted file in its place at the base, and the added files whose length allows that it has become them. */
interface Candidates {
  readonly place: Place
  readonly was: Entry
  readonly near: readonly Added[]
}

/** A deleted and an added file that are similar enough, with their score (up to `scoreMax`). */
export interface Match {
  readonly from: string
  readonly to: string
  readonly score: number
}

/** All renames of a side, the exact ones included; final when the contents that it asks for have been read. */
export function findSimilarRenames(search: RenameSearch): Renames {
  const { side, input, exact } = search
  const [changes, head] = [input.changes[side], input.heads[side]]
  const gone: string[] = []
  for (const { path, before, after } of changes.values())
    if (before && !after && !exact.to.has(path) && !exact.unclear.has(path) && !isAttributes(path)) gone.push(path)
  if (head === null || gone.length === 0) return exact
  const come: Added[] = []
  for (const { path, before, after } of changes.values())
    if (after && !before && !exact.taken.has(path) && !isAttributes(path) && !after.lfs)
      come.push({ path, entry: after })
  const candidates = come.length > 0 ? listCandidates(search, gone, come) : []
  if (candidates.length === 0) return exact
  const { matches, unread } = scoreMatches(search, head, candidates)
  const chosen = chooseMatches(matches, rankMatches(gone, come), exact.contested)
  return {
    to: new Map([...exact.to, ...chosen.to]),
    unclear: new Map([...exact.unclear, ...unread, ...chosen.unclear]),
  }
}

function listCandidates(
  { side, input, matters, facts }: RenameSearch,
  gone: readonly string[],
  come: readonly Added[],
): Candidates[] {
  const byLength = come.toSorted((a, b) => a.entry.byteLength - b.entry.byteLength)
  return gone.flatMap((path) => {
    const commit = matters(path) ? input.baseOf(path)[side] : null
    const was = facts.entry(side, commit, path)
    if (!was || was.lfs || commit === null) return []
    const near = sliceByLength(byLength, similarByteLengths(was.byteLength))
    return near.length > 0 ? [{ place: { side, commit, path }, was, near }] : []
  })
}

/** From files sorted by length those that are not shorter than `least` and not longer than `most`. */
function sliceByLength(
  sorted: readonly Added[],
  { least, most }: { readonly least: number; readonly most: number },
): readonly Added[] {
  const firstFrom = (byteLength: number) => {
    let [start, end] = [0, sorted.length]
    while (start < end) {
      const middle = (start + end) >> 1
      if (sorted[middle]!.entry.byteLength < byteLength) start = middle + 1
      else end = middle
    }
    return start
  }
  return sorted.slice(firstFrom(least), firstFrom(most + 1))
}

/** Whether all of them may be read and compared. */
function isWithinBounds(candidates: readonly Candidates[]): boolean {
  if (candidates.reduce((sum, { near }) => sum + near.length, 0) > matchesMax) return false
  const files = candidates.flatMap(({ was, near }) => [was, ...near.map(({ entry }) => entry)])
  const byteLengths = [...new Map(files.map(({ oid, byteLength }) => [oid, byteLength])).values()]
  return byteLengths.length <= filesReadMax && byteLengths.reduce((sum, one) => sum + one, 0) <= bytesReadMax
}

/** What is similar enough, as far as the contents are known. `unread`: deleted files that may not be compared. */
function scoreMatches(
  { side, facts }: RenameSearch,
  head: string,
  candidates: readonly Candidates[],
): { readonly matches: readonly Match[]; readonly unread: Renames['unclear'] } {
  const mayRead = isWithinBounds(candidates)
  const pieces = new Map<string, Pieces>()
  const read = (place: Place, entry: Entry): Pieces | null => {
    const bytes = facts.bytes(place, entry)
    if (bytes && !pieces.has(entry.oid)) pieces.set(entry.oid, countPieces(bytes))
    return pieces.get(entry.oid) ?? null
  }
  const matches: Match[] = []
  const unread = new Map<string, readonly string[]>()
  for (const { place, was, near } of candidates) {
    const from = place.path
    if (!mayRead || was.byteLength > byteLengthMax || near.some(({ entry }) => entry.byteLength > byteLengthMax)) {
      unread.set(from, pathsOf(near))
      continue
    }
    const source = read(place, was)
    for (const { path: to, entry } of near) {
      const target = read({ side, commit: head, path: to }, entry)
      const score = source && target ? scoreSimilarity(source, target) : 0
      if (score >= renameScoreMin) matches.push({ from, to, score })
    }
  }
  return { matches, unread }
}

/**
 * Better matches rank higher: those that keep a name which only one deleted and one added file have, then by score,
 * and of equal ones those that keep the name.
 */
export function rankMatches(
  gone: readonly string[],
  come: readonly { readonly path: string }[],
): (match: Match) => number {
  const [goneNames, comeNames] = [groupBy(gone, nameOf), groupBy(pathsOf(come), nameOf)]
  return ({ from, to, score }) => {
    const name = nameOf(from)
    const keepsName = name === nameOf(to)
    const isOnly = goneNames.get(name)?.length === 1 && comeNames.get(name)?.length === 1
    return (keepsName && isOnly && score >= nameScoreMin ? 4 * scoreMax : 0) + 2 * score + Number(keepsName)
  }
}

/**
 * The matches from the best to the worst, each file once. Of two that are as good nobody knows which one is meant, nor
 * which file has come to a contested path.
 */
export function chooseMatches(
  matches: readonly Match[],
  rank: (match: Match) => number,
  contested: ReadonlySet<string>,
): Renames {
  const renames = new Map<string, string>()
  const unclear = new Map<string, readonly string[]>()
  const open = new Set(matches.toSorted((a, b) => rank(b) - rank(a)))
  const [byOld, byNew] = [groupBy(open, ({ from }) => from), groupBy(open, ({ to }) => to)]
  const placesOf = (from: string) => byOld.get(from)!.map(({ to }) => to)
  for (const match of open) {
    const rivals = [...byOld.get(match.from)!, ...byNew.get(match.to)!].filter((one) => one !== match && open.has(one))
    if (contested.has(match.to) || rivals.some((one) => rank(one) === rank(match)))
      unclear.set(match.from, placesOf(match.from))
    else renames.set(match.from, match.to)
    // What one of several files may have become is not given to another one.
    for (const one of [match, ...rivals]) open.delete(one)
    if (unclear.has(match.from)) for (const { from } of rivals) unclear.set(from, placesOf(from))
  }
  return { to: renames, unclear }
}
