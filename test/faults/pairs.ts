/**
 * Two faults, drawn by a seed: both in one run, or, where the first one keeps the second from being met, one in each of two
 * runs. At most two clean runs later both sides hold what the undisturbed run made.
 */
import { findLeaks, listSecrets } from './canaries.ts'
import { arm, difference, disarm, ownHomes, settle } from './inject.ts'
import { findDangling } from './intact.ts'
import type { Injection, Measured } from './measured.ts'
import { explain } from './mend.ts'
import { compareHistories } from './provenance.ts'
import { describeState } from './state.ts'

/**
 * What the Hub stored otherwise is told by the run that wrote it: where a second fault ends that run before, only `--verify`
 * tells it (decision 0012), so that the end is another one.
 */
const isHeld = ({ kind, boundary }: Injection) => !(kind === 'other bytes stored' && boundary.host === 'huggingface')

/** Pairs of different requests, or of one that fails in two ways at two tries. */
export function drawPairs(
  all: readonly Injection[],
  count: number,
  draw: (below: number) => number,
): (readonly [Injection, Injection])[] {
  const able = all.filter(isHeld)
  return Array.from({ length: count }, () => [able[draw(able.length)]!, able[draw(able.length)]!] as const)
}

/** What went wrong; null where nothing did. */
export async function judgePair(
  measured: Measured,
  injections: readonly [Injection, Injection],
): Promise<string | null> {
  const { scenario, end, expected, namer } = measured
  const argv = scenario.argv ?? []
  const pair = measured.open()
  const told: string[] = []
  const complain = (...what: string[]) => [...what, ...told].join('\n')
  const run = async () => {
    const ran = await pair.run(...argv, '--verbose')
    disarm(pair)
    told.push(`exit ${ran.exitCode}`, ran.out, ran.err)
    await settle(pair)
    return ran
  }
  let open: readonly Injection[] = injections
  for (let runs = 0; runs < 2 && open.length > 0; runs++) {
    const met = open.map((injection) => arm(measured, pair, injection))
    const isKilled = open.some(({ kind }) => kind.startsWith('killed'))
    const { exitCode, out, err } = await run()
    open = open.filter((_, index) => !met[index]!())
    if (runs === 0 && open.length === 2) return complain('neither fault was met')
    if (!isKilled && ![0, 1, 3, 4].includes(exitCode)) return complain(`a run ended with ${exitCode}`)
    const leaks = findLeaks(out + err, listSecrets(pair))
    if (leaks.length > 0) return complain(`secrets were printed: ${leaks.join(', ')}`)
  }
  for (let runs = 0; ; runs++) {
    const dangling = findDangling(pair, scenario.homes ?? ownHomes)
    if (dangling.length > 0) return complain(...dangling)
    if (describeState(pair, namer) === expected) return null
    if (runs === 2) break
    await run()
  }
  const wrong = compareHistories(pair, end, { isPlain: scenario.isPlain, proposes: argv[0] === '--pull-request' })
  return wrong.length === 0 ? null : complain(...wrong, difference(expected, describeState(pair, namer)), explain(pair))
}
