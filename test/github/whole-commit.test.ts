/** All that one commit of GitHub holds, and how many files that are. */
import { describe, expect, it } from 'vitest'
import { change, everything, expected } from './changes-setup.ts'
import { startWorld } from './setup.ts'

describe('everything that a commit holds', () => {
  it('takes one listing, and the pointers in batches', async () => {
    const world = startWorld()
    const { to } = change(world)
    await world.remote.readHistory()
    world.takeRequests()
    const changes = await world.remote.readChanges(null, to, everything)
    expect(changes.map(({ path }) => path)).toEqual([
      '.gitattributes',
      'a.txt',
      'data/x.bin',
      'keep.txt',
      'link',
      'new name.txt',
      'run.sh',
      'to-folder/y',
      'vendor',
      'was/file',
    ])
    expect(changes.every(({ before }) => before === null)).toBe(true)
    expect(changes[2]!.after).toEqual(expected[1]!.after)
    // The listing, the pointers, and the rules.
    expect(world.takeRequests()).toHaveLength(3)
    await world.remote.readChanges(null, to, (path) => path.startsWith('data/'))
    expect(world.takeRequests()).toEqual([])
  })

  it('is the same from a listing that is cut', async () => {
    const whole = startWorld()
    const cut = startWorld({ switches: { listingMax: 1 } })
    const [a, b] = await Promise.all(
      [whole, cut].map(async (world) => world.remote.readChanges(null, change(world).to, everything)),
    )
    expect(b).toEqual(a)
  })
})

describe('how many files a commit holds', () => {
  it('is counted in one request where that tells enough, without symlinks and what is not asked for', async () => {
    const { remote, commit, takeRequests } = startWorld({ switches: { listingMax: 3 } })
    const to = commit({ 'a/link': { mode: '120000', content: 'x' }, 'b.txt': 'b', 'z/last.txt': 'z' })
    await remote.readHistory()
    takeRequests()
    expect(await remote.countFiles(to, (path) => path === 'b.txt', 1)).toBe(1)
    expect(takeRequests()).toHaveLength(1)
    expect(await remote.countFiles(to, (path) => path === 'z/last.txt', 9)).toBe(1)
    expect(await remote.countFiles(to, (path) => path.startsWith('a/'), 9)).toBe(0)
  })
})
