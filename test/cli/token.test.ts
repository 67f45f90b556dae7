/** Tokens that people already have: whose they are taken for, and that nothing shows them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { sync } from '../../lib/cli/command.ts'
import { parseOptions, type Environment } from '../../lib/cli/options.ts'
import type { Side, Sides } from '../../lib/model/sides.ts'
import { startPair, tokens } from '../hubs/pair.ts'
import { act, type Files } from '../run/mirror-setup.ts'
import { named, refusal } from './parsed-options.ts'

/** The tokens, with where they were found instead of in their own variables, and the files that were looked at. */
function find(env: Environment, files: Readonly<Record<string, string>> = {}) {
  const read: string[] = []
  const options = parseOptions([], { ...named, ...env }, (path) => {
    read.push(path)
    return files[path] ?? null
  })
  if (typeof options === 'string') throw new Error(options)
  const [first] = options
  return { tokens: first.tokens, standIns: first.standIns, read }
}

test.each<[says: string, env: Environment, token: string | null]>([
  ['GH_TOKEN stands in', { GH_TOKEN: 'ghp_other123' }, 'ghp_other123'],
  ['GITHUB_TOKEN wins', { GITHUB_TOKEN: 'ghp_own12345', GH_TOKEN: 'ghp_other123' }, 'ghp_own12345'],
  ['an empty one is none', { GITHUB_TOKEN: '', GH_TOKEN: 'ghp_other123' }, 'ghp_other123'],
  ['on ghe.com', { GH_TOKEN: 'ghp_other123', GITHUB_API_URL: 'https://api.acme.ghe.com' }, 'ghp_other123'],
  ['not on another server', { GH_TOKEN: 'ghp_other123', GITHUB_API_URL: 'https://ghe.test/api/v3' }, null],
  ['not on one that sounds alike', { GH_TOKEN: 'ghp_other123', GITHUB_API_URL: 'https://api.github.com.test' }, null],
])('GitHub: %s', (_, env, token) => {
  expect(find(env).tokens.github).toBe(token)
})

test.each<[says: string, env: Environment, path: string | null]>([
  ['where it always is', { HOME: '/home/ann' }, '/home/ann/.cache/huggingface/token'],
  ['on Windows', { USERPROFILE: 'C:\\Users\\ann' }, 'C:\\Users\\ann/.cache/huggingface/token'],
  ['XDG_CACHE_HOME', { HOME: '/home/ann', XDG_CACHE_HOME: '/cache' }, '/cache/huggingface/token'],
  ['HF_HOME', { HOME: '/home/ann', XDG_CACHE_HOME: '/cache', HF_HOME: '~/hf' }, '/home/ann/hf/token'],
  ['variables in HF_HOME', { HOME: '/home/ann', HF_HOME: '$HOME/${X}/$Y', X: 'x' }, '/home/ann/x/$Y/token'],
  ['HF_TOKEN_PATH', { HOME: '/home/ann', HF_HOME: '/hf', HF_TOKEN_PATH: '/secret' }, '/secret'],
  ['HF_TOKEN is set', { HOME: '/home/ann', HF_TOKEN: 'hf_own12345' }, null],
  ['no home', {}, null],
  ['switched off', { HOME: '/home/ann', HF_HUB_DISABLE_IMPLICIT_TOKEN: '1' }, null],
  ['another server', { HOME: '/home/ann', HF_ENDPOINT: 'https://hub.example' }, null],
  [
    'a trusted publisher',
    {
      HOME: '/home/ann',
      HF_OIDC_RESOURCE: 'datasets/acme/corpus',
      ACTIONS_ID_TOKEN_REQUEST_URL: 'https://id.example',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x',
    },
    null,
  ],
])('the login of the Hub: %s', (_, env, path) => {
  const found = find(env, { [path ?? 'nothing']: 'hf_login123\n' })
  expect(found.read).toEqual(path === null ? [] : [path])
  expect(found.standIns.huggingface).toBe(path)
  expect(found.tokens.huggingface).toBe(path === null ? (env.HF_TOKEN ?? null) : 'hf_login123')
})

test.each<[says: string, env: Environment, token: string | null]>([
  ['it stands in', {}, 'hf_older123'],
  ['HF_TOKEN wins', { HF_TOKEN: 'hf_own12345' }, 'hf_own12345'],
  ['before the login', { HOME: '/home/ann' }, 'hf_older123'],
  ['switched off', { HF_HUB_DISABLE_IMPLICIT_TOKEN: 'ON' }, null],
  ['another server', { HF_ENDPOINT: 'https://hub.example' }, null],
])('the older name of HF_TOKEN: %s', (_, env, token) => {
  const found = find({ HUGGING_FACE_HUB_TOKEN: 'hf_older123', ...env })
  expect([found.tokens.huggingface, found.read]).toEqual([token, []])
  expect(found.standIns.huggingface).toBe(token === 'hf_older123' ? 'HUGGING_FACE_HUB_TOKEN' : null)
})

test('no login, or an empty file, is no token', () => {
  expect(find({ HOME: '/home/ann' }).tokens.huggingface).toBeNull()
  expect(find({ HOME: '/home/ann' }, { '/home/ann/.cache/huggingface/token': '\n' }).tokens.huggingface).toBeNull()
})

test('one that cannot be a token is told by the place where it is, and not shown', () => {
  expect(() => refusal([], { ...named, GH_TOKEN: '"ghp_other123"' })).toThrow(
    'Cannot use GH_TOKEN: it is in quotation marks. Set GITHUB_TOKEN to the token alone, as GitHub shows it',
  )
  expect(() => find({ HOME: '/h' }, { '/h/.cache/huggingface/token': 'ghp_other123' })).toThrow(
    'Cannot use /h/.cache/huggingface/token: it is a token of GitHub.',
  )
})

test('a run says what it uses in place of the variables, unless it is to be quiet', async () => {
  const pair = startPair()
  pair.huggingface.commit('main', { files: { 'a.txt': 'a\n' }, message: 'Begin', user: 'alice' })
  const { GITHUB_TOKEN: GH_TOKEN, ...env } = pair.env
  for (const quiet of [false, true]) {
    let printed = ''
    const print = (text: string) => void (printed += text)
    expect(
      await sync(quiet ? ['-q'] : [], { ...pair.network, env: { ...env, GH_TOKEN }, out: print, err: print }),
    ).toBe(0)
    expect(printed.includes('GITHUB_TOKEN is not set: GH_TOKEN is used in its place\n')).toBe(!quiet)
    for (const token of Object.values(tokens)) expect(printed).not.toContain(token)
  }
})

const folder = mkdtempSync(join(tmpdir(), 'token-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('a message on a token names the one that was used', () => {
  const objects = { 'data.bin': { lfs: Buffer.from('an object') } }
  /** Stand-ins for both tokens: `GH_TOKEN`, and the file of `hf auth login`. */
  function standIn(given: Partial<Sides<string>>) {
    const pair = startPair({ github: { private: true }, huggingface: { private: true } })
    const { GITHUB_TOKEN = '', HF_TOKEN = '', ...env } = pair.env
    const path = join(folder, 'token')
    writeFileSync(path, given.huggingface ?? HF_TOKEN)
    const run = async () => {
      let said = ''
      const code = await sync(['-q'], {
        ...pair.network,
        env: { ...env, GH_TOKEN: given.github ?? GITHUB_TOKEN, HF_TOKEN_PATH: path },
        out: (text) => void (said += text),
        err: (text) => void (said += text),
      })
      return { code, said }
    }
    return { pair, run, file: `the token in "${path}"` }
  }

  test.each<[what: string, given: Partial<Sides<string>>, from: Side, files: Files, says: string]>([
    ['wrong on GitHub', { github: 'ghp_wrong0123456789' }, 'huggingface', { a: '1' }, 'GH_TOKEN is wrong or has'],
    ['wrong on the Hub', { huggingface: 'hf_wrong0123456789' }, 'github', { a: '1' }, '<file> is wrong or has expired'],
    ['only reads on GitHub', { github: tokens.githubRead }, 'huggingface', { a: '1' }, 'GH_TOKEN may not do this'],
    [
      'only reads on the Hub',
      { huggingface: tokens.huggingfaceRead },
      'github',
      { a: '1' },
      '<file> (of alice, role read) may not',
    ],
    ['brings no object to the Hub', { huggingface: tokens.huggingfaceRead }, 'github', objects, '<file> must be a'],
  ])('%s', async (_, given, from, files, says) => {
    const { pair, run, file } = standIn(given)
    act(pair, from, files)
    const { code, said } = await run()
    expect(code).toBe(4)
    expect(said).toContain(says.replace('<file>', file))
    expect(said).not.toMatch(/GITHUB_TOKEN|HF_TOKEN(?! to)/)
  })
})

test('the pages that make tokens are linked alike everywhere, without choices that the services may not heed', () => {
  const texts = ['.github/docs/start.md', '.github/messages.md', 'lib/cli/token.ts'].map((path) =>
    readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'),
  )
  for (const text of texts)
    expect([...new Set(text.match(/https:[^\s)'`]*\/settings\/[^\s)'`]*/g))].toSorted()).toEqual([
      'https://github.com/settings/personal-access-tokens/new',
      'https://huggingface.co/settings/tokens/new',
    ])
})

test.each<[variable: string, says: RegExp]>([
  ['GITHUB_TOKEN', /GITHUB_TOKEN is not set, .*GH_TOKEN is read as well .*personal-access-tokens\/new makes a token$/m],
  ['HF_TOKEN', /HF_TOKEN is not set, .*`hf auth login` is read as well .*settings\/tokens\/new makes a token$/m],
])(
  'without %s a private repository is asked for with where a token comes from, but not in a job',
  async (name, says) => {
    const pair = startPair({ github: { private: true }, huggingface: { private: true } })
    pair.huggingface.commit('main', { files: { 'a.txt': 'a\n' }, message: 'Begin', user: 'alice' })
    pair.env[name] = ''
    const { exitCode, err } = await pair.run()
    expect([exitCode, err]).toEqual([4, expect.stringMatching(says)])
    pair.env['GITHUB_ACTIONS'] = 'true'
    expect((await pair.run()).err).not.toContain('is read as well')
  },
)
