/** Several measurements of one thing. Pure. */

/** The middle one, of an even count the lower of the two; NaN of none. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? NaN
}
