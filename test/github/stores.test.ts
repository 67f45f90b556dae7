/** How GitHub stores files, and what it would refuse. */
import { describe, expect, it } from 'vitest'
import { draft, neverRead, storesOf } from '../contract/drafts.ts'
import { fill } from './entries-setup.ts'
import { startWorld } from './setup.ts'

describe('how files are stored', () => {
  it('is what .gitattributes says, and costs nothing after the changes were read', async () => {
    const world = startWorld()
    const from = fill(world)
    const head = world.commit({ 'deep/er/b.txt': 'B\n', 'c.bin': { lfs: Buffer.from('c') } })
    await world.remote.readChanges(from, head, () => true)
    world.takeRequests()
    const files = [
      draft('deep/er/b.txt', { object: true, was: 'lfs' }),
      draft('c.bin'),
      draft('deep/d.bin', { object: true }),
      draft('e.dat', { object: true }),
      draft('e.csv'),
    ]
    expect(storesOf(files, await world.remote.readStores(head, files, new Map(), neverRead))).toEqual({
      'deep/er/b.txt': 'lfs without a rule',
      'c.bin': 'lfs',
      'deep/d.bin': 'lfs',
      'e.dat': 'plain',
      'e.csv': 'plain',
    })
    expect(world.takeRequests()).toEqual([])
  })

  it('follows the rules of the commit to come, and keeps large objects what they are', async () => {
    const world = startWorld()
    const head = fill(world)
    const files = [
      draft('x.bin', { object: true, was: 'lfs' }),
      draft('y.bin', { object: true }),
      draft('z.csv', { object: true }),
      draft('.gitattributes'),
      draft('empty.csv', { byteLength: 0 }),
      draft('edge.dat', { object: true, byteLength: 10_000_000 }),
      draft('big.dat', { object: true, byteLength: 10_000_001 }),
    ]
    expect(
      storesOf(files, await world.remote.readStores(head, files, new Map([['', '*.csv filter=lfs\n']]), neverRead)),
    ).toEqual({
      'x.bin': 'lfs without a rule',
      'y.bin': 'plain',
      'z.csv': 'lfs',
      '.gitattributes': 'plain',
      'empty.csv': 'plain',
      'edge.dat': 'plain',
      'big.dat': 'lfs without a rule',
    })
    const empty = [draft('a.csv')]
    expect(storesOf(empty, await world.remote.readStores(null, empty, new Map(), neverRead))).toEqual({
      'a.csv': 'plain',
    })
  })
})

describe('what would be refused', () => {
  it.each([
    '.',
    '..',
    '.git',
    '.GIT',
    '\u200c.git',
    '.gi\u200ct',
    '.git\u200c',
    'git~1',
    '.git. ',
    '.\\.GIT\\foobar',
    '.git\\foobar',
    '.git...:alternate-stream',
    '',
    'a\0b',
  ])('is a part %j of a path, anywhere in it', async (part) => {
    const { remote, takeRequests } = startWorld()
    for (const path of [part, `a/${part}`, `${part}/a`])
      expect(await remote.readRefusals([draft(path)], neverRead)).toHaveLength(1)
    expect(await remote.readRefusals([draft(part, { store: null })], neverRead)).toEqual([])
    expect(takeRequests()).toEqual([])
  })

  it('is a path or a plain file that is too long', async () => {
    const { remote } = startWorld()
    expect(
      await remote.readRefusals(
        [draft('é'.repeat(2049)), draft('b.bin', { byteLength: 60 * 1024 * 1024 + 1 })],
        neverRead,
      ),
    ).toEqual([
      expect.stringMatching(/is longer than the 4096 bytes that git takes of a path$/),
      '"b.bin" has 62914561 bytes, more than the 62914560 that GitHub takes of a plain file: track it with LFS in .gitattributes',
    ])
  })

  it('is nothing that only looks odd', async () => {
    const { remote } = startWorld()
    const names = [
      '.gitignore',
      '.github/x',
      'a.git',
      'git~10',
      '.git1',
      'back\\slash',
      '...',
      ' ',
      'x:y',
      'é'.repeat(2048),
      '.gitmodules.txt',
    ]
    expect(
      await remote.readRefusals(
        [...names.map((name) => draft(name)), draft('c.bin', { store: 'lfs', byteLength: 1e12 })],
        neverRead,
      ),
    ).toEqual([])
  })
})
