/** Which branch an option or a variable names, and which names are no branches. */
import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { hasGit } from '../git-judge.ts'
import { named, parse, refusal } from './parsed-options.ts'

describe('the environment', () => {
  test('tokens come from it, and blanks around a pasted one are dropped', () => {
    expect(parse([], { GITHUB_TOKEN: ' ghp_token\n', HF_TOKEN: 'hf_token' }).tokens).toEqual({
      github: 'ghp_token',
      huggingface: 'hf_token',
    })
  })

  test('an empty variable is an unset one, as workflows pass absent secrets', () => {
    expect(parse([], { GITHUB_TOKEN: '', HF_TOKEN: '  ', BRANCH: '', GITHUB_API_URL: '', HF_ENDPOINT: '' })).toEqual(
      parse([]),
    )
  })

  test('branch and addresses', () => {
    expect(
      parse([], { BRANCH: 'data', GITHUB_SERVER_URL: 'https://ghe.test/', HF_ENDPOINT: 'https://hub.test//' }),
    ).toMatchObject({
      branches: { github: 'data', huggingface: 'data' },
      serverUrl: 'https://ghe.test',
      endpoint: 'https://hub.test',
    })
  })

  test.each([
    ['https://api.github.com', 'https://api.github.com/graphql'],
    ['https://api.github.com/', 'https://api.github.com/graphql'],
    ['https://ghe.test/api/v3', 'https://ghe.test/api/graphql'],
    ['https://ghe.test/api/v3/', 'https://ghe.test/api/graphql'],
    ['https://api.acme.ghe.com', 'https://api.acme.ghe.com/graphql'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/graphql'],
  ])('GraphQL stands beside %s', (api, graphql) => {
    expect(parse([], { GITHUB_API_URL: api }).graphqlUrl).toBe(graphql)
    expect(parse([], { GITHUB_API_URL: api, GITHUB_GRAPHQL_URL: 'https://other.test/q' }).graphqlUrl).toBe(
      'https://other.test/q',
    )
  })

  test("a trusted publisher needs the workflow's permission, and a token makes it needless", () => {
    const workflow = {
      HF_OIDC_RESOURCE: 'datasets/acme/corpus',
      ACTIONS_ID_TOKEN_REQUEST_URL: 'https://pipelines.test/?a=b',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request',
    }
    expect(parse([], workflow).oidc).toEqual({
      requestUrl: 'https://pipelines.test/?a=b',
      requestToken: 'request',
      resource: 'datasets/acme/corpus',
    })
    expect(parse([], { ...workflow, HF_TOKEN: 'hf_token' })).toMatchObject({
      oidc: null,
      tokens: { huggingface: 'hf_token' },
    })
    expect(refusal([], { ...named, HF_OIDC_RESOURCE: 'datasets/acme/corpus' })).toContain('id-token: write')
  })
})

const branches = ['main', 'a/b', 'feature/x.y', 'v1.0', 'a@b', '@a', 'HEAD2', 'ü', 'a{b', 'a.lockx', 'lock', 'a-', '_']

const noBranches = [
  '',
  'HEAD',
  '-x',
  '/a',
  'a/',
  'a//b',
  'a..b',
  '.a',
  'a/.b',
  'a.',
  'a.lock',
  'a.lock/b',
  'a@{b',
  'a b',
  'a\tb',
  'a~b',
  'a^b',
  'a:b',
  'a?b',
  'a*b',
  'a[b',
  'a\\b',
  'a\x01b',
  'a\x7fb',
  'a\nb',
]

describe('branch names', () => {
  test.each(branches)('%j is one', (name) => {
    expect(parse([`--branch=${name}`, `--hf-branch=${name}`]).branches).toEqual({ github: name, huggingface: name })
  })

  test.each(noBranches)('%j is none', (name) => {
    expect(refusal([`--branch=${name}`])).toBe(`Cannot use --branch ${JSON.stringify(name)}: it is not a branch name`)
    expect(refusal([`--hf-branch=${name}`])).toBe(
      `Cannot use --hf-branch ${JSON.stringify(name)}: it is not a branch name`,
    )
  })

  test('by its full name is the same one', () => {
    expect(parse(['--branch=refs/heads/a/b', '--hf-branch=refs/heads/main']).branches).toEqual({
      github: 'a/b',
      huggingface: 'main',
    })
  })

  test.each(['refs/tags/v1', 'refs/pr/1', 'refs/heads/', 'refs/heads/refs/heads/main', 'e'.repeat(40), 'A'.repeat(64)])(
    '%j is read as something else by the services, and refused',
    (name) => {
      expect(refusal([`--branch=${name}`])).toBe(`Cannot use --branch ${JSON.stringify(name)}: it is not a branch name`)
    },
  )

  test.skipIf(!hasGit)('real git agrees', () => {
    const isBranch = (name: string) => spawnSync('git', ['check-ref-format', '--branch', name]).status === 0
    expect(branches.filter((name) => !isBranch(name))).toEqual([])
    expect(noBranches.filter(isBranch)).toEqual([])
  })
})
