/** Reads as much of both histories as the base needs. */
import { findBase, formatDescent, isFirstOfService, type BaseSearch, type Rewritten } from '../history/base.ts'
import type { Listing } from '../history/topology.ts'
import { rolesOf } from '../model/capabilities.ts'
import { emptyTreeId } from '../model/git-object.ts'
import { digestEdits, type Onto } from '../model/onto.ts'
import type { Remote } from '../model/remote.ts'
import { mapSides, otherSide, type Side, type Sides } from '../model/sides.ts'
import type { Histories, Searching } from './histories.ts'

/**
 * Whether a side holds nothing of its own: no commit at all, or only the one with which its service made the repository.
 * People use the same title for their own first commit, so that its files decide. Costs a count at most.
 */
export async function isUntouched(remote: Remote, { commits, complete }: Listing): Promise<boolean> {
  const [head] = commits
  if (!head) return true
  const mayBegin = remote.capabilities.beginsWith.size > 0 && complete && commits.length === 1
  return mayBegin && isFirstOfService(head) && holdsNothing(remote, head.oid)
}

/** Whether a commit holds only what the service itself puts into a new repository. Costs a count. */
export async function holdsNothing(remote: Remote, commit: string): Promise<boolean> {
  const { beginsWith } = remote.capabilities
  return (await remote.countFiles(commit, (path) => !beginsWith.has(path), 1)) === 0
}

/**
 * Where the search ended. `too long`: after more than `historyMax` commits of `side`; then `rewritten` are the trailers that cannot be
 * believed, or null where a sync point was found whose proof needs older commits.
 */
export type FoundBase =
  | (Exclude<BaseSearch, { state: 'more' | 'prove' | 'order' }> & { readonly listings: Sides<Listing> })
  | {
      readonly state: 'too long'
      readonly side: Side
      readonly rewritten: readonly Rewritten[] | null
      readonly listings: Sides<Listing>
    }

/** Whether a commit changed what its trailer recorded, and nothing else; null where the service cannot tell. */
export async function readProof(remote: Remote, commit: string, { parent, edits }: Onto): Promise<boolean | null> {
  const ids = await remote.readIds(parent === emptyTreeId ? null : parent, commit)
  return ids && digestEdits(ids) === edits
}

/** Whether `newer` descends from `older`, as far as `historyMax` commits tell. Costs a request for each page of them. */
async function isBelow(remote: Remote, older: string, newer: string, historyMax: number): Promise<boolean> {
  let history = await remote.readHistory(newer)
  for (let read = 0; history.state === 'branch'; history = await history.readMore()) {
    if (history.commits.some(({ oid }) => oid === older)) return true
    read += history.commits.length
    if (history.readMore === null || read > historyMax) return false
  }
  return false
}

/**
 * Leaves out trailers that were written for another branch which still contains the commit that they name: they came by a
 * merge, and nothing was rewritten. Costs a request for each trailer of another branch.
 */
async function dropMerged(rewritten: readonly Rewritten[], remotes: Sides<Remote>): Promise<Rewritten[]> {
  const left: Rewritten[] = []
  for (const one of rewritten) {
    const other = otherSide[one.side]
    const branch = one.branches[other]
    const isOther = one.why === 'not in the history' && branch !== remotes[other].branch
    if (!isOther || !(await remotes[other].containsCommit(branch, one.named))) left.push(one)
  }
  return left
}

/**
 * Searches the base, and reads older commits only as far as the search needs them: until more than `historyMax` of a side are
 * read, since the base comes after as many.
 */
export async function readBase(
  { listings: first, more }: Histories,
  remotes: Sides<Remote>,
  { historyMax, filters, seesUndone = false }: Searching,
): Promise<FoundBase> {
  const listings: Record<Side, Listing> = { ...first }
  const repositories = mapSides((side) => remotes[side].repository)
  const branches = mapSides((side) => remotes[side].branch)
  const proofs = new Map<string, boolean | null>()
  const descents = new Map<string, boolean>()
  const known = { branches, sharesPaths: filters.paths === null, proofs, descents, roles: rolesOf(remotes), seesUndone }
  for (;;) {
    const search = findBase(listings, repositories, known)
    if (search.state === 'prove') {
      proofs.set(search.commit, await readProof(remotes[search.side], search.commit, search.onto))
      continue
    }
    if (search.state === 'order') {
      const { side, newer, older } = search
      descents.set(formatDescent(newer, older), await isBelow(remotes[side], older, newer, historyMax))
      continue
    }
    if (search.state === 'crossed') return { ...search, listings }
    if (search.state !== 'more') return { ...search, rewritten: await dropMerged(search.rewritten, remotes), listings }
    const { side } = search
    if (listings[side].commits.length > historyMax) {
      const cut = mapSides((each) => ({ ...listings[each], complete: true }))
      const read = findBase(cut, repositories, known)
      return { state: 'too long', side, rewritten: read.state === 'none' ? read.rewritten : null, listings }
    }
    const history = await more[side]!()
    if (history.state !== 'branch') throw new Error(`history of ${side} ended while it was read`)
    more[side] = history.readMore
    listings[side] = { commits: [...listings[side].commits, ...history.commits], complete: history.readMore === null }
  }
}
