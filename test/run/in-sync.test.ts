/**
 * Where nothing has changed, a run asks each side one thing, whatever was asked of it: no option may cost a request in
 * every run of a day.
 */
import { describe, expect, test } from 'vitest'
import { servePair, startPair, tokens, type Pair, type PairOptions } from '../hubs/pair.ts'
import { act, beginMirror, startMirrored } from './mirror-setup.ts'

const files = {
  '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
  'a.txt': 'a\n',
  '.github/dependabot.yml': 'version: 2\n',
}
const next = ['--branch', 'next/1.x']

async function expectTwo(pair: Pair, argv: readonly string[]): Promise<void> {
  const ran = await pair.run(...argv)
  expect([ran.exitCode, ran.requests], `${argv.join(' ')}\n${ran.out}${ran.err}\n${ran.log.join('\n')}`).toEqual([0, 2])
}

/** What an in-sync run is asked beside what says which branches, files and objects it is about. */
const harmless = [
  [],
  ['--quiet'],
  ['--json'],
  ['--verbose'],
  ['--dry-run'],
  ['--squash'],
  ['--history-max', '1'],
  ['--allow-delete'],
  ['--allow-public'],
  ['--detailed-exitcode', '--dry-run'],
  ['--take', '*=github'],
  ['--init', 'union'],
]
const settings = [
  [],
  ['--lfs', 'huggingface'],
  ['--dot-github'],
  next,
  ['--hf-branch', 'main', '--branch', 'master'],
  ['--lfs', 'huggingface', '--dot-github', ...next],
]

describe.each(settings.map((argv) => ({ argv })))('mirrored with $argv', ({ argv }) => {
  test('two requests, with every other option', async () => {
    const branch = argv.includes('--hf-branch') ? 'master' : 'main'
    const pair = startPair({ github: { defaultBranch: branch } })
    pair.github.commit(branch, {
      files,
      message: 'Begin',
      author: { name: 'Bob', email: 'bob@example.org', date: '2026-10-31T12:34:56Z' },
    })
    if (argv.includes('next/1.x')) {
      expect((await pair.run()).exitCode).toBe(0)
      pair.github.refs.set('refs/heads/next/1.x', pair.github.head('main')!)
    }
    const first = await pair.run(...argv)
    expect(first.exitCode, first.out + first.err).toBe(0)
    for (const more of harmless) await expectTwo(pair, [...argv, ...more])
  })
})

const repositories: readonly { readonly name: string; readonly options: PairOptions }[] = [
  { name: 'a model', options: { huggingface: { id: 'models/acme/m' }, env: { HF_REPO: 'models/acme/m' } } },
  { name: 'a Space', options: { huggingface: { id: 'spaces/acme/s' }, env: { HF_REPO: 'spaces/acme/s' } } },
  { name: 'private on both', options: { github: { private: true }, huggingface: { private: true } } },
  { name: 'gated', options: { huggingface: { switches: { gated: 'manual' } } } },
  {
    name: 'another default branch on GitHub',
    options: { github: { defaultBranch: 'trunk' }, env: { BRANCH: 'main' } },
  },
]
test.each(repositories)('two requests: $name', async ({ options }) => {
  for (const argv of [[], ['--lfs', 'huggingface']])
    await expectTwo(await beginMirror(startPair(options), files, '--allow-public', ...argv), argv)
})

test('two requests: an Enterprise Server', async () => {
  const pair = await servePair()
  try {
    await expectTwo(await beginMirror(pair, { 'a.txt': 'a\n' }), [])
  } finally {
    await pair.close()
  }
})

test.each([
  { name: 'tokens that may only read', env: { GITHUB_TOKEN: tokens.githubRead, HF_TOKEN: tokens.huggingfaceRead } },
  { name: 'no token at all', env: { GITHUB_TOKEN: '', HF_TOKEN: '' } },
])('two requests: $name', async ({ env }) => {
  for (const argv of [[], ['--lfs', 'huggingface']]) {
    const pair = await beginMirror(startPair(), files, ...argv)
    Object.assign(pair.env, env)
    await expectTwo(pair, argv)
  }
})

test('two requests with --lfs huggingface whichever side wrote last, and a change of .lfsconfig is still seen', async () => {
  const argv = ['--lfs', 'huggingface']
  const pair = await startMirrored(files)
  expect((await pair.run(...argv)).exitCode).toBe(0)
  for (const side of ['huggingface', 'github'] as const) {
    act(pair, side, { 'a.txt': `${side}\n` })
    expect((await pair.run(...argv)).exitCode).toBe(0)
    await expectTwo(pair, argv)
    await expectTwo(pair, [])
  }
  act(pair, 'github', { '.lfsconfig': null })
  expect((await pair.run(...argv)).out).toContain('.lfsconfig')
  expect(pair.github.files('main').has('.lfsconfig')).toBe(true)
  await expectTwo(pair, argv)
})
