/**
 * Gathers what commits need, files and trees, for a push, where other ways would take many requests: the number of requests
 * does not grow with the number of files then. The trees are computed here (`expected-tree`), and git takes a push only if
 * nothing is missing in them, so their ids prove what GitHub has.
 */
import { setImmediate as passTurn } from 'node:timers/promises'
import { mapConcurrent } from '../async/concurrent.ts'
import { sliceBatches } from '../model/batches.ts'
import type { Edit, NewCommit } from '../model/remote.ts'
import type { Api } from './api.ts'
import { computeTree } from './expected-tree.ts'
import { readTreeId } from './history.ts'
import { findTransit, type NewTrees } from './push.ts'
import {
  dropKnown,
  groupByLength,
  isKnown,
  pushedMin,
  pushUnknown,
  readEdit,
  readLanes,
  textByteLengthMax,
} from './tree-entries.ts'

/** The most files of one push. A run that is killed has lost what it has read and not pushed. */
export const pushedMax = 5_000
/** The most bytes of texts of one request (`treeWeightMax`). */
export const treeBytesMax = 1_000_000
/** How many entries by id have been seen to go into one request for a tree. A hundred texts take as long. */
export const entriesMax = 500
const textsMax = 100

/** A file that is sent. `mayBeText`: an object that becomes a plain file is hardly one, a pointer is always one. */
export interface Sending {
  readonly byteLength: number
  readonly mayBeText: boolean
}

/** The file that stands for an object in LFS, whose length does not matter. */
export const pointer: Sending = { byteLength: 0, mayBeText: true }

/** Whether a file goes within a request for a tree, where it is no binary. */
export const isText = ({ byteLength, mayBeText }: Sending) => mayBeText && byteLength <= textByteLengthMax

/** The share of a request that a file takes without a push: of texts as many go into one as it may hold. */
const shareOf = (sending: Sending) => (isText(sending) ? Math.max(1 / textsMax, sending.byteLength / treeBytesMax) : 1)

/** Whether a push saves enough requests for commits with so many edits, of which `sent` bring files, each content once. */
export function savesByPush(commits: number, edits: number, sent: readonly Sending[]): boolean {
  const shares = sent.reduce((sum, each) => sum + shareOf(each), (edits - sent.length) / entriesMax)
  // Without it each commit takes a request for its tree at least, and one for itself, but for the last one.
  return Math.max(commits, shares) + commits - 1 >= pushedMin
}

/** What is left to be pushed: files by their ids, and the trees, of which `ids` has that of each commit. */
export interface Cargo {
  readonly ids: readonly string[]
  readonly files: Map<string, Uint8Array>
  readonly trees: NewTrees
}

/**
 * Pushes the files that GitHub lacks in portions, and returns the last one with the trees of the commits. Where reading fails,
 * what was read of a portion is pushed first. Null where the trees, and files that cannot be pushed, are left to `writeTree`.
 * `seed`: the commit below those without a parent. `allRead` is called when every file was read.
 */
export async function gatherTrees(
  api: Api,
  commits: readonly NewCommit[],
  seed: string | null,
  allRead: () => void,
): Promise<Cargo | null> {
  const edits = commits.flatMap((commit) => commit.edits)
  const unknown = listUnknown(api, edits)
  if (!savesByPush(commits.length, edits.length, unknown.map(toSending)) || api.memory.pushRefused) return null
  // A push needs it, and does not wait for it where files are read meanwhile.
  findTransit(api).catch(() => {})
  const oids = new Map<Edit, string>()
  let files = new Map<string, Uint8Array>()
  for (const group of groupByLength(api, unknown))
    for (const portion of sliceBatches(group, pushedMax)) {
      await pushUnknown(api, files)
      if (api.memory.pushRefused) return null
      files = await readPortion(api, portion, oids)
    }
  await dropKnown(api, files)
  allRead()
  // What was asked for leaves before this thread is busy with trees and pack.
  await passTurn()
  const computed = await computeTrees(api, commits, seed, oids)
  if (computed) return { ...computed, files }
  await pushUnknown(api, files)
  return null
}

/** The files that GitHub is not known to have; several with the same known id once. */
function listUnknown(api: Api, edits: readonly Edit[]): Edit[] {
  const open = edits.filter((edit) => edit.file && !isKnown(api, edit))
  return [...new Map(open.map((edit) => [(edit.file?.store === 'plain' && edit.file.oid) || edit, edit])).values()]
}

/** A file without a known git id is an object on the other side. */
function toSending({ file }: Edit): Sending {
  return file?.store === 'plain' ? { byteLength: file.byteLength, mayBeText: file.oid !== null } : pointer
}

/** The bytes of files by their ids; `oids` gets the id of each edit. */
async function readPortion(
  api: Api,
  portion: readonly Edit[],
  oids: Map<Edit, string>,
): Promise<Map<string, Uint8Array>> {
  const read = new Map<string, Uint8Array>()
  try {
    await mapConcurrent(portion, readLanes, async (edit) => {
      const { oid, content } = await readEdit(api, edit)
      oids.set(edit, oid!)
      if (content !== null) read.set(oid!, content)
    })
  } catch (error) {
    await pushUnknown(api, read).catch(() => {})
    throw error
  }
  return read
}

/** The trees of the commits; null where one cannot be computed. */
async function computeTrees(
  api: Api,
  commits: readonly NewCommit[],
  seed: string | null,
  oids: ReadonlyMap<Edit, string>,
): Promise<Omit<Cargo, 'files'> | null> {
  const made = new Map<string, Uint8Array>()
  const ids: string[] = []
  for (const { parents, edits } of commits) {
    const [first = seed && { oid: seed }] = parents
    const before = !first ? null : 'oid' in first ? await readTreeId(api, first.oid) : ids[first.index]!
    const entries = edits.map((edit) => {
      const { path, file } = edit
      const oid = file && ((file.store === 'plain' && file.oid) || oids.get(edit)!)
      return { path, mode: file?.mode ?? ('100644' as const), oid, text: null }
    })
    const tree = await computeTree(api, before, entries, made)
    if (tree === null) return null
    ids.push(tree)
  }
  return { ids, trees: { roots: new Set(ids), made } }
}
