/** Runs under all limits that a workflow's token and a free account have, in virtual time. */
import { expect } from 'vitest'
import type { Side } from '../../lib/model/sides.ts'
import { workflowLimits } from '../hubs/github-switches.ts'
import { VirtualClock } from '../hubs/hub.ts'
import { startPair, type Pair, type PairOptions, type Ran } from '../hubs/pair.ts'
import { act, pictures, type Files } from './mirror-setup.ts'

export const hourMs = 3_600_000

/** How long each answer takes: without it a run would meet no limit of requests at once, and take no time. */
const latencyMs = () => 100

/** Both services with all of their limits, but for those that are given. */
export function startUnderLimits({ github, huggingface }: PairOptions = {}): Pair {
  return startPair({
    github: { ...github, switches: { ...workflowLimits, ...github?.switches } },
    ...(huggingface && { huggingface }),
    latencyMs,
  })
}

/** Lets time pass between two runs. */
export function pass({ clock }: Pair, ms: number): void {
  if (!(clock instanceof VirtualClock)) throw new Error('This pair has no time of its own')
  clock.pass(ms)
}

/** Somebody's first commit: small texts, and a hundredth of binaries, of which every other one is an object in LFS. */
export function fill(pair: Pair, side: Side, count: number): void {
  const binaries = Math.round(count / 200)
  const files: Files = { '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n', ...pictures(binaries) }
  for (let index = 0; index < binaries; index++) files[`objects/${index}.bin`] = { lfs: Buffer.from(`\0${index}`) }
  for (let index = 2 * binaries; index < count; index++) files[`data/${index % 400}/${index}.csv`] = `${index}\n`
  act(pair, side, files, 'Begin')
}

/** So many commits of somebody, each of which changes one file. */
export function commitOften(pair: Pair, side: Side, count: number, path = 'log.txt'): void {
  for (let number = 1; number <= count; number += 1) act(pair, side, { [path]: `${number}\n` }, `Commit ${number}`)
}

/** Others take so many of the commits that the Hub allows in this hour, on another branch, which no plan sees. */
export function takeFromHour({ huggingface, clock }: Pair, count: number): void {
  const { commitTimes } = huggingface.server
  const { id } = huggingface.repository
  commitTimes.set(id, [...(commitTimes.get(id) ?? []), ...Array.from({ length: count }, () => clock.now())])
}

/** Runs, of which all but the last one were ended by a limit. */
export interface Finished {
  readonly runs: readonly Ran[]
  /** From the first run's begin to the last one's end, with the times between them. */
  readonly tookMs: number
}

/** What a run was refused because too much was asked. */
export const listRefused = ({ log }: Ran) => log.filter((line) => / (?:403|429)$/.test(line))

/**
 * Runs until one ends with 0. Each before it ends with 1, has written something, and says when to run again, which is when
 * the next one begins. `meanwhile` is what others do before that, but not before the last run that `runsMax` allows.
 */
export async function runUntilFinished(pair: Pair, runsMax: number, meanwhile = () => {}): Promise<Finished> {
  const runs: Ran[] = []
  const startMs = pair.clock.now()
  for (;;) {
    const ran = await pair.run()
    runs.push(ran)
    if (ran.exitCode === 0) return { runs, tookMs: pair.clock.now() - startMs }
    expect([ran.exitCode, runs.length < runsMax], ran.out + ran.err).toEqual([1, true])
    const [, again] = /run again after (\d{4}-\d\d-\d\d \d\d:\d\d) UTC/.exec(ran.err) ?? []
    expect(again, ran.err).toBeDefined()
    pass(pair, Math.max(0, Date.parse(`${again!.replace(' ', 'T')}Z`) - pair.clock.now()))
    if (runs.length + 1 < runsMax) meanwhile()
  }
}
