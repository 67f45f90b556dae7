/** Renames in a row: chains, swaps, and names that were taken. */
import { describe, expect, test } from 'vitest'
import { edited, moved, shown } from './shown.ts'
import { merge, numbers, verdict } from './worlds.ts'

describe('renames in a row', () => {
  test('two files that swapped their names are two changes, and lose nothing', () => {
    const [one, two] = [numbers(), numbers({ 1: 'other' })]
    expect(
      merge({ base: { a: one, b: two }, github: { a: two, b: one }, huggingface: { a: one, b: two } }).after
        .huggingface,
    ).toMatchObject({ a: { bytes: Buffer.from(two) }, b: { bytes: Buffer.from(one) } })
  })

  test('a whole folder that moved takes along what was edited in it', () => {
    const base = { 'old/a': moved, 'old/b': numbers({ 1: 'b' }), 'old/c': numbers({ 1: 'c' }) }
    const { after, conflicts } = merge({
      base,
      github: { 'new/a': moved, 'new/b': base['old/b'], 'new/c': base['old/c'] },
      huggingface: { ...base, 'old/b': edited },
    })
    expect(conflicts).toEqual([])
    expect(Object.keys(after.github).toSorted()).toEqual(['new/a', 'new/b', 'new/c'])
    expect(Object.keys(after.huggingface).toSorted()).toEqual(['new/a', 'new/b', 'new/c'])
    expect(after.huggingface['new/b']).toMatchObject({ bytes: Buffer.from(edited) })
  })

  test('a file added to the folder that the other side moved is a conflict: it stays, or it follows', () => {
    const world = {
      base: { 'old/a': moved },
      github: { 'new/a': moved },
      huggingface: { 'old/a': moved, 'old/n': 'n\n' },
    }
    expect(verdict(world)).toEqual([
      'huggingface new/a = ' + shown(moved),
      'huggingface old/a deleted',
      'conflict old/n file location',
    ])
    const files = (side: 'github' | 'huggingface') => {
      const { github, huggingface } = merge({ ...world, take: { 'old/n': side } }).after
      expect(Object.keys(github).toSorted()).toEqual(Object.keys(huggingface).toSorted())
      return Object.keys(github).toSorted()
    }
    expect(files('huggingface')).toEqual(['new/a', 'old/n'])
    expect(files('github')).toEqual(['new/a', 'new/n'])
  })

  test('a folder whose files went to two places, as many to each, has no new name: what was added to it, or beside it in a folder that is gone too, is a conflict', () => {
    const base = { 'd/e/a': moved, 'd/e/b': numbers({ 1: 'b' }) }
    for (const path of ['d/e/n', 'd/n']) {
      const world = { base, github: { 'f/a': moved, 'g/b': base['d/e/b'] }, huggingface: { ...base, [path]: 'n\n' } }
      const { conflicts } = merge(world)
      expect(conflicts).toMatchObject([
        {
          path,
          kind: 'file location',
          settleable: false,
          detail: `github moved the folder "d/e", perhaps to several places, and huggingface put this file into "${path.slice(0, -2)}": taking huggingface leaves it here; to move it, do so on huggingface`,
        },
      ])
      const { after, conflicts: left } = merge({ ...world, take: { [path]: 'huggingface' } })
      expect([left, Object.keys(after.github).toSorted(), Object.keys(after.huggingface).toSorted()]).toEqual([
        [],
        [path, 'f/a', 'g/b'].toSorted(),
        [path, 'f/a', 'g/b'].toSorted(),
      ])
    }
    // Where the folder above is still there, nothing says that it was renamed.
    expect(
      merge({
        base: { ...base, 'd/k': 'k\n' },
        github: { 'f/a': moved, 'g/b': base['d/e/b'], 'd/k': 'k\n' },
        huggingface: { ...base, 'd/k': 'k\n', 'd/n': 'n\n' },
      }).conflicts,
    ).toEqual([])
  })

  test('a file in a new folder below it stays there, and so does one where a file of the old folder is left', () => {
    expect(
      verdict({
        base: { 'old/a': moved },
        github: { 'new/a': moved },
        huggingface: { 'old/a': moved, 'old/sub/n': 'n\n' },
      }).filter((line) => line.startsWith('conflict')),
    ).toEqual([])
    expect(
      verdict({
        base: { 'old/a': moved, 'old/k': 'k\n' },
        github: { 'new/a': moved, 'old/k': 'k\n' },
        huggingface: { 'old/a': moved, 'old/k': 'k\n', 'old/n': 'n\n' },
      }).filter((line) => line.startsWith('conflict')),
    ).toEqual([])
  })

  test('a folder that moved into itself by one level', () => {
    const { after } = merge({ base: { 'd/a': moved }, github: { 'd/d/a': moved }, huggingface: { 'd/a': edited } })
    expect(after.huggingface).toMatchObject({ 'd/d/a': { bytes: Buffer.from(edited) } })
  })

  test('a file that became a folder with itself inside takes the edit along', () => {
    const { after, conflicts } = merge({ base: { d: moved }, github: { 'd/a': moved }, huggingface: { d: edited } })
    expect(conflicts).toEqual([])
    expect(after.huggingface).toMatchObject({ 'd/a': { bytes: Buffer.from(edited) } })
    expect(after.github).toMatchObject({ 'd/a': { bytes: Buffer.from(edited) } })
  })
})
