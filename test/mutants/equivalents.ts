/** Small mistakes that change nothing that anybody could notice, by the names that `rooms.ts` gives them, each with the reason. */
export const equivalents: ReadonlyMap<string, string> = new Map([])
