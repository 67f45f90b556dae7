/** How many requests reading and writing take. */
import { guessFetches } from '../git-wire/blob-fetcher.ts'
import { pushLimits, writeLimits } from '../http/pace.ts'
import { guessObjects } from '../lfs/guesses.ts'
import { countBatches, groupByWeight, sliceBatches } from '../model/batches.ts'
import { foldersAbove } from '../model/entry.ts'
import { addRequests, type Guesses, type Load, type Requests } from '../model/guesses.ts'
import { foldersMax, queriesMax } from './expected-tree.ts'
import { contentBytesMax } from './memory.ts'
import { entriesMax, isText, pointer, pushedMax, savesByPush, treeBytesMax, type Sending } from './push-commits.ts'
import { heldByteLengthMax, knownAskedMin, writtenAskedMin } from './tree-entries.ts'

/** An empty repository is looked at once more, and its first commit is made. */
const seeding = 2

/** `isNamed`: its git id is known before its bytes are read, so that GitHub was asked for it when the plan was made. */
interface GuessedFile extends Sending {
  readonly isNamed: boolean
}

/** The files that a load sends, each content once. */
function listSent({ commits, files }: Load): GuessedFile[] {
  const sent = Array.from(files, ({ byteLength, wasObject }) => ({
    byteLength,
    mayBeText: !wasObject,
    isNamed: !wasObject,
  }))
  for (const { edits } of commits)
    for (const { store } of edits) if (store !== null && store !== 'plain') sent.push({ ...pointer, isNamed: false })
  return sent
}

/** How many of these lists GitHub is asked for, as `dropKnown` and `stageEdits` do before they send them. */
function countAsked(lists: readonly (readonly GuessedFile[])[], isAsked: (file: GuessedFile) => boolean): number {
  return lists.filter((list) => list.filter(isAsked).length >= writtenAskedMin).length
}

/** How many requests a write takes: for folders, blobs, trees, commits, and the branch. */
function guessWrite(load: Load): Requests {
  const { head, commits } = load
  if (commits.length === 0) return {}
  const starts = new Set(commits.flatMap(({ start }) => start ?? []))
  const folders = new Set([''])
  for (const { edits } of commits) for (const { path } of edits) for (const one of foldersAbove(path)) folders.add(one)
  const queries = countBatches(starts.size * folders.size, foldersMax)
  const isListed = queries > Math.max(queriesMax, starts.size)
  const sent = listSent(load)
  const edits = commits.reduce((sum, commit) => sum + commit.edits.length, 0)
  const groups = groupByWeight(sent, heldByteLengthMax, ({ byteLength }) => byteLength)
  const { graphql, ...rest } = savesByPush(commits.length, edits, sent)
    ? guessPush(groups)
    : guessRequests(load, sent, groups)
  return addRequests(rest, {
    core: (head === null ? seeding : 0) + (isListed ? starts.size : 0),
    graphql: graphql + (isListed ? 0 : queries),
  })
}

/** The last push moves the branch. Beside it the refs of earlier runs are read. */
function guessPush(groups: readonly (readonly GuessedFile[])[]) {
  const portions = groups.flatMap((group) => sliceBatches(group, pushedMax))
  const pushes = Math.max(1, portions.length)
  return { core: 1, writes: 0, pushes, other: pushes, graphql: countAsked(portions, ({ isNamed }) => !isNamed) }
}

/** Without a push. A question moves the branch. */
function guessRequests({ commits }: Load, sent: readonly GuessedFile[], groups: readonly (readonly GuessedFile[])[]) {
  const blobs = sent.filter((file) => !isText(file)).length
  const texts = sent.filter(isText)
  const textBytes = texts.reduce((sum, { byteLength }) => sum + byteLength, 0)
  const trees = commits.reduce((sum, { edits }) => sum + countBatches(edits.length, entriesMax), 0)
  const writes = blobs + Math.max(trees, countBatches(textBytes, treeBytesMax)) + commits.length
  // Where they are few, GitHub was not asked for them before.
  const isFew = sent.filter(({ isNamed }) => isNamed).length < knownAskedMin
  const asked = countAsked(groups, (file) => !isText(file) && (isFew || !file.isNamed))
  return { core: writes, writes, pushes: 0, other: 0, graphql: asked + 1 }
}

/** The files that have made way for others since they were read: the last ones are kept, as long as there is room. */
function listForgotten(byteLengths: readonly number[]): number[] {
  let left = contentBytesMax
  const first = byteLengths.findLastIndex((byteLength) => (left -= byteLength) < 0)
  return byteLengths.slice(0, first + 1)
}

/** The branch of a pull request is looked for and made, and the pull request with it. */
export const proposing = { core: 3, writes: 2 }

export const guesses: Guesses = {
  ...guessObjects('lfs'),
  limits: [...writeLimits, ...pushLimits].map(({ what, most, seconds }) => ({ name: what, limit: most, seconds })),
  look: { core: 1 },
  // Files are read many at once when the plan is made, and what was not kept since is read again.
  read: (byteLengths) => {
    const { fetches, others } = guessFetches(listForgotten(byteLengths))
    return { ...(fetches > 0 && { other: fetches }), ...(others > 0 && { core: others }) }
  },
  write: guessWrite,
  // The tree, and which of its files are pointers.
  list: ({ isKnown, hasObjects }) => ({ core: Number(!isKnown), graphql: Number(hasObjects), lfs: Number(hasObjects) }),
}
