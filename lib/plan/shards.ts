/** How the objects of a plan are shared out to several machines: by their names alone. Decision 0057. Pure. */
import { groupBy, groupByWeight } from '../model/batches.ts'
import { nameContent } from '../model/content.ts'
import { mapSides, valuesOf } from '../model/sides.ts'
import { becomesObject } from './edits.ts'
import { listSending, type Plan } from './plan.ts'

/**
 * A share of all names that objects can have: the parts `from` to `to`, counted from 1, where all of them are cut into `of`
 * equal parts. Shares that adjoin leave out nothing and share nothing, whatever objects there are.
 */
export interface Share {
  readonly from: number
  readonly to: number
  readonly of: number
}

/** Parts that shares are made of: so many that no two of some hundred large objects are likely to be in the same one. */
export const partsMax = 1_000_000
/** A machine takes a minute to begin. It is worth it for so many bytes, or for so many objects, which take requests. */
const leastBytes = 1_000_000_000
const leastObjects = 100

/** In which of so many parts a name is, as `nameContent` gives it: hashes are spread evenly by their first digits. */
const partOf = (name: string, of: number) => Math.floor((Number.parseInt(name.slice(0, 8), 16) * of) / 2 ** 32) + 1

/** Whether what has this name is in the share. */
export function isInShare(name: string, { from, to, of }: Share): boolean {
  const part = partOf(name, of)
  return part >= from && part <= to
}

/** As `--shard` takes it: `3/8`, or `1-124532/1000000`. */
export const formatShare = ({ from, to, of }: Share) => `${from === to ? from : `${from}-${to}`}/${of}`

/** What lies in one part stays together; `weight` is its share of all bytes and of all objects, each of which come to 1. */
interface Piece {
  readonly part: number
  readonly weight: number
}

function weigh(lengths: readonly (readonly [name: string, byteLength: number])[]): Piece[] {
  const byteLength = lengths.reduce((sum, [, length]) => sum + length, 0)
  const parts = groupBy(lengths, ([name]) => partOf(name, partsMax))
  return [...parts]
    .map(([part, inside]) => ({
      part,
      weight: inside.reduce((sum, [, length]) => sum + length / (byteLength || 1) + 1 / lengths.length, 0),
    }))
    .toSorted((a, b) => a.part - b.part)
}

/** Pieces in their order in at most `most` groups, of which the heaviest is as light as it can be. */
function group(pieces: readonly Piece[], most: number): Piece[][] {
  const fill = (weightMax: number) => groupByWeight(pieces, weightMax, ({ weight }) => weight)
  let [tooLittle, enough] = [0, 3]
  for (let step = 0; step < 30; step++) {
    const middle = (tooLittle + enough) / 2
    if (fill(middle).length > most) tooLittle = middle
    else enough = middle
  }
  return fill(enough)
}

/**
 * At most `most` shares of what a plan sends to both sides, fewer where that is enough, none without an object; none at all
 * where nothing is sent. Together they hold all names, so that what comes to the plan later has its share, too. No share has
 * more than twice an even part of the bytes, or of the objects, and one object.
 */
export function cutShares(plan: Pick<Plan, 'objects' | 'commits'>, most: number): Share[] {
  const lengths = valuesOf(mapSides((side) => [...listSending(plan, side)])).flat()
  const byteLength = lengths.reduce((sum, [, length]) => sum + length, 0)
  const worthwhile = Math.ceil(byteLength / leastBytes + lengths.length / leastObjects)
  const groups = group(weigh(lengths), Math.min(most, worthwhile))
  return groups.map((_, index) => ({
    from: index === 0 ? 1 : groups[index]![0]!.part,
    to: index === groups.length - 1 ? partsMax : groups[index + 1]![0]!.part - 1,
    of: partsMax,
  }))
}

/** The plan with those of its objects that are in the share, and nothing else to write. */
export function selectShare(plan: Plan, share: Share): Plan {
  return {
    ...plan,
    objects: mapSides((side) => plan.objects[side].filter(({ oid }) => isInShare(oid, share))),
    commits: mapSides((side) =>
      plan.commits[side].map((commit) => ({
        ...commit,
        edits: commit.edits.filter((edit) => becomesObject(edit) && isInShare(nameContent(edit.content)!, share)),
      })),
    ),
  }
}
