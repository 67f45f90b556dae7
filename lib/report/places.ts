/** Where the two sides are: the beginning of each report, and all that one of a run in sync says. */
import { quote } from '../model/quote.ts'
import { formatRepository } from '../model/repository.ts'
import { bothOf, sides, type Side, valuesOf } from '../model/sides.ts'
import type { Plan } from '../plan/plan.ts'
import { count, formatAge } from './numbers.ts'
import type { Paint } from './paint.ts'
import { padEnd, shorten, widthOf } from './width.ts'

/**
 * How it is to look. `width`: columns that a line of the plan may take. `sentenceWidth`: where long sentences are
 * broken, `Infinity` for a file, where people search for them.
 */
export interface Look {
  readonly width: number
  readonly sentenceWidth: number
  readonly paint: Paint
  readonly nowMs: number
}

/** Lines of paths that have two names. */
const movedMax = 5

/** A commit as people name it; a branch without one is empty. */
export const shortOid = (oid: string | null | undefined) => oid?.slice(0, 7) ?? 'empty'

/** The folder of a side that is mirrored as the root, as git writes it behind a revision; empty where that is the side's own. */
export function nameFolder(side: Side, { paths }: Plan['filters']): string {
  return paths?.side === side && paths.root !== '' ? `:${paths.root}` : ''
}

/** Which paths have other names in the repository than in the plan, a sentence each. */
export function describeMapping({ filters: { paths }, services }: Plan): string[] {
  const moved = paths?.moved ?? []
  const told = moved
    .slice(0, movedMax)
    .map(({ inner, shown }) => `${quote(shown)} is ${quote(inner)} on ${services[paths!.side]}`)
  return moved.length > movedMax ? [...told, `and ${count(moved.length - movedMax, 'other path')}`] : told
}

/** Where both sides are and what they last had in common. */
export function formatPlaces(plan: Plan, { nowMs, width, paint }: Look): string[] {
  const nameWidth = Math.max(...valuesOf(plan.services).map(widthOf))
  const places = sides.map(
    (side) =>
      `${padEnd(plan.services[side], nameWidth)}  ` +
      `${formatRepository(plan.repositories[side])}@${quote(plan.branches[side])}${quote(nameFolder(side, plan.filters))} ` +
      shortOid(plan.heads[side]),
  )
  const base = plan.base && bothOf(plan.base)
  const age = plan.baseDate ? `${formatAge(Date.parse(plan.baseDate), nowMs)}, ` : ''
  const by = plan.baseBy === 'content' ? ' (base found by content)' : ''
  const last =
    base && plan.baseBy !== null
      ? `Last in sync ${age}at ${valuesOf(base).map(shortOid).join(' / ')}${by}`
      : plan.baseBy === 'empty side'
        ? 'First run: one side is empty'
        : plan.baseBy === 'init'
          ? 'A new base is made'
          : 'No commit in common yet'
  // Two heads that name one another are their own base; and where that was undone nobody looks for one.
  const isQuiet = (base && plan.baseBy === null) || plan.waiting || plan.refusals.some(({ kind }) => kind === 'undone')
  return [...places, ...describeMapping(plan), ...(isQuiet ? [] : [last])].map((line, index) =>
    index < places.length ? shorten(line, width) : paint('aside', line),
  )
}
