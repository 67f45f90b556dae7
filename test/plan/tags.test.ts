/** What becomes of tags: single cases, and laws over drawn stories of people who make, move and delete them. */
import { describe, expect, test } from 'vitest'
import { mapSides, otherSide, sides, sidesOf, type Side, type Sides } from '../../lib/model/sides.ts'
import type { Tag } from '../../lib/model/tags.ts'
import { deletionLimit } from '../../lib/plan/brakes.ts'
import { brakeTags, brakeUsed } from '../../lib/plan/tag-brakes.ts'
import { formatRecord, nameRecord, parseRecord, recordAll, type TagRecord } from '../../lib/plan/tag-record.ts'
import { decideTags, recordTags, type Counterparts, type TagMove } from '../../lib/plan/tags.ts'
import fc, { runs } from '../random.ts'
import { swapSides } from '../swap.ts'

/** Commit `n` of a side; those of one number hold the same files. The last three have no copy, each for a reason. */
const commitOf = (side: Side, number: number) => `${side === 'github' ? 'a' : 'b'}${number}`.padEnd(40, '0')
const [elsewhere, noCopy, waiting] = [7, 8, 9]
const reasonOf: Readonly<Record<number, Counterparts>> = { 7: 'elsewhere', 8: 'no copy', 9: 'waiting' }

function find(side: Side, commit: string): Counterparts {
  const number = Number(commit[1])
  return reasonOf[number] ?? [commitOf(otherSide[side], number)]
}

const tagAt = (side: Side, number: number, mark = ''): Tag => {
  const commit = commitOf(side, number)
  return { oid: mark === '' ? commit : `c${mark}`.padEnd(40, commit[1]), commit }
}
const services = { github: 'GitHub', huggingface: 'Hugging Face' }

/** Tags by name and side, as numbers of commits, and what the record says, by numbers too. */
function decide(
  now: Partial<Sides<Record<string, number>>>,
  was: Record<string, [number | null, number | null]> = {},
  to: Side | null = null,
) {
  const tags = mapSides(
    (side) => new Map(Object.entries(now[side] ?? {}).map(([name, number]) => [name, tagAt(side, number)])),
  )
  const record = new Map(
    Object.entries(was).map(([name, numbers]) => [
      name,
      mapSides((side) => {
        const number = numbers[sides.indexOf(side)]
        return number === null || number === undefined ? null : commitOf(side, number)
      }),
    ]),
  )
  const { moves, conflicts, left } = decideTags({ tags, record, isRecorded: true, to, find })
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

  test('is asked about only where the record does not tell', () => {
    const tags = sidesOf('github', new Map([['v1', tagAt('github', 1)]]), new Map([['v1', tagAt('huggingface', 1)]]))
    const asked = (record: TagRecord, isRecorded = true) =>
      mapSides((side) => [...decideTags({ tags, record, isRecorded, to: null, find: () => undefined }).asked[side]])
    expect(asked(new Map())).toEqual(mapSides((side) => [commitOf(side, 1)]))
    expect(asked(recordAll(tags))).toEqual(mapSides(() => []))
    expect(asked(new Map(), false)).toEqual(mapSides(() => []))
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
    const record: TagRecord = new Map<string, Sides<string | null>>([
      ['b/ü', { github: commitOf('github', 1), huggingface: null }],
      ['a', mapSides((side) => commitOf(side, 2))],
    ])
    expect(formatRecord(new Map([...record].toReversed()))).toBe(formatRecord(record))
    expect(parseRecord(formatRecord(record))).toEqual(new Map([...record].toReversed()))
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

interface World {
  readonly tags: Sides<Map<string, Tag>>
  record: TagRecord
}

/** A run as `run/tags` makes it, whose writes may end after `most` of them, with the record not written then. */
function mirror(world: World, to: Side | null = null, most = Infinity) {
  const { tags, record } = world
  const before = mapSides((side) => new Map(tags[side]))
  const verdict = decideTags({ tags: before, record, isRecorded: true, to, find })
  for (const move of verdict.moves.slice(0, most))
    if (move.commit === null) tags[move.to].delete(move.name)
    else tags[move.to].set(move.name, { oid: move.commit, commit: move.commit })
  if (verdict.moves.length > most) return verdict
  world.record = recordTags(before, verdict, { after: tags, undone: new Set(), before: record })
  return verdict
}

const names = ['v1', 'v2', 'v3']
const step = fc.record({
  side: fc.constantFrom(...sides),
  name: fc.constantFrom(...names),
  number: fc.option(fc.constantFrom(1, 2, 3, elsewhere, noCopy, waiting), { freq: 2 }),
  mark: fc.constantFrom('', '1'),
})
const story = fc.array(
  fc.oneof({ weight: 3, arbitrary: step }, { weight: 1, arbitrary: fc.constant('run' as const) }),
  { maxLength: 14 },
)

function play(steps: readonly (typeof story extends fc.Arbitrary<readonly (infer T)[]> ? T : never)[]): World {
  const world: World = { tags: mapSides(() => new Map<string, Tag>()), record: new Map() }
  for (const one of steps)
    if (one === 'run') mirror(world)
    else if (one.number === null) world.tags[one.side].delete(one.name)
    else world.tags[one.side].set(one.name, tagAt(one.side, one.number, one.side === 'github' ? one.mark : ''))
  return world
}

const copy = ({ tags, record }: World): World => ({ tags: mapSides((side) => new Map(tags[side])), record })

describe('whatever people did', () => {
  const check = (law: (world: World) => void) => {
    fc.assert(
      fc.property(story, (steps) => law(play(steps))),
      { numRuns: runs(400) },
    )
  }

  test('a second run does nothing, and settles what the record of all tags can say', () => {
    check((world) => {
      const { conflicts, left } = mirror(world)
      const again = mirror(copy(world))
      expect(again.moves).toEqual([])
      expect(again.conflicts.map(({ name }) => name)).toEqual(conflicts.map(({ name }) => name))
      const isOpen = conflicts.length > 0 || left.some(({ why }) => why === 'waiting')
      if (!isOpen) expect(formatRecord(world.record)).toBe(formatRecord(recordAll(world.tags)))
    })
  })

  test('a run that ends after any write is finished by the next one', () => {
    check((world) => {
      const whole = copy(world)
      const { moves } = mirror(whole)
      for (let most = 0; most < moves.length; most++) {
        const cut = copy(world)
        mirror(cut, null, most)
        mirror(cut)
        expect([cut.tags, cut.record]).toEqual([whole.tags, whole.record])
      }
    })
  })

  test('swapped sides give the swapped answer', () => {
    const swapOid = (oid: string) => (oid[0] === 'a' ? `b${oid.slice(1)}` : oid[0] === 'b' ? `a${oid.slice(1)}` : oid)
    const swapTag = ({ oid, commit }: Tag): Tag => ({ oid: swapOid(oid), commit: swapOid(commit) })
    check(({ tags, record }) => {
      const one = decideTags({ tags, record, isRecorded: true, to: null, find })
      const other = decideTags({
        tags: swapSides(mapSides((side) => new Map([...tags[side]].map(([name, tag]) => [name, swapTag(tag)])))),
        record: new Map(
          [...record].map(([name, oids]) => [name, swapSides(mapSides((side) => oids[side] && swapOid(oids[side])))]),
        ),
        isRecorded: true,
        to: null,
        find,
      })
      const told = ({ moves, conflicts }: typeof one, isSwapped: boolean) => ({
        moves: moves
          .map(({ name, to, commit }) => {
            const side = isSwapped ? otherSide[to] : to
            return `${name} ${side} ${commit && isSwapped ? swapOid(commit) : commit}`
          })
          .toSorted(),
        conflicts: conflicts.map(({ name }) => name).toSorted(),
      })
      expect(told(other, true)).toEqual(told(one, false))
    })
  })

  test('no tag moves, and one is gone only where the other side had the same and deleted it', () => {
    check((world) => {
      const before = copy(world)
      mirror(world)
      for (const side of sides)
        for (const [name, tag] of before.tags[side]) {
          const now = world.tags[side].get(name)
          if (now) expect(now).toEqual(tag)
          else {
            expect(before.record.get(name)?.[side]).toBe(tag.oid)
            expect(before.tags[otherSide[side]].has(name)).toBe(false)
          }
        }
    })
  })

  test('a run to one side changes that side alone', () => {
    check((world) => {
      for (const to of sides) {
        const one = copy(world)
        mirror(one, to)
        expect(one.tags[otherSide[to]]).toEqual(world.tags[otherSide[to]])
      }
    })
  })
})
