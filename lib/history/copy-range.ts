/** Which commits of a side are copied to the other one by one, or in groups (Design, "What it writes"). */
import { countBatches, sliceBatches } from '../model/batches.ts'
import { mirrorIdentity } from '../model/mirror-identity.ts'
import type { Commit } from '../model/remote.ts'
import { listedMax } from './message.ts'
import type { Listing } from './topology.ts'

/** More commits than these are copied in groups: Hugging Face allows about 128 commits an hour. */
const copiesMax = 20

/**
 * The commits, oldest first, in groups that become one copy each: alone where they are few and `room` allows it, else as many as
 * the message of a copy can name.
 */
export function groupCopied(commits: readonly Commit[], room: number): Commit[][] {
  const isFew = commits.length <= Math.min(copiesMax, room)
  const groups = isFew ? commits.length : countBatches(commits.length, listedMax)
  return sliceBatches(commits, Math.ceil(commits.length / groups))
}

/** The base and all that contains it, as far as it was read. */
function descendantsOf(commits: readonly Commit[], base: string): Set<string> {
  const children = new Map<string, string[]>()
  for (const { oid, parents } of commits)
    for (const parent of parents) children.set(parent, [...(children.get(parent) ?? []), oid])
  const found = new Set([base])
  for (const oid of found) for (const child of children.get(oid) ?? []) found.add(child)
  return found
}

/**
 * The commits between the base and the head, oldest first. From the head down it follows, at each merge, the first
 * parent that contains the base; where there is no base, the first parent, down to the root. So each of them holds all
 * changes of the one before, which commits of merged branches do not. `null`: they cannot be copied one by one, since
 * they were not read to the end, or begin with the mirror's own merge of a side line, whose commits the
 * other side has already. `idle`: commits that are known to change nothing, which are left out.
 */
export function listCopied(
  { commits, complete }: Listing,
  base: string | null,
  idle: ReadonlySet<string> = new Set(),
): Commit[] | null {
  const byId = new Map(commits.map((commit) => [commit.oid, commit]))
  const contains = base === null ? null : descendantsOf(commits, base)
  if (base === null && !complete) return null
  const path: Commit[] = []
  for (let next = commits[0]?.oid; next !== undefined && next !== base;) {
    const commit = byId.get(next)
    if (!commit) return null
    // A merge brings what is not its own, so that a listing of those that change something may lack it.
    if (!idle.has(commit.oid) || commit.parents.length > 1) path.push(commit)
    next = contains ? commit.parents.find((parent) => contains.has(parent)) : commit.parents[0]
    if (contains && next === undefined) return null
  }
  const oldest = path.at(-1)
  if (base !== null && oldest && oldest.parents[0] !== base && oldest.author.email === mirrorIdentity.email) return null
  return path.toReversed()
}
