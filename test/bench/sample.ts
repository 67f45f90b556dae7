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

/** By less than such a part of the least value no cost is seen to rise: as much lies between two measurements of one thing. */
const noise = 0.2

/**
 * By which power what was measured rises above its least value in the last decade of points. What a process takes to begin
 * with would hide how the rest grows.
 */
export function fitRise(points: readonly (readonly [at: number, value: number])[]): number {
  const least = Math.min(...points.map(([, value]) => value))
  const last = Math.max(...points.map(([at]) => at))
  const decade = points.filter(([at]) => at >= last / 10)
  return fitExponent(decade.map(([at, value]) => [at, Math.max(value - least, least * noise)]))
}
