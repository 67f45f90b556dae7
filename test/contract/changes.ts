/** The contract on what commits hold, and how they differ. */
import { expect, it } from 'vitest'
import { comparePaths, isFile } from '../../lib/model/entry.ts'
import { first, quotedNames, second, state, type Contents } from './files.ts'
import { changesBetween, entryOf, type Scene } from './scene.ts'

export function describeChanges(scene: () => Scene): void {
  const files = () => ({ first: first(scene().connection.traits), state: state(scene().connection.traits) })

  it('lists what was added, modified and deleted between two commits, a rename as both, sorted by path', async () => {
    const { connect, includes, first: from, second: to, at } = scene()
    const changes = await connect().readChanges(from, to, includes)
    expect(changes).toEqual(changesBetween(scene(), files().first, files().state))
    expect(changes.map(({ path }) => path)).toEqual(Object.keys(second).map(at).toSorted(comparePaths))
  })

  it('lists the same the other way round, with what had been deleted added', async () => {
    const { connect, includes, first: to, second: from } = scene()
    expect(await connect().readChanges(from, to, includes)).toEqual(
      changesBetween(scene(), files().state, files().first),
    )
  })

  it('lists only the paths that are let through', async () => {
    const { connect, first: from, second: to, at } = scene()
    const wanted = new Set(['changed.txt', 'old name.txt', 'text.txt'].map(at))
    const changes = await connect().readChanges(from, to, (path) => wanted.has(path))
    expect(changes.map(({ path }) => path)).toEqual([at('changed.txt'), at('old name.txt')])
  })

  it('lists nothing between a commit and itself', async () => {
    const { connect, second: commit } = scene()
    expect(await connect().readChanges(commit, commit, () => true)).toEqual([])
  })

  it('lists everything that a commit holds when it is compared with nothing', async () => {
    const { connect, includes, first: commit } = scene()
    expect(await connect().readChanges(null, commit, includes)).toEqual(changesBetween(scene(), {}, files().first))
  })

  it("compares across several commits, and gives a commit's state however often it is asked", async () => {
    const { connect, includes, write, first: from, second: to } = scene()
    await write({ 'changed.txt': 'once more\n', 'later/one.txt': 'later\n' })
    const latest = await write({ 'later/one.txt': null, 'text.txt': null })
    const remote = connect()
    const expected = changesBetween(scene(), files().first, files().state)
    expect([await remote.readChanges(from, to, includes), await remote.readChanges(from, to, includes)]).toEqual([
      expected,
      expected,
    ])
    const { 'text.txt': _, ...kept } = { ...files().state, 'changed.txt': 'once more\n' } as Contents
    const changes = (await remote.readChanges(to, latest, includes)).filter(
      ({ path }) => !/(?:meanwhile|mirror)\.txt$/.test(path),
    )
    expect(changes).toEqual(changesBetween(scene(), files().state, kept))
  })

  it('reads names that git would quote as they are', async () => {
    const { connect, includes, write, at, head } = scene()
    const before = head()!
    const contents = Object.fromEntries(quotedNames.map((name) => [name, `${name}\n`]))
    const added = await write(contents)
    const deleted = await write(Object.fromEntries(quotedNames.map((name) => [name, null])))
    expect(await connect().readChanges(before, added, includes)).toEqual(changesBetween(scene(), {}, contents))
    expect(await connect().readChanges(added, deleted, includes)).toEqual(changesBetween(scene(), contents, {}))
    expect([...(await connect().readEntries(added, quotedNames.map(at)))].map(([, entry]) => entry)).toEqual(
      quotedNames.map((name) => entryOf(contents[name]!, false)),
    )
  })

  it('counts the files of a commit that are let through, as far as it is asked to', async () => {
    const { connect, includes, second: commit, at } = scene()
    const remote = connect()
    const all = (await connect().readChanges(null, commit, includes)).filter(({ after }) => isFile(after)).length
    expect(all).toBeGreaterThan(2)
    expect(await Promise.all([all - 1, all, all + 1].map((most) => remote.countFiles(commit, includes, most)))).toEqual(
      [all - 1, all, all],
    )
    expect(await remote.countFiles(commit, (path) => path === at('added/deep/file.txt'), 9)).toBe(1)
    expect(await remote.countFiles(commit, (path) => path === at('deleted.txt') || path === at('added/deep'), 9)).toBe(
      0,
    )
  })

  it('tells what stands at each path, folders included, and that nothing stands at the others', async () => {
    const { connect, second: commit, at } = scene()
    const { modes } = connect().capabilities
    const contents = files().state
    const absent = ['deleted.txt', 'folder', 'nowhere/at/all.txt', 'text.txt/below', 'added/deep/file']
    const paths = [...Object.keys(contents), ...absent, 'added', 'added/deep', 'names']
    const entries = await connect().readEntries(commit, paths.map(at))
    expect([...entries.keys()].toSorted()).toEqual(paths.map(at).toSorted())
    for (const [path, content] of Object.entries(contents))
      expect([path, entries.get(at(path))]).toEqual([path, entryOf(content, modes)])
    for (const path of absent) expect([path, entries.get(at(path))]).toEqual([path, null])
    for (const path of ['added', 'added/deep', 'names']) {
      expect(entries.get(at(path))).toEqual({
        mode: '040000',
        oid: expect.stringMatching(/^[0-9a-f]{40}$/),
        byteLength: 0,
        lfs: null,
      })
    }
  })

  it('tells a folder where a file was, whatever was read of the commit before', async () => {
    const { connect, includes, write, at } = scene()
    const from = await write({ place: 'file\n' })
    const to = await write({ 'place': null, 'place/below/deep.txt': 'below\n' })
    const remote = connect()
    await remote.readChanges(from, to, includes)
    expect((await remote.readEntries(to, [at('place')])).get(at('place'))).toMatchObject({ mode: '040000' })
  })

  it('tells of an older commit what stood there then, in one remote as in another', async () => {
    const { connect, first: from, second: to, at } = scene()
    const remote = connect()
    const read = async (commit: string, path: string) => (await remote.readEntries(commit, [at(path)])).get(at(path))
    expect([await read(to, 'changed.txt'), await read(from, 'changed.txt')]).toEqual([
      entryOf('after\n', false),
      entryOf('before\n', false),
    ])
    expect([await read(from, 'deleted.txt'), await read(to, 'deleted.txt')]).toEqual([entryOf('gone\n', false), null])
    expect(await connect().readEntries(from, [])).toEqual(new Map())
  })
}
