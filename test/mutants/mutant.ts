/** A mistake that is made on purpose, in one file of `lib/`, and the test that notices it. */
export interface Mutant {
  /** Within `lib/`. */
  readonly file: string
  /** Stands in the file exactly once, so that a change of the code that leaves no such place is seen. */
  readonly text: string
  readonly instead: string
  /** What goes wrong with it, in a sentence. */
  readonly breaks: string
  /** The file within `test/`, without `.test.ts`, and what the name of the test holds: a title, or the steady part of one. */
  readonly killer: readonly [file: string, name: string]
}
