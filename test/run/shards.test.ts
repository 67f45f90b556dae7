/**
 * Several machines share out the objects of a run: they send them and write nothing, and a run after them commits.
 * `action/shards.test.ts` has them as processes.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { sync } from '../../lib/cli/command.ts'
import { sides } from '../../lib/model/sides.ts'
import { parse, refusal } from '../cli/parsed-options.ts'
import { servePair, startPair, type Pair } from '../hubs/pair.ts'
import { countLfsRequests, planRequests } from '../plan/terabyte.ts'
import { act, beginMirror, heads, startMirrored, type Files } from './mirror-setup.ts'

const rule = { '.gitattributes': '*.parquet filter=lfs diff=lfs merge=lfs -text\n', 'README.md': '# Corpus\n' }
const objects = (from: string, count: number): Files =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`${from}/${index}.parquet`, { lfs: Buffer.from(`${from} ${index}`) }]),
  )

let pair = startPair()
afterEach(() => pair.close())

/** Each upload that has arrived, by its object, at either side. */
const uploads = () =>
  sides.flatMap((side) =>
    pair.storages[side].hub.requests.flatMap(({ method, url, status }) =>
      method === 'PUT' && status === 200 ? [/[0-9a-f]{64}/.exec(url)![0]] : [],
    ),
  )

/** Nothing that is drawn here is sent, so that no port is needed. */
const uploaded = (one: Pair) => sides.flatMap((side) => one.storages[side].hub.requests.filter(isPut)).length
const isPut = ({ method }: { readonly method: string }) => method === 'PUT'

describe('what stops the run stops each machine before it sends anything, and is told as ever', () => {
  const lfs = { lfs: Buffer.from('an object') }
  test.each<[what: string, code: number, says: string, begin: () => Pair]>([
    [
      'a conflict',
      2,
      '--take',
      () => {
        const one = startPair()
        act(one, 'github', { ...rule, 'a.parquet': lfs, 'a.txt': 'a\n' })
        act(one, 'huggingface', { 'a.txt': 'b\n' })
        return one
      },
    ],
    [
      'something private that would become public',
      3,
      '--allow-public',
      () => {
        const one = startPair({ github: { private: true } })
        act(one, 'github', { ...rule, 'a.parquet': lfs })
        return one
      },
    ],
  ])('%s', async (what, code, says, begin) => {
    const one = begin()
    const init = what === 'a conflict' ? ['--init', 'union'] : []
    for (const argv of [
      ['--shard', '1/1'],
      ['--shards', '8'],
    ]) {
      const { exitCode, out } = await one.run(...argv, ...init)
      expect([exitCode, uploaded(one)], out).toEqual([code, 0])
      expect(out).toContain(says)
      expect(out).not.toContain('{"shard"')
      // A command that goes on from it is for a whole run.
      expect(out).not.toContain('--no-inspect')
    }
  })
})

test('where nothing is to be sent the matrix is empty, and a machine that begins too late does nothing', async () => {
  const one = await startMirrored({ 'README.md': '# Corpus\n' })
  const folder = mkdtempSync(join(tmpdir(), 'shards-'))
  const outputs = join(folder, 'outputs')
  const env = { ...one.env, GITHUB_OUTPUT: outputs }
  act(one, 'github', { 'a.txt': 'a\n' })
  const before = heads(one)
  for (const status of ['planned', 'in-sync']) {
    let out = ''
    const code = await sync(['--shards=8'], { env, out: (text) => void (out += text), err: () => {}, ...one.network })
    expect([code, out]).toEqual([0, '{"shard":[]}\n'])
    expect(readFileSync(outputs, 'utf8')).toMatch(
      new RegExp(`^status=${status}\n(?:.*\n)*shards=0\nmatrix={"shard":\\[\\]}\n$`),
    )
    rmSync(outputs)
    expect(heads(one)).toEqual(status === 'planned' ? before : heads(one))
    expect((await one.run('--shard', '1/8')).exitCode).toBe(0)
    if (status === 'planned') expect([heads(one), (await one.run()).exitCode]).toEqual([before, 0])
  }
  rmSync(folder, { recursive: true })
})

test('what is left to the last run is not done by a machine, and shares are of one branch', () => {
  const argv = ['--tags', '--conflict-issue', '--badge=a.svg', '--badge-branch=badges']
  for (const one of ['--shard=2-3/8', '--shards=8'])
    expect(parse([...argv, one])).toMatchObject({ tags: false, conflictIssue: false })
  expect(parse(['--shards=256'])).toMatchObject({ shards: 256, shard: null, dryRun: true })
  expect(parse(['--shard=2-3/8'])).toMatchObject({ shards: null, shard: { from: 2, to: 3, of: 8 }, dryRun: false })
  for (const wrong of ['0/8', '9/8', '3-2/8', '1', '1/1000001', 'a/8', '-1/8'])
    expect(refusal([`--shard=${wrong}`])).toContain(`Cannot use --shard "${wrong}"`)
  for (const wrong of ['0', '257', '8.5', ''])
    expect(refusal([`--shards=${wrong}`])).toContain(`Cannot use --shards "${wrong}"`)
})

test('a machine asks as much as the model of the docs has it, and leaves a pull request to the last run', async () => {
  pair = await servePair({ waitMsMax: 10 })
  await beginMirror(pair, rule)
  act(pair, 'huggingface', objects('huggingface', 5))
  const before = heads(pair)
  const ran = await pair.run('--shard', '1/2')
  const own = uploads().length
  expect([ran.exitCode, own > 0, own < 5, heads(pair)], ran.out).toEqual([0, true, true, before])
  const toGithub = (line: string) => !line.includes('/datasets/')
  const asked = ran.log.filter((line) => /\/(?:batch|verify) 200$/.test(line))
  const { github, huggingface } = countLfsRequests('github', 5, own)
  expect([asked.filter(toGithub).length, asked.length]).toEqual([github, github + huggingface])
  const others = ran.log.filter((line) => !asked.includes(line))
  expect(others.filter(toGithub).length).toBeLessThanOrEqual(planRequests.github)
  expect(others.filter((line) => !toGithub(line)).length).toBeLessThanOrEqual(planRequests.huggingface)
  const rest = await pair.run('--shard', '2/2', '--pull-request', 'github')
  expect([rest.exitCode, uploads().length, heads(pair)], rest.out).toEqual([0, 5, before])
  expect(rest.out).toContain(`Sent ${5 - own} object`)
  expect(pair.github.repository.pulls).toEqual([])
  const several = await pair.run('--shards=2', '--branch=main', '--branch=dev')
  expect([several.exitCode, several.err]).toEqual([64, expect.stringContaining('Cannot share out several branches')])
})

test('machines send to a repository that is still empty, and leave it so', async () => {
  pair = await servePair({ waitMsMax: 10 })
  act(pair, 'huggingface', objects('huggingface', 3))
  for (const [argv, isEmpty] of [
    [['--shard', '1/1'], true],
    [[], false],
  ] as const) {
    const ran = await pair.run(...argv)
    expect([ran.exitCode, uploads().length, heads(pair).github === null], ran.out + ran.err).toEqual([0, 3, isEmpty])
  }
})
