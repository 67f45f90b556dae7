/** Laws of tags, over drawn stories of people who make, move and delete them. */
import { describe, expect, test } from 'vitest'
import { mapSides, otherSide, sides, type Side, type Sides } from '../../lib/model/sides.ts'
import type { Tag } from '../../lib/model/tags.ts'
import { formatRecord, recordAll, type TagRecord } from '../../lib/plan/tag-record.ts'
import { decideTags, recordTags } from '../../lib/plan/tags.ts'
import fc, { runs } from '../random.ts'
import { swapSides } from '../swap.ts'
import { branches, elsewhere, find, noCopy, tagAt, waiting } from './tags-setup.ts'

interface World {
  readonly tags: Sides<Map<string, Tag>>
  record: TagRecord
}

/** A run as `run/tags` makes it, whose writes may end after `most` of them, with the record not written then. */
function mirror(world: World, to: Side | null = null, most = Infinity) {
  const { tags, record } = world
  const before = mapSides((side) => new Map(tags[side]))
  const verdict = decideTags({ tags: before, record, to, branches, find })
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
      const isApart = [...world.record.values()].some(({ open }) => open)
      const isOpen = conflicts.length > 0 || isApart || left.some(({ why }) => why === 'waiting')
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
      const one = decideTags({ tags, record, to: null, branches, find })
      const other = decideTags({
        tags: swapSides(mapSides((side) => new Map([...tags[side]].map(([name, tag]) => [name, swapTag(tag)])))),
        record: new Map(
          [...record].map(([name, oids]) => [
            name,
            { ...swapSides(mapSides((side) => oids[side] && swapOid(oids[side]))), open: oids.open },
          ]),
        ),
        to: null,
        branches,
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

  test('who deletes one of two tags that are told not to be copies settles that, and the other one stays', () => {
    check((world) => {
      const { conflicts, left } = mirror(world)
      const told = [...conflicts, ...left.filter(({ why }) => why === 'both')]
      for (const { name } of told)
        for (const side of sides) {
          const settled = copy(world)
          const kept = settled.tags[side].get(name)
          settled.tags[otherSide[side]].delete(name)
          mirror(settled)
          expect(settled.tags[side].get(name)).toEqual(kept)
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
