/** How a run goes on, on a terminal and in a log. */
import { Writable } from 'node:stream'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { sync } from '../../lib/cli/command.ts'
import { Progress } from '../../lib/cli/progress.ts'
import { widthOf } from '../../lib/report/width.ts'
import type { FaultAct } from '../hubs/hub.ts'
import { startPair } from '../hubs/pair.ts'
import { act } from '../run/mirror-setup.ts'

// What is loaded late is loaded before the clock is a fake one, which would run on meanwhile.
beforeAll(async () => {
  const pair = startPair()
  act(pair, 'huggingface', { 'a.txt': 'a\n' })
  expect((await pair.run()).exitCode).toBe(0)
})
beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const [large, small] = ['a', 'b'].map((name, index) => ({
  oid: name.repeat(64),
  byteLength: index ? 400_000 : 1e8,
})) as [{ oid: string; byteLength: number }, { oid: string; byteLength: number }]
const sending = { name: 'send', objects: 2, byteLength: 100_400_000 } as const

/** What a terminal was told, and when. */
function createTerminal(columns = 200) {
  const drawn: { ms: number; text: string }[] = []
  const stream = new Writable({
    write: (chunk, _, done) => {
      drawn.push({ ms: Date.now(), text: String(chunk) })
      done()
    },
  })
  return { drawn, stream: Object.assign(stream, { columns }) }
}

function begin(columns?: number) {
  const lines: string[] = []
  const terminal = columns === undefined ? null : createTerminal(columns)
  const progress = new Progress({
    terminal: terminal?.stream ?? null,
    line: (text) => lines.push(text),
    now: Date.now,
    spent: () => ({ requests: 3, byteLength: 1_000 }),
  })
  return { progress, lines, drawn: terminal?.drawn ?? [] }
}

test('in a log a line every ten seconds says how much, how fast and how long, and one what it took', () => {
  const { progress, lines } = begin()
  progress.begin(sending)
  for (let second = 0; second < 20; second++) {
    progress.progress({ object: large, sent: second * 2_000_000 })
    vi.advanceTimersByTime(1_000)
  }
  progress.stored(small, small.byteLength)
  progress.stop()
  vi.advanceTimersByTime(60_000)
  expect(lines).toEqual([
    expect.stringMatching(/^Sending large files: 18\.0 MB of 100 MB, 0 of 2 files, 1\.8 MB\/s, 46 s left$/),
    expect.stringMatching(/^Sending large files: 38\.0 MB of 100 MB, 0 of 2 files, 1\.9 MB\/s, 3\d s left$/),
    'Sent large files: 1 file, 38.4 MB, 20 s, 1.9 MB/s',
  ])
})

describe('on a terminal', () => {
  test('one that does not know its width is taken for one of 80 columns', () => {
    const { progress, drawn } = begin(0)
    progress.begin({ name: 'compare' })
    vi.advanceTimersByTime(600)
    progress.stop()
    expect(drawn[0]!.text).toBe('\r\u001b[2KComparing both sides: 0 requests')
  })

  test('one line is drawn anew, makes way for what is printed, and leaves one line a phase', () => {
    const { progress, lines, drawn } = begin(80)
    progress.begin({ name: 'compare' })
    vi.advanceTimersByTime(600)
    progress.clear()
    vi.advanceTimersByTime(500)
    progress.begin(sending)
    vi.advanceTimersByTime(200)
    progress.stop()
    expect(drawn.map(({ text }) => text)).toEqual([
      '\r\u001b[2KComparing both sides: 0 requests',
      '\r\u001b[2KComparing both sides: 0 requests',
      '\r\u001b[2K',
      '\r\u001b[2KComparing both sides: 0 requests, 1 s',
      '\r\u001b[2K',
      'Compared both sides: 0 requests, 1 s\n',
      '\r\u001b[2KSending large files: 0 B of 100 MB, 0 of 2 files',
      '\r\u001b[2K',
    ])
    expect([lines, vi.getTimerCount()]).toEqual([[], 0])
  })

  test('what has failed is not said to be done, and its line is gone', () => {
    const { progress, drawn } = begin(80)
    progress.begin({ name: 'compare' })
    vi.advanceTimersByTime(5_000)
    progress.drop()
    progress.stop()
    const told = drawn.map(({ text }) => text)
    expect(told[0]).toMatch(/Comparing/)
    expect(told.at(-1)).toBe('\r\u001b[2K')
    expect(told.join('')).not.toMatch(/Compared/)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('a wait is told with its reason, until it is over', () => {
    const { progress, drawn } = begin(80)
    progress.begin({ name: 'compare' })
    progress.wait({ why: 'GitHub answered 429', untilMs: Date.now() + 20_000 })
    vi.advanceTimersByTime(20_000)
    progress.stop()
    const told = drawn.map(({ text }) => text)
    expect(told[1]).toMatch(/GitHub answered 429: going on in (?:19|20) s, at \d\d:\d\d:\d\d$/)
    expect(told.filter((text) => text.includes('429')).length).toBeGreaterThan(30)
    expect(told.at(-3)).toContain('Comparing both sides: ')
  })
})

/** A run against hubs that take their time, on a terminal of 80 columns. */
async function watch(
  argv: readonly string[],
  files: number,
  env: Record<string, string> = {},
  fault: FaultAct | null = null,
) {
  // Files are read one by one, as where a service refuses git's protocol: many together leave nothing to be watched.
  const pair = startPair({ env, huggingface: { switches: { fetches: 403 } } })
  act(
    pair,
    'huggingface',
    Object.fromEntries(Array.from({ length: files }, (_, index) => [`d/${index}.txt`, `${index}\n`])),
  )
  if (fault) pair.huggingface.faults.push({ on: () => true, times: 1, when: 'before', act: fault })
  const { stream, drawn } = createTerminal(80)
  const slow: typeof fetch = async (input, init) => {
    await new Promise((resolve) => setTimeout(resolve, 150))
    return pair.network.fetch!(input, init)
  }
  const beginMs = Date.now()
  const told = { out: '', isOver: false }
  const ran = sync(argv, {
    env: pair.env,
    out: (text) => void (told.out += text),
    err: (text) => stream.write(text),
    terminal: stream,
    fetch: slow,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  }).finally(() => (told.isOver = true))
  while (!told.isOver) await vi.advanceTimersByTimeAsync(100)
  expect(await ran, told.out).toBe(0)
  return { out: told.out, drawn, beginMs, endMs: Date.now() }
}

test('300 small files, a slow service: never two seconds without a word, never 80 columns, and every phase leaves a line', async () => {
  const { drawn, beginMs, endMs } = await watch([], 300)
  expect(endMs - beginMs).toBeGreaterThan(10_000)
  const moments = [beginMs, ...drawn.map(({ ms }) => ms), endMs]
  expect(Math.max(...moments.slice(1).map((ms, index) => ms - moments[index]!))).toBeLessThan(2_000)
  const shown = drawn.map(({ text }) => text.replaceAll('\r\u001b[2K', ''))
  expect(shown.filter((text) => widthOf(text.trimEnd()) > 79)).toEqual([])
  expect(shown.filter((text) => /\b0 s left/.test(text))).toEqual([])
  expect(shown.some((text) => /^Writing to GitHub: \d+ of 300 files read, /.test(text))).toBe(true)
  expect(shown.filter((text) => text.endsWith('\n')).map((text) => text.split(':')[0])).toEqual([
    'Compared both sides',
    'Wrote to GitHub',
  ])
}, 60_000)

test('a note of a failure breaks between words', async () => {
  const { drawn } = await watch(
    [],
    1,
    {},
    { status: 429, headers: { 'retry-after': '3' }, body: '{"error":"too many"}' },
  )
  const shown = drawn.map(({ text }) => text.replaceAll('\r\u001b[2K', '\n')).join('')
  expect(shown).toMatch(/attempt\s+2\s+of\s+5/)
  expect(shown.split('\n').filter((line) => widthOf(line) > 80 && line.includes(' '))).toEqual([])
}, 60_000)

test('-q shows none of it', async () => {
  const { drawn, out } = await watch(['-q'], 20)
  expect([drawn, /^Mirrored 2\d changes/m.test(out)]).toEqual([[], true])
}, 60_000)

test('a terminal without control sequences gets lines as a log does', async () => {
  const { drawn } = await watch([], 300, { TERM: 'dumb' })
  const shown = drawn.map(({ text }) => text)
  expect(shown.join('')).toMatch(/^Writing to GitHub: \d+ of 300 files read, .*\n/m)
  for (const text of shown) expect(text).toMatch(/^[\x20-\x7e\n]*\n$/)
}, 60_000)
