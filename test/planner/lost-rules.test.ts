/** A rule that goes must not leave a side with the text of pointers where the other side holds the files. */
import { expect, test } from 'vitest'
import type { Pair } from '../hubs/pair.ts'
import { act, heads, startMirrored, text } from '../run/mirror-setup.ts'

const rule = '*.csv filter=lfs diff=lfs merge=lfs -text\n'
const content = 'a,b\n1,2\n'

/**
 * Both hold the same file: GitHub in LFS, the Hub plain, since somebody pushed it there with git and without git-lfs.
 */
async function startApart(): Promise<Pair> {
  const pair = await startMirrored({ '.gitattributes': rule, 'a.csv': { lfs: Buffer.from(content) }, 'b.txt': 'b\n' })
  const { huggingface } = pair
  const { git } = huggingface
  const head = huggingface.head('main')!
  const commit = git.readCommit(head)
  const files = git.readFiles(commit.tree)
  files.set('a.csv', { ...files.get('a.csv')!, oid: git.writeBlob(Buffer.from(content)) })
  huggingface.gitPush(
    'main',
    git.writeCommit({ ...commit, parents: [head], tree: git.writeFiles(files), message: 'Plain' }),
  )
  expect((await pair.run()).exitCode).toBe(0)
  expect((await pair.run('--verify')).exitCode).toBe(0)
  return pair
}

const dropRule = (pair: Pair) =>
  act(pair, 'huggingface', { '.gitattributes': text(pair, 'huggingface', '.gitattributes')!.replace(rule, '') })

test('a rule that somebody takes out on the Hub, where the file is plain, is refused for GitHub, which holds its pointer', async () => {
  const pair = await startApart()
  dropRule(pair)
  const before = heads(pair)
  const ran = await pair.run('--json')
  expect([ran.exitCode, heads(pair)], ran.out).toEqual([3, before])
  expect(JSON.parse(ran.out).refusals).toMatchObject([
    { kind: 'diverged', message: expect.stringMatching(/"a\.csv".*GitHub holds pointers.*Put the rule back/) },
  ])
})

test('the same rule goes once GitHub holds the file plain too', async () => {
  const pair = await startApart()
  dropRule(pair)
  act(pair, 'github', { '.gitattributes': null, 'a.csv': content })
  const ran = await pair.run()
  expect(ran.exitCode, ran.out + ran.err).toBe(0)
  expect((await pair.run('--verify')).exitCode).toBe(0)
})

test('a rule that comes costs no listing', async () => {
  const pair = await startApart()
  const rules = text(pair, 'huggingface', '.gitattributes')!
  act(pair, 'huggingface', { '.gitattributes': `${rules}*.own filter=lfs diff=lfs merge=lfs -text\n` })
  const ran = await pair.run()
  expect([ran.exitCode, ran.log.filter((line) => line.includes('/git/trees/'))], ran.out).toEqual([0, []])
})
