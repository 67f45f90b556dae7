/** A repository that is made for several branches, for a folder, and for a card whose front matter stays on the Hub. */
import { expect, test } from 'vitest'
import { otherSide, sides } from '../../lib/model/sides.ts'
import type { Fault } from '../hubs/hub.ts'
import { startPair } from '../hubs/pair.ts'
import { runIt, startMissing } from './create-setup.ts'
import { act, contents, startMirrored } from './mirror-setup.ts'

test.each(sides)('on %s it is made once for several branches, whichever comes first', async (side) => {
  const other = otherSide[side]
  const pair = startMissing(side)
  const head = pair[other].head('main')
  if (other === 'github') pair.github.forcePush('dev', head)
  else pair.huggingface.gitPush('dev', head)
  pair[other].commit('dev', { files: { 'dev.md': 'dev\n' }, message: 'Dev' })
  await runIt(pair, 0, '--create', '--branch', 'dev', '--branch', 'main')
  expect([...pair[side].files('dev').keys()]).toContain('dev.md')
  expect([...pair[side].files('main').keys()]).not.toContain('dev.md')
})

test("a folder's repository is made with that folder alone, and a repository with a folder for another one", async () => {
  const pair = startPair({ huggingface: { missing: true } })
  act(pair, 'github', { 'data/x.csv': 'a\n', 'other.txt': 'o\n' })
  await runIt(pair, 0, '--create', '--subdirectory', 'data')
  expect(Object.keys(contents(pair, 'huggingface'))).toEqual(['x.csv'])
  const back = startMissing('github')
  await runIt(back, 0, '--create', '--subdirectory', 'data')
  expect(Object.keys(contents(back, 'github'))).toEqual(['data/README.md', 'data/data/a.bin', 'data/n/b.txt'])
})

test('a new Space keeps its front matter to itself where it stays on the Hub', async () => {
  const id = 'spaces/acme/demo'
  const pair = startPair({ huggingface: { missing: true, id }, env: { HF_REPO: id } })
  act(pair, 'github', { 'README.md': '# Demo\n' })
  await runIt(pair, 0, '--create', '--sdk', 'gradio', '--front-matter', 'huggingface')
  expect(contents(pair, 'github')).toEqual({ 'README.md': '# Demo\n' })
  expect(contents(pair, 'huggingface')['README.md']).toMatch(/^---\n[^]*sdk: gradio\n[^]*---\n# Demo\n$/)
})

test('a repository that some answer fails to see, and another one sees, is not made', async () => {
  const pair = await startMirrored({ 'README.md': 'x\n' })
  for (const side of sides) act(pair, side, { [`${side}.txt`]: 'new\n' })
  const unseen = { status: 404, headers: { 'x-error-code': 'RepoNotFound' }, body: '{"error":"Repository not found"}' }
  const isOther = ({ url }: Request) => !/\/commits\/|whoami/.test(url)
  const fault: Fault = { on: isOther, when: 'before', act: unseen, times: 99 }
  pair.huggingface.faults.push(fault)
  const ran = await pair.run('--create')
  expect([ran.exitCode, ran.log.filter((line) => line.includes('/repos/create'))], ran.err).toEqual([4, []])
  fault.times = 0
  await runIt(pair, 0, '--create')
})
