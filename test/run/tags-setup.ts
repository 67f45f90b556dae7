/** Mirrored repositories with tags, and the command run against them. */
import { expect } from 'vitest'
import { copyPair, type Pair, type PairOptions } from '../hubs/pair.ts'
import { act, startMirrored } from './mirror-setup.ts'

/** Mirrored, with one more commit that came from each side. */
export async function startLong(options: PairOptions = {}): Promise<Pair> {
  const pair = await startMirrored({ 'a.txt': 'a\n' })
  act(pair, 'github', { 'g.txt': 'g\n' })
  expect((await pair.run()).exitCode).toBe(0)
  act(pair, 'huggingface', { 'h.txt': 'h\n' })
  expect((await pair.run()).exitCode).toBe(0)
  return copyPair(pair, options)
}

/** The ids of `main` on a side, the newest first. */
export const log = (pair: Pair, side: 'github' | 'huggingface') =>
  (side === 'github' ? pair.github.store : pair.huggingface.git).readLog(pair[side].head('main')!)

/** With a commit on GitHub's `dev` alone, `side`, and a tag on it. */
export async function startAside(): Promise<{ readonly pair: Pair; readonly side: string }> {
  const pair = await startLong()
  const side = pair.github.commit('dev', {
    files: { 'd.txt': 'd\n' },
    message: 'Aside',
    parents: [log(pair, 'github')[0]!],
  })
  pair.github.tag('v1', side)
  return { pair, side }
}

/** Tags on both sides, known to the record. */
export async function startTagged(options: PairOptions = {}, names = ['v1', 'v2', 'v3']): Promise<Pair> {
  const pair = await startLong(options)
  for (const name of names) pair.github.tag(name, log(pair, 'github')[1]!)
  expect((await pair.run('--tags')).exitCode).toBe(0)
  return pair
}

/** The commits of all tags. */
export const tagsOf = ({ github, huggingface }: Pair) => ({ github: github.tags, huggingface: huggingface.tags })

/** The record's references and their ids. */
export const record = (pair: Pair) => [...pair.github.refs].filter(([ref]) => ref.startsWith('refs/hubmirror-tags/'))
