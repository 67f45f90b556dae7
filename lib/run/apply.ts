/**
 * Carries a plan out and decides nothing. Order: objects on both sides; the first side's commits, which nobody sees yet
 * where its service can do that; the second side's head read again, beside the last of these; the first side's branch; its head
 * read again, where it was not just swapped; the second side's commits. Each remote proves what it wrote. A side that is proposed to gets
 * a pull request, and its branch stays. Invariant: after every step
 * each branch is at a whole commit, and a run that starts from there finishes what this one did not.
 */
import { createHash } from 'node:crypto'
import { rolesOf } from '../model/capabilities.ts'
import { contentByteLength, objectOf } from '../model/content.ts'
import type { LfsObject } from '../model/entry.ts'
import { MovedError, WrongCommitError } from '../model/errors.ts'
import type { Edit, NewCommit, NewFile, Remote } from '../model/remote.ts'
import { formatRepository } from '../model/repository.ts'
import { otherSide, sides, sidesOf, type Side, type Sides } from '../model/sides.ts'
import { formatMarks } from '../model/trailers.ts'
import type { Upload, UploadOptions } from '../model/upload.ts'
import type { PlannedEdit } from '../plan/edits.ts'
import { planSending, planWriting, type RunWatch } from '../plan/phases.ts'
import type { Plan, PlannedCommit } from '../plan/plan.ts'
import { describeProposal } from '../plan/proposal.ts'
import type { Contents } from '../planner/contents.ts'
import { ignorePath, nameSet } from '../view/view.ts'
import type { FreshHeads } from './fresh-heads.ts'
import { describeFile } from './planned-file.ts'
import type { Written } from './written.ts'

/**
 * Bytes of plain files held at once while they are turned into objects; a larger one is held alone, and reading it
 * takes about twice its length.
 */
const heldBytesMax = 64_000_000

/** A plan that is carried out: with what, and how far it is. */
export interface Applying {
  readonly plan: Plan
  readonly remotes: Sides<Remote>
  readonly contents: Contents
  /** Filled in as things are written. */
  readonly written: Written
  readonly watch: Partial<RunWatch>
  readonly heads: FreshHeads
}

/** The objects that a side gets, sent in portions: those that the other side has, and those made from plain files. */
class Outbox {
  readonly #side: Side
  readonly #applying: Applying
  /**
   * Files that are turned into objects before these leave, so that a run that ends has sent most of what it has read: as
   * many as the service takes in a batch.
   */
  readonly #heldFilesMax: number
  #ready: Upload[]
  #heldBytes = 0
  #heldFiles = 0

  constructor(side: Side, applying: Applying) {
    this.#side = side
    this.#applying = applying
    this.#heldFilesMax = applying.remotes[side].capabilities.objectsMax
    const other = applying.remotes[otherSide[side]]
    this.#ready = applying.plan.objects[side].map((object) => ({
      object,
      open: (from) => other.openObject(object, from),
    }))
  }

  /** The file as an object. Its bytes are read now only if their hash is not known: the store may have them already. */
  async makeObject({ path, content, mode }: PlannedEdit): Promise<NewFile> {
    const { contents } = this.#applying
    const hash = 'entry' in content! ? contents.findSha256(content.entry) : null
    const byteLength = contentByteLength(content)
    const isFull = hash === null && 'entry' in content! && this.#heldBytes + byteLength > heldBytesMax
    if (isFull || this.#heldFiles === this.#heldFilesMax) await this.flush()
    const bytes = hash === null ? await contents.read(content!) : null
    const object = { oid: hash ?? createHash('sha256').update(bytes!).digest('hex'), byteLength, path }
    const read = async (from: number) => (bytes ?? (await contents.read(content!))).subarray(from)
    this.#ready.push({ object, open: async (from) => ReadableStream.from([await read(from)]) })
    this.#heldBytes += bytes?.length ?? 0
    this.#heldFiles += 1
    return { store: 'lfs', mode, object }
  }

  /** Sends what is ready. */
  async flush(): Promise<void> {
    const ready = this.#ready
    this.#ready = []
    this.#heldBytes = 0
    this.#heldFiles = 0
    if (ready.length > 0) await this.#applying.remotes[this.#side].uploadObjects(ready, this.#options())
  }

  #options(): UploadOptions {
    const { plan, remotes, written, watch } = this.#applying
    const side = this.#side
    const stored = (object: LfsObject, newByteLength: number) => {
      written.objects[side].push({ ...object, newByteLength })
      watch.stored?.(object, newByteLength)
    }
    // The other side's store does not have the objects that are made here.
    const mirrored = new Set(plan.objects[side].map(({ oid }) => oid))
    const next = (objects: readonly LfsObject[]) =>
      remotes[otherSide[side]].locateObjects(objects.filter(({ oid }) => mirrored.has(oid)))
    return { ...(watch.progress && { progress: watch.progress }), stored, next }
  }
}

/** Objects of a side whose bytes become plain files, in the order of the commits that hold them. */
function listReadObjects(commits: readonly PlannedCommit[], from: Side): LfsObject[] {
  const objects: LfsObject[] = []
  for (const { edits } of commits)
    for (const { content, store } of edits) {
      const object = store === 'plain' ? objectOf(content) : null
      if (object && 'entry' in content! && content.side === from) objects.push(object)
    }
  return objects
}

/**
 * The edits of each of a side's commits, with their files as they will be stored; the objects among them are there when
 * this ends. What is ready when something fails is sent all the same, so that the next run finds it there.
 */
async function stageCommits(side: Side, applying: Applying): Promise<Edit[][]> {
  const { plan, contents } = applying
  const commits = plan.commits[side]
  for (const from of sides) contents.expectObjects(from, listReadObjects(commits, from))
  for (const { edits } of commits) contents.expect(edits.map(({ content }) => content))
  const outbox = new Outbox(side, applying)
  const staged: Edit[][] = []
  try {
    for (const { edits } of commits) {
      const files: Edit[] = []
      for (const edit of edits) {
        const file = describeFile(edit, applying)
        files.push({ path: edit.path, file: file === undefined ? await outbox.makeObject(edit) : file })
      }
      staged.push(files)
    }
  } catch (error) {
    // If even this fails, the first failure tells why.
    await outbox.flush().catch(() => {})
    throw error
  }
  await outbox.flush()
  return staged
}

/** The name of what a commit was mirrored as. Where the plan changes its original's `.mirrorignore`, that is not settled. */
function nameMirrored(
  copyOf: PlannedCommit['copyOf'],
  edits: readonly PlannedEdit[],
  { filters }: Plan,
): string | null {
  const isOpen = copyOf !== null && copyOf !== 'new head' && edits.some(({ path }) => path === ignorePath)
  return nameSet(filters, !isOpen)
}

/** The commit as the remote takes it. What it is a copy of must have been written by now. */
function resolveCommit(
  { copyOf, until = null, ...commit }: PlannedCommit,
  edits: readonly Edit[],
  side: Side,
  { plan, remotes, written }: Applying,
): NewCommit {
  const other = otherSide[side]
  const link = (oid: string) => remotes[other].commitUrl(oid)
  const original = copyOf === 'new head' ? written.commits[other] : (copyOf?.oid ?? null)
  return {
    ...commit,
    mirrors: original === null ? null : link(original),
    part: link(original ?? plan.heads[other]!),
    marks: plan.undo
      ? formatMarks(plan.branches, null, null)
      : [
          ...formatMarks(plan.branches, nameMirrored(copyOf, plan.edits[other], plan), plan.lfsUrl),
          ...(until === null ? [] : [['Mirrored-Until', link(until)] as const]),
        ],
    edits,
  }
}

/** Throws a `MovedError` where the head is not the plan's, unless this run has just moved it by compare-and-swap. */
async function requireHead(side: Side, { plan, remotes, written, heads }: Applying): Promise<void> {
  if (written.commits[side]) return
  const head = await heads.read(side)
  if (head === plan.heads[side]) return
  throw new MovedError(
    `${remotes[side].service} "${formatRepository(plan.repositories[side])}" moved to ` +
      `${head?.slice(0, 7) ?? 'no branch'} while this run was at work on ` +
      `${plan.heads[side]?.slice(0, 7) ?? 'an empty repository'}`,
  )
}

/**
 * Sends the objects of the plan, and returns the edits of each commit with their files as they will be stored. No commit is
 * made, and no branch moves.
 */
export async function sendObjects(applying: Applying): Promise<Sides<Edit[][]>> {
  const { first, second } = rolesOf(applying.remotes)
  const sending = planSending(applying.plan)
  if (sending) applying.watch.begin?.(sending)
  return sidesOf(first, await stageCommits(first, applying), await stageCommits(second, applying))
}

/**
 * Writes what the plan says. Throws a `MovedError` where a head moved meanwhile: then another plan has to be made. And a
 * `WrongCommitError` where a branch shows a commit that holds something else than was sent.
 */
export async function applyPlan(applying: Applying): Promise<void> {
  const { plan, remotes, written, watch } = applying
  const { first, second } = rolesOf(remotes)
  const writes = [first, second].filter((side) => plan.commits[side].length > 0)
  for (const side of writes) written.states[side] = 'not written'
  if (plan.makeBranch) {
    await remotes[plan.makeBranch.side].createBranch(plan.makeBranch.at)
    written.branch = plan.makeBranch.side
  }
  const staged = await sendObjects(applying)
  const resolve = (side: Side) =>
    plan.commits[side].map((commit, index) => resolveCommit(commit, staged[side][index]!, side, applying))
  for (const side of writes) {
    watch.begin?.(planWriting(plan, side))
    const { proposals } = remotes[side]
    const before = plan.heads[side]
    if (proposals && before !== null) {
      // Two that are open at once, and both merged, would cross.
      const other = plan.open[otherSide[side]]
      if (other) await remotes[otherSide[side]].proposals?.withdraw?.(other)
      const draft = { words: describeProposal(plan, side), open: plan.open[side] }
      written.proposal = { ...(await proposals.propose(resolve(side), before, draft)), side }
      written.states[side] = 'written'
      continue
    }
    let checked: Promise<void> | null = null
    const check = () => {
      checked ??= requireHead(otherSide[side], applying)
      // What it throws is thrown when everything is ready.
      checked.catch(() => {})
      return checked
    }
    const prepared = await remotes[side].prepare(resolve(side), plan.heads[side], check)
    await check()
    const show = (oid: string) => {
      if (written.commits[side] === oid) return
      written.commits[side] = oid
      watch.committed?.(side, oid)
    }
    try {
      const head = await prepared.publish((oid) => {
        show(oid)
        written.states[side] = 'in part'
      })
      show(head)
      written.states[side] = 'written'
    } catch (error) {
      if (!(error instanceof WrongCommitError)) throw error
      throw adviseMending(error, side, remotes)
    }
  }
}

/** The error, and what a person has to do about the commit. */
function adviseMending({ message, wrong }: WrongCommitError, side: Side, remotes: Sides<Remote>): WrongCommitError {
  const right = otherSide[side]
  const [here, there] = [remotes[side].service, remotes[right].service]
  if (wrong === 'rules')
    return new WrongCommitError(
      `${message}. Rules are each side's own, and no run puts them right: change .gitattributes on ${here} by hand, then run again`,
      wrong,
    )
  return new WrongCommitError(
    `${message}. Later runs may take both sides for equal: look with --verify, then run once with --init ` +
      `${right}, which makes ${here} equal to ${there} by a commit on top` +
      (wrong === 'both' ? `; then change .gitattributes on ${here} by hand, which no run puts right` : ''),
    wrong,
  )
}
