/** How many requests reading and writing take. */
import { guessFetches } from '../git-wire/blob-fetcher.ts'
import { guessObjects } from '../lfs/guesses.ts'
import { countBatches } from '../model/batches.ts'
import type { Guesses } from '../model/guesses.ts'
import { capabilities } from './capabilities.ts'
import { commitsPerHour } from './commit-parts.ts'
import { rawReadsMax } from './content.ts'
import { pageSize } from './tree.ts'

/** A plain file takes two requests, as the first one is redirected. */
const readRequests = 2
/** The commit, and the comparison that proves it. */
const commitRequests = 2

/** A pull request is made, found, written and looked at, gets its title, and is opened. */
export const proposing = { api: 7 }

/** `commitsLeft`: of those that the Hub takes within an hour. */
export const createGuesses = (commitsLeft: number): Guesses => ({
  ...guessObjects('api', capabilities.objectsMax),
  // Of a free account, where no answer has told of another one (its docs, "Rate limits").
  limits: [
    { name: 'resolvers', limit: 5_000, seconds: 300 },
    { name: 'pages', limit: 200, seconds: 300 },
    { name: 'commits', limit: commitsPerHour, seconds: 3_600, left: commitsLeft },
  ],
  look: { api: 1 },
  read: (byteLengths, before) => {
    const { fetches, others } = guessFetches(byteLengths)
    const pages = Math.min(others, Math.max(0, rawReadsMax - before))
    return { ...(fetches > 0 && { api: fetches }), pages, resolvers: (others - pages) * readRequests }
  },
  write: ({ commitCount }) => ({ api: commitCount * commitRequests, commits: commitCount }),
  // The pages, and the proof that they are all.
  list: ({ files, hasObjects }) => ({ api: Math.max(1, countBatches(files ?? 1, pageSize)) + 1 + Number(hasObjects) }),
})
