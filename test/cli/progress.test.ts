import { Writable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ProgressDisplay, type Screen } from '../../lib/cli/progress.ts'

const object = (name: string, byteLength: number) => ({ oid: name.repeat(64).slice(0, 64), byteLength })
const [large, small] = [object('a', 100_000_000), object('b', 400_000)]
const names = new Map([
  [large.oid, 'data/large.parquet'],
  [small.oid, 'small\u001b[2J.parquet'],
])
const transfers = { objects: [large, small], nameOf: (oid: string) => names.get(oid) ?? 'another' }

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function createScreen(isTerminal: boolean) {
  let drawn = ''
  const lines: string[] = []
  const terminal = Object.assign(
    new Writable({
      write: (chunk, _, done) => {
        drawn += String(chunk)
        done()
      },
    }),
    { isTTY: true, columns: 200 },
  )
  const screen: Screen = { terminal: isTerminal ? terminal : null, line: (text) => lines.push(text) }
  return { screen, lines, drawn: () => drawn }
}

describe('where there is no terminal', () => {
  test('a line every ten seconds says how much, how fast and how long', () => {
    const { screen, lines } = createScreen(false)
    const display = new ProgressDisplay(screen, transfers, () => Date.now())
    vi.advanceTimersByTime(30_000)
    expect(lines).toEqual([])
    for (let second = 0; second < 20; second++) {
      display.progress({ object: large, sent: second * 2_000_000 })
      vi.advanceTimersByTime(1_000)
    }
    display.stored(small)
    vi.advanceTimersByTime(10_000)
    display.stop()
    vi.advanceTimersByTime(60_000)
    expect(lines).toEqual([
      '0 of 2 objects, 18.0 MB of 100 MB, 1.8 MB/s, 46 s left',
      '0 of 2 objects, 38.0 MB of 100 MB, 2.0 MB/s, 31 s left',
      expect.stringMatching(/^1 of 2 objects, 38\.4 MB of 100 MB, [\d.]+ [kM]B\/s, \d+ s left$/),
    ])
  })

  test('bytes that have to be sent again do not count twice, and an object that nobody expected is added', () => {
    const { screen, lines } = createScreen(false)
    const display = new ProgressDisplay(screen, { objects: [small], nameOf: () => 'x' }, () => Date.now())
    display.progress({ object: small, sent: 400_000 })
    display.progress({ object: small, sent: 100_000 })
    display.progress({ object: object('c', 1_600_000), sent: 900_000 })
    vi.advanceTimersByTime(10_000)
    display.stop()
    expect(lines).toEqual([expect.stringMatching(/^0 of 2 objects, 1\.0 MB of 2\.0 MB, 100 kB\/s/)])
  })
})

describe('on a terminal', () => {
  test('a bar for each large object and one for all, names quoted; all of it is taken away', () => {
    const { screen, lines, drawn } = createScreen(true)
    const display = new ProgressDisplay(screen, transfers, () => Date.now())
    display.progress({ object: large, sent: 50_000_000 })
    display.progress({ object: small, sent: 100_000 })
    vi.advanceTimersByTime(2_000)
    expect(drawn()).toMatch(/data\/large\.parquet +#{15}\.{15} 50\.0 MB of 100 MB/)
    expect(drawn()).toMatch(/0 of 2 objects +#+\.+ 50\.1 MB of 100 MB, 25\.1 MB\/s, 2 s left/)
    expect(drawn()).not.toContain('small')
    display.stored(large)
    display.stored(small)
    vi.advanceTimersByTime(2_000)
    expect(drawn()).toContain('2 of 2 objects')
    display.stop()
    expect(drawn()).toContain('\u001b[?25h')
    expect(vi.getTimerCount()).toBe(0)
    expect(lines).toEqual([])
  })
})

test('nothing is drawn and no timer runs where nothing is sent', () => {
  const { screen, drawn } = createScreen(true)
  new ProgressDisplay(screen, { objects: [], nameOf: () => '' }, () => Date.now()).stop()
  expect([drawn(), vi.getTimerCount()]).toEqual(['', 0])
})
