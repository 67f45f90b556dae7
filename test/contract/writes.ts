/** The contract on what is written: commits by compare-and-swap, and branches. */
import { expect, it } from 'vitest'
import { IntegrityError, MovedError } from '../../lib/model/errors.ts'
import type { Commit } from '../../lib/model/remote.ts'
import { state } from './files.ts'
import { entryOf, type Scene } from './scene.ts'
import { commitsOf, newFile } from './writer.ts'

async function readEntry({ connect, at }: Scene, commit: string, path: string) {
  return (await connect().readEntries(commit, [at(path)])).get(at(path))
}

export function describeWrites(scene: () => Scene): void {
  it('shows nothing of what is prepared until it is published, and then the head that was promised', async () => {
    const { connect, compose, publish, head } = scene()
    const before = head()!
    const prepared = await connect().prepare([compose({ 'prepared.txt': 'waiting\n' })], before)
    expect(await connect().readHead()).toBe(before)
    expect(commitsOf(await connect().readHistory())[0]?.oid).toBe(before)
    const published = await publish(prepared)
    expect(published).toBe(prepared.head ?? published)
    expect(published).not.toBe(before)
    expect(await connect().readHead()).toBe(published)
    expect(await readEntry(scene(), published, 'prepared.txt')).toEqual(entryOf('waiting\n', false))
  })

  it('leaves everything that is not edited as it was', async () => {
    const { connect, includes, head, write, at } = scene()
    const before = head()!
    const commit = await write({ 'added/deep/second.txt': 'beside another\n' })
    const paths = (await connect().readChanges(before, commit, () => true)).map(({ path }) => path)
    expect(paths).toEqual([at('added/deep/second.txt')])
    expect((await connect().readChanges(null, commit, includes)).length).toBeGreaterThan(
      Object.keys(state(scene().connection.traits)).length / 2,
    )
  })

  it('writes several commits at once, each on top of the one before', async () => {
    const { connect, compose, publish, head } = scene()
    const before = head()!
    const commits = [
      compose({ 'line/one.txt': '1\n' }, { title: 'One' }),
      compose({ 'line/two.txt': '2\n', 'line/one.txt': null }, { title: 'Two', parents: [{ index: 0 }] }),
    ]
    const published = await publish(await connect().prepare(commits, before))
    const [two, one, base] = commitsOf(await connect().readHistory(published))
    expect([two?.oid, base?.oid]).toEqual([published, before])
    expect([two?.message, one?.message].map((message) => message?.trim())).toEqual(['Two', 'One'])
    expect([two?.parents, one?.parents]).toEqual([[one?.oid], [before]])
    expect([
      await readEntry(scene(), one!.oid, 'line/one.txt'),
      await readEntry(scene(), published, 'line/one.txt'),
    ]).toEqual([entryOf('1\n', false), null])
    expect(await readEntry(scene(), published, 'line/two.txt')).toEqual(entryOf('2\n', false))
  })

  it('writes so many commits at once that GitHub gets them in a push', async () => {
    const { connect, compose, publish, head } = scene()
    const before = head()!
    const commits = Array.from({ length: 8 }, (_, index) =>
      compose(
        { 'many.txt': `${index}\n` },
        { title: `${index}`, ...(index > 0 && { parents: [{ index: index - 1 }] }) },
      ),
    )
    const published = await publish(await connect().prepare(commits, before))
    const [last, older] = commitsOf(await connect().readHistory(published))
    expect([last?.oid, last?.parents]).toEqual([published, [older?.oid]])
    expect([last?.message.trim(), older?.message.trim()]).toEqual(['7', '6'])
    expect(await readEntry(scene(), published, 'many.txt')).toEqual(entryOf('7\n', false))
  })

  it('joins two lines by a merge, or says that it cannot', async () => {
    const {
      connect,
      compose,
      publish,
      head,
      second,
      connection: { traits },
    } = scene()
    const before = head()!
    const side = compose({ 'merge/side.txt': 'side\n' }, { title: 'Side', parents: [{ oid: second }] })
    const merge = compose({ 'merge/side.txt': 'side\n' }, { title: 'Merge', parents: [{ oid: before }, { index: 0 }] })
    const work = async () => publish(await connect().prepare([side, merge], before))
    if (!traits.merges) return await expect(work()).rejects.toThrow('not one line')
    const published = await work()
    const [newest] = commitsOf(await connect().readHistory(published)) as [Commit]
    expect(newest.parents).toEqual([before, expect.stringMatching(/^[0-9a-f]{40}$/)])
    expect(commitsOf(await connect().readHistory(newest.parents[1]))[0]?.parents).toEqual([second])
    expect(await readEntry(scene(), published, 'merge/side.txt')).toEqual(entryOf('side\n', false))
  })

  it('deletes files, and folders with their last file', async () => {
    const { write } = scene()
    const added = await write({ 'going/away/a.txt': 'a\n', 'going/b.txt': 'b\n' })
    const fewer = await write({ 'going/away/a.txt': null })
    const none = await write({ 'going/b.txt': null })
    const found = await Promise.all(
      [added, fewer, none].flatMap((commit) =>
        ['going', 'going/away', 'going/b.txt'].map(async (path) => (await readEntry(scene(), commit, path)) !== null),
      ),
    )
    expect(found).toEqual([true, true, true, true, false, true, false, false, false])
  })

  it('puts a file where a folder was, and a folder where a file was', async () => {
    const { write } = scene()
    await write({ 'swap/a.txt': 'in a folder\n', 'swapped': 'a file\n' })
    const commit = await write({
      'swap/a.txt': null,
      'swap': 'a file now\n',
      'swapped': null,
      'swapped/a.txt': 'in a folder now\n',
    })
    expect([await readEntry(scene(), commit, 'swap'), await readEntry(scene(), commit, 'swapped/a.txt')]).toEqual([
      entryOf('a file now\n', false),
      entryOf('in a folder now\n', false),
    ])
    expect(await readEntry(scene(), commit, 'swapped')).toMatchObject({ mode: '040000' })
  })

  it('turns a plain file into an object and back, under its rule', async () => {
    const { connect, includes, write, at } = scene()
    const text = 'plain\n'
    const object = { lfs: Buffer.from(text) }
    const plain = await write({ 'turned/a.dat': text })
    const turned = await write({
      'turned/a.dat': object,
      'turned/.gitattributes': '*.dat filter=lfs diff=lfs merge=lfs -text\n',
    })
    const back = await write({ 'turned/a.dat': text, 'turned/.gitattributes': null })
    const read = async (from: string, to: string) =>
      (await connect().readChanges(from, to, includes)).find(({ path }) => path === at('turned/a.dat'))
    const [was, is] = [entryOf(text, false)!, entryOf(object, false)!]
    expect(await read(plain, turned)).toEqual({
      path: at('turned/a.dat'),
      before: { mode: was.mode, oid: was.oid },
      after: is,
    })
    expect(await read(turned, back)).toEqual({
      path: at('turned/a.dat'),
      before: { mode: is.mode, oid: is.oid },
      after: was,
    })
    expect(await read(plain, back)).toBeUndefined()
  })

  it('makes no commit when the head is not what it must be, and changes nothing', async () => {
    const { connect, compose, write, head, expectFailure } = scene()
    const before = head()!
    const commit = compose({ 'late.txt': 'too late\n' })
    const early = await connect().prepare([commit], before)
    const winner = await write({ 'winner.txt': 'somebody was faster\n' })
    await expectFailure(() => early.publish(), MovedError)
    const late = async () => (await connect().prepare([commit], before)).publish()
    await expectFailure(late, MovedError)
    expect(await connect().readHead()).toBe(winner)
    expect(await readEntry(scene(), winner, 'late.txt')).toBeNull()
  })

  it('makes no first commit in a repository that is not empty', async () => {
    const { connect, compose, head, readHead, expectFailure } = scene()
    const before = head()!
    try {
      await expectFailure(
        async () => (await connect().prepare([compose({ 'first.txt': 'first\n' }, { parents: [] })], null)).publish(),
        MovedError,
      )
      expect(await connect().readHead()).toBe(before)
    } finally {
      // Should it have written all the same, only this test is to say so.
      await readHead()
    }
  })

  it('makes no commit of bytes that are not those that were planned', async () => {
    const { connect, compose, head, expectFailure, at } = scene()
    const before = head()!
    const file = { ...newFile('planned\n'), read: () => Promise.resolve(Buffer.from('changed\n')) }
    const commit = { ...compose({}), edits: [{ path: at('wrong.txt'), file }] }
    await expectFailure(async () => (await connect().prepare([commit], before)).publish(), IntegrityError)
    expect(await connect().readHead()).toBe(before)
  })

  it('makes a branch at a commit, as often as it is asked, and never moves it', async () => {
    const {
      connect,
      first,
      second,
      eventually,
      expectFailure,
      connection: { scratch, deleteBranch },
    } = scene()
    const branch = `${scratch}-made`
    const remote = connect({ branch })
    try {
      await remote.createBranch(first)
      await remote.createBranch(first)
      expect(
        await eventually(
          () => remote.readHead(),
          (head) => head === first,
        ),
      ).toBe(first)
      await expectFailure(() => remote.createBranch(second), MovedError)
      expect(await remote.readHead()).toBe(first)
    } finally {
      await deleteBranch(branch)
    }
  })
}
