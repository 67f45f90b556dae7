/**
 * What becomes of each tag. A tag names a commit; on the other side it has to name one that holds the same files. New and
 * deleted tags go to the other side; a moved one is a conflict, since a tag that somebody relies on must not move unseen.
 */
import { bothOf, mapSides, otherSide, sides, sidesOf, type Side, type Sides } from '../model/sides.ts'
import type { Tag, TagList } from '../model/tags.ts'
import type { Refusal } from './plan.ts'
import { namesOf, type RecordedTag, type TagRecord } from './tag-record.ts'

/** A tag for a side. `commit`: where it is made there, null where it is deleted; `from`: the other side's tag. */
export type TagMove =
  | { readonly name: string; readonly to: Side; readonly commit: string; readonly from: Tag }
  | { readonly name: string; readonly to: Side; readonly commit: null; readonly was: Tag }

/** `was`: what its references held when both sides agreed; null where they never did. */
export interface TagConflict {
  readonly name: string
  readonly tags: Sides<Tag>
  readonly was: Sides<string | null> | null
}

/**
 * Why a tag is not carried. `elsewhere`: its commit is not in the history of a mirrored branch, as far as that was read.
 * `no copy`: no commit of the other side has its files. `one way`: it would have to be written where nothing is written.
 * `waiting`: its commit is not mirrored yet. `both`: people named commits on both sides that are no
 * copies of one another. `branch`: a branch of the other side has its name.
 */
export interface LeftTag {
  readonly name: string
  readonly side: Side
  readonly tag: Tag
  readonly why: 'elsewhere' | 'no copy' | 'one way' | 'waiting' | 'both' | 'branch'
}

/** Everything that is done about tags. */
export interface TagPlan {
  readonly moves: readonly TagMove[]
  readonly conflicts: readonly TagConflict[]
  readonly left: readonly LeftTag[]
  /** Tags of a side whose deletion is held back, and why. */
  readonly refusals: readonly Refusal[]
}

/**
 * What is known of a commit that a tag names: the commits of the other side that hold its files, the best first; else why
 * there are none. Undefined where that is not known yet.
 */
export type Counterparts = readonly string[] | 'elsewhere' | 'no copy' | 'waiting'

const isKnown = (found: Counterparts): found is readonly string[] => typeof found !== 'string'

/** What the verdict is about. `to`: the only side that is written; null: both are. */
export interface TagFacts {
  readonly tags: Sides<TagList>
  /**
   * Null where none can be written: then nothing is deleted, and of tags that both sides have it is found out only as far as
   * that costs nothing whether they agree.
   */
  readonly record: TagRecord | null
  readonly to: Side | null
  /** Names of the branches: git takes a short name for the tag, so that a tag would hide its branch. */
  readonly branches: Sides<ReadonlySet<string>>
  readonly find: (side: Side, commit: string) => Counterparts | undefined
}

/** `asked`: commits of which more has to be known; the verdict counts when there are none. */
export interface TagVerdict extends Pick<TagPlan, 'moves' | 'conflicts' | 'left'> {
  readonly asked: Sides<ReadonlySet<string>>
}

/** What is decided of a tag on one side alone. */
class Judge {
  readonly #facts: TagFacts
  readonly moves: TagMove[] = []
  readonly conflicts: TagConflict[] = []
  readonly left: LeftTag[] = []
  readonly asked = mapSides(() => new Set<string>())

  constructor(facts: TagFacts) {
    this.#facts = facts
  }

  judge(name: string): void {
    const { tags, record } = this.#facts
    const now = mapSides((side) => tags[side].get(name) ?? null)
    const was = record?.get(name) ?? null
    const both = bothOf(now)
    const side = sides.find((each) => now[each] !== null)!
    if (both) this.#judgeBoth(name, both, was)
    else this.#judgeOne({ name, side, tag: now[side]! }, was)
  }

  #find(side: Side, commit: string): Counterparts {
    const found = this.#facts.find(side, commit)
    if (found === undefined) this.asked[side].add(commit)
    return found ?? 'waiting'
  }

  #judgeBoth(name: string, tags: Sides<Tag>, was: RecordedTag | null): void {
    if (was && sides.every((side) => tags[side].oid === was[side])) return
    const { record, find } = this.#facts
    const known = mapSides((side) => (record ? this.#find(side, tags[side].commit) : find(side, tags[side].commit)))
    const found = bothOf(known)
    if (found === null) return
    const isPair = sides.some((side) => isKnown(found[side]) && found[side].includes(tags[otherSide[side]].commit))
    if (isPair) return
    const wasPair = was !== null && was.open !== 'apart' && bothOf(was) !== null
    const unpaired = sides.find((side) => found[side] === 'elsewhere' || found[side] === 'no copy')
    if (unpaired && !wasPair) this.left.push({ name, side: unpaired, tag: tags[unpaired], why: 'both' })
    else this.conflicts.push({ name, tags, was: wasPair ? was : null })
  }

  #judgeOne(left: Omit<LeftTag, 'why'>, was: RecordedTag | null): void {
    const { name, side, tag } = left
    const other = otherSide[side]
    const { to, branches, find } = this.#facts
    const isAsBefore = was !== null && !was.open && was[side] === tag.oid
    if (isAsBefore && was[other] !== null) {
      if (to === other) this.left.push({ ...left, why: 'one way' })
      else this.moves.push({ name, to: side, commit: null, was: tag })
      return
    }
    // What was left before is looked at again where that costs nothing.
    const found = isAsBefore ? find(side, tag.commit) : this.#find(side, tag.commit)
    const isHidden = branches[other].has(name)
    if (found === undefined || (isAsBefore && (!isKnown(found) || isHidden))) return
    if (to === side) this.left.push({ ...left, why: 'one way' })
    else if (isKnown(found) && isHidden) this.left.push({ ...left, why: 'branch' })
    else if (isKnown(found)) this.moves.push({ name, to: other, commit: found[0]!, from: tag })
    else this.left.push({ ...left, why: found })
  }
}

/** Decides about every tag, as far as the facts tell. */
export function decideTags(facts: TagFacts): TagVerdict {
  const judge = new Judge(facts)
  for (const name of namesOf(facts.tags)) judge.judge(name)
  const { moves, conflicts, left, asked } = judge
  return { moves, conflicts, left, asked }
}

/**
 * What the record says after a run. `tags`: those that were decided about; `after`: those that both sides told when
 * everything was written. `undone`: tags whose move was held back or refused. What is not settled keeps what was said of it.
 */
export function recordTags(
  tags: Sides<TagList>,
  { moves, conflicts, left }: Pick<TagVerdict, 'moves' | 'conflicts' | 'left'>,
  {
    after,
    undone,
    before,
  }: { readonly after: Sides<TagList>; readonly undone: ReadonlySet<string>; readonly before: TagRecord },
): TagRecord {
  const open = new Set([...undone, ...conflicts.map(({ name }) => name)])
  for (const { name, why } of left) if (why === 'one way' || why === 'waiting') open.add(name)
  const moveOf = new Map(moves.map((move) => [move.name, move]))
  const wasPair = new Set(conflicts.filter(({ was }) => was !== null).map(({ name }) => name))
  const apart = new Set(left.filter(({ why }) => why === 'both').map(({ name }) => name))
  const leftAlone = new Set(left.filter(({ why }) => why === 'elsewhere' || why === 'no copy').map(({ name }) => name))
  const entryOf = (name: string): RecordedTag | null => {
    const move = open.has(name) ? undefined : moveOf.get(name)
    const was = before.get(name) ?? null
    if (open.has(name)) return was && wasPair.has(name) ? { ...was, open: 'conflict' } : was
    if (!move) {
      const now = mapSides((side) => tags[side].get(name)?.oid ?? null)
      // A tag that is left is settled when a second run has found the same.
      if (leftAlone.has(name) && !(was && sides.every((side) => now[side] === was[side])))
        return { ...now, open: 'once' }
      const isApart = apart.has(name) || (was?.open === 'apart' && sides.every((side) => now[side] === was[side]))
      return isApart ? { ...now, open: 'apart' } : now
    }
    if (move.commit === null) return null
    // A list that lags behind does not tell it: the next run finds it on both sides.
    const made = after[move.to].get(name)
    return made ? sidesOf(move.to, made.oid, move.from.oid) : null
  }
  return new Map(
    [...namesOf(tags)].flatMap((name) => {
      const entry = entryOf(name)
      return entry ? [[name, entry] as const] : []
    }),
  )
}
