/** What a history says where only a folder is shown: merges, commits of others, one commit on both sides, other mappings. */
import { expect, test } from 'vitest'
import { mapSides } from '../../lib/model/sides.ts'
import { readViewAt } from '../../lib/planner/read-view.ts'
import { noFilters } from '../../lib/view/filters.ts'
import { digestPaths, type Paths } from '../../lib/view/paths.ts'
import { startPair, type Pair } from '../hubs/pair.ts'
import { drawPlanning } from '../planner/drawn-remotes.ts'
import { commitTo, mergeInto, pushTo } from '../run/git-users.ts'
import { act, expectStopped, heads, pushToBoth, text } from '../run/mirror-setup.ts'
import { begin, files, folder, inFolder, onHub, run } from './folders-setup.ts'

const titles = ({ huggingface: { git } }: Pair, head: string, count: number) =>
  git
    .readLog(head)
    .slice(0, count)
    .map((oid) => git.readCommit(oid).message.split('\n')[0])

test('a merge that brings what a branch had is copied, though a listing of the folder lacks it', async () => {
  const pair = await begin(files)
  pushTo(pair, 'github', 'dev', heads(pair).github)
  commitTo(pair, 'github', 'dev', { 'data/corpus/dev.csv': 'dev\n' }, { message: 'On a branch' })
  act(pair, 'github', { 'src/x.ts': 'x\n' }, 'Hidden')
  mergeInto(pair, 'github', 'main', 'dev')
  act(pair, 'github', inFolder({ 'a.csv': '2\n' }), 'Behind the merge')
  await run(pair)
  const merge = pair.github.store.readCommit(pair.github.store.readCommit(heads(pair).github!).parents[0]!)
  expect(merge.parents).toHaveLength(2)
  expect(titles(pair, heads(pair).huggingface!, 2)).toEqual(['Behind the merge', merge.message.split('\n')[0]])
})

test('each commit is compared with the one before it, however much else has changed in between', async () => {
  const pair = await begin(files)
  act(pair, 'github', inFolder({ 'a.csv': '2\n' }), 'One')
  for (let count = 0; count < 3; count++) act(pair, 'github', { 'src/x.ts': `${count}\n` }, 'Hidden')
  const parent = heads(pair).github!
  const last = act(pair, 'github', inFolder({ 'a.csv': '3\n' }), 'Two')
  const ran = await run(pair)
  expect(ran.log.join('\n')).toContain(`compare/${parent}...${last}`)
  expect(titles(pair, heads(pair).huggingface!, 2)).toEqual(['Two', 'One'])
})

test('one commit that both sides have shows other files in a folder of it, and joins nothing', async () => {
  const pair = startPair()
  pushToBoth(pair, { 'a.csv': 'a\n', 'data/corpus/a.csv': 'b\n' })
  expect(await expectStopped(pair, 3, ...folder)).toContain('no commit in common')
  expect((await pair.run()).exitCode).toBe(0)
})

test('a second sync point under another mapping tells nothing of what is shown now', async () => {
  const paths: Paths = { side: 'github', root: 'data', moved: [] }
  const { planning } = drawPlanning(
    mapSides(() => ({})),
    {},
    { filters: { ...noFilters, paths } },
  )
  const commits = { github: 'G0', huggingface: 'H0' }
  const before = async (set: string | null) => (await readViewAt({ commits, set }, planning)).before
  expect([await before(null), await before('paths:00000000')]).toEqual([null, null])
  expect(await before(`paths:${digestPaths(paths)}`)).not.toBeNull()
})

test(".lfsconfig, which is the whole repository's, is not written for a folder, and does where it leads there already", async () => {
  const pair = await begin(files)
  const out = await expectStopped(pair, 3, ...folder, '--lfs', 'huggingface')
  expect(out.replaceAll(/\s+/g, ' ')).toContain('refused: --lfs needs .lfsconfig in the root of the')
  const url = /to lead to (\S+),/.exec(out.replaceAll(/\s+/g, ' '))![1]!
  act(pair, 'github', { '.lfsconfig': `[lfs]\n\turl = ${url}\n`, ...inFolder({ '.lfsconfig': 'of the folder\n' }) })
  act(pair, 'huggingface', { 'x.bin': { lfs: Buffer.alloc(2_000, 7) } })
  const ran = await pair.run(...folder, '--lfs', 'huggingface')
  expect(ran.exitCode, ran.out + ran.err).toBe(0)
  const { store } = pair.github
  const { oid } = store.readFiles(store.readCommit(heads(pair).github!).tree).get('data/corpus/x.bin')!
  expect(store.read(oid, 'blob')!.toString()).toMatch(/^version https:\/\/git-lfs/)
  expect(pair.storages.github.objects.size).toBe(0)
})

test('a folder deeper than what the Hub had is no deletion on the Hub, and what comes into view is compared', async () => {
  const pair = await begin({ ...files, 'deep/a.csv': 'deep\n', 'deep/README.md': '# Corpus\n' })
  act(pair, 'github', inFolder({ 'deep/a.csv': 'edited\n' }))
  // Both hold another text at that path: a question.
  const out = await expectStopped(pair, 2, '--subdirectory', 'data/corpus/deep')
  expect(out).toContain('add/add')
  await run(pair, '--subdirectory', 'data/corpus/deep', '--take', 'a.csv=github')
  expect(onHub(pair)).toEqual({ ...files, 'deep/a.csv': 'deep\n', 'deep/README.md': '# Corpus\n', 'a.csv': 'edited\n' })
})

test('a base that falls far behind is recorded anew, once, before it is out of reach', async () => {
  const pair = await begin(files)
  const before = heads(pair)
  for (let count = 0; count < 110; count++) act(pair, 'github', { 'src/x.ts': `${count}\n` }, 'Hidden')
  const idle = await pair.run(...folder, '--history-max', '1000')
  expect([idle.exitCode, heads(pair).huggingface], idle.out).toEqual([0, before.huggingface])
  expect(pair.github.store.readCommit(heads(pair).github!).message).toMatch(/^Hidden/)
  await run(pair, '--history-max', '200')
  const { message, tree, parents } = pair.github.store.readCommit(heads(pair).github!)
  expect([message.split('\n')[0], tree]).toEqual([
    'Join with datasets/acme/corpus',
    pair.github.store.readCommit(parents[0]!).tree,
  ])
})

test('a base by content is looked for among the commits that changed something shown', async () => {
  const pair = startPair()
  act(pair, 'github', { ...inFolder(files), 'src/x.ts': 'x\n' })
  for (let count = 0; count < 60; count++) act(pair, 'github', { 'src/x.ts': `${count}\n` }, 'Hidden')
  act(pair, 'huggingface', files, 'The same files')
  act(pair, 'github', inFolder({ 'a.csv': 'later\n' }))
  const ran = await run(pair)
  expect([
    ran.out.includes('base found by content'),
    ran.log.filter((line) => line.includes('/compare/')).length,
  ]).toEqual([true, expect.toSatisfy((count: number) => count < 12)])
  expect(onHub(pair)).toEqual({ ...files, 'a.csv': 'later\n' })
})

test('a rule that goes, while one above the folder keeps the pointer, stops nothing where the Hub holds the bytes', async () => {
  const bytes = Buffer.alloc(2_000, 7)
  const pair = await begin({
    ...files,
    '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
    'x.bin': { lfs: bytes },
  })
  const { huggingface } = pair
  const { git } = huggingface
  const head = heads(pair).huggingface!
  const held = git.readFiles(git.readCommit(head).tree)
  held.set('x.bin', { ...held.get('x.bin')!, oid: git.writeBlob(bytes) })
  const commit = { ...git.readCommit(head), parents: [head], tree: git.writeFiles(held), message: 'Plain' }
  huggingface.gitPush('main', git.writeCommit(commit))
  await run(pair)
  const rules = text(pair, 'huggingface', '.gitattributes')!
  act(pair, 'huggingface', { '.gitattributes': rules.replaceAll(/^\*\.bin .*\n/gm, '') })
  await run(pair)
  expect(text(pair, 'github', 'data/corpus/.gitattributes') ?? '').not.toContain('*.bin')
  expect(pair.github.files('main').get('data/corpus/x.bin')!.lfs).not.toBeNull()
})
