/**
 * The brakes and the tokens, seen from outside: what a run that must not write asks of both hubs, and what it says in
 * JSON.
 */
import { describe, expect, test } from 'vitest'
import { sync } from '../../lib/cli/command.ts'
import { otherSide, sides, type Side } from '../../lib/model/sides.ts'
import { protections } from '../hubs/github-switches.ts'
import { tokens, type Pair, type Ran } from '../hubs/pair.ts'
import {
  act,
  contents,
  directions,
  expectInSync,
  expectStopped,
  heads,
  startMirrored,
  type Files,
} from '../run/mirror-setup.ts'

const lines = (edits: Record<number, string> = {}) =>
  Array.from({ length: 12 }, (_, index) => `${edits[index] ?? `line ${index}`}\n`).join('')
const begin: Files = { 'README.md': lines(), 'a.txt': 'a\n' }

async function startMoved(...moved: Side[]): Promise<Pair> {
  const pair = await startMirrored(begin)
  for (const side of moved)
    act(pair, side, { 'README.md': lines({ [side === 'github' ? 1 : 10]: side }), [`${side}.txt`]: side })
  return pair
}

/** Requests that changed something; GraphQL is told by the heads. */
const writes = ({ log }: Ran) =>
  log.filter((line) => !/^(GET|HEAD) |graphql |paths-info|preupload|objects\/batch/.test(line) && / 2\d\d$/.test(line))
const tokenNames = { github: 'GITHUB_TOKEN', huggingface: 'HF_TOKEN' }
const bad: Record<string, Record<Side, string>> = {
  'missing': { github: '', huggingface: '' },
  'wrong': { github: 'ghp_no', huggingface: 'hf_no' },
  'read-only': { github: tokens.githubRead, huggingface: tokens.huggingfaceRead },
}

describe.each(Object.entries(bad))('a %s token', (_, values) => {
  test.each(sides)('of %s stops a run in which both moved, and nothing is written on either', async (side) => {
    const pair = await startMoved('github', 'huggingface')
    const before = heads(pair)
    pair.env[tokenNames[side]] = values[side]
    const ran = await pair.run()
    expect([ran.exitCode, heads(pair), writes(ran)], ran.err).toEqual([4, before, []])
    expect(ran.out + ran.err).toContain(tokenNames[side])
  })

  test.each(sides)('of %s stops a run that has to write there', async (side) => {
    const pair = await startMoved(otherSide[side])
    const before = heads(pair)
    pair.env[tokenNames[side]] = values[side]
    const ran = await pair.run()
    expect([ran.exitCode, heads(pair), writes(ran)], ran.err).toEqual([4, before, []])
    expect(ran.err).toContain(tokenNames[side])
  })
})

describe.each(['missing', 'read-only'])('a %s token', (kind) => {
  test.each(sides)('of %s is enough where only the other side is to be written', async (side) => {
    const pair = await startMoved(side)
    pair.env[tokenNames[side]] = bad[kind]![side]
    const ran = await pair.run()
    expect(ran.exitCode, ran.err).toBe(0)
    expect(writes(ran)).not.toEqual([])
    await expectInSync(pair)
  })
})

describe('what may not write', () => {
  const argvs: Record<string, string[]> = {
    'a dry run': ['--dry-run'],
    'a dry run in JSON': ['--dry-run', '--json'],
    'a verification': ['--verify'],
  }
  test.each(Object.entries(argvs))('%s does not', async (_, argv) => {
    const pair = await startMoved('github', 'huggingface')
    const before = [heads(pair), [...pair.github.refs], writes(await pair.run(...argv))]
    expect([heads(pair), [...pair.github.refs], []]).toEqual(before)
  })

  test('--detailed-exitcode says 0 when nothing waits, 2 for a conflict, 0 for a run', async () => {
    const pair = await startMoved('github')
    expect((await pair.run('--dry-run', '--detailed-exitcode')).exitCode).toBe(10)
    expect((await pair.run('--detailed-exitcode')).exitCode).toBe(0)
    expect((await pair.run('--dry-run', '--detailed-exitcode')).exitCode).toBe(0)
    for (const side of sides) act(pair, side, { 'a.txt': side })
    expect((await pair.run('--dry-run', '--detailed-exitcode')).exitCode).toBe(2)
  })
})

describe('standard output with --json is one document', () => {
  const worlds: Record<string, { make: (pair: Pair) => void; argv?: string[]; exitCode: number; status: string }> = {
    'in sync': { make: () => {}, exitCode: 0, status: 'in-sync' },
    'mirrored': {
      make: (pair) => {
        act(pair, 'github', { 'b.txt': 'b\n' })
      },
      exitCode: 0,
      status: 'mirrored',
    },
    'planned': {
      make: (pair) => {
        act(pair, 'github', { 'b.txt': 'b\n' })
      },
      argv: ['--dry-run'],
      exitCode: 0,
      status: 'planned',
    },
    'conflict': {
      make: (pair) => {
        for (const side of sides) act(pair, side, { 'a.txt': side })
      },
      exitCode: 2,
      status: 'conflict',
    },
    'emptied': {
      make: (pair) => {
        act(pair, 'github', { 'a.txt': null, 'README.md': null })
      },
      exitCode: 3,
      status: 'refused',
    },
    'protected': {
      make: (pair) => {
        act(pair, 'huggingface', { 'b.txt': 'b\n' })
        pair.github.switches.protectedBranches.set('main', protections.rules)
      },
      exitCode: 3,
      status: 'refused',
    },
    'a README that the Hub refuses': {
      make: (pair) => {
        act(pair, 'github', { 'README.md': '---\nlicense: [\n---\n' })
      },
      exitCode: 3,
      status: 'refused',
    },
    'equal': { make: () => {}, argv: ['--verify'], exitCode: 0, status: 'equal' },
    'different': {
      make: (pair) => {
        act(pair, 'github', { 'b.txt': 'b\n' })
      },
      argv: ['--verify'],
      exitCode: 5,
      status: 'different',
    },
    'a service that is down': {
      make: (pair) => {
        pair.github.faults.push({ on: () => true, when: 'before', act: { status: 503 }, times: 99 })
      },
      exitCode: 1,
      status: 'failed',
    },
  }
  test.each(Object.entries(worlds))('%s', async (_, { make, argv = [], exitCode, status }) => {
    const pair = await startMirrored(begin)
    make(pair)
    const ran = await pair.run('--json', ...argv)
    expect([ran.exitCode, JSON.parse(ran.out)], ran.err).toMatchObject([exitCode, { version: 1, status }])
  })

  test('nobody listens, and the sleep between attempts is all that is waited for', async () => {
    let out = ''
    const nobody = 'http://127.0.0.1:9'
    const env = {
      GITHUB_REPOSITORY: 'acme/corpus',
      HF_REPO: 'datasets/acme/corpus',
      GITHUB_API_URL: nobody,
      GITHUB_SERVER_URL: nobody,
      HF_ENDPOINT: nobody,
      GITHUB_TOKEN: tokens.github,
      HF_TOKEN: tokens.huggingface,
    }
    expect(
      await sync(['--json'], {
        env,
        out: (text) => {
          out += text
        },
        err: () => {},
        sleep: () => Promise.resolve(),
      }),
    ).toBe(1)
    expect(JSON.parse(out)).toMatchObject({
      version: 1,
      status: 'failed',
      error: expect.stringContaining('127.0.0.1:9'),
    })
  })
})

describe.each(directions)('deletions on $from', ({ from, to }) => {
  const twenty = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`d/${index}.txt`, `${index}\n`]))
  const deleted = (count: number): Files =>
    Object.fromEntries(
      Object.keys(twenty)
        .slice(0, count)
        .map((path) => [path, null]),
    )

  /** What a shell makes of the commands that a refusal prints. */
  const commandsIn = (out: string) =>
    [...out.matchAll(/^ {2}npx tsx sync\.ts (.*)$/gm)].map(([, argv]) => argv!.split(' '))

  test.each([
    ['first', 20],
    ['second', 9],
  ])('more than half of twenty are refused by name, and the %s command leaves %i', async (which, left) => {
    const pair = await startMirrored(twenty)
    act(pair, from, deleted(11), 'Clean up')
    const told = await expectStopped(pair, 3)
    expect(told).toMatch(/deleted 11 of 20 .*50 %\.\n {2}from "Clean up" by .*\n {2}deleted {2}d\/0\.txt\n/)
    expect(told.match(/^ {2}deleted /gm)).toHaveLength(11)
    const [back, on] = commandsIn(told)
    expect([back!.slice(-2), on!.slice(-1)]).toEqual([['--init', to], ['--allow-delete']])
    const ran = await pair.run(...(which === 'first' ? back! : on!))
    expect(ran.exitCode, ran.err + ran.out).toBe(0)
    for (const side of [from, to]) expect(Object.keys(contents(pair, side))).toHaveLength(left)
    await expectInSync(pair)
  })

  test('are stopped where --max-delete says so', async () => {
    const pair = await startMirrored(twenty)
    act(pair, from, deleted(3))
    for (const limit of ['2', '10%']) expect((await pair.run('--max-delete', limit)).exitCode).toBe(3)
    expect((await pair.run('--max-delete', '3')).exitCode).toBe(0)
  })

  test('half of them are not', async () => {
    const pair = await startMirrored(twenty)
    act(pair, from, deleted(10))
    expect((await pair.run()).exitCode).toBe(0)
    expect(Object.keys(contents(pair, to))).toHaveLength(10)
  })

  test('all there is, few as they are: refused, also while the other side adds, and goes with --allow-delete', async () => {
    const pair = await startMirrored(begin)
    act(pair, from, { 'a.txt': null, 'README.md': null })
    expect(await expectStopped(pair, 3)).toMatch(/no mirrored file any more[^]*--allow-delete/)
    act(pair, to, { 'new.txt': 'new\n' })
    await expectStopped(pair, 3)
    expect((await pair.run('--allow-delete')).exitCode).toBe(0)
    expect(contents(pair, to)).toEqual({ 'new.txt': 'new\n' })
    await expectInSync(pair)
  })

  test('all there is, with --allow-delete and nothing else', async () => {
    const pair = await startMirrored(begin)
    act(pair, from, { 'a.txt': null, 'README.md': null })
    const ran = await pair.run('--allow-delete')
    expect(ran.exitCode, ran.err).toBe(0)
    expect(contents(pair, to)).toEqual({})
    await expectInSync(pair)
  })
})
