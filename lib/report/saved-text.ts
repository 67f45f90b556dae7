/** What travels where only what is new of large files has to: the most that can, and what did. */
import { sides, type Sides } from '../model/sides.ts'
import type { Arrived } from '../model/upload.ts'
import { countBytes } from '../plan/estimate.ts'
import type { Plan } from '../plan/plan.ts'
import { formatBytes } from './numbers.ts'

/** Kinds of files that have a number each; the others have one together. */
const kindsMax = 4

interface Kind {
  readonly name: string
  readonly byteLength: number
  readonly newByteLength: number
}

/** What the names of a kind of files end in; empty where that is no word. */
const kindOf = ({ path = '' }: Arrived) => /\.([a-z0-9]{1,10})$/i.exec(path)?.[1]?.toLowerCase() ?? ''

const sum = (name: string, parts: readonly Omit<Kind, 'name'>[]): Kind => ({
  name,
  byteLength: parts.reduce((total, one) => total + one.byteLength, 0),
  newByteLength: parts.reduce((total, one) => total + one.newByteLength, 0),
})

/** By kind, the largest first. */
function listKinds(objects: readonly Arrived[]): Kind[] {
  const groups = new Map<string, Arrived[]>()
  for (const object of objects) {
    const name = kindOf(object)
    groups.set(name, [...(groups.get(name) ?? []), object])
  }
  const kinds = Array.from(groups, ([name, some]) => sum(name, some)).toSorted(
    (a, b) => Number(a.name === '') - Number(b.name === '') || b.byteLength - a.byteLength,
  )
  const named = kinds.slice(0, kindsMax).filter(({ name }) => name !== '')
  const others = kinds.slice(named.length)
  return others.length > 0 ? [...named, sum('other files', others)] : named
}

/**
 * A sentence for each side that had parts of what it got: `Large files for Hugging Face: parquet 16.0 MB, 900 kB new; csv
 * 2.1 MB, nothing new`. None where all bytes had to be sent.
 */
export function describeSaved(objects: Sides<readonly Arrived[]>, services: Sides<string>): string[] {
  return sides.flatMap((side) => {
    const kinds = listKinds(objects[side])
    if (kinds.every(({ byteLength, newByteLength }) => newByteLength >= byteLength)) return []
    const words = kinds.map(
      ({ name, byteLength, newByteLength }) =>
        `${name} ${formatBytes(byteLength)}, ${newByteLength > 0 ? formatBytes(newByteLength) : 'nothing'} new`,
    )
    return [`Large files for ${services[side]}: ${words.join('; ')}`]
  })
}

/** How much a plan moves: `16.0 MB`; `up to 16.0 MB` where less may do. */
export const formatMoved = (plan: Plan, most = 'up to'): string =>
  `${plan.mayMoveLess ? `${most} ` : ''}${formatBytes(countBytes(plan))}`
