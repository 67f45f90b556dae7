/**
 * A process of its own that copies objects: through `Lfs` from one of `streaming-host.ts`'s servers to the other, or
 * bare, from fetch to fetch. Reads a JSON `WireOrder` on stdin and prints a `WireCopied`.
 */
import { text } from 'node:stream/consumers'
// What a run has loaded counts.
import '../../lib/cli/command.ts'
import { Http } from '../../lib/http/http.ts'
import { Lfs } from '../../lib/lfs/server.ts'
import { readPeakMemory } from './peak-memory.ts'
import type { WireReady } from './streaming-host.ts'

export interface WireCopied {
  readonly elapsedMs: number
  readonly cpuMs: number
  readonly rssBytesMax: number
  readonly sent: number
}

/** One object's signed addresses. */
export interface BareCopy {
  readonly byteLength: number
  readonly from: { readonly href: string }
  readonly to: { readonly href: string }
}

export type WireOrder = { readonly proven: WireReady } | { readonly bare: readonly BareCopy[] }

async function copyBare(copies: readonly BareCopy[]): Promise<number> {
  const queue = [...copies]
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const { body, ok, status } = await fetch(next.from.href)
        if (!ok) throw new Error(`The source answers ${status}`)
        const headers = { 'content-length': String(next.byteLength) }
        const answer = await fetch(next.to.href, {
          method: 'PUT',
          headers,
          body,
          duplex: 'half',
          redirect: 'error',
        } as RequestInit)
        await answer.arrayBuffer()
        if (!answer.ok) throw new Error(`Storage answers ${answer.status}`)
      }
    }),
  )
  return copies.length
}

async function copyProven({ from, to, objects }: WireReady): Promise<number> {
  const http = new Http({ origins: { github: [from], huggingface: [to] }, secrets: [] })
  const server = { authorization: null, ref: 'refs/heads/main' }
  const source = new Lfs(http, { ...server, side: 'github', url: `${from}/info/lfs`, transfers: ['basic'] })
  const target = new Lfs(http, {
    ...server,
    side: 'huggingface',
    url: `${to}/info/lfs`,
    transfers: ['basic', 'multipart'],
  })
  // As a run does; it brings the addresses too.
  if ((await source.readMissing(objects)).length > 0) throw new Error('the host lacks what it named')
  const uploads = objects.map((object) => ({ object, open: (at: number) => source.open(object, at) }))
  return (await target.upload(uploads, { next: (soon) => source.locate(soon) })).length
}

const order = JSON.parse(await text(process.stdin)) as WireOrder
const startedMs = performance.now()
const sent = 'bare' in order ? await copyBare(order.bare) : await copyProven(order.proven)
const { user, system } = process.cpuUsage()
const copied: WireCopied = {
  elapsedMs: Math.round(performance.now() - startedMs),
  cpuMs: Math.round((user + system) / 1000),
  rssBytesMax: readPeakMemory(),
  sent,
}
console.log(JSON.stringify(copied))
process.exit()
