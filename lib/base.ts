/**
 * The last common commit of two histories, from what their commits say of themselves. Design, section 2.
 *
 * A sync point is a pair of commits, one a side, whose mirrored files are equal: a copy and its original (joined by a `Mirrored-From`
 * trailer), or one commit id in both histories. The base is the pair with the latest Hugging Face commit in that side's line and, for that
 * one, the latest GitHub commit. A trailer is a hint that proves itself: a copy whose side tells tree ids counts only while its tree is the
 * one it recorded. Invariant: a trailer after the base that names something later than the base is a refusal, never an older pair.
 */
import type { Commit, Repository } from './remote.ts'
import { mapSides, otherSide, sides, type Side, type Sides } from './sides.ts'
import { sameRepository } from './repository.ts'
import { parseTrailers } from './trailers.ts'

/** What was read of a side's history: newest first, the head at index 0. `complete` when it goes down to the roots. */
export interface Listing { readonly commits: readonly Commit[], readonly complete: boolean }

/** A piece of a copy that the mirror wrote after the base: for the paths it brought, (`original`, `part`) is the sync point. */
export interface Part { readonly side: Side, readonly part: string, readonly parent: string | null, readonly original: string }

/** `commits` are null on both sides when nothing was mirrored yet but pieces of the first copy. */
export interface Base {
  readonly commits: Sides<string | null>
  readonly by: 'trailer' | 'shared commit' | 'content' | 'empty side' | 'init' | 'no base'
  /** Whether the copy's recorded tree proves it, so that a size is enough to compare a plain file with an object. */
  readonly recorded: boolean
  readonly parts: readonly Part[]
  /** The side that held nothing of its own when mirroring began, where it begins with this run or with one that was cut short. */
  readonly emptySide: Side | null
}

/** A trailer that cannot be believed: which commit carries it, and what it names. */
export interface Rewritten { readonly side: Side, readonly commit: string, readonly named: string, readonly why: 'not in the history' | 'changed since it was copied' }

export type BaseSearch =
  | { readonly state: 'found', readonly base: Base, readonly rewritten: readonly Rewritten[] }
  | { readonly state: 'none', readonly rewritten: readonly Rewritten[] }
  /** Not decided until more of this side's history is read. */
  | { readonly state: 'more', readonly side: Side }

/** Whether a commit still is the copy it says it is. */
function isProven(commit: Commit, recordedTree: string | null): boolean {
  return commit.tree === null || commit.tree === recordedTree
}

/** In sync, read from the two heads alone: one names the other, or they are one commit. */
export function nameOneAnother(heads: Sides<Commit>): boolean {
  return heads.github.oid === heads.huggingface.oid || sides.some((side) => {
    const { mirroredFrom, mirroredTree } = parseTrailers(heads[side].message)
    return mirroredFrom?.oid === heads[otherSide[side]].oid && isProven(heads[side], mirroredTree)
  })
}

/** Children before parents, as far as the commits were read. */
function sortByTopology(commits: readonly Commit[]): Commit[] {
  const byId = new Map(commits.map((commit) => [commit.oid, commit]))
  const sorted: Commit[] = []
  const seen = new Set<string>()
  for (const start of commits) {
    // Iterative, since a history is deeper than a stack: a commit is put out after all that it descends from.
    const stack: [commit: Commit, next: number][] = seen.has(start.oid) ? [] : [[start, 0]]
    seen.add(start.oid)
    while (stack.length > 0) {
      const top = stack.at(-1)!
      const parent = byId.get(top[0].parents[top[1]++] ?? '')
      if (parent && !seen.has(parent.oid)) {
        seen.add(parent.oid)
        stack.push([parent, 0])
      } else if (!parent && top[1] > top[0].parents.length) sorted.push(stack.pop()![0])
    }
  }
  return sorted.toReversed()
}

/** A commit and what it descends from, as far as it was read. */
export function readableAncestors(commits: readonly Commit[], oid: string): Set<string> {
  const byId = new Map(commits.map((commit) => [commit.oid, commit]))
  const seen = new Set<string>()
  const stack = [oid]
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (seen.has(next)) continue
    seen.add(next)
    stack.push(...byId.get(next)?.parents ?? [])
  }
  return seen
}

/** The commits of a listing that a base commit does not contain, newest first. */
export function commitsAfter(listing: Listing, base: string): Commit[] {
  const before = readableAncestors(listing.commits, base)
  return listing.commits.filter(({ oid }) => !before.has(oid))
}

/** The commit that makes a Hub repository. */
export function isFirstOfHub({ message, parents }: Commit): boolean {
  return parents.length === 0 && message.trim() === 'initial commit'
}

interface Pair { readonly commits: Sides<string>, readonly by: 'trailer' | 'shared commit', readonly recorded: boolean }

function listPairs(listings: Sides<Listing>, ids: Sides<ReadonlyMap<string, Commit>>): Pair[] {
  const pairs: Pair[] = []
  for (const side of sides) {
    for (const commit of listings[side].commits) {
      const { mirroredFrom, mirroredTree } = parseTrailers(commit.message)
      const shared = ids[otherSide[side]].has(commit.oid)
      if (shared && side === 'github') pairs.push({ commits: { github: commit.oid, huggingface: commit.oid }, by: 'shared commit', recorded: true })
      if (!mirroredFrom || !ids[otherSide[side]].has(mirroredFrom.oid) || !isProven(commit, mirroredTree)) continue
      const other = mirroredFrom.oid
      pairs.push({
        commits: side === 'github' ? { github: commit.oid, huggingface: other } : { github: other, huggingface: commit.oid },
        by: 'trailer', recorded: commit.tree !== null,
      })
    }
  }
  return pairs
}

/** The pair with the latest commit in Hugging Face's line, then the latest on GitHub. */
function latestPair(pairs: readonly Pair[], listings: Sides<Listing>): Pair | null {
  const order = { github: sortByTopology(listings.github.commits), huggingface: listings.huggingface.commits }
  const rank = (side: Side) => new Map(order[side].map(({ oid }, index) => [oid, index]))
  const ranks = { github: rank('github'), huggingface: rank('huggingface') }
  const compare = (a: Pair, b: Pair, side: Side) => ranks[side].get(a.commits[side])! - ranks[side].get(b.commits[side])!
  return pairs.toSorted((a, b) => compare(a, b, 'huggingface') || compare(a, b, 'github') || Number(b.recorded) - Number(a.recorded))[0] ?? null
}

interface Claims { readonly parts: readonly Part[], readonly rewritten: readonly Rewritten[], readonly unread: Side | null }

/** What the commits of one side say after the base about commits of the other side that the base does not contain. */
function listClaims(side: Side, base: string | null, known: ReadonlySet<string>, listings: Sides<Listing>, ids: Sides<ReadonlyMap<string, Commit>>, repositories: Sides<Repository>): Claims {
  const other = otherSide[side]
  const parts: Part[] = []
  const rewritten: Rewritten[] = []
  const after = base === null ? listings[side].commits : commitsAfter(listings[side], base)
  // A side branch may go below what was read: until it meets the base's history, what it says has not been heard.
  if (!listings[side].complete && after.some(({ parents }) => parents.some((oid) => !ids[side].has(oid)))) return { parts, rewritten, unread: side }
  for (const commit of after.toReversed()) {
    const { mirroredFrom, mirroredPart } = parseTrailers(commit.message)
    const link = mirroredFrom ?? mirroredPart
    if (!link || known.has(link.oid)) continue
    const named = ids[other].has(link.oid)
    // A trailer of another pair of repositories is no evidence against this one.
    if (!named && !sameRepository(link.repository, repositories[other])) continue
    if (!named && !listings[other].complete) return { parts, rewritten, unread: other }
    if (named && !mirroredFrom) parts.push({ side, part: commit.oid, parent: commit.parents[0] ?? null, original: link.oid })
    else rewritten.push({ side, commit: commit.oid, named: link.oid, why: named ? 'changed since it was copied' : 'not in the history' })
  }
  return { parts, rewritten, unread: null }
}

/** Decides the base from what was read so far, or says what to read next. */
export function findBase(listings: Sides<Listing>, repositories: Sides<Repository>): BaseSearch {
  const ids = mapSides((side) => new Map(listings[side].commits.map((commit) => [commit.oid, commit])))
  const pair = latestPair(listPairs(listings, ids), listings)
  if (!pair) {
    const open = sides.filter((side) => !listings[side].complete)
    const shortest = open.toSorted((a, b) => listings[a].commits.length - listings[b].commits.length)[0]
    if (shortest) return { state: 'more', side: shortest }
  }
  const claims = mapSides((side) => listClaims(
    side, pair?.commits[side] ?? null,
    pair ? readableAncestors(listings[otherSide[side]].commits, pair.commits[otherSide[side]]) : new Set(),
    listings, ids, repositories))
  const unread = claims.github.unread ?? claims.huggingface.unread
  if (unread) return { state: 'more', side: unread }
  const parts = sides.flatMap((side) => claims[side].parts)
  const rewritten = sides.flatMap((side) => claims[side].rewritten)
  if (pair) return { state: 'found', base: { ...pair, parts, emptySide: null }, rewritten }
  const [firstPart] = parts
  // On top of anything else a part is of `--init`, which was asked for once and has to be asked for again.
  const below = firstPart?.parent ? ids[firstPart.side].get(firstPart.parent) : undefined
  if (firstPart && (firstPart.parent === null || (below && isFirstOfHub(below)))) return { state: 'found', base: { commits: { github: null, huggingface: null }, by: 'empty side', recorded: false, parts, emptySide: firstPart.side }, rewritten }
  return { state: 'none', rewritten }
}
