/**
 * Files that the other side renamed and edited, for which the merge had no need to look: people read such a file as one
 * change. They are matched as git matches them, and only where a few small files have to be read for it.
 */
import { findRenames } from '../merge/exact-renames.ts'
import { chooseMatches, nameScoreMin, rankMatches, type Match } from '../merge/inexact-renames.ts'
import { countPieces, renameScoreMin, scoreSimilarity, similarByteLengths } from '../merge/similarity.ts'
import { groupBy } from '../model/batches.ts'
import type { StoredFile } from '../model/content.ts'
import { isFile, nameOf, pathsOf, type Change } from '../model/entry.ts'
import { mapSides, sides, type Side } from '../model/sides.ts'
import type { Plan } from '../plan/plan.ts'
import { wholeByteLengthMax, type FileReader } from './file-reader.ts'

/** Files that are read for what a side gets, and bytes of all that are compared. Of more nothing is told. */
const filesMax = 40
const bytesMax = 10_000_000
/** Pairs of files that are compared by their lengths. With more, only files that keep their name are looked at. */
const pairsMax = 20_000

/** A file that goes, and a new one that it may have become. */
type Pair = readonly [gone: StoredFile, come: StoredFile]

/** Plain files that a side loses and gets, each under the path that it has there: of objects the bytes are not known. */
function listCandidates({ edits, heads }: Plan, to: Side): { gone: StoredFile[]; come: StoredFile[] } {
  const moved = new Set(edits[to].flatMap(({ renamedFrom }) => renamedFrom ?? []))
  const [gone, come]: [StoredFile[], StoredFile[]] = [[], []]
  for (const { path, content, was, store, renamedFrom } of edits[to]) {
    if (content === null) {
      if (isFile(was) && !was.lfs && !moved.has(path)) gone.push({ side: to, commit: heads[to]!, path, entry: was })
    } else if (!was && renamedFrom === null && store === 'plain' && 'entry' in content && !content.entry.lfs)
      come.push({ ...content, path })
  }
  return { gone, come }
}

/** Pairs that git compares, as far as their lengths allow a rename; none of a file that may have become a large one. */
function pairUp(gone: readonly StoredFile[], come: readonly StoredFile[]): Pair[] {
  return gone.flatMap((file) => {
    const { least, most } = similarByteLengths(file.entry.byteLength)
    const near = come.filter(({ entry: { byteLength } }) => byteLength >= least && byteLength <= most)
    const isSmall = [file, ...near].every(({ entry }) => entry.byteLength <= wholeByteLengthMax)
    return isSmall ? near.map((other): Pair => [file, other]) : []
  })
}

/** Pairs of the only two files of a name, at which git looks first. */
function pairNames(gone: readonly StoredFile[], come: readonly StoredFile[]): Pair[] {
  const byName = groupBy(come, ({ path }) => nameOf(path))
  return [...groupBy(gone, ({ path }) => nameOf(path))].flatMap(([name, files]) =>
    files.length === 1 && byName.get(name)?.length === 1 ? pairUp(files, byName.get(name)!) : [],
  )
}

/** Whether all of these pairs may be compared. */
function areFew(pairs: readonly Pair[], reader: FileReader): boolean {
  const files = [...new Map(pairs.flat().map((file) => [file.entry.oid, file])).values()]
  const unread = files.filter((file) => !reader.isKnown(file))
  return unread.length <= filesMax && files.reduce((sum, { entry }) => sum + entry.byteLength, 0) <= bytesMax
}

/** The similarity of each pair; nothing where a file cannot be had, since the best match may be that one. */
async function scorePairs(pairs: readonly Pair[], reader: FileReader): Promise<Match[]> {
  const files = new Map(pairs.flat().map((file) => [file.entry.oid, file]))
  const read = await Promise.all([...files.values()].map((file) => reader.readWhole(file)))
  if (read.includes(null)) return []
  const pieces = new Map([...files.keys()].map((oid, index) => [oid, countPieces(read[index]!)]))
  return pairs.map(([gone, come]) => {
    const score = scoreSimilarity(pieces.get(gone.entry.oid)!, pieces.get(come.entry.oid)!)
    return { from: gone.path, to: come.path, score }
  })
}

/** What a side's files were called: new path to old path. */
async function findEdited(plan: Plan, to: Side, reader: FileReader): Promise<ReadonlyMap<string, string>> {
  const found = listCandidates(plan, to)
  if (found.gone.length === 0 || found.come.length === 0) return new Map()
  const changes = [
    ...found.gone.map(({ path, entry }): Change => ({ path, before: entry, after: null })),
    ...found.come.map(({ path, entry }): Change => ({ path, before: null, after: entry })),
  ]
  const exact = findRenames(new Map(changes.map((change) => [change.path, change])))
  const gone = found.gone.filter(({ path }) => !exact.to.has(path) && !exact.unclear.has(path))
  const come = found.come.filter(({ path }) => !exact.taken.has(path))
  const all = gone.length * come.length <= pairsMax ? pairUp(gone, come) : null
  const [pairs, least] =
    all !== null && areFew(all, reader) ? [all, renameScoreMin] : [pairNames(gone, come), nameScoreMin]
  if (!areFew(pairs, reader)) return new Map()
  const matches = (await scorePairs(pairs, reader)).filter(({ score }) => score >= least)
  const { to: renames } = chooseMatches(matches, rankMatches(pathsOf(gone), come), exact.contested)
  return new Map([...renames].map(([from, path]) => [path, from]))
}

/** The plan, with these files told as renamed. What it writes is the same, and so is its digest. */
export async function tellRenames(plan: Plan, reader: FileReader): Promise<Plan> {
  const edits = { ...plan.edits }
  for (const to of sides) {
    const origins = await findEdited(plan, to, reader)
    if (origins.size > 0)
      edits[to] = edits[to].map((edit) => ({ ...edit, renamedFrom: origins.get(edit.path) ?? edit.renamedFrom }))
  }
  return { ...plan, edits: mapSides((side) => edits[side]) }
}
