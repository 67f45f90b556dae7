/**
 * Two faults at once: a fixed sample, and as many as `npm run test:faults -- --pairs 5000 --seed 3` asks for, over all scenarios.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createRandom } from '../random.ts'
import { beginnings } from './beginnings.ts'
import { listInjections, measure } from './inject.ts'
import { mirroring } from './mirroring.ts'
import { objects } from './objects.ts'
import { drawPairs, judgePair } from './pairs.ts'
import { services } from './services.ts'
import { views } from './views.ts'
import { ways } from './ways.ts'

const { FAULTS_PAIRS, FAULTS_SEED = '1', FAULTS_COUNTS } = process.env
const all = [mirroring, beginnings, objects, services, views, ways].flat()
/** The sample takes every twentieth scenario, which costs a run of each. */
const scenarios = FAULTS_PAIRS === undefined ? all.filter((_, index) => index % 20 === 3) : all
const wanted = Number(FAULTS_PAIRS ?? 50)
const counts = {
  group: 'pairs',
  scenarios: 0,
  requests: 0,
  injected: 0,
  regrouped: 0,
  failed: 0,
  judged: 0,
  byKind: {},
}

test.each(scenarios.map((scenario, turn) => ({ ...scenario, turn })))('$name', async ({ turn, ...scenario }) => {
  const measured = await measure(scenario)
  const share = Math.floor((wanted * (turn + 1)) / scenarios.length) - Math.floor((wanted * turn) / scenarios.length)
  const failures: string[] = []
  for (const pair of drawPairs(listInjections(measured), share, createRandom(Number(FAULTS_SEED) * 1_000 + turn))) {
    const wrong = await judgePair(measured, pair)
    counts.injected++
    if (wrong === null) continue
    counts.failed++
    failures.push(
      `${pair.map(({ boundary, kind }) => `${boundary.host} ${boundary.number}, ${boundary.what}, ${kind}`).join(' + ')}: ${wrong}`,
    )
  }
  counts.scenarios++
  counts.requests += measured.boundaries.length
  if (FAULTS_COUNTS) writeFileSync(join(FAULTS_COUNTS, 'pairs.json'), JSON.stringify(counts))
  expect(failures.slice(0, 3).join('\n\n'), `${failures.length} of ${share} failed, seed ${FAULTS_SEED}`).toBe('')
})

test('as many pairs as were asked for have happened', () => expect(counts.injected).toBe(wanted))
