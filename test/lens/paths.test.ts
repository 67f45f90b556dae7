/** What a remote that shows its paths otherwise asks the one behind it. */
import { expect, test } from 'vitest'
import { showPaths } from '../../lib/lens/paths.ts'
import type { Entry } from '../../lib/model/entry.ts'
import type { Commit, Remote, Store } from '../../lib/model/remote.ts'
import type { Paths } from '../../lib/view/paths.ts'
import { draft, neverRead } from '../contract/drafts.ts'

const paths: Paths = {
  side: 'github',
  root: 'data/corpus',
  moved: [
    { inner: 'docs/HF.md', shown: 'README.md' },
    { inner: 'more/docs', shown: 'docs' },
  ],
}

/** A remote that answers as it is told, and what it was asked. */
function show(answers: Partial<Remote>, mapping = paths) {
  return showPaths({ service: 'GitHub', ...answers } as Remote, mapping)
}

test('an object without a rule is plain where the rule of the shown root would not be for it', async () => {
  const asked: unknown[] = []
  const remote = show({
    readStores: (_, files, attributes) => {
      asked.push(
        files.map(({ path }) => path),
        [...attributes],
      )
      return Promise.resolve(new Map(files.map(({ path }) => [path, 'lfs without a rule' as Store])))
    },
  })
  const rules = new Map([
    ['', 'root'],
    ['docs', 'more'],
    ['sub', 'sub'],
  ])
  const files = ['a.bin', 'README.md', 'docs/a.bin'].map((path) => draft(path))
  const stores = await remote.readStores('head', files, rules, neverRead)
  expect([...stores]).toEqual([['a.bin', 'lfs without a rule']])
  expect(asked).toEqual([
    ['data/corpus/a.bin', 'docs/HF.md', 'more/docs/a.bin'],
    [
      ['data/corpus', 'root'],
      ['more/docs', 'more'],
      ['data/corpus/sub', 'sub'],
    ],
  ])
})

test('the .lfsconfig is the one of the repository, and a path without a place is neither asked about nor written', async () => {
  const entry: Entry = { mode: '100644', oid: '0'.repeat(40), byteLength: 1, lfs: null }
  const remote = show(
    {
      readEntries: (_, asked) => Promise.resolve(new Map(asked.map((path) => [path, { ...entry, path }]))),
      prepare: (commits) => Promise.reject(new Error(commits[0]!.edits.map(({ path }) => path).join())),
    },
    { ...paths, root: '' },
  )
  const found = await remote.readEntries('head', ['.lfsconfig', 'README.md', 'docs/HF.md', 'a'])
  expect([...found].map(([path, one]) => [path, (one as (Entry & { path: string }) | null)?.path ?? null])).toEqual([
    ['.lfsconfig', '.lfsconfig'],
    ['README.md', 'docs/HF.md'],
    ['docs/HF.md', 'more/docs/HF.md'],
    ['a', 'a'],
  ])
  const commit = (path: string) => ({ edits: [{ path, file: null }] }) as unknown as Parameters<Remote['prepare']>[0][0]
  await expect(remote.prepare([commit('.lfsconfig')], null)).rejects.toThrow('.lfsconfig')
  await expect(remote.prepare([commit('more/docs/x')], null)).rejects.toThrow('no place for "more/docs/x"')
})

test('commits are picked by the places that are shown, and all of them where the root is one', async () => {
  const asked: (readonly string[] | undefined)[] = []
  const pick = (mapping: Paths) =>
    show(
      {
        pickCommits: (_, commits, places) => {
          asked.push(places)
          return Promise.resolve(commits)
        },
      },
      mapping,
    ).pickCommits!('head', [] as Commit[])
  await pick(paths)
  await pick({ ...paths, root: '' })
  expect(asked).toEqual([
    ['data/corpus', 'docs/HF.md', 'more/docs'],
    ['', 'docs/HF.md', 'more/docs'],
  ])
})

test('what was seen to change and is not shown is remembered, and told to nobody who asks for paths', async () => {
  const remote = show({
    readChanges: (_, __, includes) => {
      const rows = ['data/a', 'data/corpus/b', 'data/corpus/README.md', 'docs/HF.md', 'data/corpus/a']
      return Promise.resolve(rows.filter(includes).map((path) => ({ path, before: null, after: null })))
    },
  })
  const seen: string[] = []
  const watch = (path: string) => seen.push(path) > 0
  expect((await remote.readChanges('from', 'to', watch)).map(({ path }) => path)).toEqual(['README.md', 'a', 'b'])
  expect([seen.toSorted(), [...remote.unshown!]]).toEqual([
    ['README.md', 'a', 'b'],
    ['data/a', 'data/corpus/README.md'],
  ])
})
