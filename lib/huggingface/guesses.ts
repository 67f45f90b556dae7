/** How many requests reading and writing take. These numbers have to follow the code that reads and writes. */
import { countBatches } from '../model/batches.ts'
import type { Guesses } from '../model/guesses.ts'

/** A plain file takes two requests, as the first one is redirected; the first two files of a run take one. */
const readRequests = 2
const readsAtOnce = 2
/** The commit, and the comparison that proves it. */
const commitRequests = 2
const filesAPage = 1_000

export const guesses: Guesses = {
  read: (count, before) => count * readRequests - Math.min(count, Math.max(0, readsAtOnce - before)),
  write: ({ commitCount }) => commitCount * commitRequests,
  // The pages, and the proof that they are all.
  list: ({ files }) => Math.max(1, countBatches(files ?? 1, filesAPage)) + 1,
}
