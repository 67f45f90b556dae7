/** Small mistakes that change nothing that anybody could notice, by the names that `rooms.ts` gives them, each with the reason. */
export const equivalents: ReadonlyMap<string, string> = new Map([
  [
    'history/sync-points.ts: if (name === undefined || !byId.has(name) || behind.has(name)) continue: name === undefined || !byId.has(name) => (name === undefined) && (!byId.has(name))',
    'a name that is not in the other history is asked for by nobody',
  ],
  [
    'history/base.ts: const sorted = allPairs.length > 0 ? sortByTopology(listings[first].commits) : []: allPairs.length > 0 => (allPairs.length) >= (0)',
    'only sorts what nobody looks at',
  ],
  [
    'history/base.ts: const beside = second && fork !== null ? { commits: second.commits, fork, set: second.set } : null: second && fork !== null => (second) || (fork !== null)',
    'there is a fork where there is a second pair, and nowhere else',
  ],
  [
    'merge/first-questions.ts: const commit = side === undefined ? null : heads[side]: side === undefined => false',
    'the next line leaves where there is no side, whatever the commit',
  ],
  [
    'merge/one-sided.ts: if (after === null || there === null || Boolean(after.lfs) === Boolean(there.lfs) || commit === null) return: after === null || there === null => (after === null) && (there === null)',
    'both hold the same here: where one has none, neither has, and that was decided before',
  ],
])
