/** What becomes of a tag, what holds deletions back, and what the record says. */
import { describe, expect, test } from 'vitest'
import { deletionLimit } from '../../lib/cli/limits.ts'
import { mapSides, sides, sidesOf, type Side, type Sides } from '../../lib/model/sides.ts'
import { brakeTags, brakeUsed } from '../../lib/plan/tag-brakes.ts'
import {
  formatRecord,
  nameRecord,
  parseRecord,
  recordAll,
  type RecordedTag,
  type TagRecord,
} from '../../lib/plan/tag-record.ts'
import { decideTags, type TagMove } from '../../lib/plan/tags.ts'
import { branches, commitOf, elsewhere, find, noCopy, tagAt, waiting } from './tags-setup.ts'

const services = { github: 'GitHub', huggingface: 'Hugging Face' }

/** Tags by name and side, as numbers of commits, and what the record says, by numbers too. */
function decide(
  now: Partial<Sides<Record<string, number>>>,
  was: Record<string, [number | null, number | null, open?: 'conflict' | 'apart']> = {},
  to: Side | null = null,
) {
  const tags = mapSides(
    (side) => new Map(Object.entries(now[side] ?? {}).map(([name, number]) => [name, tagAt(side, number)])),
  )
  const record = new Map(
    Object.entries(was).map(([name, numbers]) => [
      name,
      {
        ...mapSides((side) => {
          const number = numbers[sides.indexOf(side) as 0 | 1]
          return number === null ? null : commitOf(side, number)
        }),
        open: numbers[2],
      },
    ]),
  )
  const { moves, conflicts, left } = decideTags({ tags, record, to, branches, find })
  return {
    moves: moves.map(({ name, to: side, commit }) => `${commit === null ? '-' : '+'}${name} ${side}`),
    conflicts: conflicts.map(({ name }) => name),
    left: left.map(({ name, side, why }) => `${name} ${side} ${why}`),
  }
}
const nothing = { moves: [], conflicts: [], left: [] }

describe('a tag', () => {
  test('that is new goes to the other side, on the copy of its commit', () => {
    expect(decide({ github: { v1: 1 } })).toEqual({ ...nothing, moves: ['+v1 huggingface'] })
    expect(decide({ huggingface: { v1: 1 } })).toEqual({ ...nothing, moves: ['+v1 github'] })
  })

  test('that both sides have on copies of one another is settled, whoever made it', () => {
    expect(decide({ github: { v1: 1 }, huggingface: { v1: 1 } })).toEqual(nothing)
  })

  test('that was deleted on one side is deleted on the other', () => {
    expect(decide({ github: { v1: 1 } }, { v1: [1, 1] })).toEqual({ ...nothing, moves: ['-v1 github'] })
    expect(decide({ huggingface: { v1: 1 } }, { v1: [1, 1] })).toEqual({ ...nothing, moves: ['-v1 huggingface'] })
  })

  test('that was moved is a conflict, on one side or on both', () => {
    expect(decide({ github: { v1: 2 }, huggingface: { v1: 1 } }, { v1: [1, 1] }).conflicts).toEqual(['v1'])
    expect(decide({ github: { v1: 2 }, huggingface: { v1: 3 } }, { v1: [1, 1] }).conflicts).toEqual(['v1'])
    expect(decide({ github: { v1: noCopy }, huggingface: { v1: 1 } }, { v1: [1, 1] }).conflicts).toEqual(['v1'])
    expect(decide({ github: { v1: 1 }, huggingface: { v1: 2 } }).conflicts).toEqual(['v1'])
  })

  test('that both sides moved to copies of one another is settled', () => {
    expect(decide({ github: { v1: 2 }, huggingface: { v1: 2 } }, { v1: [1, 1] })).toEqual(nothing)
  })

  test('that was moved on the one side and deleted on the other is made there as it is now', () => {
    expect(decide({ github: { v1: 2 } }, { v1: [1, 1] })).toEqual({ ...nothing, moves: ['+v1 huggingface'] })
  })

  test('that was a conflict, or that people put on strangers, is settled by deleting it on either side', () => {
    const conflict = { v1: [1, 1, 'conflict'] as [number, number, 'conflict'] }
    expect(decide({ github: { v1: 2 }, huggingface: { v1: 1 } }, conflict).conflicts).toEqual(['v1'])
    expect(decide({ github: { v1: 2 } }, conflict).moves).toEqual(['+v1 huggingface'])
    expect(decide({ huggingface: { v1: 1 } }, conflict).moves).toEqual(['+v1 github'])
    const apart = { v1: [elsewhere, 1, 'apart'] as [number, number, 'apart'] }
    expect(decide({ github: { v1: elsewhere }, huggingface: { v1: 1 } }, apart)).toEqual(nothing)
    expect(decide({ huggingface: { v1: 1 } }, apart).moves).toEqual(['+v1 github'])
    expect(decide({ github: { v1: elsewhere } }, apart).left).toEqual(['v1 github elsewhere'])
  })

  test('whose commit has no copy stays, with the reason, and is told once', () => {
    const names = { a: elsewhere, b: noCopy, c: waiting }
    const left = ['a github elsewhere', 'b github no copy', 'c github waiting']
    expect(decide({ github: names })).toEqual({ ...nothing, left })
    expect(decide({ github: names }, { a: [7, null], b: [8, null] })).toEqual({ ...nothing, left: [left[2]] })
  })

  test('that stayed is made as soon as its commit has a copy', () => {
    expect(decide({ github: { v1: 1 } }, { v1: [1, null] })).toEqual({ ...nothing, moves: ['+v1 huggingface'] })
  })

  test('that somebody made by hand beside one without a copy stays as both are', () => {
    const now = { github: { v1: noCopy }, huggingface: { v1: 2 } }
    expect(decide(now)).toEqual({ ...nothing, left: ['v1 github both'] })
    expect(decide(now, { v1: [8, 2] })).toEqual(nothing)
  })

  test('one way is not carried to the side that is not written, nor deleted there', () => {
    expect(decide({ huggingface: { v1: 1 } }, {}, 'huggingface').left).toEqual(['v1 huggingface one way'])
    expect(decide({ github: { v1: 1 } }, { v1: [1, 1] }, 'huggingface').left).toEqual(['v1 github one way'])
    expect(decide({ huggingface: { v1: 1 } }, { v1: [1, 1] }, 'huggingface').moves).toEqual(['-v1 huggingface'])
    expect(decide({ github: { v1: 1 } }, {}, 'huggingface').moves).toEqual(['+v1 huggingface'])
  })

  test('with the name of a branch there stays, since it would hide the branch', () => {
    expect(decide({ github: { main: 1 } })).toEqual({ ...nothing, left: ['main github branch'] })
    expect(decide({ github: { main: 1 } }, { main: [1, null] })).toEqual(nothing)
  })

  test('is asked about only where the record does not tell', () => {
    const tags = sidesOf('github', new Map([['v1', tagAt('github', 1)]]), new Map([['v1', tagAt('huggingface', 1)]]))
    const asked = (record: TagRecord | null) =>
      mapSides((side) => [...decideTags({ tags, record, to: null, branches, find: () => undefined }).asked[side]])
    expect(asked(new Map())).toEqual(mapSides((side) => [commitOf(side, 1)]))
    expect(asked(recordAll(tags))).toEqual(mapSides(() => []))
    expect(asked(null)).toEqual(mapSides(() => []))
  })
})

describe('deletions', () => {
  const deletions = (count: number): TagMove[] =>
    Array.from({ length: count }, (_, index) => ({
      name: `v${index}`,
      to: 'github' as const,
      commit: null,
      was: tagAt('github', 1),
    }))
  const made: TagMove = { name: 'new', to: 'github', commit: commitOf('github', 1), from: tagAt('huggingface', 1) }
  const passes = (count: number, total: number, limit = deletionLimit) =>
    brakeTags([...deletions(count), made], total, limit, services).moves.length === count + 1

  test('pass one by one, and are held back where all of several are gone or more than the limit', () => {
    expect([passes(1, 1), passes(5, 6), passes(10, 20)]).toEqual([true, true, true])
    expect([passes(2, 2), passes(11, 20)]).toEqual([false, false])
    expect(passes(3, 100, { most: 2, unit: 'files', least: 0 })).toBe(false)
    const { moves, refusals } = brakeTags([...deletions(2), made], 2, deletionLimit, services)
    expect(moves).toEqual([made])
    expect(refusals.map(({ allowedBy, message }) => [allowedBy, message])).toEqual([
      ['--allow-delete', expect.stringContaining('Hugging Face deleted 2 of 2 tags')],
    ])
  })

  test('of a tag that something stands on are held back, and only these', () => {
    const { moves, refusals } = brakeUsed([...deletions(2), made], { github: ['v1'], huggingface: [] }, services)
    expect(moves.map(({ name }) => name)).toEqual(['v0', 'new'])
    expect(refusals).toHaveLength(1)
  })
})

describe('the record', () => {
  test('says the same of the same tags, in any order, and is read as it was written', () => {
    const record: TagRecord = new Map<string, RecordedTag>([
      ['b/ü', { github: commitOf('github', 1), huggingface: null }],
      ['a\u{a0}\u{3000}', mapSides((side) => commitOf(side, 2))],
      ['c', { ...mapSides((side) => commitOf(side, 3)), open: 'apart' }],
    ])
    expect(formatRecord(new Map([...record].toReversed()))).toBe(formatRecord(record))
    expect(parseRecord(formatRecord(record))).toEqual(record)
    expect([parseRecord('a b c\n'), parseRecord('')]).toEqual([null, new Map()])
  })

  test('has a name of its own for each other repository, without regard to case', () => {
    const name = (repository: string) => nameRecord({ side: 'huggingface', type: 'dataset', name: repository })
    expect(name('acme/corpus')).toMatch(/^[0-9a-f]{16}$/)
    expect([name('ACME/Corpus'), name('acme/other')]).toEqual([
      name('acme/corpus'),
      expect.not.stringMatching(name('acme/corpus')),
    ])
  })
})
