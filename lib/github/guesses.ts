/** How many requests reading and writing take. */
import { guessObjects } from '../lfs/guesses.ts'
import { countBatches } from '../model/batches.ts'
import { foldersAbove } from '../model/entry.ts'
import type { Guesses, Load, Requests } from '../model/guesses.ts'
import { foldersMax, queriesMax } from './expected-tree.ts'
import { textsMax } from './expected.ts'
import { entriesMax } from './new-tree.ts'
import { heldByteLengthMax, pushedMax, pushedMin, textByteLengthMax } from './tree-entries.ts'

/** Before a push the refs of earlier runs are read; after it the last ref is removed. */
const pushing = { core: 1, other: 1 }
/** An empty repository is looked at once more, and its first commit is made. */
const seeding = 2

/** How many requests a write takes: for folders, blobs, trees, commits, and the branch. */
function guessWrite({ head, commits, files }: Load): Requests {
  if (commits.length === 0) return {}
  const starts = new Set(commits.flatMap(({ start }) => start ?? []))
  const folders = new Set([''])
  for (const { edits } of commits) for (const { path } of edits) for (const one of foldersAbove(path)) folders.add(one)
  const queries = countBatches(starts.size * folders.size, foldersMax)
  let [blobs, bytes] = [0, 0]
  for (const { byteLength, wasObject } of files) {
    if (byteLength <= textByteLengthMax && !wasObject) continue
    blobs += 1
    bytes += byteLength
  }
  const isPushed = blobs >= pushedMin
  const portions = Math.max(countBatches(bytes, heldByteLengthMax), countBatches(blobs, pushedMax))
  const trees = commits.reduce((sum, { edits, known }) => {
    const few = isPushed ? edits.length : known
    return sum + Math.ceil(few / entriesMax.known + (edits.length - few) / entriesMax.any - 0.0001)
  }, 0)
  const writes = (isPushed ? 0 : blobs) + trees + commits.length
  const isListed = queries > Math.max(queriesMax, starts.size)
  return {
    core: writes + (isPushed ? pushing.core : 0) + (head === null ? seeding : 0) + (isListed ? starts.size : 0),
    writes,
    // The last one moves the branch.
    graphql: (isListed ? 0 : queries) + (isPushed ? countBatches(blobs, textsMax) : 0) + 1,
    other: isPushed ? pushing.other + portions : 0,
  }
}

export const guesses: Guesses = {
  ...guessObjects('lfs'),
  look: { core: 1 },
  // Files are read many at once, and when the plan is made.
  read: () => ({}),
  write: guessWrite,
  // The tree, and which of its files are pointers.
  list: ({ isKnown, hasObjects }) => ({ core: Number(!isKnown), graphql: Number(hasObjects), lfs: Number(hasObjects) }),
}
