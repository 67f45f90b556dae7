/** How many requests the Hub takes. Who changes how it is read or written changes these. */
import { countBatches } from '../model/batches.ts'
import type { Guesses } from '../model/guesses.ts'

/** The address of a plain file, and what that leads to; the first ones of a run are answered at once. */
const readRequests = 2
const readsAtOnce = 2
/** A commit, and the comparison that proves it. */
const commitRequests = 2
const filesAPage = 1_000

export const guesses: Guesses = {
  read: (count, before) => count * readRequests - Math.min(count, Math.max(0, readsAtOnce - before)),
  write: ({ commitCount }) => commitCount * commitRequests,
  // Files by the page, and whether these are all.
  list: ({ files }) => Math.max(1, countBatches(files ?? 1, filesAPage)) + 1,
}
