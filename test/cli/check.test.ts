/** `--check`: what stands in the way of a first run, a line each, found by reading alone. */
import { describe, expect, test } from 'vitest'
import { sync } from '../../lib/cli/command.ts'
import { otherSide, sides, type Side } from '../../lib/model/sides.ts'
import { formatDiagnosis } from '../../lib/report/diagnosis-text.ts'
import type { Placed } from '../../lib/report/diagnosis.ts'
import { noColors } from '../../lib/report/paint.ts'
import { Request } from '../hubs/message.ts'
import { startPair, tokens, type Pair, type PairOptions } from '../hubs/pair.ts'
import { act, beginMirror } from '../run/mirror-setup.ts'
import { repositoryWorlds } from './check-repositories.ts'
import { tokenWorlds } from './check-tokens.ts'

interface Checked {
  readonly exitCode: number
  readonly out: string
  readonly err: string
  /** Method, path, and the body of a query. */
  readonly sent: readonly string[]
}

async function runCheck(pair: Pair, ...argv: string[]): Promise<Checked> {
  let [out, err] = ['', '']
  const sent: string[] = []
  const exitCode = await sync(['--check', ...argv], {
    env: pair.env,
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
    ...pair.network,
    fetch: async (input, init) => {
      const request = new Request(input, init)
      const { pathname } = new URL(request.url)
      const body = pathname === '/graphql' ? await request.clone().text() : ''
      sent.push(`${request.method} ${pathname} ${body}`.trim())
      return pair.network.fetch!(request)
    },
  })
  return { exitCode, out, err, sent }
}

/** What both hubs hold: whatever was written would be among it. */
const holdings = ({ github, huggingface, storages }: Pair) => ({
  refs: [...github.refs],
  branches: [...huggingface.repository.branches],
  present: [...github.repository.present],
  objects: sides.map((side) => [...storages[side].objects.keys()]),
  uploads: huggingface.server.uploads.size,
})

/** Questions, though some are posted. Where an object would be uploaded is one; nothing follows from it. */
const isRead = (request: string) =>
  /^(?:GET|HEAD) /.test(request) ||
  /^POST \S+\/(?:paths-info\/\w+|preupload\/\w+|validate-yaml|info\/lfs\/objects\/batch)$/.test(request) ||
  (request.startsWith('POST /graphql ') && !/\bmutation\b/.test(request))

const look = { width: 80, sentenceWidth: 80, paint: noColors, nowMs: 0 }

/** What is found, and how it looks. Whatever the world, nothing is written, a cause is told once, and all fits. */
async function find(pair: Pair, ...argv: string[]): Promise<Checked & { readonly told: readonly Placed[] }> {
  const before = holdings(pair)
  const ran = await runCheck(pair, '--json', ...argv)
  expect(ran.sent.filter((request) => !isRead(request))).toEqual([])
  expect(ran.sent.length).toBeLessThanOrEqual(40)
  expect(holdings(pair)).toEqual(before)
  const { findings: told, status } = JSON.parse(ran.out) as { findings: Placed[]; status: string }
  expect(status).toBe({ 0: 'checked', 1: 'failed', 2: 'conflict', 3: 'refused', 4: 'denied' }[ran.exitCode])
  const out = formatDiagnosis(told, { github: 'GitHub', huggingface: 'Hugging Face' }, '9 requests', look)
  expect(out.split('\n').filter((line) => line.length > 80 && !/^ +https:\/\/\S+$/.test(line))).toEqual([])
  for (const token of Object.values(tokens)) expect(out + ran.err + ran.out).not.toContain(token)
  const causes = told.flatMap(({ state, because, say }) => (state === 'ok' || because !== null ? [] : [say]))
  expect(causes).toEqual([...new Set(causes)])
  return { ...ran, out, told }
}

const tell = (told: readonly Placed[], state: string) =>
  told.filter((one) => one.state === state).map(({ side, what }) => `${side ?? 'both'} ${what}`)

async function startFirst(options: PairOptions = {}): Promise<Pair> {
  const pair = startPair(options)
  act(pair, 'github', { 'README.md': '# Corpus\n', 'a.txt': 'a\n' }, 'Begin')
  return pair
}

test('a healthy pair is ready: whose the tokens are, until when, and what the first run costs', async () => {
  const pair = await startFirst()
  Object.assign(pair.github.switches, {
    tokenEnd: '2027-03-01 12:00:00 UTC',
    actions: { enabled: true, allowed_actions: 'all' },
  })
  pair.huggingface.switches.tokenEnd = '2027-03-02T00:00:00.000Z'
  const { exitCode, told, out } = await find(pair)
  expect([exitCode, new Set(told.map(({ state }) => state))], out).toEqual([0, new Set(['ok'])])
  expect(out).toContain("GITHUB_TOKEN is octocat's, until 2027-03-01\n")
  expect(out).toContain("HF_TOKEN is alice's, role write, until 2027-03-02\n")
  expect(out).toContain('of 5,000 requests an hour are left')
  expect(out).toMatch(/run +would bring 1 commit to Hugging Face, 2 changes: about \d+\s+requests, 11 B\n/)
  expect((await runCheck(pair)).out).toMatch(
    /^GitHub acme\/corpus@main\n.*\nReady\. \d+ requests .* Nothing was\s+written\.\n$/s,
  )
})

test('a pair that was mirrored before is told what the next run does', async () => {
  const pair = await beginMirror(startPair(), { 'a.txt': 'a\n' })
  expect((await find(pair)).out).toContain('both sides are equal, and a run has nothing to do')
  act(pair, 'huggingface', { 'b.txt': 'b\n' })
  expect((await find(pair)).out).toContain('would bring 1 commit to GitHub, 1 change: about')
})

describe('the costs that are told', () => {
  test('are what the run takes, within a fifth', async () => {
    const pair = await startFirst()
    const { out } = await find(pair)
    const [, requests] = /about (\d+)\s+request/.exec(out)!
    const ran = await pair.run('--no-inspect')
    expect(Math.abs(ran.requests - Number(requests))).toBeLessThanOrEqual(Math.max(2, ran.requests / 5))
  })

  test('are compared with what is left of the limits', async () => {
    const pair = await startFirst()
    pair.github.switches.limits.core = 15
    const { told, exitCode } = await find(pair)
    expect([exitCode, tell(told, 'warning')]).toEqual([0, ['github limits', 'both run']])
  })
})

describe('what is found', () => {
  test.each(Object.entries({ ...tokenWorlds, ...repositoryWorlds }))('%s', async (_, world) => {
    const { make, options, argv = [], exitCode, fault = [], warning = [], unknown = [], says, link } = world
    const pair = await startFirst(options)
    pair.github.switches.actions = { enabled: true, allowed_actions: 'all' }
    make(pair)
    const found = await find(pair, ...argv)
    expect([found.exitCode, tell(found.told, 'fault'), tell(found.told, 'warning')], found.out).toEqual([
      exitCode,
      fault,
      warning,
    ])
    expect(tell(found.told, 'unknown'), found.out).toEqual(unknown)
    expect(found.out.replaceAll(/\s+/g, ' ')).toContain(says)
    if (link !== undefined) expect(found.out).toContain(`   ${link}\n`)
    for (const { state, fix, link: place, because, say } of found.told)
      if (state === 'fault' && because === null) expect([fix, place, say].join(' '), say).toMatch(/--|https:|run/)
  })
})

describe('a service that does not answer', () => {
  test.each(sides)('on %s is unknown once, stops no other question, and is exit code 1', async (side) => {
    const pair = await startFirst()
    pair[side].faults.push({ on: () => true, when: 'before', act: { status: 503 }, times: 999 })
    const { told, exitCode, out } = await find(pair)
    expect(exitCode, out).toBe(1)
    expect(told.filter((one) => one.side !== side && one.side !== null && one.ends !== null)).toEqual([])
    expect(told.find((one) => one.side === side && one.what === 'repository')).toMatchObject({
      state: 'unknown',
      ends: 'failed',
    })
  })

  test.each<[question: string, side: Side, path: RegExp, unknown: string[]]>([
    ['rules', 'github', /\/rules\//, ['github rules']],
    ['the repository', 'github', /\/repos\/acme\/corpus$/, ['github repository', 'both run']],
    ['whose the token is', 'github', /\/user$/, ['github token']],
    ['who can see it', 'huggingface', /\/api\/datasets\/acme\/corpus\?/, ['huggingface repository', 'both run']],
    ['whose the token is', 'huggingface', /whoami/, ['huggingface token']],
  ])('to one question, %s on %s, leaves the others', async (_, side, path, unknown) => {
    const pair = await startFirst()
    pair.github.switches.actions = { enabled: true, allowed_actions: 'all' }
    pair[side].faults.push({ on: ({ url }) => path.test(url), when: 'before', act: { status: 503 }, times: 99 })
    const { told, exitCode } = await find(pair)
    expect([exitCode, tell(told, 'unknown')]).toEqual([unknown[0]!.endsWith(' token') ? 0 : 1, unknown])
  })
})

test('a limit that is used up is told, and not taken for a token without rights', async () => {
  const pair = await startFirst()
  pair.github.switches.limits.core = 0
  const { told, exitCode, out } = await find(pair)
  expect([exitCode, tell(told, 'warning')], out).toEqual([1, ['github limits']])
  expect(out).toContain('unknown  token       GitHub does not tell whose GITHUB_TOKEN is\n')
  expect(out).toContain('API rate limit exceeded')
})

test('both sides are asked at once, and each question once', async () => {
  const pair = await startFirst()
  const { sent } = await runCheck(pair)
  const asked = sent.filter((request) =>
    /\/user$|whoami|rate_limit|\/permissions$|\/branches\/|\/rules\//.test(request),
  )
  expect(asked).toHaveLength(new Set(asked).size)
})

test('with --quiet nothing is printed where nothing is wrong', async () => {
  const pair = await startFirst()
  expect(await runCheck(pair, '--quiet')).toMatchObject({ exitCode: 0, out: '', err: '' })
  delete pair.env.HF_TOKEN
  expect((await runCheck(pair, '--quiet')).out).toContain('there is no HF_TOKEN')
})

test('--check stands alone', async () => {
  const pair = await startFirst()
  for (const other of ['--verify', '--ask', '--diff', '--detailed-exitcode', '--html=a.html']) {
    const { exitCode, err, sent } = await runCheck(pair, other)
    expect([exitCode, sent]).toEqual([64, []])
    expect(err).toContain(`Cannot use --check with ${other.split('=')[0]}`)
  }
})

describe('a repository that --create is to make', () => {
  const startMissing = async (side: Side) => {
    const pair = startPair({ [side]: { missing: true } })
    act(pair, otherSide[side], { 'README.md': '# Corpus\n' })
    return pair
  }

  test.each(sides)('on %s is told as such, with what the run would bring', async (side) => {
    const pair = await startMissing(side)
    const { exitCode, told, out } = await find(pair, '--create')
    expect([exitCode, tell(told, 'fault')], out).toEqual([0, []])
    expect(out).toContain('it is missing, and --create makes it, private')
    expect(out).toMatch(/would bring \d commits? to/)
    expect(tell(told, 'unknown')).toContain(`${side} lfs`)
  })

  test('is a fault where the token may not make it, or where that side is only read', async () => {
    const pair = await startMissing('huggingface')
    pair.huggingface.switches.member = false
    const { exitCode, told, out } = await find(pair, '--create')
    expect([exitCode, tell(told, 'fault')], out).toEqual([4, ['huggingface write']])
    const { exitCode: other, told: found } = await find(await startMissing('huggingface'), '--create', '--to', 'github')
    expect([other, tell(found, 'fault')]).toEqual([4, ['huggingface repository']])
  })
})
