/** Where a service refuses something, the run prints the words by which `.github/docs/refusals.md` is searched. */
import { expect, test } from 'vitest'
import { lfsRefusals, protections } from '../hubs/github-switches.ts'
import { startPair, tokens, type Pair } from '../hubs/pair.ts'
import { act, startMirrored, startMoved } from '../run/mirror-setup.ts'
import { readPage } from './pages.ts'

const rows = [...readPage('.github/docs/refusals.md').matchAll(/^\| `` (.*?) ``.*? \| .* \| .* \|$/gm)].map(
  ([, words]) => words!,
)

/** GitHub is to get a large file, or a text. */
async function toGithub(change: (pair: Pair) => void, isLarge = false): Promise<Pair> {
  const pair = await startMirrored({ 'README.md': '# Corpus\n' })
  act(pair, 'huggingface', isLarge ? { 'a.bin': { lfs: Buffer.alloc(2_000, 1) } } : { 'a.txt': 'a\n' })
  act(pair, 'github', { '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n' })
  change(pair)
  return pair
}
const protect = (message: string) => toGithub(({ github }) => github.switches.protectedBranches.set('main', message))
const refuseLfs = (message: string) => toGithub(({ github }) => void (github.switches.lfsRefusal = message), true)
/** The Hub is to get a text. */
async function toHub(change: (pair: Pair) => void): Promise<Pair> {
  const pair = await startMoved('github')
  change(pair)
  return pair
}

const cases: readonly (readonly [words: string, begin: () => Promise<Pair> | Pair])[] = [
  ['Bad credentials', () => startPair({ env: { GITHUB_TOKEN: 'ghp_wrong0123456789' } })],
  ['Not Found', () => startPair({ env: { GITHUB_REPOSITORY: 'acme/corpsu' } })],
  [
    'Resource not accessible by personal access token',
    () => toGithub(({ env }) => void (env['GITHUB_TOKEN'] = tokens.githubRead)),
  ],
  ['Repository rule violations found', () => protect(protections.rules)],
  ['Changes must be made through a pull request.', () => protect(protections.pullRequest)],
  ['At least 1 approving review is required by reviewers with write access.', () => protect(protections.review)],
  ['Reference cannot be updated', () => protect(protections.generic)],
  ['This repository is over its data quota.', () => refuseLfs(lfsRefusals.quota)],
  ['This repository exceeded its LFS budget.', () => refuseLfs(lfsRefusals.budget)],
  ['Git LFS is disabled for this repository.', () => refuseLfs(lfsRefusals.disabled)],
  [
    'Size must be less than or equal to ',
    () => toGithub(({ github }) => void (github.switches.lfsObjectMax = 1_000), true),
  ],
  ['Invalid credentials in Authorization header', () => startPair({ env: { HF_TOKEN: 'hf_wrong0123456789' } })],
  ['Invalid username or password.', () => startPair({ env: { HF_TOKEN: '', HF_REPO: 'datasets/acme/corpsu' } })],
  ['Repository not found', () => startPair({ env: { HF_REPO: 'datasets/acme/corpsu' } })],
  ['Repository was archived so is read-only.', () => toGithub(({ github }) => void (github.switches.archived = true))],
  [
    'API rate limit exceeded for user ID 123.',
    () => toGithub(({ github }) => void (github.switches.limits = { core: 3, graphql: 3, lfs: 3 })),
  ],
  ['lacks the LFS objects of ', () => toGithub((pair) => pair.storages.huggingface.objects.clear(), true)],
  [
    'You have exceeded the rate limit for repository commits',
    () => toHub(({ huggingface }) => void (huggingface.switches.commitsPerHour = 0)),
  ],
]

test.each(cases)('%s', async (words, begin) => {
  expect(rows).toContain(words.trim())
  const pair = await begin()
  const ran = await pair.run('--allow-public')
  expect([ran.exitCode === 0, ran.out + ran.err]).toEqual([false, expect.stringContaining(words.replace(/\.$/, ''))])
})
