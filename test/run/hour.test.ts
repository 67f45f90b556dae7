/** First mirrors under all limits of a workflow's token and a free account: `npm run bench -- hour` makes the large ones. */
import { expect, test } from 'vitest'
import type { Side } from '../../lib/model/sides.ts'
import type { PairOptions } from '../hubs/pair.ts'
import { expectInSync } from './mirror-setup.ts'
import { fill, listRefused, runUntilFinished, startUnderLimits } from './under-limits.ts'

/** Requests that may be on their way to a store when it has had enough: so many are refused together. */
const atOnce = 12

test.each<{ from: Side; drawnIn: PairOptions; runs: number; tookS: readonly [least: number, most: number] }>([
  {
    from: 'github',
    // The third commit has to wait for the next hour.
    drawnIn: { huggingface: { switches: { quotas: { api: 40, resolvers: 50, pages: 20 }, commitsPerHour: 2 } } },
    runs: 2,
    tookS: [3_900, 4_000],
  },
  {
    from: 'huggingface',
    drawnIn: {
      github: { switches: { limits: { core: 10, graphql: 4, lfs: 10 } } },
      huggingface: { switches: { quotas: { api: 12, resolvers: 50, pages: 20 } } },
    },
    runs: 1,
    tookS: [600, 620],
  },
])(
  'a first mirror of 3,000 files from $from, binaries among them, takes less than a minute; under limits that it meets it waits as long as they ask, or ends and goes on when it has said so',
  async ({ from, drawnIn, runs, tookS: [least, most] }) => {
    const free = startUnderLimits()
    fill(free, from, 3_000)
    const whole = await runUntilFinished(free, 1)
    expect([whole.runs.flatMap(listRefused), Math.floor(whole.tookMs / 60_000)]).toEqual([[], 0])

    const pair = startUnderLimits(drawnIn)
    fill(pair, from, 3_000)
    const { runs: made, tookMs } = await runUntilFinished(pair, runs)
    expect([made.length, tookMs >= least * 1_000, tookMs <= most * 1_000], `${tookMs} ms`).toEqual([runs, true, true])
    expect(made[0]!.out.replaceAll(/\s+/g, ' ')).toContain('and about 5 min of waiting for limits')
    const waits = made.flatMap(({ err }) => err.match(/ in \d+ s$/gm) ?? []).length + runs - 1
    expect(made.flatMap(listRefused).length).toBeLessThanOrEqual(atOnce * waits)
    await expectInSync(pair)
  },
)
