/**
 * Orders in which those who act at once may be let through the gate. All of them with few switches, as CHESS explores threads: most
 * faults of two at once need no more than two. And any others at random, by a seed.
 */
import { createRandom } from '../random.ts'
import type { Choose, Waiting } from './gate.ts'

/** So many steps of an actor, before another one is let through. */
export interface Segment {
  readonly actor: number
  readonly steps: number
}

export const formatSegments = (segments: readonly Segment[]): string =>
  segments.map(({ actor, steps }) => `${'ABC'[actor]}${steps === Infinity ? '' : steps}`).join(' ')

/** Lets each segment's actor through as often as it says, or until it ends; then whoever is left, the first one first. */
export function followSegments(segments: readonly Segment[]): Choose {
  const left = segments.map((segment) => ({ ...segment }))
  return (waiting) => {
    for (;;) {
      const segment = left[0]
      if (!segment) return 0
      const index = waiting.findIndex(({ actor }) => actor === segment.actor)
      if (index < 0 || segment.steps === 0) left.shift()
      else {
        segment.steps--
        return index
      }
    }
  }
}

/** Any that waits may be next, also of the requests that one run sends at once. */
export function chooseAtRandom(seed: number): Choose {
  const random = createRandom(seed)
  // Some orders stay long with one actor, others switch at nearly each step.
  const stay = random(4)
  let last = -1
  return (waiting) => {
    const own = waiting.flatMap(({ actor }, index) => (actor === last ? [index] : []))
    const index = own.length > 0 && random(4) < stay ? own[random(own.length)]! : random(waiting.length)
    last = waiting[index]!.actor
    return index
  }
}

/** Gives one order after the other, and is told what went through the gate in each: how many there are is seen on the way. */
export type Explored = Generator<readonly Segment[], void, readonly Waiting[]>

/** Whether the actor of the last segment had nothing more to do when these segments were over. */
function isOver(trace: readonly Waiting[], segments: readonly Segment[]): boolean {
  const asked = segments.reduce((sum, { steps }) => sum + steps, 0)
  const { actor } = segments.at(-1)!
  return !trace.slice(asked).some((one) => one.actor === actor)
}

const rest = (actor: number): Segment => ({ actor, steps: Infinity })

/**
 * All orders of two runs with at most two switches before one of them ends: the one goes so far, then the other so far, or to its end,
 * then the first one goes on to its end. `starts`: who may be the first.
 */
export function* exploreSwitches(starts: readonly number[]): Explored {
  for (const first of starts) {
    const second = 1 - first
    for (let steps = 1; ; steps++) {
      const begun = { actor: first, steps }
      if (isOver(yield [begun, rest(second)], [begun])) break
      for (let others = 1; ; others++) {
        const segments = [begun, { actor: second, steps: others }]
        if (isOver(yield [...segments, rest(first)], segments)) break
      }
    }
  }
}

/**
 * All places of what a person does between the requests of a run: `acts` things, one or two, the first of them after so many requests or
 * more. The person is the second actor.
 */
export function* explorePlaces(acts: number, after = 0): Explored {
  const act = { actor: 1, steps: 1 }
  for (let steps = after, isLast = false; !isLast; steps++) {
    const begun = [{ actor: 0, steps }, act]
    if (acts === 1) isLast = isOver(yield [...begun, rest(0)], [...begun, { actor: 0, steps: 0 }])
    else
      for (let more = 0, isDone = false; !isDone; more++) {
        const segments = [...begun, { actor: 0, steps: more }]
        const trace = yield [...segments, act, rest(0)]
        isDone = isOver(trace, [...segments, act, { actor: 0, steps: 0 }])
        isLast = isOver(trace, [...begun, { actor: 0, steps: 0 }])
      }
  }
}

/** A part of them that is the same each time: every so many, from one that `turn` picks. `steps`: how many each has alone. */
export function* sample(steps: readonly number[], stride: number, turn: number): Generator<readonly Segment[], void> {
  const [all, others] = [steps[0]!, steps[1]!]
  for (let at = (turn * 7) % stride; at < all * others; at += stride)
    yield [{ actor: 0, steps: 1 + (at % all) }, { actor: 1, steps: 1 + Math.floor(at / all) }, rest(0)]
}
