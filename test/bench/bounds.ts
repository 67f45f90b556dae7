/** What the work may cost (design, section 7), and what a run of the bench says of it. Pure. */
import { formatFigure, type Figure } from './table.ts'

/**
 * `most`: the figure may not be above the limit; `least`: not below it. A `target` is what it should be besides, and
 * breaks nothing.
 */
export interface Bound {
  readonly name: string
  readonly sense: 'most' | 'least'
  readonly limit: number
  readonly target?: number
}
export interface Checked extends Bound {
  readonly figure: Figure
}

/**
 * A bound that is known to be broken, why, and the worst that is known: anything beyond is broken all the same. One
 * that holds again must leave the list.
 */
export interface Breach {
  readonly name: string
  readonly reason: string
  readonly worst: number
}

export type State = 'holds' | 'below its target' | 'broken' | 'known to be broken' | 'listed as broken, but holds'
export interface Verdict extends Checked {
  readonly state: State
  readonly reason: string | null
}

function isWithin(value: number, sense: Bound['sense'], limit: number): boolean {
  // What is no number is no measurement.
  return Number.isFinite(value) && (sense === 'most' ? value <= limit : value >= limit)
}

export function judge(checked: readonly Checked[], breaches: readonly Breach[]): Verdict[] {
  return checked.map((check) => {
    const {
      name,
      sense,
      limit,
      target,
      figure: { value },
    } = check
    const breach = breaches.find((each) => each.name === name && isWithin(value, sense, each.worst))
    const holds = isWithin(value, sense, limit)
    const missed = target !== undefined && !isWithin(value, sense, target)
    const state: State = holds
      ? breach
        ? 'listed as broken, but holds'
        : missed
          ? 'below its target'
          : 'holds'
      : breach
        ? 'known to be broken'
        : 'broken'
    return { ...check, state, reason: breach?.reason ?? null }
  })
}

const passing: ReadonlySet<State> = new Set<State>(['holds', 'below its target', 'known to be broken'])

/**
 * 0, or 1 where a bound is broken that is not known to be, or one holds that is listed as broken. A run that checked
 * nothing is 1 too.
 */
export function exitCode(verdicts: readonly Verdict[]): 0 | 1 {
  return verdicts.length > 0 && verdicts.every(({ state }) => passing.has(state)) ? 0 : 1
}

export function formatVerdict({ name, sense, limit, target, figure, state, reason }: Verdict): string {
  const of = (value: number) => formatFigure({ value, unit: figure.unit })
  const sign = sense === 'most' ? 'at most' : 'at least'
  return (
    `${state === 'holds' ? 'ok  ' : '!!  '}${name}: ${formatFigure(figure)}, ${sign} ${of(limit)}${target === undefined ? '' : ` (target ${of(target)})`}` +
    `${state === 'holds' ? '' : `: ${state}`}${reason === null ? '' : ` (${reason})`}`
  )
}
