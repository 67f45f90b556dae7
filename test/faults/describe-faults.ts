/**
 * The tests of a group of scenarios. `npm test` takes a sample that is the same each time, with every scenario and every
 * fault in it; `npm run test:faults` takes all, or the scenarios of one machine's share (`FAULTS_SHARD=2/4`).
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { judgeInjection, listInjections, measure, ownHomes } from './inject.ts'
import { Judge } from './intact.ts'
import type { Injection, Measured } from './measured.ts'
import type { Scenario } from './scenario.ts'

const { FAULTS = 'sample', FAULTS_SHARD = '1/1', FAULTS_COUNTS } = process.env
const isWhole = FAULTS === 'all'
const [share, shares] = FAULTS_SHARD.split('/').map(Number) as [number, number]
/** A prime, so that it goes through all requests and faults in turn. */
const stride = 53

/** What a group has done, for `npm run test:faults` to print. */
export interface Counts {
  readonly group: string
  scenarios: number
  requests: number
  injected: number
  regrouped: number
  failed: number
  /** States that git has judged. */
  judged: number
  readonly byKind: Record<string, number>
}

/** Every so many of a scenario's injections, and each fault once where it is the turn of that fault. */
function takeSample(all: readonly Injection[], kinds: readonly string[], turn: number): Injection[] {
  const seen = new Set<string>()
  return all.filter(({ kind }, index) => {
    const isFirst = !seen.has(kind)
    seen.add(kind)
    return index % stride === (turn * 11) % stride || (isFirst && (kinds.indexOf(kind) + turn) % 5 === 0)
  })
}

/** Tests that every request of each scenario's run may fail in every way. `begin` makes the run without a fault. */
export function describeFaults(
  group: string,
  scenarios: readonly Scenario[],
  begin: (scenario: Scenario) => Promise<Measured> = measure,
): void {
  const counts: Counts = {
    group,
    scenarios: 0,
    requests: 0,
    injected: 0,
    regrouped: 0,
    failed: 0,
    judged: 0,
    byKind: {},
  }
  const possible = new Set<string>()
  const judge = new Judge()
  const own = scenarios
    .map((scenario, turn) => ({ ...scenario, turn }))
    .filter(({ turn }) => turn % shares === share - 1)

  test.each(own)('$name', async (scenario) => {
    const measured = await begin(scenario)
    const all = listInjections(measured)
    for (const { kind } of all) possible.add(kind)
    counts.scenarios++
    counts.requests += measured.boundaries.length
    const seen = new Set<string>()
    const failures: string[] = []
    for (const injection of isWhole ? all : takeSample(all, Object.keys(measured.kinds), scenario.turn)) {
      const { kind, boundary } = injection
      const { wrong, regrouped } = await judgeInjection(measured, injection, (pair, state) => {
        if (seen.has(state)) return
        seen.add(state)
        judge.add(pair, scenario.homes ?? ownHomes)
      })
      counts.injected++
      counts.byKind[kind] = (counts.byKind[kind] ?? 0) + 1
      if (regrouped) counts.regrouped++
      if (wrong === null) continue
      counts.failed++
      failures.push(`${boundary.host} ${boundary.number}, ${boundary.what}, ${kind}: ${wrong}`)
    }
    expect(failures.slice(0, 5).join('\n\n'), `${failures.length} failed`).toBe('')
  })

  test('every fault that can happen to any of these requests has happened', () => {
    const missing = [...possible].filter((kind) => counts.byKind[kind] === undefined)
    expect([missing, counts.scenarios, counts.injected > counts.scenarios]).toEqual([[], own.length, own.length > 0])
  })

  test('git and git-lfs find nothing wrong in what was there after any of them', () => {
    expect(judge.judge()).toBe('')
    counts.judged = judge.count
    expect(counts.judged).toBeGreaterThanOrEqual(own.length)
  })

  afterAll(() => {
    if (FAULTS_COUNTS) writeFileSync(join(FAULTS_COUNTS, `${group}.json`), JSON.stringify(counts))
  })
}
