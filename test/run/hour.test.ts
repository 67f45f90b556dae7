/** First mirrors under all limits of a workflow's token and a free account: `npm run bench -- hour` makes the large ones. */
import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Side } from '../../lib/model/sides.ts'
import type { PairOptions } from '../hubs/pair.ts'
import { act, beginMirror, expectInSync, type Files } from './mirror-setup.ts'
import { fill, listRefused, pass, runUntilFinished, startUnderLimits } from './under-limits.ts'

/** Requests that may be on their way to a store when it has had enough: so many are refused together. */
const atOnce = 12

test.each<{ from: Side; drawnIn: PairOptions; runs: number; tookS: readonly [least: number, most: number] }>([
  {
    from: 'github',
    // The second commit has to wait for the next hour.
    drawnIn: { huggingface: { switches: { quotas: { api: 40, resolvers: 50, pages: 20 }, commitsPerHour: 1 } } },
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

test('of objects a run sends as many under a limit of GitHub as it has announced, and the next one finishes, as announced', async () => {
  const pair = startUnderLimits({ github: { switches: { limits: { core: 1_000, graphql: 1_000, lfs: 100 } } } })
  await beginMirror(pair, { '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n' })
  pass(pair, 60_000)
  const files: Files = {}
  for (let index = 0; index < 360; index += 1) files[`${index}.bin`] = { lfs: randomBytes(50) }
  act(pair, 'huggingface', files)
  const first = await pair.run('--max-wait=90s')
  const [, announced] =
    /This run makes about (\d+) of them, no commit yet, and ends with code 1; the next continues/.exec(first.out) ?? []
  const isCounted = (line: string) => /^POST \/acme\/.*\/objects\/(?:batch|verify) 200$/.test(line)
  const more = first.log.filter(isCounted).length - Number(announced)
  // In each of two minutes, those that are under way when the limit is reached.
  expect([first.exitCode, more >= 0, more <= 2 * 24], `${more} more than announced`).toEqual([1, true, true])
  pass(pair, 60_000)
  expect((await pair.run('--max-wait=90s')).exitCode).toBe(0)
  await expectInSync(pair)
})
