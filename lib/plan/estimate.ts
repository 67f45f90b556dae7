/**
 * What carrying a plan out will cost, from the plan's own figures. Bytes are counted: those of contents, without the
 * base64 and JSON in which some of them travel. Requests are guessed: a test holds them to a fifth of the truth.
 */
import { foldersAbove } from '../model/entry.ts'
import { gitBlobId } from '../model/git-object.ts'
import { mapSides, otherSide, sides, type Side } from '../model/sides.ts'
import { contentByteLength, plainId, type Plan, type PlannedEdit } from './plan.ts'

/**
 * Requests of one step each, or things that go into one request. Who changes how a remote reads or writes changes
 * these.
 */
const guesses = {
  /**
   * A plain file of the Hub: its address, and what that leads to. GitHub's come many at once, and were read when the
   * plan was made.
   */
  read: { github: 0, huggingface: 2 },
  /** The first ones of a run are answered at once. */
  readsAtOnce: { github: 0, huggingface: 2 },
  /** An object on its way: a download there, an upload and its confirmation here. */
  objectRead: 1,
  objectWritten: 2,
  objectsABatch: 100,
  /** Of GitHub's folders, and of blobs that it may have. */
  foldersAQuery: 25,
  blobsAQuery: 250,
  entriesATree: 100,
  /**
   * Of so many blobs on, they are pushed together: a look at what others have left, portions, and one request more to
   * take away the last one's ref.
   */
  pushedMin: 50,
  bytesAPush: 16_000_000,
  filesAPush: 1_000,
  pushing: 2,
  knownEntriesATree: 500,
  /** A larger text is a blob of its own. */
  textByteLengthMax: 100_000,
  /** A commit on the Hub, and the comparison that proves it. */
  hubCommit: 2,
  /** An empty repository of GitHub is looked at once more and gets its first file by itself. */
  seed: 2,
  /**
   * The proof after a run: GitHub's new tree, which pointers it holds, the Hub's files by the page and whether these
   * are all, and each store.
   */
  provenTree: 1,
  provenPointers: 1,
  filesAPage: 1_000,
  provenPages: 1,
  provenStore: 1,
}

const isObject = ({ content, store }: PlannedEdit) =>
  content !== null && 'entry' in content && content.entry.lfs !== null && store !== 'plain'

/** One name for the same bytes. */
function nameBytes({ content }: PlannedEdit): string | null {
  if (content === null) return null
  return 'text' in content ? gitBlobId(Buffer.from(content.text)) : (content.entry.lfs?.oid ?? content.entry.oid)
}

function isPresent(plan: Plan, side: Side, edit: PlannedEdit): boolean {
  const oid = plan.present[side].size === 0 ? null : plainId(edit)
  return oid !== null && plan.present[side].has(oid)
}

/**
 * What a side gets, each content once; neither objects that pass from store to store are among it nor what the side has
 * already.
 */
function listSent(plan: Plan, side: Side): PlannedEdit[] {
  const sent = new Map<string, PlannedEdit>()
  for (const { edits } of plan.commits[side]) {
    for (const edit of edits) {
      const name = isObject(edit) || isPresent(plan, side, edit) ? null : nameBytes(edit)
      if (name !== null && !sent.has(name)) sent.set(name, edit)
    }
  }
  return [...sent.values()]
}

/** Bytes that the sides get, each content once a side, objects that are there already left out. */
export function countBytes(plan: Plan): number {
  let byteLength = 0
  for (const side of sides) {
    for (const object of plan.objects[side]) byteLength += object.byteLength
    for (const { content } of listSent(plan, side)) byteLength += content ? contentByteLength(content) : 0
  }
  return byteLength
}

const batches = (count: number, size: number) => Math.ceil(count / size)

/** Requests that a run makes after planning. */
export function estimateRequests(plan: Plan): number {
  const { commits, objects, commitCounts, changes } = plan
  const sent = mapSides((side) => listSent(plan, side))
  const made = mapSides((side) => sent[side].filter(({ store }) => store !== null && store !== 'plain').length)
  const writes = sides.filter((side) => commits[side].length > 0)
  const merged = new Set(changes.flatMap(({ path, hunks }) => (hunks ? [path] : [])))
  let requests = plan.makeBranch ? 1 : 0
  for (const side of writes) {
    const passed = objects[side].length
    requests +=
      passed * (guesses.objectRead + guesses.objectWritten) +
      made[side] * guesses.objectWritten +
      batches(passed + made[side], guesses.objectsABatch)
    requests += estimateReads(sent[side], otherSide[side], merged)
    // The other head is looked at once more, unless this run has just moved it.
    if (side === writes[0]) requests += 1
  }
  if (commits.github.length > 0) requests += estimateGithub(plan, sent.github)
  requests += commitCounts.huggingface * guesses.hubCommit
  return requests + estimateProof(plan)
}

/**
 * Files that are plain where they go and have to be read first: what was merged was read for that, and a plain file
 * that becomes an object was looked at.
 */
function estimateReads(sent: readonly PlannedEdit[], from: Side, merged: ReadonlySet<string>): number {
  const read = sent.flatMap(({ path, content, store }) =>
    store === 'plain' && content && 'entry' in content && !merged.has(path) ? [content.entry] : [],
  )
  const objects = read.filter(({ lfs }) => lfs !== null).length
  const plain = read.length - objects
  const atOnce = Math.min(plain, Math.max(0, guesses.readsAtOnce[from] - merged.size))
  return objects * guesses.objectRead + batches(objects, guesses.objectsABatch) + plain * guesses.read[from] - atOnce
}

function estimateProof({ base, changes, commits }: Plan): number {
  const begins = !base?.github
  const hasObjects = changes.some(({ store }) => store !== null && store !== 'plain')
  if (!begins && !hasObjects) return 0
  // What a run that begins found on GitHub it has listed.
  const tree = begins && commits.github.length === 0 ? 0 : guesses.provenTree
  const pages = begins ? Math.max(1, batches(changes.length, guesses.filesAPage)) : 1
  return tree + pages + guesses.provenPages + (hasObjects ? guesses.provenPointers + 2 * guesses.provenStore : 0)
}

/** Folders, trees, blobs, commits, and the branch. */
function estimateGithub(plan: Plan, sent: readonly PlannedEdit[]): number {
  const {
    commits: { github: commits },
    heads,
  } = plan
  const starts = new Set(commits.flatMap(({ parents: [first] }) => (typeof first === 'string' ? [first] : [])))
  const folders = new Set(['', ...commits.flatMap(({ edits }) => edits.flatMap(({ path }) => foldersAbove(path)))])
  const queries = batches(starts.size * folders.size, guesses.foldersAQuery)
  const blobs = sent.filter(
    ({ content, store }) =>
      store === 'plain' &&
      content &&
      (contentByteLength(content) > guesses.textByteLengthMax || ('entry' in content && content.entry.lfs)),
  )
  const isPushed = blobs.length >= guesses.pushedMin
  const byteLength = blobs.reduce((sum, { content }) => sum + (content ? contentByteLength(content) : 0), 0)
  const writes = isPushed
    ? guesses.pushing +
      Math.max(batches(byteLength, guesses.bytesAPush), batches(blobs.length, guesses.filesAPush)) +
      batches(blobs.length, guesses.blobsAQuery)
    : blobs.length
  const share = (edit: PlannedEdit) =>
    isPushed || isPresent(plan, 'github', edit) ? 1 / guesses.knownEntriesATree : 1 / guesses.entriesATree
  const trees = commits.reduce(
    (sum, { edits }) => sum + Math.ceil(edits.reduce((filled, edit) => filled + share(edit), -0.0001)),
    0,
  )
  return (
    Math.min(queries, Math.max(4, starts.size)) +
    (heads.github === null ? guesses.seed : 0) +
    writes +
    trees +
    commits.length +
    1
  )
}
