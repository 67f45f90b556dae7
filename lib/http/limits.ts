/** Counts answers by the limit that a service counts them under, and keeps what it has told of each. */
import type { Limits } from '../model/guesses.ts'
import type { HeaderLines } from './headers.ts'
import { parseWindows, type ToldLimit } from './rate-limit.ts'

/** Two answers tell of the same window where its ends differ by no more than this. */
const sameMs = 2_000

/** The limit under which an answer was counted; null where it tells of none. GitHub's are hourly, but for that of LFS. */
function findLimit(headers: HeaderLines, nowMs: number): ToldLimit | null {
  const name = headers.get('x-ratelimit-resource')
  if (name === null) return parseWindows(headers, nowMs)[0] ?? null
  const [limit, left, reset] = ['limit', 'remaining', 'reset'].map((key) => Number(headers.get(`x-ratelimit-${key}`)))
  return { name, limit: limit!, left: left!, untilMs: reset! * 1_000, seconds: name === 'lfs' ? 60 : 3_600 }
}

/** Whether it is what a service would say: these words and numbers are shown to people. */
function isSensible({ name, limit, left, untilMs }: ToldLimit): boolean {
  return /^\w{1,40}$/.test(name) && [limit, left].every(Number.isSafeInteger) && untilMs > 0 && untilMs < 4e12
}

/** The limits of one service, as far as answers have told of them. */
export class LimitLedger {
  readonly #known = new Map<string, ToldLimit & { readonly asked: number }>()

  note(headers: HeaderLines, nowMs: number): void {
    const told = findLimit(headers, nowMs)
    if (told === null || !isSensible(told)) return
    const known = this.#known.get(told.name)
    // Answers may come in another order than they were made.
    const isOlder = known && Math.abs(known.untilMs - told.untilMs) < sameMs && known.left < told.left
    this.#known.set(told.name, { ...(isOlder ? known : told), asked: (known?.asked ?? 0) + 1 })
  }

  get told(): Limits {
    const rows = [...this.#known].map(([name, { asked, limit, left, untilMs, seconds }]) => {
      const until = new Date(untilMs).toISOString()
      return [name, { asked, limit, left, until, seconds }] as const
    })
    return Object.fromEntries(rows)
  }
}
