/** Repositories of which GitHub's `main` is protected, and runs that propose to it. */
import { expect } from 'vitest'
import { readPulls } from '../hubs/github-pulls.ts'
import { protections } from '../hubs/github-switches.ts'
import type { Pair, Ran } from '../hubs/pair.ts'
import { act, contents, expectSyncPoints, heads, startMirrored, type Files } from './mirror-setup.ts'

export const flag = ['--pull-request', 'github']
export const branch = 'mirror/datasets/acme/corpus'
export const readme = (...ends: number[]) => `# Corpus\n\n${ends[0]}\n\n2\n\n${ends[1]}\n`
export const begun: Files = { 'README.md': readme(1, 3), 'a.txt': 'a\n' }

/** Mirrored, and then nobody may push to GitHub's main. */
export async function startProtected(): Promise<Pair> {
  const pair = await startMirrored(begun)
  pair.github.switches.protectedBranches.set('main', protections.pullRequest)
  return pair
}

export const pulls = (pair: Pair) => readPulls(pair.github.repository)

export async function run(pair: Pair, status: string, ...argv: string[]): Promise<Ran> {
  const ran = await pair.run('--json', ...flag, ...argv)
  const told = ran.out === '' ? null : JSON.parse(ran.out)
  expect([told?.status, ran.exitCode], ran.out + ran.err).toEqual([status, 0])
  return ran
}

/** The Hub has changed, and that is proposed. */
export async function startProposed(files: Files = { 'new.txt': 'new\n' }): Promise<Pair> {
  const pair = await startProtected()
  act(pair, 'huggingface', files, 'Add what is new')
  const before = heads(pair)
  await run(pair, 'proposed')
  expect(heads(pair)).toEqual(before)
  return pair
}

/** The files that the branch of the pull request holds. */
export function proposed(pair: Pair): Record<string, string> {
  const files = [...pair.github.files(branch)].filter(([path]) => !path.endsWith('.gitattributes'))
  return Object.fromEntries(files.map(([path, { content }]) => [path, content.toString()]))
}

/** Both sides are equal, whatever GitHub's button has made of it, and the next run asks no more than `requests`. */
export async function expectSettled(pair: Pair, files: Files, requests = 2): Promise<void> {
  expect(contents(pair, 'github')).toEqual(files)
  expect(contents(pair, 'huggingface')).toEqual(files)
  const again = await run(pair, 'in-sync')
  expect(again.requests, again.log.join('\n')).toBeLessThanOrEqual(requests)
  expectSyncPoints(pair, true)
}
