/** How long a plan waits for the limits of the services, and how far a run gets that may not wait as long. Pure. */
import { groupDigits } from '../model/group-digits.ts'
import { countedAgain, type Documented, type Limits, type Requests } from '../model/guesses.ts'
import { sides, type Side, type Sides } from '../model/sides.ts'

/** What is known of limits when a plan is made. */
export interface KnownLimits {
  readonly told: Sides<Limits>
  readonly documented: Sides<readonly Documented[]>
  readonly nowMs: number
  readonly maxWaitMs: number
}

/** What a plan needs under one limit. `untilMs`: how long until it begins anew. */
interface Need extends Required<Documented> {
  readonly side: Side
  readonly needed: number
  readonly untilMs: number
}

/**
 * - `waitMs`: how long the whole plan would wait for limits.
 * - `short`: the limit that ends this run, where that is longer than it may wait: `made` of what the plan needs under it are
 *   within reach now, and `runs` more bring the rest. Null where nothing does.
 */
export interface Forecast {
  readonly waitMs: number
  readonly short: (Need & { readonly made: number; readonly runs: number }) | null
}

function listNeeds(requests: Sides<Requests>, { told, documented, nowMs }: KnownLimits): Need[] {
  return sides.flatMap((side) =>
    Object.entries(requests[side]).flatMap(([name, needed]) => {
      const row = told[side][name]
      if (row) return [{ ...row, side, name, needed, untilMs: Math.max(0, Date.parse(row.until) - nowMs) }]
      return documented[side]
        .filter((one) => one.name === name)
        .map(({ limit, seconds, left = limit }) => ({
          side,
          name,
          needed,
          limit,
          left,
          seconds,
          untilMs: seconds * 1_000,
        }))
    }),
  )
}

/** How many windows have to begin anew until all is made. */
const countWindows = ({ needed, left, limit }: Need) => Math.ceil(Math.max(0, needed - left) / Math.max(1, limit))

function waitFor(need: Need): number {
  const windows = countWindows(need)
  return windows === 0 ? 0 : need.untilMs + (windows - 1) * need.seconds * 1_000
}

/** How many of them a run makes that waits so long. */
function reach({ needed, left, limit, untilMs, seconds }: Need, waitMs: number): number {
  const windows = waitMs < untilMs ? 0 : 1 + Math.floor((waitMs - untilMs) / (seconds * 1_000))
  return Math.min(needed, left + windows * limit)
}

/** `requests`: what is needed from now on. Limits of which nothing is known are none. */
export function forecast(requests: Sides<Requests>, known: KnownLimits): Forecast {
  const needs = listNeeds(requests, known)
  const waitMs = Math.max(0, ...needs.map(waitFor))
  const made = (need: Need) => reach(need, known.maxWaitMs)
  const share = (need: Need) => made(need) / need.needed
  const [worst] = needs.filter((need) => share(need) < 1).toSorted((a, b) => share(a) - share(b))
  if (!worst) return { waitMs, short: null }
  const windowsARun = 1 + Math.floor(known.maxWaitMs / (worst.seconds * 1_000))
  const runs = Math.ceil((worst.needed - made(worst)) / Math.max(1, worst.limit * windowsARun))
  return { waitMs, short: { ...worst, made: made(worst), runs } }
}

/** `90 s`, `15 min`. */
export const formatWait = (ms: number) =>
  ms < 120_000 ? `${Math.ceil(ms / 1_000)} s` : `${groupDigits(Math.ceil(ms / 60_000))} min`

/** What is said of such a plan before anything is written; empty where all of it is within reach. */
export function noteShort(
  { waitMs, short }: Forecast,
  { services, commitCounts }: { readonly services: Sides<string>; readonly commitCounts: Sides<number> },
  { maxWaitMs, isAtomic }: { readonly maxWaitMs: number; readonly isAtomic: Sides<boolean> },
): string[] {
  if (short === null) return []
  const { side, name, limit, left, needed, made, seconds, runs } = short
  const what = countedAgain.has(name) ? name : `requests (${name})`
  const [most, open, all, now] = [limit, left, needed, made].map(groupDigits)
  const windowName = formatWait(seconds * 1_000)
  const showsNone = name !== 'commits' && sides.every((one) => isAtomic[one] || commitCounts[one] <= 1)
  return [
    `${services[side]} takes ${most} ${what} in ${windowName}, ${open} are left, and this plan needs about ${all}: ` +
      `${formatWait(waitMs)} of waiting, where --max-wait allows ${formatWait(maxWaitMs)}. This run makes about ${now} of ` +
      `them${showsNone ? ', no commit yet' : ''}, and ends with code 1; ` +
      (runs === 1 ? 'the next continues' : `about ${groupDigits(runs)} more continue`) +
      ' from there',
  ]
}
