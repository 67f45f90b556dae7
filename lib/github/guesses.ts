/** How many requests reading and writing take. These numbers have to follow the code that reads and writes. */
import { countBatches } from '../model/batches.ts'
import { foldersAbove } from '../model/entry.ts'
import type { Guesses, Load } from '../model/guesses.ts'

const foldersAQuery = 25
const blobsAQuery = 250
const entriesATree = 100
const knownEntriesATree = 500
/** A longer text is written as a blob, by a request of its own. */
const textByteLengthMax = 100_000
/** From so many blobs on they are pushed: the refs of earlier runs are read, then portions go, then the last ref is removed. */
const pushedMin = 50
const bytesAPush = 16_000_000
const filesAPush = 1_000
const pushing = 2
/** An empty repository is looked at once more, and its first commit is made. */
const seeding = 2

/** How many requests a write takes: for folders, blobs, trees, commits, and the branch. */
function guessWrite({ head, commits, files }: Load): number {
  if (commits.length === 0) return 0
  const starts = new Set(commits.flatMap(({ start }) => start ?? []))
  const folders = new Set([''])
  for (const { edits } of commits) for (const { path } of edits) for (const one of foldersAbove(path)) folders.add(one)
  const queries = countBatches(starts.size * folders.size, foldersAQuery)
  let [blobs, bytes] = [0, 0]
  for (const { byteLength, wasObject } of files) {
    if (byteLength <= textByteLengthMax && !wasObject) continue
    blobs += 1
    bytes += byteLength
  }
  const isPushed = blobs >= pushedMin
  const portions = Math.max(countBatches(bytes, bytesAPush), countBatches(blobs, filesAPush))
  const writes = isPushed ? pushing + portions + countBatches(blobs, blobsAQuery) : blobs
  const trees = commits.reduce((sum, { edits, known }) => {
    const few = isPushed ? edits.length : known
    return sum + Math.ceil(few / knownEntriesATree + (edits.length - few) / entriesATree - 0.0001)
  }, 0)
  const branch = 1
  return (
    Math.min(queries, Math.max(4, starts.size)) +
    (head === null ? seeding : 0) +
    writes +
    trees +
    commits.length +
    branch
  )
}

export const guesses: Guesses = {
  // Files are read many at once, and when the plan is made.
  read: () => 0,
  write: guessWrite,
  // The tree, and which of its files are pointers.
  list: ({ isKnown, hasObjects }) => Number(!isKnown) + Number(hasObjects),
}
