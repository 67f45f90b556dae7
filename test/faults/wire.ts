/** Faults of connections, on real ports: what a client sees of them is decided by its sockets, not by an answer. */
import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll } from 'vitest'
import { sides } from '../../lib/model/sides.ts'
import { BrokenConnection } from '../hubs/hub.ts'
import { Response } from '../hubs/message.ts'
import { servePair, startPair, type Pair } from '../hubs/pair.ts'
import { refillPair } from '../hubs/refill-pair.ts'
import { act, pictures, type Files } from '../run/mirror-setup.ts'
import { begin, edits } from '../run/moved-world.ts'
import { hosts, hubOf, type FaultKind } from './faults.ts'
import { measureFrom } from './inject.ts'
import type { Measured } from './measured.ts'
import { several } from './mirroring.ts'
import { commits, ran, type Scenario } from './scenario.ts'

const breaking = (end: (outgoing: ServerResponse) => void, hasEffect = false): FaultKind => ({
  isFor: ({ isWrite }) => isWrite || !hasEffect,
  arm: () => ({
    when: 'before',
    act: {
      around: async (request, handle) => {
        if (hasEffect) await handle(request)
        throw new BrokenConnection(end)
      },
    },
  }),
})

const reset = (outgoing: ServerResponse) => void outgoing.socket?.resetAndDestroy()
/** No more comes, while the other direction stays open. */
const halfClose = (bytes: string) => (outgoing: ServerResponse) => void outgoing.socket?.end(bytes)

export const wireKinds: Readonly<Record<string, FaultKind>> = {
  'on the wire: reset before': breaking(reset),
  'on the wire: reset after': breaking(reset, true),
  'on the wire: closed before': breaking((outgoing) => void outgoing.destroy()),
  'on the wire: half closed without a byte': breaking(halfClose('')),
  'on the wire: half closed within the headers': breaking(halfClose('HTTP/1.1 200 OK\r\ncontent-ty')),
  'on the wire: half closed within the body, after': breaking(
    halfClose('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"a'),
    true,
  ),
  'on the wire: half closed within a chunk': breaking(
    halfClose('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n20\r\n{"a'),
  ),
  'on the wire: no HTTP': breaking(halfClose('\u0015\u0003\u0001\u0000\u0002\u0002\u0028')),
  'on the wire: an answer byte by byte': {
    isFor: ({ hasBody }) => hasBody,
    arm: () => ({
      when: 'before',
      act: {
        around: async (request, handle) => {
          const answer = await handle(request)
          const bytes = new Uint8Array(await answer.arrayBuffer())
          async function* drip() {
            for (let at = 0; at < bytes.length; at += Math.ceil(bytes.length / 4)) {
              await sleep(2)
              yield bytes.subarray(at, at + Math.ceil(bytes.length / 4))
            }
          }
          return new Response(ReadableStream.from(drip()), answer)
        },
      },
    }),
  },
}

const open: Pair[] = []
/** Two services on ports, mirrored once. */
const served = (files: Files) => async (): Promise<Pair> => {
  const pair = await servePair({ waitMsMax: 1 })
  open.push(pair)
  act(pair, 'github', files, 'Begin')
  return ran(pair)
}
const object = (name: string) => ({ lfs: Buffer.from(`PAR1\0${name}\0PAR1`) })
const rule = { '.gitattributes': '*.parquet filter=lfs diff=lfs merge=lfs -text\n' }

export const wire: readonly Scenario[] = [
  {
    name: 'on ports: both moved',
    begin: served(begin),
    change: commits({ github: [edits.github], huggingface: [edits.huggingface] }),
  },
  {
    name: 'on ports: objects of both sides',
    begin: served({ ...begin, ...rule }),
    change: commits({ github: [{ 'g.parquet': object('g') }], huggingface: [{ 'h.parquet': object('h') }] }),
  },
  {
    name: 'on ports: pictures are pushed to GitHub together',
    begin: served(begin),
    change: commits({ huggingface: [pictures(14)] }),
  },
  { name: 'on ports: texts are fetched from GitHub', begin: served(begin), change: commits({ github: [several(24)] }) },
  {
    name: 'on ports: two commits of the Hub',
    begin: served(begin),
    change: commits({ huggingface: [edits.huggingface, { 'b.txt': null, 'c.txt': 'c\n' }] }),
  },
]

/** The run without a fault. Ports are few, so that each injection finds the same two services, which hold again what they held. */
export async function measureOnPorts(scenario: Scenario): Promise<Measured> {
  const pair = await scenario.begin()
  const [before, start, end] = [startPair(), startPair(), startPair()]
  refillPair(before, pair)
  scenario.change?.(pair)
  refillPair(start, pair)
  const again = () => {
    refillPair(pair, start)
    for (const host of hosts) {
      hubOf(pair, host).requests.length = 0
      hubOf(pair, host).faults.length = 0
    }
    // All runs of a minute of real time count for the limits, too.
    for (const side of sides) pair[side].server.windows.clear()
    pair.huggingface.server.commitTimes.clear()
    return pair
  }
  const measured = await measureFrom({ scenario, before, start, open: again, kinds: wireKinds }, again())
  refillPair(end, pair)
  return { ...measured, end }
}

export function closePorts(): void {
  afterAll(async () => {
    await Promise.all(open.map((pair) => pair.close()))
  })
}
