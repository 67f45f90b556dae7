import { describe, expect, test } from 'vitest'
import { Http } from '../../lib/http/http.ts'
import { WaitBudget } from '../../lib/http/wait-budget.ts'
import { VirtualClock } from '../hubs/hub.ts'

describe('the waits of a run', () => {
  const budget = { stalledMaxMs: 400, totalMaxMs: 1_000 }

  test('that are at the same time count once', () => {
    const waits = new WaitBudget(budget)
    expect([waits.take(0, 300), waits.take(0, 300), waits.take(100, 250), waits.take(100, 50)]).toEqual([300, 0, 50, 0])
    expect([waits.take(350, 51), waits.take(350, 50)]).toEqual([null, 50])
  })

  test('begin anew when something is let through, and end all the same', () => {
    const waits = new WaitBudget(budget)
    for (const startMs of [0, 1_000]) {
      expect([waits.take(startMs, 400), waits.take(startMs + 400, 1)]).toEqual([400, null])
      waits.passed()
    }
    expect([waits.take(5_000, 201), waits.take(5_000, 200)]).toEqual([null, 200])
  })

  /** A service that answers with 403 whatever is written, or lets a few through a minute. */
  function start(perMinute: number) {
    const clock = new VirtualClock()
    const notes: string[] = []
    let [windowMs, used] = [0, 0]
    const answer = (): Response => {
      const now = Math.floor(clock.now() / 60_000)
      if (now !== windowMs) [windowMs, used] = [now, 0]
      used += 1
      return used <= perMinute
        ? new Response('{}')
        : new Response('You have exceeded a secondary rate limit', { status: 403, headers: { 'retry-after': '60' } })
    }
    const http = new Http({
      fetch: async () => answer(),
      sleep: (ms) => clock.sleep(ms),
      now: () => clock.now(),
      note: (message) => notes.push(message),
      // A server of its own: to GitHub itself requests would leave no faster than it takes them (`Pace`).
      origins: { github: ['https://github.acme.com'], huggingface: [] },
      secrets: [],
    })
    const send = http.fetch('github', { repeat: true })
    const startMs = clock.now()
    const lane = async (count: number) => {
      const statuses: number[] = []
      for (let sent = 0; sent < count && !statuses.includes(403); sent += 1)
        statuses.push(
          (await send('https://github.acme.com/api/v3/repos/acme/corpus/git/blobs', { method: 'POST', body: '{}' }))
            .status,
        )
      return statuses
    }
    return { notes, lane, waitedMs: () => clock.now() - startMs }
  }

  test('for a service that lets nothing through are those of one call, however many calls there are, and that is told', async () => {
    const { notes, lane, waitedMs } = start(0)
    for (let call = 0; call < 8; call += 1) await lane(1)
    expect(waitedMs()).toBeLessThanOrEqual(400_000)
    expect(notes.at(-1)).toBe('GitHub asks for 60 s more; this run has waited 360 s for limits, and waits no longer')
  })

  test('for one that lets some through go on, and each is told once for all lanes', async () => {
    const { notes, lane, waitedMs } = start(80)
    const statuses = (await Promise.all(Array.from({ length: 4 }, () => lane(200)))).flat()
    expect(statuses).toEqual(Array.from({ length: 800 }, () => 200))
    expect(waitedMs()).toBe(540_000)
    expect(notes).toHaveLength(9)
  })
})
