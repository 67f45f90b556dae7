/** How many requests a service takes, as its remote guesses: a dry run tells people the sum. */

/** What is to be written on top of a head (null: the repository is empty). */
export interface Load {
  readonly head: string | null
  /** `start`: the first parent, where that is no commit of the list. `known`: of how many edits it has the bytes. */
  readonly commits: readonly {
    readonly start: string | null
    readonly edits: readonly { readonly path: string }[]
    readonly known: number
  }[]
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
  readonly hasObjects: boolean
}

/** Each returns a number of requests. A test holds the sum of a run to within a fifth. */
export interface Guesses {
  /** To read so many plain files, after `before` others of the same run. */
  read(count: number, before: number): number
  write(load: Load): number
  list(listed: Listed): number
}
