/**
 * A gate between those who act at once and the services: each request waits there until it is its turn, and one at a time is
 * let through. Who is next is decided when everybody waits, so that an order can be chosen, and told.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { sync } from '../../lib/cli/command.ts'
import { VirtualClock } from '../hubs/hub.ts'
import type { Pair } from '../hubs/pair.ts'

/** What waits: whose it is, and what it asks for. */
export interface Waiting {
  readonly actor: number
  readonly what: string
}

/** The place in `waiting` of what goes next. It is never empty. */
export type Choose = (waiting: readonly Waiting[]) => number

/** What a person does; false where there is nothing to do it to. */
export interface Act {
  readonly name: string
  readonly act: (pair: Pair) => false | void
}

/** A run with these arguments, or what a person does, one thing after the other. */
export type Actor = { readonly argv: readonly string[] } | { readonly acts: readonly Act[] }

/** What became of a run. */
export interface RanActor {
  readonly exitCode: number
  readonly out: string
  readonly err: string
}

export interface Interleaved {
  /** What became of each run; of a person, whether there was something to do. */
  readonly ran: readonly (RanActor | boolean)[]
  /** What went through the gate, in this order. */
  readonly trace: readonly Waiting[]
}

/** How long each request is on its way, in virtual milliseconds. */
const latencyMs = 100
/** So often the event loop turns before a request that was let through is taken to wait for another one of the same actor. */
const turnsMax = 30
/** A run that neither asks nor ends is a fault of its own. */
const turnsEver = 1_000_000

/** What a run's `fetch` becomes where a fault is planted in it; made for each run. */
export type Spoil = (send: typeof fetch) => typeof fetch

interface Held extends Waiting {
  readonly go: () => Promise<void>
}

class Gate {
  readonly #pair: Pair
  readonly #held: Held[] = []
  readonly #running: boolean[]
  #underWay = 0
  readonly trace: Waiting[] = []

  constructor(pair: Pair, actors: number) {
    this.#pair = pair
    this.#running = Array.from({ length: actors }, () => true)
  }

  /** Does something when it is its turn. */
  pass<T>(actor: number, what: string, work: () => T | Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const go = async () => {
        try {
          resolve(await work())
        } catch (error) {
          reject(error as Error)
        }
      }
      this.#held.push({ actor, what, go })
    })
  }

  /** What has ended sends nothing any more: what it still had at the gate stays there. */
  end(actor: number): void {
    this.#running[actor] = false
  }

  /** Turns until all who have not ended wait, and nothing is under way but what waits for others. */
  async #settle(): Promise<void> {
    for (let turns = 0, stuck = 0; turns < turnsEver; turns++) {
      const isReady = this.#running.every(
        (isRunning, actor) => !isRunning || this.#held.some((held) => held.actor === actor),
      )
      if (isReady && (this.#underWay === 0 || stuck > turnsMax)) return
      stuck = isReady ? stuck + 1 : 0
      await turn()
    }
    throw new Error('A run neither asks nor ends')
  }

  async open(choose: Choose): Promise<void> {
    const { clock } = this.#pair
    while (this.#running.includes(true)) {
      await this.#settle()
      const waiting = this.#held.filter(({ actor }) => this.#running[actor])
      if (waiting.length === 0) continue
      const { actor, what, go } = waiting[choose(waiting)]!
      this.#held.splice(
        this.#held.findIndex((held) => held.go === go),
        1,
      )
      this.trace.push({ actor, what })
      if (clock instanceof VirtualClock) clock.pass(latencyMs)
      this.#underWay++
      void go().finally(() => {
        this.#underWay--
      })
      await turn()
    }
  }
}

interface Place {
  readonly gate: Gate
  readonly actor: number
  readonly pair: Pair
  readonly spoil: Spoil
}

async function runAt({ gate, actor, pair, spoil }: Place, argv: readonly string[]): Promise<RanActor> {
  let [out, err] = ['', '']
  const send = spoil(pair.network.fetch!)
  const exitCode = await sync([...argv], {
    env: pair.env,
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    ...pair.network,
    fetch: (input, init) => {
      const what = `${init?.method ?? 'GET'} ${new URL(String(input)).pathname}`
      return gate.pass(actor, what, () => send(input, init))
    },
  })
  return { exitCode, out, err }
}

/** Lets all act at once on the same two repositories, in the order that is chosen. */
export async function interleave(
  pair: Pair,
  actors: readonly Actor[],
  choose: Choose,
  spoil: Spoil = (send) => send,
): Promise<Interleaved> {
  const gate = new Gate(pair, actors.length)
  const start = async (actor: Actor, number: number) => {
    try {
      if ('argv' in actor) return await runAt({ gate, actor: number, pair, spoil }, actor.argv)
      let didAll = true
      for (const { name, act } of actor.acts)
        if ((await gate.pass(number, name, () => act(pair))) === false) didAll = false
      return didAll
    } finally {
      gate.end(number)
    }
  }
  const [ran] = await Promise.all([Promise.all(actors.map(start)), gate.open(choose)])
  return { ran, trace: gate.trace }
}
