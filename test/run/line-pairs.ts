/** Two sides of which one or both are the line in memory, mirrored through their remotes as the command does it. */
import type { Remote } from '../../lib/model/remote.ts'
import type { Sides } from '../../lib/model/sides.ts'
import { runMirror, type Run, type RunOptions } from '../../lib/run/mirror.ts'
import { openConnections } from '../contract/connection.ts'
import { createLineRemote } from '../hubs/line-remote.ts'
import { LineHub } from '../hubs/line.ts'
import { servePair, type Pair } from '../hubs/pair.ts'
import { usualOptions } from '../planner/drawn-remotes.ts'

export type Edits = Readonly<Record<string, string | null>>

/** One side: whoever changes it, and what it holds. */
export interface Player {
  readonly commit: (files: Edits, message?: string) => string
  readonly texts: () => Record<string, string>
  readonly head: () => string | null
}

export interface Players {
  readonly sides: Sides<Player>
  readonly connect: () => Sides<Remote>
  /** The one that can be told to fail. */
  readonly line: LineHub
  readonly close: () => Promise<void>
}

const linePlayer = (hub: LineHub): Player => ({
  commit: (files, message) => hub.commit(files, message),
  texts: () => hub.texts(),
  head: () => hub.branches.get('main') ?? null,
})

function fakePlayer(pair: Pair, side: 'github' | 'huggingface'): Player {
  return {
    commit: (files, message = 'Change files') => pair[side].commit('main', { files, message }),
    texts: () =>
      Object.fromEntries(
        [...pair[side].files('main')].map(([path, { content }]) => [path, content.toString('utf8')] as const),
      ),
    head: () => pair[side].head('main'),
  }
}

const soon = () =>
  new Promise<void>((resolve) => {
    setImmediate(resolve)
  })

async function openPair(): Promise<{ readonly pair: Pair; readonly connect: () => Sides<Remote> }> {
  const pair = await servePair()
  const connect = () => {
    const { github, huggingface } = openConnections(pair.env, 'line', { sleep: soon })
    return { github: github.connect(), huggingface: huggingface.connect() }
  }
  return { pair, connect }
}

/** By name: the line with each service and with itself, in either place. */
export const pairings: readonly { readonly name: string; readonly open: () => Promise<Players> }[] = [
  {
    name: "the line and GitHub's fake",
    open: async () => {
      const { pair, connect } = await openPair()
      const line = new LineHub('third/corpus')
      return {
        sides: { github: fakePlayer(pair, 'github'), huggingface: linePlayer(line) },
        connect: () => ({ github: connect().github, huggingface: createLineRemote(line, { side: 'huggingface' }) }),
        line,
        close: pair.close,
      }
    },
  },
  {
    name: "the line and the Hub's fake",
    open: async () => {
      const { pair, connect } = await openPair()
      const line = new LineHub('third/corpus')
      return {
        sides: { github: linePlayer(line), huggingface: fakePlayer(pair, 'huggingface') },
        connect: () => ({ github: createLineRemote(line, { side: 'github' }), huggingface: connect().huggingface }),
        line,
        close: pair.close,
      }
    },
  },
  ...[true, false].map((isAtomic) => ({
    name: `the line and another one, ${isAtomic ? 'alike' : 'of which the second is the first to be written'}`,
    open: async () => {
      const [line, other] = [new LineHub('third/corpus'), new LineHub('fourth/corpus')]
      const capabilities = { atomic: isAtomic }
      return {
        sides: { github: linePlayer(other), huggingface: linePlayer(line) },
        connect: () => ({
          github: createLineRemote(other, { side: 'github', capabilities }),
          huggingface: createLineRemote(line, { side: 'huggingface' }),
        }),
        line,
        close: () => Promise.resolve(),
      }
    },
  })),
]

export function run({ connect }: Players, options: Partial<RunOptions> = {}): Promise<Run> {
  return runMirror(connect(), {
    ...usualOptions,
    historyMax: 5_000,
    inspect: true,
    sleep: soon,
    audience: { warn: () => {}, note: () => {} },
    ...options,
  })
}
