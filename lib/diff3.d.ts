/** The package has no types of its own. Lines are compared with `===`. */
declare module 'diff3' {
  type Block<T> = { ok: T[], conflict?: never } | { ok?: never, conflict: { a: T[], aIndex: number, o: T[], oIndex: number, b: T[], bIndex: number } }
  /** Merges two lists over their base `o`; what both changed alike is `ok`. */
  export default function diff3Merge<T>(a: readonly T[], o: readonly T[], b: readonly T[]): Block<T>[]
}

declare module 'diff3/onp.js' {
  /** The differences of two lists in order: where each begins and how long it is, in `a` and in `b`. */
  export default class Onp<T> {
    constructor(a: readonly T[], b: readonly T[])
    compose(): { file1: [start: number, length: number], file2: [start: number, length: number] }[]
  }
}
