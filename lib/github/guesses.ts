/** How many requests reading and writing take. */
import { pushLimits, writeLimits } from '../http/pace.ts'
import { guessObjects } from '../lfs/guesses.ts'
import { countBatches, groupByWeight } from '../model/batches.ts'
import { foldersAbove } from '../model/entry.ts'
import type { Guesses, Load, Requests } from '../model/guesses.ts'
import { foldersMax, queriesMax } from './expected-tree.ts'
import { countRequests, pushedMax, requestShare, treeBytesMax } from './push-commits.ts'
import { heldByteLengthMax, pushedMin, textByteLengthMax } from './tree-entries.ts'

/** Beside a push the refs of earlier runs are read. */
const pushing = { core: 1 }
/** An empty repository is looked at once more, and its first commit is made. */
const seeding = 2

/** How many requests a write takes: for folders, blobs, trees, commits, and the branch. */
function guessWrite({ head, commits, files }: Load): Requests {
  if (commits.length === 0) return {}
  const starts = new Set(commits.flatMap(({ start }) => start ?? []))
  const folders = new Set([''])
  for (const { edits } of commits) for (const { path } of edits) for (const one of foldersAbove(path)) folders.add(one)
  const queries = countBatches(starts.size * folders.size, foldersMax)
  const byteLengths: number[] = []
  let [texts, textBytes, textShare, blobs] = [0, 0, 0, 0]
  for (const { byteLength, wasObject } of files) {
    if (byteLength <= textByteLengthMax && !wasObject) {
      texts += 1
      textBytes += byteLength
      textShare += requestShare.text(byteLength)
    } else blobs += 1
    byteLengths.push(byteLength)
  }
  const edits = commits.reduce((sum, commit) => sum + commit.edits.length, 0)
  const others = edits - texts - blobs
  const shares = blobs + textShare + others * requestShare.known
  const isPushed = countRequests(commits.length, shares) >= pushedMin
  const groups = groupByWeight(byteLengths, heldByteLengthMax, (byteLength) => byteLength)
  const portions = Math.max(
    1,
    groups.reduce((sum, { length }) => sum + countBatches(length, pushedMax), 0),
  )
  const trees = commits.reduce((sum, commit) => sum + Math.ceil(commit.edits.length * requestShare.known), 0)
  const treesSent = Math.max(trees, countBatches(textBytes, treeBytesMax))
  const writes = isPushed ? 0 : blobs + treesSent + commits.length
  const isListed = queries > Math.max(queriesMax, starts.size)
  return {
    core: writes + (isPushed ? pushing.core : 0) + (head === null ? seeding : 0) + (isListed ? starts.size : 0),
    writes,
    // The last one moves the branch.
    pushes: isPushed ? portions : 0,
    graphql: (isListed ? 0 : queries) + Number(!isPushed),
    other: isPushed ? portions : 0,
  }
}

/** The branch of a pull request is looked for and made, and the pull request with it. */
export const proposing = { core: 3, writes: 2 }

export const guesses: Guesses = {
  ...guessObjects('lfs'),
  limits: [...writeLimits, ...pushLimits].map(({ what, most, seconds }) => ({ name: what, limit: most, seconds })),
  look: { core: 1 },
  // Files are read many at once, and when the plan is made.
  read: () => ({}),
  write: guessWrite,
  // The tree, and which of its files are pointers.
  list: ({ isKnown, hasObjects }) => ({ core: Number(!isKnown), graphql: Number(hasObjects), lfs: Number(hasObjects) }),
}
