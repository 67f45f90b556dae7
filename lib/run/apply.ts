/**
 * Carries a plan out and decides nothing. Order: objects on both sides; the first side's commits, which nobody sees yet
 * where its service can do that; the second side's head read again; the first side's branch; its head read again, where
 * it was not just swapped; the second side's commits. Each remote proves what it wrote. Invariant: after every step
 * each branch is at a whole commit, and a run that starts from there finishes what this one did not.
 */
import { createHash } from 'node:crypto'
import { rolesOf } from '../model/capabilities.ts'
import { contentByteLength, objectOf, type Content } from '../model/content.ts'
import type { Entry, LfsObject, Mode } from '../model/entry.ts'
import { MovedError, WrongCommitError } from '../model/errors.ts'
import { gitBlobId } from '../model/git-object.ts'
import type { Edit, NewCommit, NewFile, Remote, Upload, UploadOptions, UploadWatch } from '../model/remote.ts'
import { formatRepository } from '../model/repository.ts'
import { otherSide, sides, sidesOf, type Side, type Sides } from '../model/sides.ts'
import { formatMarks } from '../model/trailers.ts'
import type { PlannedEdit } from '../plan/edits.ts'
import type { Plan, PlannedCommit } from '../plan/plan.ts'
import type { Contents } from '../planner/contents.ts'
import type { Written } from './written.ts'

/**
 * Bytes of plain files held at once while they are turned into objects; a larger one is held alone, and reading it
 * takes about twice its length.
 */
const heldBytesMax = 64_000_000
/**
 * Files that are turned into objects before these leave, so that a run that ends has sent most of what it has read: as
 * many as a batch holds.
 */
const heldFilesMax = 100

interface Context {
  readonly plan: Plan
  readonly remotes: Sides<Remote>
  readonly contents: Contents
  readonly written: Written
  readonly watch: UploadWatch
}

function chooseOptions(side: Side, { plan, remotes, written, watch }: Context): UploadOptions {
  const stored = (object: LfsObject) => {
    written.objects[side].push(object)
    watch.stored?.(object)
  }
  // Those that are made here are nowhere else.
  const mirrored = new Set(plan.objects[side].map(({ oid }) => oid))
  const next = (objects: readonly LfsObject[]) =>
    remotes[otherSide[side]].locateObjects(objects.filter(({ oid }) => mirrored.has(oid)))
  return { ...watch, stored, next }
}

function formatText(text: string, mode: Mode | null): NewFile {
  const bytes = Buffer.from(text)
  return { store: 'plain', mode, oid: gitBlobId(bytes), byteLength: bytes.length, read: () => Promise.resolve(bytes) }
}

/**
 * An object that becomes a plain file has its git id once its bytes were read: whoever asks after that need not read
 * them again.
 */
function formatPlain(
  content: Extract<Content, { readonly entry: Entry }>,
  mode: Mode | null,
  contents: Contents,
): NewFile {
  const { lfs, oid, byteLength } = content.entry
  return {
    store: 'plain',
    mode,
    byteLength,
    get oid() {
      return lfs ? contents.findBlobId(lfs) : oid
    },
    read: async () => contents.read(content),
  }
}

/** Objects of a side whose bytes become plain files, in the order of the commits that hold them. */
function listReadObjects(edits: readonly PlannedEdit[], from: Side): LfsObject[] {
  return edits.flatMap(({ content, store }) =>
    store === 'plain' && content && 'entry' in content && content.from === from && content.entry.lfs
      ? [content.entry.lfs]
      : [],
  )
}

/**
 * The files of a side's commits as they will be stored; objects that have to be made from plain files are uploaded on
 * the way.
 */
async function stageFiles(side: Side, context: Context): Promise<Map<PlannedEdit, NewFile | null>> {
  const { plan, remotes, contents } = context
  const other = remotes[otherSide[side]]
  const files = new Map<PlannedEdit, NewFile | null>()
  let uploads: Upload[] = plan.objects[side].map((object) => ({
    object,
    open: (from) => other.openObject(object, from),
  }))
  let [heldBytes, heldFiles] = [0, 0]
  const flush = async () => {
    const ready = uploads
    uploads = []
    heldBytes = 0
    heldFiles = 0
    if (ready.length > 0) await remotes[side].uploadObjects(ready, chooseOptions(side, context))
  }
  const edits = plan.commits[side].flatMap((commit) => commit.edits)
  for (const from of sides) contents.expectObjects(from, listReadObjects(edits, from))
  const stage = async (edit: PlannedEdit) => {
    const { content, store, mode } = edit
    const existing = objectOf(content)
    if (content === null) files.set(edit, null)
    else if (store === 'plain') {
      files.set(edit, 'text' in content ? formatText(content.text, mode) : formatPlain(content, mode, contents))
    } else if (existing) files.set(edit, { store: 'lfs', mode, object: existing })
    else {
      // One that planning has hashed may be in the store already: then its bytes are not needed.
      const hash = 'entry' in content ? contents.findSha256(content.entry) : null
      if (hash === null && 'entry' in content && heldBytes + content.entry.byteLength > heldBytesMax) await flush()
      if (heldFiles === heldFilesMax) await flush()
      const bytes = hash === null ? await contents.read(content) : null
      const object = {
        oid: hash ?? createHash('sha256').update(bytes!).digest('hex'),
        byteLength: contentByteLength(content),
        path: edit.path,
      }
      files.set(edit, { store: 'lfs', mode, object })
      uploads.push({
        object,
        open: async (from) => ReadableStream.from([(bytes ?? (await contents.read(content))).subarray(from)]),
      })
      heldBytes += bytes?.length ?? 0
      heldFiles += 1
    }
  }
  try {
    for (const edit of edits) await stage(edit)
  } catch (error) {
    // What is ready leaves all the same: the next run finds it there. If it cannot, the first failure tells why.
    await flush().catch(() => {})
    throw error
  }
  await flush()
  return files
}

function resolveCommit(
  { copyOf, edits, ...commit }: PlannedCommit,
  side: Side,
  files: Map<PlannedEdit, NewFile | null>,
  { plan, remotes, written }: Context,
): NewCommit {
  const other = otherSide[side]
  const link = (oid: string) => remotes[other].commitUrl(oid)
  const named = copyOf === 'new head' ? written.commits[other] : (copyOf?.oid ?? null)
  return {
    ...commit,
    mirrors: named === null ? null : link(named),
    part: link(named ?? plan.heads[other]!),
    marks: formatMarks(plan.branches, plan.set, plan.lfsUrl),
    edits: edits.map((edit): Edit => ({ path: edit.path, file: files.get(edit)! })),
  }
}

/** A head that this run has just swapped was read by the swap. */
async function requireHead(side: Side, { plan, remotes, written }: Context): Promise<void> {
  if (written.commits[side]) return
  const head = await remotes[side].readHead()
  if (head === plan.heads[side]) return
  throw new MovedError(
    `${remotes[side].service} "${formatRepository(plan.repositories[side])}" moved to ${head?.slice(0, 7) ?? 'no branch'} while this run was at work on ${plan.heads[side]?.slice(0, 7) ?? 'an empty repository'}`,
  )
}

/**
 * Throws a `MovedError` when a head moved meanwhile: make another plan. `written` is filled in as things are written.
 */
export async function applyPlan(context: Context): Promise<void> {
  const { plan, remotes, written } = context
  const { first, second } = rolesOf(remotes)
  const writes = [first, second].filter((side) => plan.commits[side].length > 0)
  for (const side of writes) written.states[side] = 'not written'
  if (plan.makeBranch) {
    await remotes[plan.makeBranch.side].createBranch(plan.makeBranch.at)
    written.branch = plan.makeBranch.side
  }
  const files = sidesOf(first, await stageFiles(first, context), await stageFiles(second, context))
  const resolve = (side: Side) => plan.commits[side].map((commit) => resolveCommit(commit, side, files[side], context))
  for (const side of writes) {
    const prepared = await remotes[side].prepare(resolve(side), plan.heads[side])
    await requireHead(otherSide[side], context)
    try {
      written.commits[side] = await prepared.publish((oid) => {
        written.commits[side] = oid
        written.states[side] = 'in part'
      })
      written.states[side] = 'written'
    } catch (error) {
      if (!(error instanceof WrongCommitError)) throw error
      const right = otherSide[side]
      throw new WrongCommitError(
        `${error.message}. Later runs may take both sides for equal: look with --verify, then run once with --init ${right}, which makes ${remotes[side].service} equal to ${remotes[right].service} by a commit on top`,
      )
    }
  }
}
