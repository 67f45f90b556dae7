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
])
