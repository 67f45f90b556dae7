/** What a service takes in requests, as its remote guesses it: a dry run adds them up for whoever reads the plan. */

/** What is to be written on top of a head (null: the repository is empty). */
export interface Load {
  readonly head: string | null
  /** `parent`: the first one, a commit or the index of an earlier commit of the list. `known`: it has the bytes. */
  readonly commits: readonly {
    readonly parent: string | number | null
    readonly edits: readonly { readonly path: string; readonly known: boolean }[]
  }[]
  /** How many commits it will show for these. */
  readonly commitCount: number
  /** Plain files whose bytes it lacks, each content once. `wasObject`: the other side holds it in LFS. */
  readonly files: readonly { readonly byteLength: number; readonly wasObject: boolean }[]
}

/** What the proof after a run lists of a side: so many files, null where the run has not counted them. */
export interface Listed {
  readonly files: number | null
  /** The run has listed them before, and has changed nothing since. */
  readonly isKnown: boolean
  readonly hasObjects: boolean
}

/** Numbers of requests; a test holds their sum to a fifth of the truth. */
export interface Guesses {
  /** To read so many plain files, after `before` others of the same run. */
  read(count: number, before: number): number
  write(load: Load): number
  list(listed: Listed): number
}
