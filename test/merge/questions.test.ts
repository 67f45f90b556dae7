/** A merge asks for those contents alone on which its answer hangs. */
import { describe, expect, test } from 'vitest'
import type { Side, Sides } from '../../lib/model/sides.ts'
import fc, { runs } from '../random.ts'
import { world as drawnWorld } from './drawn-merges.ts'
import { lfs, merge, numbers, plain, type Merged, type World } from './worlds.ts'

describe('only what matters is asked', () => {
  test('a plain text changed on one side costs one entry of the other, and no text', () => {
    expect(
      merge({ base: { t: 'a\n', u: 'b\n' }, github: { t: 'A\n', u: 'b\n' }, huggingface: { t: 'a\n', u: 'b\n' } })
        .asked,
    ).toEqual(['entry huggingface head t'])
  })

  test('a deletion and an addition cost as little', () => {
    expect(merge({ base: { t: 'a\n' }, github: {}, huggingface: { t: 'a\n' } }).asked).toEqual([
      'entry huggingface head t',
    ])
    expect(merge({ base: {}, github: {}, huggingface: { t: 'a\n' } }).asked).toEqual(['entry github head t'])
  })

  test('an addition below a folder asks for the folders above', () => {
    expect(merge({ base: {}, github: { 'a/b/c': 'c\n' }, huggingface: {} }).asked).toEqual([
      'entry huggingface head a/b/c',
      'entry huggingface head a',
      'entry huggingface head a/b',
    ])
  })

  test('the same change on both sides asks nothing', () => {
    expect(merge({ base: { t: 'a\n' }, github: { t: 'A\n' }, huggingface: { t: 'A\n' } }).asked).toEqual([])
    expect(merge({ base: { t: 'a\n' }, github: {}, huggingface: {} }).asked).toEqual([])
  })

  test('no bytes are read to tell a plain file from an object when the sizes differ', () => {
    expect(merge({ base: {}, github: { d: plain('12') }, huggingface: { d: lfs('123') } }).asked).toEqual([])
  })

  test('with a recorded base an object that one side changed is not downloaded', () => {
    const world = {
      base: { github: { d: plain('v0') }, huggingface: { d: lfs('v0') } },
      github: { d: plain('v0') },
      huggingface: { d: lfs('v001') },
    }
    expect(merge(world).asked.filter((question) => question.startsWith('sha256'))).toEqual([])
    expect(merge({ ...world, treeProven: false }).asked).toContain('sha256 github head d')
  })

  test('a change of storage alone costs two entries and one hash', () => {
    expect(
      merge({ base: { d: plain('bytes') }, github: { d: plain('bytes') }, huggingface: { d: lfs('bytes') } }).asked,
    ).toEqual(['entry github head d', 'sha256 github head d', 'entry huggingface base d'])
  })

  test('text is read only of files that both sides changed', () => {
    const world = {
      base: { t: numbers(), u: 'u' },
      github: { t: numbers({ 1: 'one' }), u: 'U' },
      huggingface: { t: numbers({ 9: 'nine' }), u: 'u' },
    }
    expect(merge(world).asked.filter((question) => question.startsWith('text'))).toEqual([
      'text github base t',
      'text github head t',
      'text huggingface head t',
    ])
  })

  /** How often a merge waits for answers. */
  const roundsOf = (world: Parameters<typeof merge>[0]) => merge(world).rounds

  test('and all that is known to matter is asked in one round, however deep a new file is', () => {
    expect(
      ['n', 'a/n', 'a/b/c/d/e/n'].map((path) => roundsOf({ base: {}, github: { [path]: 'n\n' }, huggingface: {} })),
    ).toEqual([1, 1, 1])
    expect(merge({ base: {}, github: { 'a/b/c/d/e/n': 'n\n' }, huggingface: {} }).asked).toHaveLength(6)
  })

  test.each<[string, number, Parameters<typeof merge>[0]]>([
    [
      'a text that both sides changed',
      1,
      { base: { t: numbers() }, github: { t: numbers({ 1: 'one' }) }, huggingface: { t: numbers({ 9: 'nine' }) } },
    ],
    [
      "one that is an object at one side's base",
      1,
      {
        base: { github: { t: plain(numbers()) }, huggingface: { t: lfs(numbers()) } },
        github: { t: numbers({ 1: 'one' }) },
        huggingface: { t: numbers({ 9: 'nine' }) },
      },
    ],
    [
      'one renamed deep into new folders and changed there',
      3,
      {
        base: { t: numbers() },
        github: { 'a/b/c/t': numbers({ 1: 'one' }) },
        huggingface: { t: numbers({ 9: 'nine' }) },
      },
    ],
    [
      'a file changed here and deleted there',
      1,
      { base: { 'a/b/t': numbers() }, github: { 'a/b/t': numbers({ 1: 'one' }) }, huggingface: {} },
    ],
    [
      'a file put into a folder that moved',
      2,
      {
        base: { 'old/a': numbers() },
        github: { 'new/b/a': numbers() },
        huggingface: { 'old/a': numbers(), 'old/n': 'n\n' },
      },
    ],
  ])('%s takes %i', (_, rounds, world) => {
    expect(roundsOf(world)).toBe(rounds)
  })
})

describe('where one side alone changed anything', () => {
  test('what is asked before the first pass is what the merge would ask, in no more rounds, and most often one pass decides', () => {
    const passes: number[] = []
    fc.assert(
      fc.property(drawnWorld, fc.constantFrom<Side>('github', 'huggingface'), (drawn, still) => {
        const input = { ...drawn, [still]: (drawn.base as Sides<World>)[still] }
        const [plainly, first] = [merge(input), merge({ ...input, asksFirst: true })]
        const told = ({ written, conflicts, baseMismatches, asked }: Merged) => [
          written,
          conflicts,
          baseMismatches,
          asked.toSorted(),
        ]
        expect(told(first)).toEqual(told(plainly))
        expect(first.rounds).toBeLessThanOrEqual(plainly.rounds)
        passes.push(first.passes)
      }),
      { numRuns: runs(1_000) },
    )
    expect(passes.filter((count) => count === 1).length).toBeGreaterThan(passes.length / 2)
  })

  test('new files are decided in one pass, and where both sides changed something nothing is asked beforehand', () => {
    const files = { 'a': 'a\n', 'b/c': 'c\n', 'b/d/e': 'e\n' }
    expect(merge({ base: {}, github: files, huggingface: {}, asksFirst: true })).toMatchObject({ rounds: 1, passes: 1 })
    const both = { base: {}, github: files, huggingface: { z: 'z\n' } }
    expect(merge({ ...both, asksFirst: true })).toEqual(merge(both))
  })
})
