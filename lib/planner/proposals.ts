/**
 * What became of earlier pull requests (decision 0049). One that was merged joins the history of its branch as by a merge commit,
 * in whatever way people have merged it; one that is open or was closed may hold all already that this run could propose.
 */
import { listNames, nameOneAnother } from '../history/sync-points.ts'
import { readableAncestors, type Listing } from '../history/topology.ts'
import { rolesOf } from '../model/capabilities.ts'
import { wasMirrored } from '../model/mirrored-set.ts'
import type { Proposal } from '../model/proposal.ts'
import type { Commit, ProposedCommits, Proposals } from '../model/remote.ts'
import { mapSides, otherSide, sides, type Side, type Sides } from '../model/sides.ts'
import { parseTrailers } from '../model/trailers.ts'
import type { Assembly } from '../plan/commits.ts'
import type { Waiting } from '../plan/plan.ts'
import { describeSet } from '../view/view.ts'
import type { Histories } from './histories.ts'
import type { Planning } from './planning.ts'

/**
 * `listings`: the histories with what was merged. `isInSync`: these say so. `open`: the pull request of each side that is open.
 * `waiting`: why the run does nothing; null where it goes on.
 */
interface Found {
  readonly listings: Histories['listings']
  readonly isInSync: boolean
  readonly open: Sides<Proposal | null>
  readonly waiting: Waiting | null
}

/** The history as if a merge commit had merged it: after a squash or a rebase it holds the commits of `merged` nowhere. */
async function joinMerged(listing: Listing, merged: Proposal, { readCommits }: Proposals): Promise<Listing> {
  const head = listing.commits[0]!.oid
  if (readableAncestors(listing.commits, head).has(merged.head)) return listing
  const { commits } = await readCommits(merged, head)
  const known = new Set(listing.commits.map(({ oid }) => oid))
  const brought = commits.filter(({ oid }) => !known.has(oid))
  return {
    ...listing,
    commits: listing.commits.flatMap((commit) =>
      commit.oid === merged.merged ? [{ ...commit, parents: [...commit.parents, merged.head] }, ...brought] : [commit],
    ),
  }
}

/** Whether a pull request holds a copy of this commit of the other side, for what is mirrored now. */
function holdsCopy({ commits }: ProposedCommits, original: Commit, { options: { filters } }: Planning): boolean {
  const now = describeSet(filters)
  return commits.some(({ message, tree }) => {
    const { mirroredFrom, mirroredTree, mirroredSet } = parseTrailers(message)
    return mirroredFrom?.oid === original.oid && tree === mirroredTree && wasMirrored(now, mirroredSet)
  })
}

/**
 * The history in which a commit says itself what a proposed one says that stands on it and changes no file: that it holds what the
 * other side does.
 */
function joinRecords(listing: Listing, { commits }: ProposedCommits): Listing {
  const said = new Map(
    commits.flatMap(({ parents: [parent], tree, message }) =>
      tree !== null && tree === parseTrailers(message).mirroredTree ? [[`${parent} ${tree}`, message] as const] : [],
    ),
  )
  const find = ({ oid, tree }: Commit) => said.get(`${oid} ${tree}`)
  if (!listing.commits.some(find)) return listing
  return {
    ...listing,
    commits: listing.commits.map((commit) => ({ ...commit, message: find(commit) ?? commit.message })),
  }
}

const mayWait = ({ options: { init, answers } }: Planning) => init === null && !answers

/** Whether a commit of the other side is people's, and was not mirrored. */
const isUnknown = (original: Commit | null, listing: Listing) =>
  original !== null &&
  parseTrailers(original.message).mirroredFrom === null &&
  !listNames(listing).some(({ oid }) => oid === original.oid)

/** What a side waits for; null where the run goes on. `found`: what the pull request holds. */
function judgeWaiting(
  { side, proposal }: Omit<Waiting, 'why'>,
  found: ProposedCommits,
  original: Commit | null,
  planning: Planning,
): Waiting | null {
  if (!mayWait(planning) || original === null) return null
  const isClosed = proposal.state === 'closed'
  if (holdsCopy(found, original, planning) && (isClosed || found.isOnHead))
    return { side, proposal, why: isClosed ? 'closed' : 'open' }
  return isClosed || found.isOwn ? null : { side, proposal, why: 'theirs' }
}

/**
 * Asks the sides that are proposed to. Whoever asks for a new base, or answers conflicts, waits for nothing. Costs a listing a
 * side, and a request for each pull request that is looked into.
 */
export async function readProposals({ listings, heads, makeBranch }: Histories, planning: Planning): Promise<Found> {
  const { remotes, options } = planning
  const joined: Record<Side, Listing> = { ...listings }
  const open: Record<Side, Proposal | null> = { ...mapSides(() => null) }
  let waiting: Waiting | null = null
  for (const side of sides) {
    const { proposals } = remotes[side]
    const head = heads[side]
    if (!proposals || head === null || makeBranch?.side === side) continue
    const all = await proposals.list()
    const merged = all.find((one) => listings[side].commits.some(({ oid }) => oid === one.merged))
    if (merged) joined[side] = await joinMerged(listings[side], merged, proposals)
    const here = all.filter(({ into }) => into === undefined)
    open[side] = here.find(({ state }) => state === 'open') ?? null
    const elsewhere = open[side] ? undefined : all.find(({ into }) => into !== undefined)
    const original = heads[otherSide[side]]
    if (elsewhere && mayWait(planning) && isUnknown(original, joined[side]))
      waiting ??= { side, proposal: elsewhere, why: 'elsewhere' }
    const asked = open[side] ?? here.find(({ state }, index) => index === 0 && state === 'closed')
    if (!asked) continue
    const known = new Set(listings[side].commits.map(({ oid }) => oid))
    const held = await proposals.readCommits(asked, head.oid)
    const found = { ...held, commits: held.commits.filter(({ oid }) => !known.has(oid)) }
    joined[side] = joinRecords(joined[side], found)
    waiting ??= judgeWaiting({ side, proposal: asked }, found, original, planning)
  }
  const isJoined = sides.some((side) => joined[side] !== listings[side])
  return { listings: joined, isInSync: isJoined && nameOneAnother(joined, describeSet(options.filters)), open, waiting }
}

/**
 * What a pull request to the `first` side would be. `held`: the other side is written when it is merged, since only then a commit
 * of that branch has what both sides hold. `idle`: it would change no mirrored file. Null where the side is written, or has no
 * commit yet against which one could be opened.
 */
export function judgeProposal(
  { heads, edits }: { readonly heads: Sides<string | null> } & Pick<Assembly, 'edits'>,
  { remotes }: Pick<Planning, 'remotes'>,
): 'held' | 'idle' | null {
  const { first } = rolesOf(remotes)
  if (!remotes[first].proposals || heads[first] === null) return null
  return edits[first].length === 0 ? 'idle' : 'held'
}
