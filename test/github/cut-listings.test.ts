/**
 * Trees that GitHub lists in part only: what that part holds of whole folders is used, and nothing that it leaves out
 * is taken for absent.
 */
import { describe, expect, it } from 'vitest'
import { at, blobId, startWorld } from './setup.ts'

const everything = () => true

describe('changes between trees of which GitHub lists only a part', () => {
  it('cost few requests where listings are cut: what they hold of whole folders is taken from them', async () => {
    const world = startWorld({ switches: { listingMax: 300, compareStatus: 500 } })
    const files = (text: string) =>
      Object.fromEntries(
        Array.from({ length: 400 }, (_, index) => [`data/${index % 40}/${index}.csv`, `${text} ${index}\n`]),
      )
    const [from, to] = [world.commit(files('one')), world.commit({ ...files('two'), 'data/last/x.csv': 'x\n' })]
    const changes = await world.remote.readChanges(from, to, everything)
    expect(changes).toHaveLength(401)
    // Of each commit the cut listing, its root and the folder that was cut; then the 13 folders or 14 that are not in
    // it.
    const listed = world.takeRequests().filter((line) => line.startsWith('GET git/trees/'))
    expect(listed.length).toBeLessThan(2 * 20)
    expect(await world.remote.countFiles(to, everything, 1_000)).toBe(401)
    const entries = await world.remote.readEntries(
      to,
      changes.map(({ path }) => path),
    )
    expect([...entries.values()]).toEqual(changes.map(({ after }) => after))
    expect(world.takeRequests()).toEqual([])
  })

  it('are looked for in no other folder than one that may hold what is asked for', async () => {
    const world = startWorld({ switches: { listingMax: 30, compareStatus: 500 } })
    const files = (text: string) =>
      Object.fromEntries(
        Array.from({ length: 200 }, (_, index) => [`${index % 40}/sub/${index}.csv`, `${text} ${index}\n`]),
      )
    const [from, to] = [world.commit(files('one')), world.commit(files('two'))]
    const includes = Object.assign((path: string) => path.startsWith('39/'), {
      mayHold: (folder: string) => /^39(?:$|\/)/.test(folder),
    })
    expect(await world.remote.countFiles(to, includes, 1_000)).toBe(5)
    expect(await world.remote.readChanges(from, to, includes)).toHaveLength(5)
    expect(await world.remote.readChanges(null, to, includes)).toHaveLength(5)
    // Of each commit the listing that is cut, its root, and the folder with what is below it.
    const listed = world.takeRequests().filter((line) => line.startsWith('GET git/trees/'))
    expect(listed.length).toBeLessThanOrEqual(6)
  })

  it('are found where a cut listing leaves out what it should have told', async () => {
    const world = startWorld({ switches: { compareStatus: 500 } })
    const from = world.commit({ 'a/x.csv': '1\n', 'a/y.csv': '1\n', 'b/z.csv': '1\n' })
    const to = world.commit({ 'a/x.csv': '2\n', 'a/y.csv': '2\n', 'b/z.csv': '2\n' })
    const { store } = world.hub
    const [a, b] = store.readTree(store.readCommit(to).tree)
    const tree = [
      { path: 'a', mode: '040000', type: 'tree', sha: a!.oid },
      { path: 'a/y.csv', mode: '100644', type: 'blob', sha: blobId('2\n'), size: 2 },
      { path: 'b', mode: '040000', type: 'tree', sha: b!.oid },
    ]
    world.hub.faults.push(
      at('GET', '/git/trees/', {
        when: 'before',
        times: 1,
        act: { status: 200, body: JSON.stringify({ tree, truncated: true }) },
      }),
    )
    const changes = await world.remote.readChanges(from, to, everything)
    expect(changes.map(({ path, after }) => [path, after?.oid])).toEqual(
      ['a/x.csv', 'a/y.csv', 'b/z.csv'].map((path) => [path, blobId('2\n')]),
    )
  })
})
