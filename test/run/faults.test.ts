/** Two faults at once, two runs on end; hosts that are busy; and reads that lag behind through every run. */
import { describe, expect, test } from 'vitest'
import { sides } from '../../lib/model/sides.ts'
import type { Fault, FaultAct } from '../hubs/hub.ts'
import { tokens } from '../hubs/pair.ts'
import { createRandom, runs, seed } from '../random.ts'
import { bob, heads } from './mirror-setup.ts'
import { countCommits, expectFinished, measure, merged, settings, startWorld } from './moved-world.ts'

const kill = () => {
  throw new Error('killed')
}
const acts: readonly Pick<Fault, 'when' | 'act'>[] = [
  { when: 'before', act: 'drop' },
  { when: 'after', act: 'drop' },
  { when: 'before', act: { status: 503 } },
  { when: 'after', act: { status: 500, body: '{}' } },
  { when: 'after', act: 'cut' },
  { when: 'before', act: kill },
  { when: 'after', act: kill },
]

describe.each(Object.entries(settings))('both services %s', (_, options) => {
  test('any two requests fail, in two runs on end: nothing is lost or doubled', async () => {
    const { commits, requests } = await measure(options)
    const random = createRandom(seed)
    for (let round = 0; round < runs(8); round++) {
      const { pair } = await startWorld(options)
      const faults: string[] = []
      for (let run = 0; run < 2; run++) {
        for (const side of sides) {
          const number = pair[side].requests.length + 1 + random(requests[side] + 2)
          const index = random(acts.length)
          pair[side].faults.push({ on: number, ...acts[index]! })
          faults.push(`${side} ${number} ${index}`)
        }
        const ran = await pair.run()
        for (const token of Object.values(tokens)) expect(ran.out + ran.err).not.toContain(token)
        for (const side of sides) pair[side].faults.length = 0
      }
      await expectFinished(pair, merged)
      expect(countCommits(pair), faults.join(', ')).toEqual(commits)
    }
  })
})

describe('a host that is busy', () => {
  const answers: Record<string, { status: number; headers: Record<string, string>; body: string }> = {
    'too many requests, with Retry-After': {
      status: 429,
      headers: { 'retry-after': '30' },
      body: '{"message":"Too many requests"}',
    },
    'a secondary limit, as GitHub says it': {
      status: 403,
      headers: { 'retry-after': '30' },
      body: '{"message":"You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}',
    },
  }
  test.each(
    Object.entries(answers).flatMap(([name, answer]) =>
      sides.filter((side) => answer.status === 429 || side === 'github').map((side) => ({ name, answer, side })),
    ),
  )('$side says $name, to any request', async ({ answer, side }) => {
    const { commits, requests } = await measure()
    for (let number = 1; number <= requests[side]; number++) {
      const { pair, from } = await startWorld()
      const started = pair.clock.now()
      pair[side].faults.push({ on: from[side] + number, when: 'before', act: answer satisfies FaultAct })
      const ran = await pair.run()
      expect(ran.exitCode, `${side} ${number}: ${ran.err}`).toBe(0)
      expect(pair.clock.now() - started).toBeGreaterThanOrEqual(30_000)
      await expectFinished(pair, merged)
      expect(countCommits(pair)).toEqual(commits)
    }
  })

  test('the Hub is locked by another commit for a while', async () => {
    const { pair } = await startWorld({ huggingface: { switches: { lockedCommits: 0 } } })
    pair.huggingface.switches.lockedCommits = 3
    expect((await pair.run()).exitCode).toBe(0)
    await expectFinished(pair, merged)
  })

  test('the Hub says 412 to a commit that it has made', async () => {
    const { commits } = await measure()
    const { pair } = await startWorld()
    pair.huggingface.faults.push({
      on: ({ method, url }) => method === 'POST' && /\/commit\/main/.test(url),
      when: 'after',
      act: { status: 412, body: '{"error":"The branch was updated since you opened this page"}' },
    })
    expect((await pair.run()).exitCode).toBe(0)
    await expectFinished(pair, merged)
    expect(countCommits(pair)).toEqual(commits)
  })
})

test.each(sides.flatMap((side) => [1, 2, 4].map((reads) => ({ side, reads }))))(
  '$side shows for $reads reads what was there, through every run',
  async ({ side, reads }) => {
    const { pair } = await startWorld()
    pair[side].switches.staleReads = reads
    const runOften = async () => {
      for (let run = 0; run < 4 + reads; run++) {
        const before = heads(pair)
        const ran = await pair.run()
        // A head that is not shown yet looks as if it had been taken back: refused, and nothing is written.
        if (ran.exitCode === 3)
          expect([heads(pair), ran.out]).toEqual([
            before,
            expect.stringContaining("no longer in that branch's history"),
          ])
        else expect([0, 1], ran.out + ran.err).toContain(ran.exitCode)
      }
    }
    await runOften()
    pair.github.commit('main', { files: { 'later.txt': 'later\n' }, message: 'Later', author: bob })
    await runOften()
    await expectFinished(pair, { ...merged, 'later.txt': 'later\n' })
  },
)
