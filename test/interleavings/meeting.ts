/** Those who meet at one pair of repositories, and what they may come to: whatever they come to one after the other. */
import type { Scenario } from '../faults/scenario.ts'
import { describeState, Namer } from '../faults/state.ts'
import { copyPair, type Pair, type Ran } from '../hubs/pair.ts'
import { interleave, type Actor, type Spoil } from './gate.ts'

/**
 * `scenario` says where they meet; its own arguments are not used. `clean`: the run that comes after them. `spoil`: a
 * fault that is planted in all of those who meet.
 */
export interface Meeting {
  readonly name: string
  readonly scenario: Scenario
  readonly actors: readonly Actor[]
  readonly clean: readonly string[]
  readonly spoil?: Spoil
}

/** What one order, in which each is left to itself, comes to. `left`: those who did nothing in it. */
export interface End {
  readonly order: string
  readonly left: ReadonlySet<number>
  readonly pair: Pair
  readonly state: string
  /** How each run ended, and each clean one after them. */
  readonly codes: readonly (number | null)[]
  readonly cleanCodes: readonly number[]
}

/** So many clean runs come after those who met. */
export const cleanRunsMax = 2

/** All orders of the steps of several lists, each list in its own order. */
function mergeAll<T>(lists: readonly (readonly T[])[]): T[][] {
  const full = lists.filter((list) => list.length > 0)
  if (full.length === 0) return [[]]
  return full.flatMap((list) => {
    const rest = full.map((one) => (one === list ? one.slice(1) : one))
    return mergeAll(rest).map((order) => list.slice(0, 1).concat(order))
  })
}

type Step = readonly [actor: number, name: string, work: (pair: Pair) => Promise<Ran> | false | void]

const stepsOf = (actor: Actor, number: number): Step[] =>
  'argv' in actor
    ? [[number, ['run', ...actor.argv].join(' '), (pair) => pair.run(...actor.argv)]]
    : actor.acts.map(({ name, act }) => [number, name, (pair) => act(pair)])

/** A meeting that has begun. */
export class Opened {
  readonly meeting: Meeting
  readonly start: Pair
  readonly namer = new Namer()
  /** How often each goes through the gate when it is alone. */
  readonly steps: readonly number[]
  readonly #ends = new Map<string, Promise<End[]>>()

  constructor(meeting: Meeting, start: Pair, steps: readonly number[]) {
    this.meeting = meeting
    this.start = start
    this.steps = steps
  }

  /** What those who are not left out come to, in every order. */
  ends(left: readonly number[]): Promise<End[]> {
    const key = left.join()
    const known = this.#ends.get(key) ?? this.#reachAll(new Set(left))
    this.#ends.set(key, known)
    return known
  }

  async #reachAll(left: ReadonlySet<number>): Promise<End[]> {
    const lists = this.meeting.actors.map((actor, number) => (left.has(number) ? [] : stepsOf(actor, number)))
    const ends: End[] = []
    for (const order of mergeAll(lists)) ends.push(await this.#reach(left, order))
    return ends
  }

  async #reach(left: ReadonlySet<number>, order: readonly Step[]): Promise<End> {
    const pair = copyPair(this.start)
    const codes: (number | null)[] = this.meeting.actors.map(() => null)
    for (const [actor, , work] of order) codes[actor] = ((await work(pair)) || null)?.exitCode ?? null
    let state = describeState(pair, this.namer)
    const cleanCodes: number[] = []
    for (let runs = 0; runs < cleanRunsMax; runs++) {
      cleanCodes.push((await pair.run(...this.meeting.clean)).exitCode)
      const before = state
      state = describeState(pair, this.namer)
      if (state === before) break
    }
    return { order: order.map(([, name]) => name).join(', then '), left, pair, state, codes, cleanCodes }
  }
}

/** Begins, and counts the steps of each who comes. */
export async function openMeeting(meeting: Meeting): Promise<Opened> {
  const { scenario, actors } = meeting
  const start = await scenario.begin()
  scenario.change?.(start)
  const steps: number[] = []
  for (const actor of actors) steps.push((await interleave(copyPair(start), [actor], () => 0)).trace.length)
  return new Opened(meeting, start, steps)
}
