/**
 * Renames of files that were edited on the way, told by their content as git tells them (diffcore-rename.c). Only where
 * the other side has a say in the file, or has put another one beside it; only plain files, since an object's pointer
 * says nothing of its content.
 */
import type { Change, Entry } from '../model/entry.ts'
import type { Side } from '../model/sides.ts'
import { isAttributes } from '../model/view.ts'
import type { ExactRenames, Renames } from './exact-renames.ts'
import type { Facts, Place } from './questions.ts'
import {
  countPieces,
  renameScoreMin,
  scoreMax,
  scoreSimilarity,
  similarByteLengths,
  type Pieces,
} from './similarity.ts'

/**
 * Larger files are not read for this, nor more files, bytes or pairs than these (git has a limit of this kind,
 * `merge.renameLimit`). Where the search ends at one of them it is unclear what was renamed: that is for people to say,
 * and never a reason to merge.
 */
const byteLengthMax = 10_000_000
const filesReadMax = 500
const bytesReadMax = 50_000_000
const pairsMax = 20_000
/**
 * A file that keeps its name while its folder changes has to be this similar to be taken without a look at the others.
 */
const nameScoreMin = renameScoreMin + (scoreMax - renameScoreMin) / 2

export interface RenameSearch {
  readonly side: Side
  readonly changes: ReadonlyMap<string, Change>
  /** Those of the same content, which are settled. */
  readonly exact: ExactRenames
  /** Whether it matters where a deleted file went. */
  readonly matters: (path: string) => boolean
  readonly baseOf: (path: string) => string | null
  readonly head: string | null
}

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1)

function countNames(paths: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>()
  for (const path of paths) counts.set(nameOf(path), (counts.get(nameOf(path)) ?? 0) + 1)
  return counts
}

interface Pair {
  readonly from: string
  readonly to: string
  readonly score: number
}

function groupBy(pairs: Iterable<Pair>, key: 'from' | 'to'): Map<string, Pair[]> {
  const groups = new Map<string, Pair[]>()
  for (const pair of pairs) {
    const group = groups.get(pair[key])
    if (group) group.push(pair)
    else groups.set(pair[key], [pair])
  }
  return groups
}

/**
 * The pairs from the best to the worst, each file once. Of two that are as good nobody knows which one is meant, nor
 * who has a contested place.
 */
function choosePairs(
  pairs: readonly Pair[],
  rank: (pair: Pair) => number,
  contested: ReadonlySet<string>,
  renames: Map<string, string>,
  unclear: Map<string, readonly string[]>,
): void {
  const open = new Set(pairs.toSorted((a, b) => rank(b) - rank(a)))
  const groups = [groupBy(open, 'from'), groupBy(open, 'to')] as const
  const doubt = (from: string) =>
    unclear.set(
      from,
      groups[0].get(from)!.map(({ to }) => to),
    )
  for (const pair of open) {
    const rivals = [...groups[0].get(pair.from)!, ...groups[1].get(pair.to)!].filter(
      (one) => one !== pair && open.has(one),
    )
    if (contested.has(pair.to) || rivals.some((one) => rank(one) === rank(pair))) doubt(pair.from)
    else renames.set(pair.from, pair.to)
    // What one of several may have taken is nobody's.
    for (const one of [pair, ...rivals]) open.delete(one)
    if (unclear.has(pair.from)) for (const { from } of rivals) doubt(from)
  }
}

interface Added {
  readonly path: string
  readonly entry: Entry
}

/** A deleted file, and those that came and are of a length that allows it. */
interface Search {
  readonly from: string
  readonly place: Place
  readonly was: Entry
  readonly near: readonly Added[]
}

/** The files from the shortest to the longest: those that are not shorter than `least` and not longer than `most`. */
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

/** Whether all of it may be read and compared. */
function isWithinBounds(searches: readonly Search[]): boolean {
  let pairCount = 0
  for (const { near } of searches) pairCount += near.length
  if (pairCount > pairsMax) return false
  const files = new Map(
    searches
      .flatMap(({ was, near }) => [was, ...near.map(({ entry }) => entry)])
      .map(({ oid, byteLength }) => [oid, byteLength]),
  )
  return (
    files.size <= filesReadMax && [...files.values()].reduce((sum, byteLength) => sum + byteLength, 0) <= bytesReadMax
  )
}

/** The exact ones as well. While contents are still to be read they are asked for, and the answer is not final. */
export function findSimilarRenames(
  { side, changes, exact, matters, baseOf, head }: RenameSearch,
  facts: Facts,
): Renames {
  const come = [...changes.values()].flatMap(({ path, before, after }): Added[] =>
    after && !before && !exact.taken.has(path) && !isAttributes(path) && !after.lfs ? [{ path, entry: after }] : [],
  )
  const gone = [...changes.values()]
    .filter(
      ({ path, before, after }) =>
        before && !after && !exact.to.has(path) && !exact.unclear.has(path) && !isAttributes(path),
    )
    .map(({ path }) => path)
  if (head === null || come.length === 0) return exact
  const byLength = come.toSorted((a, b) => a.entry.byteLength - b.entry.byteLength)
  const searches = gone.flatMap((from): Search[] => {
    const commit = matters(from) ? baseOf(from) : null
    const was = commit === null ? null : facts.entry(side, commit, from)
    if (!was || was.lfs || commit === null) return []
    const near = sliceByLength(byLength, similarByteLengths(was.byteLength))
    return near.length > 0 ? [{ from, place: { side, commit, path: from }, was, near }] : []
  })
  const renames = new Map(exact.to)
  const unclear = new Map(exact.unclear)
  const mayRead = isWithinBounds(searches)
  const pieces = new Map<string, Pieces>()
  const read = (place: Place, entry: Entry): Pieces | null => {
    const bytes = facts.bytes(place, entry)
    if (bytes && !pieces.has(entry.oid)) pieces.set(entry.oid, countPieces(bytes))
    return pieces.get(entry.oid) ?? null
  }
  const pairs: Pair[] = []
  for (const { from, place, was, near } of searches) {
    if (!mayRead || was.byteLength > byteLengthMax || near.some(({ entry }) => entry.byteLength > byteLengthMax)) {
      unclear.set(
        from,
        near.map(({ path }) => path),
      )
      continue
    }
    const source = read(place, was)
    for (const { path: to, entry } of near) {
      const target = read({ side, commit: head, path: to }, entry)
      const score = source && target ? scoreSimilarity(source, target) : 0
      if (score >= renameScoreMin) pairs.push({ from, to, score })
    }
  }
  const [goneNames, comeNames] = [countNames(gone), countNames(come.map(({ path }) => path))]
  const keepsName = ({ from, to }: Pair) => nameOf(from) === nameOf(to)
  const isSure = (pair: Pair) =>
    keepsName(pair) &&
    pair.score >= nameScoreMin &&
    goneNames.get(nameOf(pair.from)) === 1 &&
    comeNames.get(nameOf(pair.to)) === 1
  choosePairs(
    pairs,
    (pair) => (isSure(pair) ? 4 * scoreMax : 0) + 2 * pair.score + Number(keepsName(pair)),
    exact.contested,
    renames,
    unclear,
  )
  return { to: renames, unclear }
}
