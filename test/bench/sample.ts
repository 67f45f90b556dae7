/** Several measurements of one thing. Pure. */

/** The middle one, of an even count the lower of the two; NaN of none. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? NaN
}

/** By which power the second of each pair grows with the first: the slope of the least squares of their logarithms. */
export function fitExponent(points: readonly (readonly [at: number, value: number])[]): number {
  const logs = points.map(([at, value]): [number, number] => [Math.log(at), Math.log(value)])
  const mean = (of: 0 | 1) => logs.reduce((sum, log) => sum + log[of], 0) / logs.length
  const [x, y] = [mean(0), mean(1)]
  const sum = (of: (log: readonly [number, number]) => number) => logs.reduce((total, log) => total + of(log), 0)
  return sum((log) => (log[0] - x) * (log[1] - y)) / sum((log) => (log[0] - x) ** 2)
}
