/** Several branches in one command: each a run of its own, and one report over all of them. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sync } from '../../lib/cli/command.ts'
import { namePages } from '../../lib/cli/several.ts'
import { findWorst } from '../../lib/cli/status.ts'
import { StoppedError } from '../../lib/model/errors.ts'
import { sides } from '../../lib/model/sides.ts'
import { copyPair, startPair, type Pair } from '../hubs/pair.ts'
import { bob } from '../run/mirror-setup.ts'
import { parse, parseAll, refusal } from './parsed-options.ts'

const folder = mkdtempSync(join(tmpdir(), 'several-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('which branches', () => {
  test.each<[argv: string[], variable: string, expected: string[][]]>([
    [
      [],
      'main dev=develop\n  data',
      [
        ['main', 'main'],
        ['dev', 'develop'],
        ['data', 'data'],
      ],
    ],
    [
      ['--branch', 'a', '--branch', 'b=c'],
      'main',
      [
        ['a', 'a'],
        ['b', 'c'],
      ],
    ],
    [['--branch', 'a=b', '--hf-branch', 'a=b'], '', [['a=b', 'a=b']]],
    [['--branch', 'a,b'], '', [['a,b', 'a,b']]],
    [['--hf-branch', 'data'], 'refs/heads/main', [['main', 'data']]],
  ])('%j and %j', (argv, variable, expected) => {
    const found = parseAll(argv, { BRANCH: variable }).map(({ branches }) => sides.map((side) => branches[side]))
    expect(found).toEqual(expected)
  })

  test.each([
    [['--branch', 'a', '--branch', 'b', '--hf-branch', 'c'], 'Cannot use --hf-branch with several branches'],
    [['--branch', 'a', '--branch', 'a=b'], 'Cannot use --branch with "a" twice'],
    [['--branch', 'a=c', '--branch', 'b=c'], 'Cannot use --branch with "c" twice'],
    [['--branch', 'a=b=c'], 'Cannot use --branch "a=b=c": it is one branch, or'],
    [['--branch', 'a='], 'Cannot use --branch "a=": it is not a branch name'],
    [['--branch', 'a', '--branch', '=b'], 'Cannot use --branch "=b": it is not a branch name'],
  ])('%j is refused', (argv, says) => {
    expect(refusal(argv)).toContain(says)
  })

  test('all runs are asked the same', () => {
    const [one, two] = parseAll(['--branch', 'a', '--branch', 'b', '--squash', '--exclude=*.log'])
    expect({ ...two, branches: one!.branches }).toEqual(one)
    expect(parse(['--branch', 'a', '--squash', '--exclude=*.log'])).toEqual(one)
  })
})

test('the worst is what has to be looked at first, and of fine ends the one that says most', () => {
  const worst = (...ends: [status: Parameters<typeof findWorst>[0][number]['status'], code: number][]) =>
    findWorst(ends.map(([status, code]) => ({ status, code })))
  expect(worst(['in-sync', 0], ['mirrored', 0], ['in-sync', 0])).toEqual({ status: 'mirrored', code: 0 })
  expect(worst(['conflict', 2], ['refused', 3], ['planned', 10])).toEqual({ status: 'refused', code: 3 })
  expect(worst(['failed', 1], ['denied', 4], ['conflict', 2])).toEqual({ status: 'denied', code: 4 })
  expect(worst(['different', 5], ['denied', 4], ['failed', 1])).toEqual({ status: 'different', code: 5 })
  expect(worst(['planned', 10], ['in-sync', 0])).toEqual({ status: 'planned', code: 10 })
  expect(worst(['different', 5], ['stopped', 130])).toEqual({ status: 'stopped', code: 130 })
})

test('each run has a page of its own name', () => {
  expect(namePages('out/report.html', ['main', 'a/b', 'a-b', 'A-B', 'dev=develop'])).toEqual([
    'out/report.main.html',
    'out/report.a-b.html',
    'out/report.a-b-2.html',
    'out/report.A-B-3.html',
    'out/report.dev-develop.html',
  ])
  expect(namePages('.html', ['x'])).toEqual(['.html.x'])
})

/** `main`, `dev` and `data` on both sides, mirrored once; then GitHub changes all three, and the Hub changes `dev`. */
let three: Pair
const branches = ['--branch', 'main', '--branch', 'dev', '--branch', 'data=hub-data']
const change = { author: bob, message: 'Change' }
beforeAll(async () => {
  three = startPair()
  three.github.commit('main', { ...change, files: { 'a.txt': 'one\n', 'b.txt': 'b\n' } })
  expect((await three.run()).exitCode).toBe(0)
  for (const [side, name] of [
    ['github', 'dev'],
    ['github', 'data'],
    ['huggingface', 'dev'],
    ['huggingface', 'hub-data'],
  ] as const)
    makeBranch(three, side, name)
  const ran = await three.run(...branches)
  expect([ran.exitCode, ran.requests], ran.out + ran.err).toEqual([0, 6])
  for (const name of ['main', 'dev', 'data']) three.github.commit(name, { ...change, files: { 'a.txt': `${name}\n` } })
  three.huggingface.commit('dev', { message: 'Change', user: 'alice', files: { 'a.txt': 'hub\n' } })
})

function makeBranch(pair: Pair, side: 'github' | 'huggingface', name: string): void {
  if (side === 'github') pair.github.refs.set(`refs/heads/${name}`, pair.github.head('main')!)
  else pair.huggingface.repository.branches.set(name, pair.huggingface.head('main')!)
}

const texts = (pair: Pair, name: string, hubName = name) =>
  [pair.github.files(name), pair.huggingface.files(hubName)].map((files) => files.get('a.txt')!.content.toString())

describe('three branches', () => {
  test('a conflict on the second stops no other, and the table has a line for each', async () => {
    const pair = copyPair(three)
    const { exitCode, out, err } = await pair.run(...branches)
    expect([exitCode, err]).toEqual([2, ''])
    expect([texts(pair, 'main'), texts(pair, 'dev'), texts(pair, 'data', 'hub-data')]).toEqual([
      ['main\n', 'main\n'],
      ['dev\n', 'hub\n'],
      ['data\n', 'data\n'],
    ])
    const table = out.slice(out.indexOf('\n3 runs:\n')).trim().split('\n')
    expect(table.map((line) => line.replaceAll(/\d+(\.\d)? (requests|GitHub|Hugging|kB|B|s)/g, 'n $2'))).toEqual([
      '3 runs:',
      expect.stringMatching(/^ {2}main {11}mirrored +n requests {2}1 change to Hugging Face$/),
      expect.stringMatching(/^ {2}dev {12}conflict +n requests {2}1 conflict$/),
      expect.stringMatching(/^ {2}data=hub-data {2}mirrored +n requests {2}1 change to Hugging Face$/),
      expect.stringMatching(/^n requests \(n GitHub, n Hugging Face\)/),
    ])
    expect(out).toContain("--branch dev --take='a.txt=github'")
    expect((await pair.run(...branches, '--take=a.txt=huggingface')).exitCode).toBe(0)
    expect(texts(pair, 'dev')).toEqual(['hub\n', 'hub\n'])
    const again = await pair.run('-q', ...branches)
    expect(again).toMatchObject({ exitCode: 0, out: '', err: '', requests: 6 })
  })

  test('--json is one document with the report of each, as it is alone', async () => {
    const pair = copyPair(three)
    const alone = JSON.parse((await copyPair(three).run('--branch=main', '-n', '--json')).out)
    const { exitCode, out } = await pair.run(...branches, '-n', '--json')
    const all = JSON.parse(out)
    expect(exitCode).toBe(2)
    expect(all).toMatchObject({ version: 1, status: 'conflict', exitCode: 2 })
    expect(
      all.runs.map(({ name, status, exitCode: code, branch }: Record<string, unknown>) => [name, status, code, branch]),
    ).toEqual([
      ['main', 'planned', 0, { github: 'main', huggingface: 'main' }],
      ['dev', 'conflict', 2, { github: 'dev', huggingface: 'dev' }],
      ['data=hub-data', 'planned', 0, { github: 'data', huggingface: 'hub-data' }],
    ])
    expect(all.runs[0].report).toEqual(alone)
    const sum = (side: string) => all.runs.reduce((total: number, { report }: any) => total + report.requests[side], 0)
    expect(all.requests).toEqual({ github: sum('github'), huggingface: sum('huggingface') })
  })

  test('a job has one summary, outputs of the worst, and a page for each', async () => {
    const pair = copyPair(three)
    const [summary, outputs] = [join(folder, 'summary'), join(folder, 'outputs')]
    Object.assign(pair.env, { GITHUB_STEP_SUMMARY: summary, GITHUB_OUTPUT: outputs })
    expect((await pair.run(...branches, '-n', '--html', join(folder, 'page.html'))).exitCode).toBe(2)
    const told = readFileSync(summary, 'utf8')
    expect(told).toMatch(/^\| run \| status[^]*\n## `main`\n\n### Changes are waiting[^]*\n## `dev`\n\n### Conflict/)
    expect(readFileSync(outputs, 'utf8')).toMatch(
      /^status=conflict\nchanges=2\nconflicts=1\ngithub_commit=\nhuggingface_commit=\nplan=\nrequests=\d+\nbytes_downloaded=\d+\nbytes_uploaded=\d+\nshards=\nmatrix=\n$/,
    )
    expect(
      readdirSync(folder)
        .filter((name) => name.startsWith('page'))
        .toSorted(),
    ).toEqual(['page.data-hub-data.html', 'page.dev.html', 'page.main.html'])
    expect(readFileSync(join(folder, 'page.dev.html'), 'utf8')).toContain('a.txt')
    await pair.run('-n', '--tags', '--branch=main', '--html', join(folder, 'alone.html'))
    expect(readdirSync(folder).filter((name) => name.startsWith('alone'))).toEqual(['alone.html'])
  })

  test('--verify compares all of them, and --detailed-exitcode tells that changes are waiting', async () => {
    const pair = copyPair(three)
    const { exitCode, out } = await pair.run('--verify', ...branches)
    expect([exitCode, out]).toEqual([5, expect.stringMatching(/ {2}dev +different +\d+ requests {2}1 difference\n/)])
    expect((await pair.run('-n', '--detailed-exitcode', '--branch=main', '--branch=data=hub-data')).exitCode).toBe(10)
    expect((await pair.run('--check', '--branch=main', '--branch=data=hub-data')).out).toMatch(/ {2}main +checked/)
  })

  test('a branch that is only on one side, and not in any history, does not keep the others from being mirrored', async () => {
    const pair = copyPair(three)
    const { exitCode, out, err } = await pair.run('--branch=none', '--branch=main')
    expect(exitCode).toBe(3)
    expect(err).toContain('error: none: Cannot mirror branch "none"')
    expect(out).toMatch(/ {2}none +refused +\d+ requests {2}Cannot mirror branch "none"/)
    expect(texts(pair, 'main')).toEqual(['main\n', 'main\n'])
  })

  test('a denied token ends the rest, and it is said what was not tried', async () => {
    const pair = copyPair(three)
    pair.env['HF_TOKEN'] = 'hf_unknown0123456789'
    const { exitCode, out, log } = await pair.run(...branches)
    expect(exitCode).toBe(4)
    expect(out).toMatch(/ {2}dev +- +not tried: a token was denied for main\n {2}data=hub-data +- +not tried/)
    expect(log.length).toBeLessThan(6)
  })

  test('a failure in the middle leaves what was done, and the others go on', async () => {
    const pair = copyPair(three)
    pair.github.faults.push({
      on: ({ url }) => decodeURIComponent(url).includes('refs/heads/dev'),
      times: Infinity,
      when: 'before',
      act: { status: 500 },
    })
    const { exitCode, out } = await pair.run(...branches)
    expect(exitCode).toBe(1)
    expect(out).toMatch(/ {2}main +mirrored[^]* {2}dev +failed[^]* {2}data=hub-data +mirrored/)
  })

  test('an object that several branches get is uploaded once', async () => {
    const pair = copyPair(three)
    for (const name of ['main', 'hub-data'])
      pair.huggingface.commit(name, {
        message: 'Add data',
        user: 'alice',
        files: { 'x.parquet': { lfs: Buffer.alloc(200_000, 'parquet\0') } },
      })
    const { exitCode, out, err } = await pair.run('--branch=main', '--branch=data=hub-data')
    expect(exitCode, out + err).toBe(0)
    const uploads = pair.storages.github.hub.requests.filter(({ method }) => method === 'PUT')
    const blobs = pair.github.requests.filter(({ method, url }) => method === 'POST' && url.endsWith('/git/blobs'))
    expect(uploads.length + blobs.length).toBe(1)
    for (const name of ['main', 'data']) expect(pair.github.files(name).has('x.parquet')).toBe(true)
  })

  test('stopped between two runs, what was not tried makes it a stopped command', async () => {
    const pair = copyPair(three)
    const stop = new AbortController()
    let out = ''
    const exitCode = await sync(['--branch=main', '--branch=data=hub-data'], {
      env: pair.env,
      ...pair.network,
      out: (text) => {
        out += text
        if (text.includes('Mirrored 1 change')) stop.abort(new StoppedError('Stopped'))
      },
      err: () => {},
      signal: stop.signal,
    })
    expect([exitCode, out]).toEqual([
      130,
      expect.stringMatching(/ {2}main +mirrored[^]* {2}data=hub-data +- +not tried/),
    ])
  })

  test('stopped in the second, the third is not tried', async () => {
    const pair = copyPair(three)
    const stop = new AbortController()
    let out = ''
    const exitCode = await sync([...branches], {
      env: pair.env,
      ...pair.network,
      fetch: (input, init) => {
        if (String(input instanceof Request ? input.url : input).includes('dev'))
          stop.abort(new StoppedError('Stopped'))
        return pair.network.fetch!(input, init)
      },
      out: (text) => (out += text),
      err: () => {},
      signal: stop.signal,
    })
    expect(exitCode).toBe(130)
    expect(out).toMatch(
      / {2}main +mirrored[^]* {2}dev +stopped[^]* {2}data=hub-data +- +not tried: the command was stopped/,
    )
    expect(texts(pair, 'main')).toEqual(['main\n', 'main\n'])
  })
})
