/** What `npm run test:fuzz` breaks. */

/**
 * `take` is given bytes that may be anything, and returns or throws one of `errors`. Whatever else it throws is a fault, and
 * so is taking longer than `run.ts` allows.
 */
export interface Target {
  readonly name: string
  readonly seeds: readonly Buffer[]
  readonly take: (bytes: Buffer) => unknown
  /** Processor's time for one input, where it is another than for all. */
  readonly msMax?: number
  readonly errors?: readonly (abstract new (...args: never[]) => Error)[]
}
