/** Both sides of a mirror, held together, so that nothing in the core is written twice. */

export type Side = 'github' | 'huggingface'

/** One value for each side. */
export interface Sides<T> {
  readonly github: T
  readonly huggingface: T
}

/** Both, in the order in which they are named. */
export const sides: readonly [Side, Side] = ['github', 'huggingface']

/** The other side of each. */
export const otherSide: Sides<Side> = { github: 'huggingface', huggingface: 'github' }

/** Makes a value for each side. */
export function mapSides<T>(make: (side: Side) => T): Sides<T> {
  return { github: make('github'), huggingface: make('huggingface') }
}

/** Both values, in the order of `sides`. */
export function valuesOf<T>(values: Sides<T>): readonly [T, T] {
  const [a, b] = sides
  return [values[a], values[b]]
}

/** Null unless both sides have a value. */
export function bothOf<T>(values: Sides<T | null | undefined>): Sides<T> | null {
  return valuesOf(values).every((value) => value !== null && value !== undefined) ? (values as Sides<T>) : null
}

/** One value for a side and one for the other. */
export function sidesOf<T>(side: Side, value: T, other: T): Sides<T> {
  return mapSides((each) => (each === side ? value : other))
}

/** Waits for both at once. A failure is thrown when both have ended, so that nothing runs on unseen. */
export async function awaitSides<T>(make: (side: Side) => Promise<T>): Promise<Sides<T>> {
  const [github, huggingface] = await Promise.allSettled([make('github'), make('huggingface')])
  if (github.status === 'rejected') throw github.reason
  if (huggingface.status === 'rejected') throw huggingface.reason
  return { github: github.value, huggingface: huggingface.value }
}
