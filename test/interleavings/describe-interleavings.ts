/**
 * The tests of a group of meetings. `npm test` takes a few orders of some of them, the same each time; `npm run
 * test:interleavings` takes all orders with few switches and many at random, or the meetings of one machine's share
 * (`INTERLEAVINGS_SHARD=2/4`).
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { ownHomes } from '../faults/inject.ts'
import { Judge } from '../faults/intact.ts'
import type { Choose } from './gate.ts'
import { judgeOrder } from './judge.ts'
import { openMeeting, type Meeting, type Opened } from './meeting.ts'
import { chooseAtRandom, followSegments, formatSegments, sample, type Explored } from './schedules.ts'

const { INTERLEAVINGS, INTERLEAVINGS_SHARD = '1/1', INTERLEAVINGS_SEED = '1', INTERLEAVINGS_COUNTS } = process.env
const isWhole = INTERLEAVINGS === 'all'
const [share, shares] = INTERLEAVINGS_SHARD.split('/').map(Number) as [number, number]

/** What a group has done, for `npm run test:interleavings` to print. */
export interface Counts {
  readonly group: string
  meetings: number
  systematic: number
  random: number
  regrouped: number
  failed: number
  /** States that git has judged. */
  judged: number
}

/** `explore`: all orders with few switches, null where there are only those at random. `every`: of the short form. */
interface Exploring {
  readonly explore: ((meeting: Meeting) => Explored) | null
  readonly randomMax: number
  readonly every: number
}

/** So many orders of a meeting in the short form. */
const sampled = 4

/** Meets again and again, and gathers what was wrong. */
class Trial {
  readonly failures: string[] = []
  readonly #counts: Counts
  readonly #opened: Opened
  readonly #judge: Judge
  readonly #states = new Set<string>()
  readonly #orders = new Set<string>()

  constructor(counts: Counts, opened: Opened, judge: Judge) {
    this.#counts = counts
    this.#opened = opened
    this.#judge = judge
  }

  async run(name: string, kind: 'systematic' | 'random', choose: Choose) {
    const { wrong, regrouped, trace } = await judgeOrder(this.#opened, choose, (pair, state) => {
      if (this.#states.has(state)) return
      this.#states.add(state)
      this.#judge.add(pair, this.#opened.meeting.scenario.homes ?? ownHomes)
    })
    const order = trace.map(({ actor, what }) => `${actor} ${what}`).join()
    if (!this.#orders.has(order)) this.#counts[kind]++
    this.#orders.add(order)
    if (regrouped) this.#counts.regrouped++
    if (wrong !== null) {
      this.#counts.failed++
      this.failures.push(`${name}: ${wrong}`)
    }
    return trace
  }

  async explore(orders: Explored): Promise<void> {
    for (let next = orders.next(); !next.done;) {
      const segments = next.value
      next = orders.next(await this.run(formatSegments(segments), 'systematic', followSegments(segments)))
    }
  }

  async draw(seeds: number): Promise<void> {
    for (let index = 0; index < seeds; index++) {
      const seed = Number(INTERLEAVINGS_SEED) * 1_000_003 + index
      await this.run(`seed ${seed}`, 'random', chooseAtRandom(seed))
    }
  }
}

async function tryFew(trial: Trial, { steps }: Opened, isSystematic: boolean, turn: number): Promise<void> {
  if (!isSystematic) return trial.draw(sampled)
  const stride = Math.ceil((steps[0]! * steps[1]!) / (sampled - 1))
  for (const segments of sample(steps, stride, turn))
    await trial.run(formatSegments(segments), 'systematic', followSegments(segments))
  await trial.draw(1)
}

/** Tests that those who meet come to what they would have come to one after the other. */
export function describeInterleavings(
  group: string,
  meetings: readonly Meeting[],
  { explore, randomMax, every }: Exploring,
): void {
  const counts: Counts = { group, meetings: 0, systematic: 0, random: 0, regrouped: 0, failed: 0, judged: 0 }
  const judge = new Judge()
  const own = meetings
    .map((meeting, turn) => ({ ...meeting, turn }))
    .filter(({ turn }) => (isWhole ? turn % shares === share - 1 : turn % every === 0))

  test.each(own)('$name', async (meeting) => {
    const opened = await openMeeting(meeting)
    const trial = new Trial(counts, opened, judge)
    counts.meetings++
    if (isWhole) {
      if (explore) await trial.explore(explore(meeting))
      await trial.draw(randomMax)
    } else await tryFew(trial, opened, explore !== null, meeting.turn)
    expect(trial.failures.slice(0, 5).join('\n\n'), `${trial.failures.length} failed`).toBe('')
  })

  test(`git and git-lfs find nothing wrong in what was there after any of them: ${group}`, () => {
    expect(judge.judge()).toBe('')
    counts.judged = judge.count
    expect([counts.meetings, counts.judged >= own.length]).toEqual([own.length, true])
  })

  afterAll(() => {
    const name = group.replaceAll(/\W+/g, '-')
    if (INTERLEAVINGS_COUNTS) writeFileSync(join(INTERLEAVINGS_COUNTS, `${name}.json`), JSON.stringify(counts))
  })
}
