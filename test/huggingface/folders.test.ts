/** What a folder of the Hub will hold is told before it is too much. */
import { describe, expect, it, test } from 'vitest'
import { countEntries, folderEntriesMax, listFolderEdits } from '../../lib/huggingface/folders.ts'
import type { Draft } from '../../lib/model/remote.ts'
import { draft, readDraft } from '../contract/drafts.ts'
import { startPair } from '../hubs/pair.ts'
import { act, expectStopped, pushToBoth } from '../run/mirror-setup.ts'
import { startWorld } from './setup.ts'

const gone = (path: string) => draft(path, { store: null })
const many = (count: number, folder = 'd') => Array.from({ length: count }, (_, index) => `${folder}/${index}.txt`)
const files = (paths: readonly string[]) => Object.fromEntries(paths.map((path) => [path, 'x\n']))

describe('what edits do to folders', () => {
  const edits = listFolderEdits([
    draft('a/b/c.txt'),
    gone('a/d.txt'),
    gone('e/f/g.txt'),
    gone('a/old/x.txt'),
    draft('twice.txt'),
    gone('twice.txt'),
  ])
  it('is told by the names in each, the latest edit of a path', () => {
    expect(
      Object.fromEntries(
        [...edits].map(([folder, { added, removed, fading }]) => [folder, [[...added], [...removed], [...fading]]]),
      ),
    ).toEqual({
      '': [['a'], ['twice.txt'], ['a', 'e']],
      'a': [['b'], ['d.txt'], ['old']],
      'a/b': [['c.txt'], [], []],
      'e': [[], [], ['f']],
      'e/f': [[], ['g.txt'], []],
      'a/old': [[], ['x.txt'], []],
    })
  })

  it('is counted from below, and with what is still there while a commit goes up in parts', () => {
    const names = new Set(['b', 'd.txt', 'old', 'kept'])
    expect([countEntries(names, edits.get('a')!, false), countEntries(names, edits.get('a')!, true)]).toEqual([2, 4])
    expect(countEntries(new Set(), edits.get('')!, false)).toBe(1)
  })
})

describe("the Hub's limit", () => {
  const world = (count: number) => {
    const { hub, remote, takeRequests } = startWorld()
    const head = hub.commit('main', { files: files(many(count)), message: 'Many' })
    takeRequests()
    return { remote, takeRequests, head }
  }

  it('is kept to the last entry, by the pages of the folder alone', async () => {
    const { remote, takeRequests, head } = world(folderEntriesMax - 1)
    const ask = (...drafts: Draft[]) => remote.readRefusals(drafts, readDraft, { head, earlier: [] })
    expect(await ask(draft('d/new.txt'))).toEqual([])
    expect(await ask(draft('d/new.txt'), draft('d/newer.txt'))).toEqual([
      expect.stringContaining('"d" would hold 10,001 entries'),
    ])
    expect(await ask(draft('d/new.txt'), draft('d/deep/newer.txt'))).toHaveLength(1)
    expect(await ask(draft('d/new.txt'), draft('d/newer.txt'), gone('d/0.txt'))).toEqual([])
    expect(await ask(draft('d/0.txt'), draft('d/1.txt'))).toEqual([])
    expect(
      await remote.readRefusals([draft('d/newer.txt')], readDraft, { head, earlier: [draft('d/new.txt')] }),
    ).toHaveLength(1)
    expect(
      await remote.readRefusals([draft('d/newer.txt')], readDraft, {
        head,
        earlier: [draft('d/new.txt'), gone('d/0.txt')],
      }),
    ).toEqual([])
    // A folder is listed once; whether another one is there is asked for once too.
    expect(takeRequests().filter((line) => !line.endsWith('/d/deep') && !line.endsWith(`/tree/${head}`))).toEqual(
      Array.from({ length: 10 }, () => `GET /api/datasets/acme/corpus/tree/${head}/d`),
    )
  })

  it('is kept on the way too, where a commit goes up in parts and what it deletes goes last', async () => {
    const { remote, head } = world(6_000)
    const swapped = [
      ...many(6_000).map((path) => gone(path)),
      ...many(6_000).map((path) => draft(path.replace('.txt', '.csv'))),
    ]
    expect(await remote.readRefusals(swapped, readDraft, { head, earlier: [] })).toHaveLength(1)
  })

  it('costs nothing where nothing new comes, a whole listing is known, or too much comes at once', async () => {
    const { remote, takeRequests, head } = world(20)
    await remote.readEntries(head, ['d/0.txt', 'd'])
    takeRequests()
    expect(await remote.readRefusals([draft('d/0.txt')], readDraft, { head, earlier: [] })).toEqual([])
    expect(
      await remote.readRefusals(
        many(folderEntriesMax + 1).map((path) => draft(path)),
        readDraft,
        { head, earlier: [] },
      ),
    ).toHaveLength(1)
    expect(
      await remote.readRefusals(
        many(folderEntriesMax + 1).map((path) => draft(path)),
        readDraft,
        { head: null, earlier: [] },
      ),
    ).toHaveLength(1)
    expect(takeRequests()).toEqual([])
    await remote.readChanges(null, head, () => true)
    takeRequests()
    expect(
      await remote.readRefusals([draft('d/new.txt'), draft('e/new.txt')], readDraft, { head, earlier: [] }),
    ).toEqual([])
    expect(takeRequests()).toEqual([])
  })

  it('costs at most eight listings for folders that get a few files each', async () => {
    const { remote, takeRequests, head } = world(1_100)
    expect(
      await remote.readRefusals(
        Array.from({ length: 40 }, (_, index) => draft(`folder ${index}/new.txt`)),
        readDraft,
        { head, earlier: [] },
      ),
    ).toEqual([])
    expect(takeRequests()).toHaveLength(9)
  })

  it('costs one listing where that tells the whole repository', async () => {
    const { remote, takeRequests, head } = world(20)
    for (let round = 0; round < 2; round++)
      expect(
        await remote.readRefusals(
          Array.from({ length: 40 }, (_, index) => draft(`folder ${index}/new.txt`)),
          readDraft,
          { head, earlier: [] },
        ),
      ).toEqual([])
    expect(takeRequests()).toHaveLength(1)
  })
})

test('a folder that both sides fill beyond the limit stops the run, and neither side is written', async () => {
  const pair = startPair()
  pushToBoth(pair, { ...files(many(folderEntriesMax - 1)), 'a.txt': 'a\n' })
  act(pair, 'github', { 'd/new.txt': 'x\n' })
  act(pair, 'huggingface', { 'd/newer.txt': 'x\n' })
  expect(await expectStopped(pair, 3)).toContain('"d" would hold 10,001 entries')
})
