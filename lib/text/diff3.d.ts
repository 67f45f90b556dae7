/** The package has no types of its own. Lines are compared with `===`. */
declare module 'diff3' {
  type Block<T> =
    | { ok: T[]; conflict?: never }
    | { ok?: never; conflict: { a: T[]; aIndex: number; o: T[]; oIndex: number; b: T[]; bIndex: number } }
  /** Merges two lists over their base `o`; what both changed alike is `ok`. */
  export default function diff3Merge<T>(a: readonly T[], o: readonly T[], b: readonly T[]): Block<T>[]
}
