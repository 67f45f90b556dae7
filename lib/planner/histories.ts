/** Reads as much of both histories as the base needs. */
import { findBase, isFirstOfService, type BaseSearch, type Rewritten } from '../history/base.ts'
import { listNames } from '../history/sync-points.ts'
import type { Listing } from '../history/topology.ts'
import { rolesOf, servicesOf } from '../model/capabilities.ts'
import { RefusedError } from '../model/errors.ts'
import { emptyTreeId } from '../model/git-object.ts'
import { digestEdits, type Onto } from '../model/onto.ts'
import type { Commit, History, Remote } from '../model/remote.ts'
import { sameRepository } from '../model/repository.ts'
import { awaitSides, mapSides, otherSide, sides, sidesOf, type Side, type Sides, valuesOf } from '../model/sides.ts'
import { formatLostBranch, formatNoBranch } from '../plan/missing-branch.ts'
import type { PlanOptions } from './planning.ts'

/**
 * The commits that were read of both branches, newest first. `makeBranch`: the side that has no such branch yet, and the
 * commit where it is to start. `more` reads older commits; null where the listing is complete.
 */
export interface Histories {
  readonly listings: Sides<Listing>
  readonly heads: Sides<Commit | null>
  readonly makeBranch: { readonly side: Side; readonly at: string } | null
  readonly more: Record<Side, (() => Promise<History>) | null>
}

/** What the search for a base goes by. `seesUndone` as in `Known`. */
type Searching = Pick<PlanOptions, 'historyMax' | 'filters' | 'create'> & { readonly seesUndone?: boolean }

const areNamedAlike = (remotes: Sides<Remote>) => new Set(valuesOf(remotes).map(({ branch }) => branch)).size === 1

/**
 * Where a side without the branch has to start it: at the only commit of a repository that `--create` has just made; else
 * at the base of its default branch and the other side's branch; else at the latest of its commits that the other branch
 * names, if some branch still contains that. If none does, its owner deleted it with the branch (`lost`). Null where
 * nothing tells.
 */
async function findBranchPoint(
  side: Side,
  other: History & { state: 'branch' },
  remotes: Sides<Remote>,
  options: Searching,
): Promise<{ readonly at: string } | { readonly lost: string } | null> {
  const elsewhere = await remotes[side].readHistory('HEAD')
  const histories = listHistories(
    elsewhere.state === 'branch' ? sidesOf(side, elsewhere, other) : mapSides(() => other),
    null,
  )
  if (elsewhere.state === 'branch') {
    if (options.create !== null && (await isUntouched(remotes[side], histories.listings[side])))
      return { at: histories.heads[side]!.oid }
    if (!areNamedAlike(remotes)) return null
    const found = await readBase(histories, remotes, options)
    if (found.state === 'found' && found.rewritten.length === 0 && found.base.commits[side])
      return { at: found.base.commits[side] }
  }
  for (const { oid, repository } of listNames(histories.listings[otherSide[side]])) {
    if (await remotes[side].containsCommit(null, oid)) return { at: oid }
    if (sameRepository(repository, remotes[side].repository)) return { lost: oid }
  }
  return null
}

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

/** What was read of both sides, in one value. */
function listHistories(histories: Sides<History>, makeBranch: Histories['makeBranch']): Histories {
  const found = mapSides((side) => (histories[side].state === 'branch' ? histories[side] : null))
  const more = mapSides((side) => found[side]?.readMore ?? null)
  const listings = mapSides((side) => ({ commits: found[side]?.commits ?? [], complete: more[side] === null }))
  return { listings, heads: mapSides((side) => listings[side].commits[0] ?? null), makeBranch, more: { ...more } }
}

const defaultBranchOf = (history: History) => (history.state === 'no branch' ? history.defaultBranch : null)

/** Costs a request a side where both have the branch. Throws a `RefusedError` where one is missing and cannot be made. */
export async function readHistories(remotes: Sides<Remote>, options: Searching): Promise<Histories> {
  const histories: Record<Side, History> = { ...(await awaitSides((side) => remotes[side].readHistory())) }
  let makeBranch: Histories['makeBranch'] = null
  for (const side of sides) {
    const history = histories[side]
    if (history.state !== 'no branch') continue
    const other = histories[otherSide[side]]
    const branches = mapSides((each) => remotes[each].branch)
    const defaults = mapSides((each) => defaultBranchOf(histories[each]))
    const services = servicesOf(remotes)
    const names = await history.readNames()
    // A branch under another name than the other side's may be a slip, unless the repository is new; and one with the name
    // of a tag is ambiguous to git.
    const isMeant = areNamedAlike(remotes) || options.create !== null
    const mayBeMade = other.state === 'branch' && isMeant && !names.isTag
    const point = mayBeMade ? await findBranchPoint(side, other, remotes, options) : null
    if (point === null) throw new RefusedError(formatNoBranch(side, { branches, defaults, services }, names))
    if ('lost' in point) throw new RefusedError(formatLostBranch(side, branches, point.lost, services))
    makeBranch = { side, at: point.at }
    histories[side] = await remotes[side].readHistory(point.at)
  }
  return listHistories(histories, makeBranch)
}

/**
 * Where the search ended. `too long`: at `historyMax` commits of `side`; then `rewritten` are the trailers that cannot be
 * believed, or null where a sync point was found whose proof needs older commits.
 */
export type FoundBase =
  | (Exclude<BaseSearch, { state: 'more' | 'prove' }> & { readonly listings: Sides<Listing> })
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

/** Searches the base, and reads older commits only as far as the search needs them: at most `historyMax` of a side. */
export async function readBase(
  { listings: first, more }: Histories,
  remotes: Sides<Remote>,
  { historyMax, filters, seesUndone = false }: Searching,
): Promise<FoundBase> {
  const listings: Record<Side, Listing> = { ...first }
  const repositories = mapSides((side) => remotes[side].repository)
  const branches = mapSides((side) => remotes[side].branch)
  const proofs = new Map<string, boolean | null>()
  const known = { branches, sharesPaths: filters.paths === null, proofs, roles: rolesOf(remotes), seesUndone }
  for (;;) {
    const search = findBase(listings, repositories, known)
    if (search.state === 'prove') {
      proofs.set(search.commit, await readProof(remotes[search.side], search.commit, search.onto))
      continue
    }
    if (search.state === 'crossed') return { ...search, listings }
    if (search.state !== 'more') return { ...search, rewritten: await dropMerged(search.rewritten, remotes), listings }
    const { side } = search
    if (listings[side].commits.length >= historyMax) {
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
