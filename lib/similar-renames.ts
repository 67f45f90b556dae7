/**
 * Renames of files that were edited on the way, told by their content as git tells them (diffcore-rename.c). Only where the other side has a say
 * in the file, or has put another one beside it; only plain files, since an object's pointer says nothing of its content.
 */
import type { Blob, Change, Entry } from './entry.ts'
import type { Facts } from './facts.ts'
import type { Renames } from './rename.ts'
import { mayBeSimilar, renameScoreMin, scoreMax, scoreSimilarity } from './similarity.ts'
import type { Side } from './sides.ts'
import { isAttributes } from './view.ts'

/** Larger files are not read for this. */
const byteLengthMax = 10_000_000
/** More pairs than this are not compared: git's own limit is of this kind (`merge.renameLimit`). */
const pairsMax = 20_000
/** A file that keeps its name while its folder changes has to be this similar to be taken without a look at the others. */
const nameScoreMin = renameScoreMin + (scoreMax - renameScoreMin) / 2

export interface RenameSearch {
  readonly side: Side
  readonly changes: ReadonlyMap<string, Change>
  /** Those of the same content, which are settled. */
  readonly exact: Renames
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

interface Pair { readonly from: string, readonly to: string, readonly score: number }

/** The exact ones as well. While contents are still to be read they are asked for, and the answer is not final. */
export function findSimilarRenames({ side, changes, exact, matters, baseOf, head }: RenameSearch, facts: Facts): Renames {
  const taken = new Set(exact.to.values())
  const gone = [...changes.values()].flatMap(({ path, before, after }): [string, Blob][] => before && !after && !exact.to.has(path) && !exact.unclear.has(path) && !isAttributes(path) ? [[path, before]] : [])
  const come = [...changes.values()].flatMap(({ path, before, after }): [string, Entry][] => after && !before && !taken.has(path) && !isAttributes(path) && !after.lfs ? [[path, after]] : [])
  const sources = gone.filter(([path]) => matters(path))
  const renames = new Map(exact.to)
  const unclear = new Set(exact.unclear)
  if (head === null || sources.length * come.length === 0 || sources.length * come.length > pairsMax) return exact
  const pairs: Pair[] = []
  for (const [from, blob] of sources) {
    const commit = baseOf(from)
    const was = facts.entry(side, commit, from)
    if (!commit || !was || was.lfs || was.byteLength > byteLengthMax) continue
    const near = come.filter(([, { byteLength }]) => byteLength <= byteLengthMax && mayBeSimilar(was.byteLength, byteLength))
    if (near.length === 0) continue
    const content = facts.bytes({ side, commit, path: from }, blob)
    for (const [to, entry] of near) {
      const other = facts.bytes({ side, commit: head, path: to }, entry)
      const score = content && other ? scoreSimilarity(content, other) : 0
      if (score >= renameScoreMin) pairs.push({ from, to, score })
    }
  }
  const [goneNames, comeNames] = [countNames(gone.map(([path]) => path)), countNames(come.map(([path]) => path))]
  const keepsName = ({ from, to }: Pair) => nameOf(from) === nameOf(to)
  const isSure = (pair: Pair) => keepsName(pair) && pair.score >= nameScoreMin && goneNames.get(nameOf(pair.from)) === 1 && comeNames.get(nameOf(pair.to)) === 1
  const rank = (pair: Pair) => (isSure(pair) ? 4 * scoreMax : 0) + 2 * pair.score + Number(keepsName(pair))
  const open = new Set(pairs.toSorted((a, b) => rank(b) - rank(a)))
  for (const pair of open) {
    const rivals = [...open].filter((one) => one !== pair && (one.from === pair.from || one.to === pair.to))
    if (rivals.some((one) => rank(one) === rank(pair))) unclear.add(pair.from)
    else renames.set(pair.from, pair.to)
    // What one of several may have taken is nobody's.
    for (const one of [pair, ...rivals]) open.delete(one)
    if (unclear.has(pair.from)) for (const { from } of rivals) unclear.add(from)
  }
  return { to: renames, unclear }
}
