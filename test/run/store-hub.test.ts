/** What Hugging Face holds as LFS objects is that on GitHub as well, where `--store hub` asks for it. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { servePair, type Pair } from '../hubs/pair.ts'
import { act, contents, heads } from './mirror-setup.ts'

const picture = (name: string) => Buffer.from(`\x89PNG\r\n\x1a\n\0${name}`, 'latin1')
const mode = ['--store', 'hub']
let pair: Pair

beforeEach(async () => {
  pair = await servePair()
  act(pair, 'github', { 'keep.txt': 'keep\n', 'own.png': picture('own') })
  await run()
})
afterEach(() => pair.close())

async function run(...argv: string[]) {
  const ran = await pair.run(...argv)
  expect(ran.exitCode, ran.out + ran.err).toBe(0)
  return ran
}

/** Which of the paths are LFS objects on GitHub. */
const objects = (...paths: string[]) => paths.filter((path) => pair.github.files('main').get(path)?.lfs)
const rules = () => pair.github.files('main').get('.gitattributes')?.content.toString() ?? ''

/** Both sides are equal, and no run with or without the option has anything left to do. */
async function expectSettled(): Promise<void> {
  expect(contents(pair, 'github')).toEqual(contents(pair, 'huggingface'))
  for (const argv of [[], mode]) expect((await run(...argv)).requests).toBe(2)
  expect((await run('--verify')).out).toContain('equal')
}

test('a small object becomes a pointer with its rule, and a plain file without the option', async () => {
  act(pair, 'huggingface', { 'a.png': picture('a') })
  await run()
  expect(objects('a.png')).toEqual([])
  act(pair, 'huggingface', { 'b [1].png': picture('b'), 'b.txt': 'b\n' })
  const dry = await run(...mode, '--dry-run')
  expect(dry.out).toMatch(/new +b \[1\]\.png +\d+ B +LFS/)
  await run(...mode)
  expect(objects('a.png', 'b [1].png', 'b.txt', 'own.png')).toEqual(['b [1].png'])
  expect(rules()).toMatch(/^\S*b\S*1\S*\.png filter=lfs diff=lfs merge=lfs -text$/m)
  await expectSettled()
})

test('what is stored stays as it is, whichever run comes next and whoever edits it', async () => {
  act(pair, 'huggingface', { 'a.png': picture('a') })
  await run(...mode)
  const before = heads(pair)
  await expectSettled()
  expect(heads(pair)).toEqual(before)
  act(pair, 'huggingface', { 'a.png': picture('edited'), 'own.png': picture('edited, too') })
  await run()
  expect(objects('a.png', 'own.png')).toEqual(['a.png'])
  await expectSettled()
  act(pair, 'github', { 'own.png': picture('edited on GitHub'), 'a.png': { lfs: picture('edited there') } })
  await run(...mode)
  expect(objects('a.png', 'own.png')).toEqual(['a.png'])
  await expectSettled()
  act(pair, 'huggingface', { 'own.png': picture('edited on the Hub') })
  await run(...mode)
  expect(objects('a.png', 'own.png')).toEqual(['a.png', 'own.png'])
  await run()
  await expectSettled()
})

test('objects of Hugging Face stay there alone with --lfs huggingface', async () => {
  act(pair, 'huggingface', { 'a.png': picture('a') })
  await run(...mode, '--lfs', 'huggingface')
  const { store } = pair.github
  const { oid } = store.readFiles(store.readCommit(heads(pair).github!).tree).get('a.png')!
  expect(store.read(oid, 'blob').toString()).toMatch(/^version https:\/\/git-lfs/)
  expect(pair.storages.github.objects.size).toBe(0)
  expect((await run(...mode)).requests).toBe(2)
})

test('commits are copied one by one as ever, each with the rules of its files', async () => {
  act(pair, 'huggingface', { 'a.png': picture('a') }, 'First')
  act(pair, 'huggingface', { 'b.png': picture('b') }, 'Second')
  await run(...mode)
  expect(objects('a.png', 'b.png')).toEqual(['a.png', 'b.png'])
  const { store } = pair.github
  const titles = [...store.readLog(heads(pair).github!)].map((oid) => store.readCommit(oid).message.split('\n')[0])
  expect(titles.slice(0, 2)).toEqual(['Second', 'First'])
  await expectSettled()
})
