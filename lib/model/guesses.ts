/** How many requests a service takes, as its remote guesses: a plan tells people and programs of them before they are made. */

/**
 * Requests, each under the name by which the service counts it in the headers of its answers, as `core` or `resolvers`;
 * under `other` where it counts none, as for git's own protocol and storage. `writes`, `pushes` and `commits` are no requests more: a
 * service counts those among them once again.
 */
export type Requests = Readonly<Record<string, number>>

/**
 * A limit as a service has told it in the latest answer that it counted there: so many requests in so many seconds, of which
 * some are `left` until a moment (RFC 3339). `asked`: by this run.
 */
export interface Limit {
  readonly asked: number
  readonly limit: number
  readonly left: number
  readonly until: string
  readonly seconds: number
}

/** A limit as its service documents it. `left`: of these seconds, where that is known. */
export interface Documented extends Pick<Limit, 'limit' | 'seconds'> {
  readonly name: string
  readonly left?: number
}

/** By name, as in `Requests`. */
export type Limits = Readonly<Record<string, Limit>>

/** What is counted once again, under limits that no header tells. */
export const countedAgain: ReadonlySet<string> = new Set(['writes', 'pushes', 'commits'])

/** The sum of both. */
export function addRequests(some: Requests, more: Requests): Requests {
  const sum: Record<string, number> = { ...some }
  for (const [name, count] of Object.entries(more)) sum[name] = (sum[name] ?? 0) + count
  return sum
}

/** The guesses of a remote whose pull requests take so many more than its commits. */
export const withProposal = (guesses: Guesses, more: Requests): Guesses => ({
  ...guesses,
  write: (load) => addRequests(guesses.write(load), more),
})

/** How many requests these are in all. */
export function countRequests(requests: Requests): number {
  return Object.entries(requests).reduce((sum, [name, count]) => (countedAgain.has(name) ? sum : sum + count), 0)
}

/** `store`: as of a draft, null for a deletion. */
interface LoadedEdit {
  readonly path: string
  readonly store: string | null
}

/** What is to be written on top of a head (null: the repository is empty). */
export interface Load {
  readonly head: string | null
  /** `start`: the first parent, where that is no commit of the list. */
  readonly commits: readonly { readonly start: string | null; readonly edits: readonly LoadedEdit[] }[]
  /** How many commits the service will show for these. */
  readonly commitCount: number
  /** Plain files whose bytes it lacks, each content once. `wasObject`: the other side has it in LFS. */
  readonly files: Iterable<{ readonly byteLength: number; readonly wasObject: boolean }>
}

/** What is listed of a side for the proof after a run; `files` is null where they were not counted. */
export interface Listed {
  readonly files: number | null
  /** They were listed before and have not changed since. */
  readonly isKnown: boolean
  /** The store is asked for them, too. */
  readonly hasObjects: boolean
}

/** What requests each step takes. A test holds what is guessed of a run to within a fifth of what it makes. */
export interface Guesses {
  /** Limits that the service documents, and tells of in no header, or not before the first request. */
  readonly limits: readonly Documented[]
  /** At the head. */
  readonly look: Requests
  /** To read plain files of so many bytes, after `before` others of the same run. */
  read(byteLengths: readonly number[], before: number): Requests
  write(load: Load): Requests
  list(listed: Listed): Requests
  readObjects(count: number): Requests
  writeObjects(count: number): Requests
}
