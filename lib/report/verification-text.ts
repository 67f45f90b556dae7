/** What a comparison of both sides has found, for people: each path that differs, many of them by folder. */
import { quote } from '../model/quote.ts'
import { sides, valuesOf, type Sides } from '../model/sides.ts'
import { fold, type Folded } from './fold.ts'
import { count, formatNumber } from './numbers.ts'

/** Both sides compared. `missing`: paths whose object that side's own store lacks. */
export interface Compared {
  readonly status: 'equal' | 'different'
  readonly files: Sides<number>
  readonly objects: Sides<number>
  readonly differences: readonly Found[]
  readonly missing: Sides<readonly string[]>
}

/** A path that is not equal, and what is so. */
export interface Found {
  readonly path: string
  readonly why: string
}

const linesMax = 100
/** Of a folder's paths, as many kinds of difference are told. */
const kindsMax = 3

/** All paths that differ, and those whose object is missing. */
export function listFound({ differences, missing }: Compared, services: Sides<string>): Found[] {
  const lost = sides.flatMap((side) =>
    missing[side].map((path) => ({ path, why: `its LFS object is missing on ${services[side]}` })),
  )
  return [...differences, ...lost]
}

/** What is so of all paths of a folder: the most frequent first. */
export function describeFound(items: readonly Found[]): string {
  const numbers = new Map<string, number>()
  for (const { why } of items) numbers.set(why, (numbers.get(why) ?? 0) + 1)
  const kinds = [...numbers].toSorted(([, a], [, b]) => b - a)
  const told = kinds.slice(0, kindsMax).map(([why, number]) => `${formatNumber(number)} ${why}`)
  return [...told, ...(kinds.length > kindsMax ? [`${count(kinds.length - kindsMax, 'other kind')}`] : [])].join(', ')
}

/** Advice on objects that are missing. No run repairs a store by itself: its owner may have deleted the object. */
export function adviseMissing({ missing }: Compared, services: Sides<string>): string | null {
  const lost = sides.filter((side) => missing[side].length > 0)
  if (lost.length === 0) return null
  const where = lost.map((side) => services[side]).join(' and ')
  const [here, there] = sides
  const instead =
    missing[here].length > 0 && missing[there].length === 0
      ? `, or run with --lfs ${there}, so that clones of ${services[here]} get LFS objects from ${services[there]}`
      : ''
  return (
    `Objects that are missing on ${where} can be pushed from a clone that has them (git lfs push --all <remote>); ` +
    `or commit these files again${instead}`
  )
}

const formatLine = ({ name, isFolder, items }: Folded<Found>) =>
  isFolder
    ? `${quote(name)}  ${count(items.length, 'path')}: ${describeFound(items)}`
    : `${quote(name)}  ${items[0]!.why}`

/** The result for people, without a final newline. */
export function formatVerification(compared: Compared, services: Sides<string>): string {
  const { status, files, objects } = compared
  const [[a, b], [here, there]] = [valuesOf(objects), valuesOf(services)]
  const held = count(valuesOf(files)[0], 'file')
  const all =
    a === b
      ? `${held}, ${count(a, 'object')} on both sides`
      : `${held} on both sides, ${count(a, 'object')} on ${here} and ${formatNumber(b)} on ${there}`
  if (status === 'equal') return `equal: ${all}`
  const found = listFound(compared, services)
  const advice = adviseMissing(compared, services)
  return [
    `different: ${count(found.length, 'path')}`,
    ...fold(found, ({ path }) => path, linesMax, true).map(formatLine),
    ...(advice === null ? [] : [advice]),
  ].join('\n')
}
