/** The log as data: what stderr says with `--log json`, and that its page says the same. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { startPair, tokens, type Pair } from '../hubs/pair.ts'
import { act, heads, startMirrored } from '../run/mirror-setup.ts'

type Event = Readonly<Record<string, unknown>>
const folder = mkdtempSync(join(tmpdir(), 'log-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** What was told, each line of it. */
async function run(pair: Pair, ...argv: string[]) {
  const ran = await pair.run('--log', 'json', ...argv)
  const events = ran.err
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Event)
  return { ...ran, events, of: (name: string) => events.filter(({ event }) => event === name) }
}

/** Two sides on which a large and a small file wait to be mirrored. */
async function startChanged(options: Parameters<typeof startPair>[0] = {}): Promise<Pair> {
  const pair = startPair(options)
  act(pair, 'huggingface', { 'a.txt': 'a\n' })
  expect((await pair.run()).exitCode).toBe(0)
  act(pair, 'huggingface', { 'large.bin': { lfs: Buffer.alloc(50_000, 'x') }, 'a.txt': 'b\n' })
  return pair
}

test('a run tells its phases, its plan, its objects and its commits, and in the end what it cost', async () => {
  const pair = await startChanged()
  const { exitCode, events, of, out } = await run(pair)
  expect(exitCode).toBe(0)
  expect(out).toContain('Mirrored 2 changes')
  expect(of('start')).toMatchObject([{ mode: 'run', repositories: { github: 'acme/corpus' }, branch: null }])
  expect(of('phase').map(({ phase }) => phase)).toEqual(['compare', 'send', 'write', 'prove'])
  expect(of('progress').map(({ phase, done }) => [phase, done])).toEqual(
    ['compare', 'send', 'write', 'prove'].map((phase) => [phase, true]),
  )
  expect(of('plan')).toMatchObject([{ changes: { github: 2, huggingface: 0 }, objects: 1, objectBytes: 50_000 }])
  expect(of('object')).toMatchObject([{ bytes: 50_000 }])
  expect(of('commit')).toMatchObject([{ side: 'github', commit: heads(pair).github }])
  expect(events.at(-1)).toMatchObject({ event: 'end', status: 'mirrored', exitCode: 0 })
})

test('what is told on stdout and the exit code are the same with the log and without', async () => {
  for (const argv of [['--dry-run'], ['--json', '--verify'], ['--take=a.txt'], ['--dry-run', '--detailed-exitcode']]) {
    const [logged, plain] = [await startChanged(), await startChanged()]
    const { out, exitCode } = await run(logged, ...argv)
    const told = (text: string) => text.replaceAll(/\d+\.\d s|"elapsedMs": \d+/g, '')
    const other = await plain.run(...argv)
    expect([told(out), exitCode]).toEqual([told(other.out), other.exitCode])
  }
})

describe('the page of the log', () => {
  const page = readFileSync(new URL('../../.github/docs/log.md', import.meta.url), 'utf8')
  const rows = [...page.matchAll(/^\| `(\w+)` \| (.*?) \|/gm)].map(([, event, fields]) => ({
    event: event!,
    fields: fields!
      .split(', ')
      .map((field) => ({ name: field.replace(/^`(\w+)`\??$/, '$1'), isOptional: field.endsWith('?') })),
  }))
  const always = ['v', 'time', 'event']

  /** Stories in which each event is told. */
  async function tellAll(): Promise<Event[]> {
    const pair = await startChanged({ env: { GITHUB_STEP_SUMMARY: folder, GITHUB_ACTIONS: 'true' } })
    pair.github.faults.push({ on: () => true, times: 1, when: 'before', act: { status: 503 } })
    const mirrored = await run(pair, '--verbose')
    const clash = await startMirrored({ 'a.txt': 'a\n' })
    act(clash, 'github', { 'a.txt': 'b\n' })
    act(clash, 'huggingface', { 'a.txt': 'c\n' })
    const conflict = await run(clash, '--branch', 'main', '--tags')
    const wrong = await run(clash, '--take=README.md')
    return [mirrored, conflict, wrong].flatMap(({ events }) => events)
  }

  test('has a row for each event, with all of its fields and no other', async () => {
    const told = await tellAll()
    expect(new Set(told.map(({ event }) => event))).toEqual(new Set(rows.map(({ event }) => event)))
    for (const { v, time, event, run: _, ...fields } of told) {
      expect([v, new Date(String(time)).toISOString()]).toEqual([1, time])
      const { fields: named } = rows.find((row) => row.event === event)!
      const names = Object.keys(fields)
      expect(names.filter((name) => !named.some((field) => field.name === name))).toEqual([])
      expect(named.filter(({ name, isOptional }) => !isOptional && !names.includes(name))).toEqual([])
    }
    for (const { event, fields } of rows)
      for (const { name } of fields)
        expect(
          told.some((one) => one['event'] === event && name in one),
          `${event} ${name}`,
        ).toBe(true)
  })

  test('shows a line that begins as each does', () => {
    const example = /^```json\n(.*)\n```/m.exec(page)![1]!
    expect(Object.keys(JSON.parse(example) as Event).slice(0, 3)).toEqual(always)
  })
})

test('of several runs each event names its own, and the last one is about all', async () => {
  const pair = await startChanged()
  const { events } = await run(pair, '--tags')
  expect(new Set(events.slice(0, -1).map(({ run: name }) => name))).toEqual(new Set(['main', 'tags']))
  const { run: name, ...end } = events.at(-1)!
  expect([name, end]).toMatchObject([undefined, { event: 'end', status: 'mirrored' }])
})

test('a line is ASCII, tells the runner nothing, and holds no token', async () => {
  const pair = await startChanged()
  const name = `##[error]\u2028\u2029\u202e\u0000::set-output ${tokens.github} ü.txt`
  const wrong = await run(pair, `--take=${name}=github`, '--verbose')
  const refused = await run(pair, '--github', `https://x:${tokens.huggingface}@example.org/a/b`)
  for (const { err } of [wrong, refused]) {
    expect(err).toMatch(/^[ -~\n]+$/)
    expect(err).not.toMatch(/##\[|^::/m)
    for (const token of Object.values(tokens)) expect(err).not.toContain(token)
  }
})

test('a command line that cannot be read is told as data, too', async () => {
  const pair = startPair()
  const { exitCode, events } = await run(pair, '--dryrun')
  expect([exitCode, ...events.map(({ event, status }) => [event, status])]).toEqual([
    64,
    ['error', 'usage'],
    ['end', 'usage'],
  ])
  expect((await pair.run('--log', 'xml')).err).toContain('it is text or json')
})
