/** Comparisons of GitHub that leave a path out. */
import { describe, expect, it } from 'vitest'
import { gitTreeId } from '../../lib/model/git-object.ts'
import { change, everything, expected } from './changes-setup.ts'
import { connectThrough, startWorld } from './setup.ts'

describe('a comparison that leaves a path out', () => {
  const omitted = expected.map(({ path }) => path)

  it.each([...omitted.map((path) => [path]), omitted, omitted.slice(1)])(
    'is found out by the folders above, and all of it comes from listings: %j',
    async (...paths) => {
      const world = startWorld({ switches: { compareRenames: 'none', compareOmits: new Set(paths) } })
      const { from, to } = change(world)
      expect(await world.remote.readChanges(from, to, everything)).toEqual(expected)
      expect(world.takeRequests().filter((line) => line.startsWith('GET git/trees/'))).toHaveLength(2)
    },
  )

  it('is found out although none of the paths that it tells is asked for', async () => {
    const world = startWorld({ switches: { compareOmits: new Set(['a.txt']) } })
    const { from, to } = change(world)
    expect(await world.remote.readChanges(from, to, (path) => path === 'a.txt')).toEqual([expected[0]])
  })

  it('is found out in folders of folders and among thousands of names', async () => {
    const { hub, connect, commit } = startWorld()
    const many = Object.fromEntries(Array.from({ length: 3_000 }, (_, index) => [`d/e/${index}.txt`, `${index}\n`]))
    const from = commit({ ...many, 'x/y/z/a.txt': 'a\n', 'x/y/z/b.txt': 'b\n' })
    const to = commit({ 'd/e/17.txt': 'new\n', 'd/e/18.txt': 'new\n', 'x/y/z/b.txt': 'new\n' })
    const paths = ['d/e/17.txt', 'd/e/18.txt', 'x/y/z/b.txt']
    for (const omits of paths) {
      hub.switches.compareOmits = new Set([omits])
      expect((await connect().readChanges(from, to, everything)).map(({ path }) => path)).toEqual(paths)
    }
  })

  it.each([{ queryEntriesMax: 3 }, { queryObjectsMax: 4 }])(
    'is proven by listings where GraphQL does not tell the folders: %o',
    async (switches) => {
      const world = startWorld({ switches })
      const { from, to } = change(world)
      expect(await world.remote.readChanges(from, to, everything)).toEqual(expected)
    },
  )

  it('is not proven by a folder that does not have its own id', async () => {
    const world = startWorld({ switches: { compareOmits: new Set(['a.txt']) } })
    const { from, to } = change(world)
    const { remote } = connectThrough(async (request) => {
      const answer = await world.hub.fetch(request)
      // The name that was left out of the comparison is left out of the folders as well.
      const body = (await answer.text()).replaceAll(/\{"nameRaw":"YS50eHQ=","mode":\d+,"oid":"[0-9a-f]{40}"\},?/g, '')
      return new Response(body, {
        status: answer.status,
        headers: { ...Object.fromEntries(answer.headers), 'content-length': `${Buffer.byteLength(body)}` },
      })
    })
    expect(await remote.readChanges(from, to, everything)).toEqual(expected)
    expect(world.takeRequests().filter((line) => line.startsWith('GET git/trees/'))).toHaveLength(2)
  })

  it('is not suspected because of a name that is no UTF-8, whose bytes are told as well', () => {
    const { hub } = startWorld()
    const content = hub.store.writeBlob('x\n')
    const name = Buffer.from('caf\xe9.txt', 'latin1')
    const oid = hub.store.write(
      'tree',
      Buffer.concat([Buffer.from('100644 '), name, Buffer.of(0), Buffer.from(content, 'hex')]),
    )
    expect(gitTreeId([{ name, mode: '100644', oid: content }])).toBe(oid)
  })
})
