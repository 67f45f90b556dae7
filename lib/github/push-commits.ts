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
/**
 * The share of a request that an edit takes without a push: of entries by id 500 have been seen to go into one, and of texts a
 * hundred take as long, or as many as it may hold.
 */
export const requestShare = {
  known: 1 / 500,
  text: (byteLength: number) => Math.max(1 / 100, byteLength / treeBytesMax),
}

/** How many requests commits take without a push, besides the last commit: one at least for the tree of each, and the commits. */
export const countRequests = (commits: number, shares: number) => Math.max(commits, shares) + commits - 1

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
  const shares = edits.reduce((sum, edit) => sum + guessRequests(api, edit), 0)
  if (countRequests(commits.length, shares) < pushedMin || api.memory.pushRefused) return null
  // A push needs it, and does not wait for it where files are read meanwhile.
  findTransit(api).catch(() => {})
  const oids = new Map<Edit, string>()
  let files = new Map<string, Uint8Array>()
  for (const group of groupByLength(api, listUnknown(api, edits)))
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

/** How many requests an edit takes without a push. A file without a known git id is an object on the other side: hardly a text. */
function guessRequests(api: Api, edit: Edit): number {
  const { file } = edit
  if (file === null || isKnown(api, edit)) return requestShare.known
  if (file.store === 'lfs') return requestShare.text(0)
  const { oid, byteLength } = file
  return oid === null || byteLength > textByteLengthMax ? 1 : requestShare.text(byteLength)
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
