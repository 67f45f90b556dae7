/** Commits and tags by number: those of one number are copies of one another. */
import { mapSides, otherSide, type Side } from '../../lib/model/sides.ts'
import type { Tag } from '../../lib/model/tags.ts'
import type { Counterparts } from '../../lib/plan/tags.ts'

/** Commit `n` of a side; those of one number hold the same files. The last three have no copy, each for a reason. */
export const commitOf = (side: Side, number: number) => `${side === 'github' ? 'a' : 'b'}${number}`.padEnd(40, '0')
export const [elsewhere, noCopy, waiting] = [7, 8, 9]
const reasonOf: Readonly<Record<number, Counterparts>> = { 7: 'elsewhere', 8: 'no copy', 9: 'waiting' }

export const branches = mapSides(() => new Set(['main']))

export function find(side: Side, commit: string): Counterparts {
  const number = Number(commit[1])
  return reasonOf[number] ?? [commitOf(otherSide[side], number)]
}

export const tagAt = (side: Side, number: number, mark = ''): Tag => {
  const commit = commitOf(side, number)
  return { oid: mark === '' ? commit : `c${mark}`.padEnd(40, commit[1]), commit }
}
