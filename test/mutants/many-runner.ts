/**
 * A runner of vitest that plays each test again with each of the mistakes which the test comes to, and that none before it has
 * noticed. All mistakes are in the code that is loaded (`weave` of `generate.ts`), and `mutantIs` says which one is on.
 */
import { setMaxListeners } from 'node:events'
import { performance } from 'node:perf_hooks'
import { TestRunner, type RunnerTestCase } from 'vitest'

/** What a process knows of the mistakes, by their numbers. `loaded`: reached while modules were loaded. */
export interface Known {
  readonly killed: Set<number>
  readonly late: Set<number>
  readonly seen: Set<number>
  readonly loaded: Set<number>
}

/** No number: of what is asked in a loop. */
const noNumber = -1
/** No mistake is on. */
const none = -2
/** A loop without an end is ended when it is asked so often, and has taken this long. */
const lookEvery = 4096
const latestMs = 5_000

interface State extends Known {
  active: number
  /** Where the places are noted that are reached. */
  reached: Set<number>
  looks: number
  endMs: number
}

class TooLate extends Error {}

/** One for all test files of a process. */
function findState(): State {
  const shared = globalThis as { mutantState?: State; mutantIs?: (number: number) => boolean }
  if (shared.mutantState) return shared.mutantState
  const loaded = new Set<number>()
  const state: State = {
    killed: new Set(),
    late: new Set(),
    seen: new Set(),
    loaded,
    active: none,
    reached: loaded,
    looks: 0,
    endMs: Infinity,
  }
  shared.mutantState = state
  shared.mutantIs = (number) => {
    if (state.active === none) {
      if (number !== noNumber) state.reached.add(number)
    } else if (++state.looks % lookEvery === 0 && performance.now() > state.endMs) throw new TooLate()
    return state.active === number
  }
  return state
}

export default class ManyRunner extends TestRunner {
  readonly #state = findState()

  async runTask(test: RunnerTestCase): Promise<void> {
    const play = TestRunner.getTestFn(test as never)!
    const state = this.#state
    // Each time that it is played, it listens whether it is to end.
    setMaxListeners(0, test.context.signal)
    const reached = new Set<number>()
    state.reached = reached
    const startedMs = performance.now()
    try {
      await play()
    } finally {
      state.reached = state.loaded
    }
    const tookMs = performance.now() - startedMs
    for (const number of reached) {
      state.seen.add(number)
      if (state.killed.has(number)) continue
      state.active = number
      state.looks = 0
      state.endMs = performance.now() + latestMs + tookMs * 10
      try {
        await play()
      } catch (error) {
        state.killed.add(number)
        if (error instanceof TooLate) state.late.add(number)
      } finally {
        state.active = none
      }
    }
    const { killed, late, seen, loaded } = state
    Object.assign(test.file.meta, { mutants: [killed, late, seen, loaded].map((set) => Array.from(set)) })
  }
}
