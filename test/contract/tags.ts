/** The contract on tags, and on the record that the mirror keeps of them. */
import { expect, it } from 'vitest'
import { DeniedError, MovedError } from '../../lib/model/errors.ts'
import { gitBlobId } from '../../lib/model/git-object.ts'
import type { TagEdit } from '../../lib/model/tags.ts'
import type { Scene } from './scene.ts'

const key = 'c0ffee'

export function describeTags(scene: () => Scene): void {
  const tags = () => scene().connect().tags
  const name = (end: string) => `${scene().connection.scratch}/${end}+ü`
  const read = async (end: string) => (await tags().read(key)).tags.get(name(end)) ?? null
  const make = (end: string, commit: string, message: string | null = null): TagEdit => ({
    name: name(end),
    before: null,
    commit,
    message,
  })
  const remove = async (end: string): Promise<TagEdit> => ({
    name: name(end),
    before: await read(end),
    commit: null,
    message: null,
  })

  it('makes tags and deletes them, and what is done already is done', async () => {
    const { first, second } = scene()
    const edits = [make('one', first), make('two', second, 'Second\n\nwith a body')]
    expect(await tags().write(edits)).toEqual(new Map())
    expect(await tags().write(edits.slice(0, 1))).toEqual(new Map())
    expect((await tags().read(key)).branches.has(scene().connect().branch)).toBe(true)
    expect([(await read('one'))?.commit, (await read('two'))?.commit]).toEqual([first, second])
    expect(await tags().readMessage((await read('one'))!)).toBeNull()
    const removals = [await remove('one'), await remove('two')]
    expect(await tags().write(removals)).toEqual(new Map())
    expect(await tags().write(removals)).toEqual(new Map())
    expect([await read('one'), await read('two')]).toEqual([null, null])
  })

  it('moves no tag, deletes none that has moved, and says why', async () => {
    const { first, second } = scene()
    await tags().write([make('three', first)])
    expect([...(await tags().write([make('three', second), make('four', second)])).keys()]).toEqual([name('three')])
    const late = { ...(await remove('three')), before: { oid: second, commit: second } }
    expect([...(await tags().write([late, await remove('four')])).keys()]).toEqual([name('three')])
    expect([(await read('three'))?.commit, await read('four')]).toEqual([first, null])
    await tags().write([await remove('three')])
  })

  it('tells from another source whether a tag is there', async () => {
    await tags().write([make('five', scene().first)])
    await expect.poll(() => tags().isThere(name('five'))).toBe(true)
    expect(await tags().isThere(name('fiv'))).toBe(false)
    await tags().write([await remove('five')])
    await expect.poll(() => tags().isThere(name('five'))).toBe(false)
  })

  it('denies a token that may not write, and nothing is written', async () => {
    const { connect, connection, first, expectFailure } = scene()
    for (const token of [connection.tokens.wrong, connection.tokens.weak])
      await expectFailure(() => connect({ token }).tags.write([make('six', first)]), DeniedError)
    expect(await read('six')).toBeNull()
  })

  it('keeps a text for a key, where there is a place for it, as long as it is the one that was read', async () => {
    const { records } = tags()
    if (records === null) return
    const told = async () => (await tags().read(key)).record
    const before = await told()
    const [one, two] = ['one\n', `${scene().first}\n`]
    await records.write(key, before, one)
    await expect.poll(told).toBe(gitBlobId(Buffer.from(one)))
    expect(await records.read((await told())!)).toBe(one)
    await records.write(key, await told(), two)
    await expect(records.write(key, gitBlobId(Buffer.from(one)), 'three\n')).rejects.toThrow(MovedError)
    expect(await records.read((await told())!)).toBe(two)
    expect((await tags().read(`${key}2`)).record).toBeNull()
    await records.write(key, await told(), null)
    await expect.poll(told).toBeNull()
  })
}
