/** What was written is always told, whatever a run comes to; and no report changes what that is. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { sync } from '../../lib/cli/command.ts'
import { Request } from '../hubs/message.ts'
import { servePair, startPair, type Pair } from '../hubs/pair.ts'
import { act, expectInSync, heads, startMirrored } from './mirror-setup.ts'

const isHubCommit = ({ method, url }: Request) => method === 'POST' && url.endsWith('/commit/main')
const refused = { status: 400, body: '{"error":"A rule of this repository"}' }

/** Both sides moved, so that GitHub is written first. */
async function startMoved(): Promise<Pair> {
  const pair = await startMirrored({ 'a.txt': 'one\n', 'b.txt': 'one\n' })
  act(pair, 'github', { 'a.txt': 'two\n' })
  act(pair, 'huggingface', { 'b.txt': 'two\n' })
  return pair
}

/** Somebody writes to the Hub whenever this run is about to. */
function moveBefore(pair: Pair, times = 99): void {
  let count = 0
  pair.huggingface.faults.push({
    on: isHubCommit,
    when: 'before',
    times,
    act: () => {
      act(pair, 'huggingface', { [`meanwhile-${++count}.txt`]: 'x\n' }, 'Meanwhile')
    },
  })
}

describe('what a run wrote before it failed is told', () => {
  test('a part of a commit that was split', async () => {
    const pair = startPair()
    act(
      pair,
      'github',
      Object.fromEntries(Array.from({ length: 2_600 }, (_, index) => [`d/f${index}.txt`, `${index}\n`])),
      'Many',
    )
    let posts = 0
    pair.huggingface.faults.push({
      on: (request) => isHubCommit(request) && ++posts === 2,
      when: 'before',
      act: refused,
    })
    const before = heads(pair)
    const ran = await pair.run('--json')
    const head = pair.huggingface.head('main')!
    expect(head).not.toBe(before.huggingface)
    expect([ran.exitCode, JSON.parse(ran.out)]).toMatchObject([
      1,
      {
        status: 'failed',
        written: { github: null, huggingface: head },
        states: { github: 'nothing to write', huggingface: 'in part' },
      },
    ])
    expect(ran.err).toContain(
      `Hugging Face was written in part (${head.slice(0, 7)}). Running again ends the same way until that is changed; then it goes on from there`,
    )
    expect((await pair.run()).exitCode).toBe(0)
    await expectInSync(pair)
  })

  test('the first commit of an empty GitHub repository', async () => {
    const pair = startPair()
    pair.huggingface.commit('main', { files: { 'a.txt': 'a\n', 'b.txt': 'b\n' }, message: 'Begin', user: 'alice' })
    pair.github.faults.push({
      on: ({ method, url }) => method === 'POST' && url.endsWith('/git/trees'),
      when: 'before',
      act: { status: 422, body: '{"message":"A rule"}' },
    })
    const ran = await pair.run('--json')
    expect([ran.exitCode, JSON.parse(ran.out)]).toMatchObject([
      1,
      { written: { github: pair.github.head('main') }, states: { github: 'in part' } },
    ])
    expect(pair.github.head('main')).not.toBeNull()
  })

  test('one side, where the other one refuses: with code 1, since 3 says that nothing was written', async () => {
    const pair = await startMoved()
    pair.huggingface.faults.push({ on: isHubCommit, when: 'before', act: refused })
    const before = heads(pair)
    const ran = await pair.run('--json')
    const { github } = heads(pair)
    expect(github).not.toBe(before.github)
    expect([ran.exitCode, JSON.parse(ran.out)]).toMatchObject([
      1,
      {
        status: 'failed',
        written: { github, huggingface: null },
        states: { github: 'written', huggingface: 'not written' },
      },
    ])
    expect(ran.err).toContain(
      `GitHub was written (${github!.slice(0, 7)}), Hugging Face was not. Running again ends the same way`,
    )
    expect((await pair.run()).exitCode).toBe(0)
    await expectInSync(pair)
  })

  test('a refusal of the only side that is written is one, with code 3', async () => {
    const pair = await startMirrored({ 'a.txt': 'one\n' })
    act(pair, 'github', { 'a.txt': 'two\n' })
    pair.huggingface.faults.push({ on: isHubCommit, when: 'before', act: refused })
    const ran = await pair.run('--json')
    expect([ran.exitCode, JSON.parse(ran.out)]).toMatchObject([
      3,
      { status: 'refused', written: { github: null, huggingface: null } },
    ])
  })

  test('an earlier round, when the next one fails while it plans', async () => {
    const pair = await startMoved()
    moveBefore(pair, 1)
    pair.huggingface.faults.push({
      on: ({ url }) => /\/commits\/[^?]*main/.test(url) && pair.github.head('main') !== before.github,
      when: 'before',
      act: { status: 404, body: 'gone' },
      times: 99,
    })
    const before = heads(pair)
    const ran = await pair.run('--json')
    const { github } = heads(pair)
    expect(github).not.toBe(before.github)
    expect([ran.exitCode === 0, JSON.parse(ran.out)]).toMatchObject([false, { written: { github, huggingface: null } }])
    expect(ran.err).toContain(`GitHub was written (${github!.slice(0, 7)}), Hugging Face was not`)
  })

  test('earlier rounds, when the next plan is refused: with code 1', async () => {
    const pair = await startMoved()
    moveBefore(pair, 1)
    let begun = false
    // The owner deletes everything while the run is under way.
    pair.huggingface.faults.push({
      on: (request) => !begun && isHubCommit(request),
      when: 'after',
      act: () => {
        begun = true
        act(
          pair,
          'huggingface',
          Object.fromEntries(
            [...pair.huggingface.files('main').keys()]
              .filter((path) => !path.endsWith('.gitattributes'))
              .map((path) => [path, null]),
          ),
          'Clear away',
        )
      },
    })
    const before = heads(pair)
    const ran = await pair.run()
    expect(heads(pair).github).not.toBe(before.github)
    expect([ran.exitCode, ran.out]).toEqual([
      1,
      expect.stringMatching(
        /written before the other side moved: GitHub [0-9a-f]{7}[^]*refused: Hugging Face holds no mirrored file any more/,
      ),
    ])
    expect(ran.out).not.toContain('Nothing was written')
  })

  test('all rounds, when there is no end of them', async () => {
    const pair = await startMoved()
    moveBefore(pair)
    const ran = await pair.run('--json')
    expect([ran.exitCode, JSON.parse(ran.out)]).toMatchObject([
      1,
      {
        error: expect.stringContaining('Gave up after 5 plans'),
        written: { github: pair.github.head('main'), huggingface: null },
      },
    ])
    expect(ran.err).toContain('GitHub was written')
  })

  test('a branch that was made for it', async () => {
    const pair = await startMirrored({ 'a.txt': 'one\n' })
    pair.github.refs.set('refs/heads/data', pair.github.head('main')!)
    pair.github.commit('data', { files: { 'a.txt': 'two\n' }, message: 'On a branch' })
    pair.huggingface.faults.push({
      on: ({ method, url }) => method === 'POST' && url.endsWith('/commit/data'),
      when: 'before',
      act: refused,
    })
    const ran = await pair.run('--branch', 'data', '--json')
    expect([ran.exitCode, JSON.parse(ran.out)]).toMatchObject([
      1,
      { branch: 'huggingface', written: { github: null, huggingface: null } },
    ])
    expect(ran.err).toContain('the branch was made on Hugging Face, Hugging Face was not')
  })
})

describe('a report that cannot be written', () => {
  test.each([
    ['GITHUB_STEP_SUMMARY', 'the job summary'],
    ['GITHUB_OUTPUT', 'the outputs'],
  ])('%s is a warning, after the run and after an error', async (name, what) => {
    for (const argv of [[], ['--json']]) {
      const pair = startPair({ env: { [name]: '/nonexistent/file' } })
      act(pair, 'github', { 'a.txt': 'a\n' })
      const ran = await pair.run(...argv)
      expect([ran.exitCode, ran.err, ran.out]).toEqual([
        0,
        expect.stringContaining(`warning: cannot write ${what}: ENOENT`),
        expect.stringMatching(/Mirrored 1 change|"status": "mirrored"/),
      ])
      const wrong = await pair.run('--take', 'nonsense', ...argv)
      expect([wrong.exitCode, wrong.err.match(/^error: /gm)?.length, wrong.err]).toEqual([
        64,
        1,
        expect.stringContaining(`warning: cannot write ${what}`),
      ])
    }
  })

  test('leaves what the job gets of the run as it is', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'told-'))
    try {
      const pair = startPair({
        env: { GITHUB_STEP_SUMMARY: '/nonexistent/file', GITHUB_OUTPUT: join(folder, 'outputs') },
      })
      act(pair, 'github', { 'a.txt': 'a\n' })
      let err = ''
      const code = await sync([], {
        env: pair.env,
        out: () => {
          throw new Error('no room on the device')
        },
        err: (text) => {
          err += text
        },
        fetch: (input, init) => answer(pair, new Request(input, init)),
        sleep: () => Promise.resolve(),
      })
      expect([code, err, readFileSync(join(folder, 'outputs'), 'utf8')]).toEqual([
        0,
        expect.stringMatching(/cannot write the report: no room on the device[^]*cannot write the job summary/),
        expect.stringContaining('status=mirrored'),
      ])
      await expectInSync(pair)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('since whoever reads it has gone is no failure', async () => {
    const pair = await servePair()
    act(pair, 'github', Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`d/${index}.txt`, `${index}\n`])))
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', fileURLToPath(new URL('../../sync.ts', import.meta.url)), '--json'],
      { env: { ...process.env, ...pair.env }, stdio: ['ignore', 'pipe', 'pipe'] },
    )
    child.stdout.destroy()
    expect(
      await new Promise((resolve) => {
        child.on('exit', resolve)
      }),
    ).toBe(0)
    await expectInSync(pair)
    await pair.close()
  })
})

const answer = (pair: Pair, request: Request) =>
  (new URL(request.url).hostname.endsWith('huggingface.co') ? pair.huggingface : pair.github).fetch(request)

test('the plan is told before anything is written, so that a run which is refused has told it as well', async () => {
  const pair = await startMirrored({ 'a.txt': 'one\n' })
  act(pair, 'github', { 'a.txt': 'two\n' })
  pair.huggingface.faults.push({ on: isHubCommit, when: 'before', act: refused })
  const ran = await pair.run()
  expect([ran.exitCode, ran.out]).toEqual([3, expect.stringMatching(/^To Hugging Face in 1 commit: 1 changed$/m)])
  expect((await pair.run()).out.match(/^Plan /gm)).toHaveLength(1)
})

test('-q says nothing at all where nothing happened, and says what happened', async () => {
  const pair = await startMirrored({ 'a.txt': 'one\n' })
  expect(await pair.run('-q')).toMatchObject({ exitCode: 0, out: '', err: '' })
  act(pair, 'github', { 'a.txt': 'two\n' })
  expect((await pair.run('-q')).out).toMatch(/^Mirrored 1 change: /m)
})
