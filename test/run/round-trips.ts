/** How many requests of a run wait for one another: what latency costs it, as a number that is the same on every machine. */
import { sides } from '../../lib/model/sides.ts'
import { copyPair, type Pair, type PairOptions } from '../hubs/pair.ts'

const latencyMs = 100

/**
 * The length of the longest chain of requests in a run, of which each leaves after the answer of the one before: every answer
 * takes as long as any other, in virtual time. A run that loads modules meanwhile may come to more than `most`: then a second
 * one counts. `pair` stays as it is.
 */
export async function countRoundTrips(pair: Pair, options: PairOptions, most: number): Promise<number> {
  const first = await measure(copyPair(pair, options))
  return first <= most ? first : measure(copyPair(pair, options))
}

async function measure(pair: Pair): Promise<number> {
  for (const side of sides) {
    const hub = pair[side]
    const answer = hub.fetch.bind(hub)
    hub.fetch = async (request) => {
      await pair.clock.sleep(latencyMs)
      return answer(request)
    }
  }
  const beganMs = pair.clock.now()
  const { exitCode, out, err } = await pair.run()
  if (exitCode !== 0) throw new Error(`The run ended with ${exitCode}:\n${out}${err}`)
  return (pair.clock.now() - beganMs) / latencyMs
}
