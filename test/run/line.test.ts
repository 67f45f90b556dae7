/** A third service, which no file of the core knows, is mirrored with each of the two and with itself. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { RemoteError } from '../../lib/model/errors.ts'
import { otherSide, sides } from '../../lib/model/sides.ts'
import { pairings, run, type Players } from './line-pairs.ts'

const all = { 'README.md': '# Corpus\n', 'a.txt': 'one\ntwo\nthree\n', 'data/b.csv': 'b\n1\n' }

describe.each(pairings)('$name', ({ open }) => {
  let players: Players
  beforeEach(async () => {
    players = await open()
    players.sides.github.commit(all, 'Begin')
    expect((await run(players)).status).toBe('mirrored')
  })
  afterEach(() => players.close())

  const texts = (side: 'github' | 'huggingface') => {
    const { '.gitattributes': _, ...files } = players.sides[side].texts()
    return files
  }
  const expectEqual = async (files: Record<string, string>) => {
    expect([texts('github'), texts('huggingface')]).toEqual([files, files])
    expect((await run(players)).status).toBe('in-sync')
  }

  test('a first run brings everything, and the next one finds nothing to do', async () => {
    await expectEqual(all)
  })

  test.each(sides)('what changes on %s arrives on the other side, a deletion too', async (side) => {
    players.sides[side].commit({ 'a.txt': 'one\n2\nthree\n', 'data/b.csv': null, 'new/c.txt': 'c\n' })
    const head = players.sides[side].head()
    expect((await run(players)).status).toBe('mirrored')
    expect(players.sides[side].head()).toBe(head)
    await expectEqual({ 'README.md': '# Corpus\n', 'a.txt': 'one\n2\nthree\n', 'new/c.txt': 'c\n' })
  })

  test.each(sides)('several commits of %s come one by one', async (side) => {
    for (const title of ['One', 'Two', 'Three']) players.sides[side].commit({ [`${title}.txt`]: title }, title)
    const { plan } = await run(players)
    expect(plan.commits[otherSide[side]].map(({ title }) => title)).toEqual(['One', 'Two', 'Three'])
    expect((await run(players)).status).toBe('in-sync')
  })

  test('what both sides changed is merged, line by line, again and again', async () => {
    for (const round of ['1', '2']) {
      const [first, second, third] = texts('github')['a.txt']!.split('\n')
      players.sides.github.commit({ 'a.txt': `${round}\n${second}\n${third}\n`, [`g${round}.txt`]: 'g\n' })
      players.sides.huggingface.commit({ 'a.txt': `${first}\n${second}\n${round}\n` })
      expect((await run(players)).status).toBe('mirrored')
      expect((await run(players)).status).toBe('in-sync')
    }
    await expectEqual({ ...all, 'a.txt': '2\ntwo\n2\n', 'g1.txt': 'g\n', 'g2.txt': 'g\n' })
  })

  test('the same change on both sides is remembered, so that a revert is a change', async () => {
    for (const side of sides) players.sides[side].commit({ 'a.txt': 'same\n' })
    expect((await run(players)).status).toBe('mirrored')
    players.sides.huggingface.commit({ 'a.txt': 'one\ntwo\nthree\n' })
    expect((await run(players)).status).toBe('mirrored')
    await expectEqual(all)
  })

  test.each(sides.flatMap((side) => [[], [side], [otherSide[side]], sides].map((moved) => ({ side, moved }))))(
    'clones are sent to the store of $side that keeps the objects of both, whatever else moved: $moved',
    async ({ side, moved }) => {
      for (const each of moved) players.sides[each].commit({ [`${each}.txt`]: 'n\n' })
      expect((await run(players, { lfsHome: { store: side, remembers: null } })).status).toBe('mirrored')
      expect(players.sides[otherSide[side]].texts()).toMatchObject({
        '.lfsconfig': `[lfs]\n\turl = ${players.connect()[side].lfsUrl}\n`,
        ...Object.fromEntries(moved.map((each) => [`${each}.txt`, 'n\n'])),
      })
      expect(players.sides[side].texts()).not.toHaveProperty(['.lfsconfig'])
      expect((await run(players, { lfsHome: { store: side, remembers: null } })).status).toBe('in-sync')
      expect((await run(players)).status).toBe('in-sync')
    },
  )

  test.each(sides)('a conflict stops the run before anything is written, and taking %s settles it', async (side) => {
    for (const each of sides) players.sides[each].commit({ 'a.txt': `${each}\n` })
    const heads = sides.map((each) => players.sides[each].head())
    expect((await run(players)).status).toBe('conflict')
    expect(sides.map((each) => players.sides[each].head())).toEqual(heads)
    expect((await run(players, { take: () => side })).status).toBe('mirrored')
    await expectEqual({ ...all, 'a.txt': `${side}\n` })
  })

  test('a run that dies before the line is written is finished by the next one', async () => {
    for (const side of sides) players.sides[side].commit({ [`${side}.txt`]: `${side}\n` })
    players.line.failure = new RemoteError('Cannot write to line: it is away')
    await expect(run(players)).rejects.toThrow('it is away')
    expect((await run(players)).status).toBe('mirrored')
    await expectEqual({ ...all, 'github.txt': 'github\n', 'huggingface.txt': 'huggingface\n' })
  })

  test.each(sides)(
    'what is an object on one side and plain on the other is the same file: a large text of %s',
    async (side) => {
      const text = 'a long line of text\n'.repeat(60_000)
      players.sides[side].commit({ 'large.csv': text })
      expect((await run(players)).status).toBe('mirrored')
      await expectEqual({ ...all, 'large.csv': text })
    },
  )
})
