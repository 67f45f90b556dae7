/** What a fault can happen in: two repositories, what people do to them, a command, and what the run has to come to. */
import type { Side } from '../../lib/model/sides.ts'
import { startPair, type Pair, type PairOptions } from '../hubs/pair.ts'
import { act, beginMirror, startMirrored, type Files } from '../run/mirror-setup.ts'
import type { Homes } from './intact.ts'

/**
 * `begin` gives two repositories that no other scenario is given; `change` is what people do next, which a server that lags
 * behind does not show yet. `argv` is the command. `homes`: whose store has the objects of each side. `isPlain`: all that can
 * be mirrored is, as it is; false where a view shows it otherwise. `mend`: the run that mends what a service has stored
 * otherwise than it was sent, null where people have to look at more than that.
 */
export interface Scenario {
  readonly name: string
  readonly begin: () => Promise<Pair>
  readonly change?: (pair: Pair) => void
  readonly argv?: readonly string[]
  readonly homes?: Homes
  readonly isPlain?: false
  readonly mend?: readonly string[]
}

/** Begun by a mirror of these files, with the same options. */
export const mirrored =
  (files: Files, argv: readonly string[] = [], options?: PairOptions) =>
  async (): Promise<Pair> =>
    argv.length > 0 ? beginMirror(startPair(options), files, ...argv) : startMirrored(files, options)

/** Nothing was mirrored yet: each side holds these files, or none. */
export const unmirrored = (held: Partial<Record<Side, Files>>, options?: PairOptions) => (): Promise<Pair> => {
  const pair = startPair(options)
  for (const side of ['github', 'huggingface'] as const) if (held[side]) act(pair, side, held[side], 'Begin')
  return Promise.resolve(pair)
}

/** Commits of people, one for each list of files. */
export const commits =
  (made: Partial<Record<Side, readonly Files[]>>) =>
  (pair: Pair): void => {
    for (const side of ['github', 'huggingface'] as const)
      for (const [index, files] of (made[side] ?? []).entries()) act(pair, side, files, `Edit ${index + 1} on ${side}`)
  }

/** A run that people have made before, and that has to end well. */
export async function ran(pair: Pair, ...argv: string[]): Promise<Pair> {
  const { exitCode, out, err } = await pair.run(...argv)
  if (exitCode !== 0) throw new Error(`Cannot begin: ${exitCode}\n${out}\n${err}`)
  return pair
}
