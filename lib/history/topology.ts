/** Which commit descends from which, as far as a history was read: by parents alone, never by dates or positions. */
import type { Commit } from '../model/remote.ts'

/** What was read of a side's history, newest first: the head at index 0. `complete`: down to the roots. */
export interface Listing {
  readonly commits: readonly Commit[]
  readonly complete: boolean
}

/** The same commits, children before their parents. */
export function sortByTopology(commits: readonly Commit[]): Commit[] {
  const byId = new Map(commits.map((commit) => [commit.oid, commit]))
  const sorted: Commit[] = []
  const seen = new Set<string>()
  for (const start of commits) {
    // Not recursive, since a history is deeper than the call stack. A commit follows all that it descends from.
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

/** These commits (`oids`) and all that they descend from, as far as it was read. */
export function readableAncestors(commits: readonly Commit[], ...oids: readonly string[]): Set<string> {
  const byId = new Map(commits.map((commit) => [commit.oid, commit]))
  const seen = new Set<string>()
  const stack = [...oids]
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (seen.has(next)) continue
    seen.add(next)
    stack.push(...(byId.get(next)?.parents ?? []))
  }
  return seen
}

/** The commits of a listing that are not among these (`oids`) and their ancestors, newest first. */
export function commitsAfter({ commits }: Listing, ...oids: readonly string[]): Commit[] {
  const before = readableAncestors(commits, ...oids)
  return commits.filter(({ oid }) => !before.has(oid))
}

/** Those of some commits (`oids`) that no other of them descends from. `sorted`: the history, children before parents. */
export function listTips(sorted: readonly Commit[], oids: ReadonlySet<string>): string[] {
  const below = new Set<string>()
  const tips: string[] = []
  for (const { oid, parents } of sorted) {
    const isBelow = below.has(oid)
    if (oids.has(oid) && !isBelow) tips.push(oid)
    if (oids.has(oid) || isBelow) for (const parent of parents) below.add(parent)
  }
  return tips
}

/** The latest commits that both descend from; `'unread'` where commits that were not read could be such ones. */
export function findForks(listing: Listing, sorted: readonly Commit[], a: string, b: string): string[] | 'unread' {
  const of = [readableAncestors(listing.commits, a), readableAncestors(listing.commits, b)] as const
  const forks = listTips(sorted, new Set([...of[0]].filter((oid) => of[1].has(oid))))
  const read = new Set(listing.commits.map(({ oid }) => oid))
  const between = commitsAfter(listing, ...forks).filter(({ oid }) => of.some((one) => one.has(oid)))
  return !listing.complete && between.some(({ parents }) => parents.some((oid) => !read.has(oid))) ? 'unread' : forks
}
