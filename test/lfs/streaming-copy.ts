/**
 * A process of its own that copies what `streaming-host.ts` holds: through `Lfs`, or bare, from fetch to fetch. Reads a
 * JSON `WireOrder` on stdin and prints a `WireCopied`.
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

export interface WireOrder {
  readonly ready: WireReady
  readonly bare: boolean
}

const { ready, bare } = JSON.parse(await text(process.stdin)) as WireOrder
const { origin, storage, objects } = ready

async function copyBare(): Promise<number> {
  const queue = [...objects.entries()]
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const [index, { oid, byteLength }] = next
        const { body } = await fetch(`${storage}/${index}`)
        const headers = { 'content-length': String(byteLength) }
        const answer = await fetch(`${storage}/${oid}`, {
          method: 'PUT',
          headers,
          body,
          duplex: 'half',
          redirect: 'error',
        } as RequestInit)
        await answer.arrayBuffer()
      }
    }),
  )
  return objects.length
}

async function copyProven(): Promise<number> {
  const http = new Http({ origins: { github: [origin], huggingface: [origin] }, secrets: [] })
  const server = { authorization: null, ref: 'refs/heads/main' }
  const from = new Lfs(http, { ...server, side: 'github', url: `${origin}/from/info/lfs`, transfers: ['basic'] })
  const to = new Lfs(http, {
    ...server,
    side: 'huggingface',
    url: `${origin}/to/info/lfs`,
    transfers: ['basic', 'multipart'],
  })
  // As a run does; it brings the addresses too.
  if ((await from.readMissing(objects)).length > 0) throw new Error('the host lacks what it named')
  const uploads = objects.map((object) => ({ object, open: (at: number) => from.open(object, at) }))
  return (await to.upload(uploads, { next: (soon) => from.locate(soon) })).length
}

const startedMs = performance.now()
const sent = bare ? await copyBare() : await copyProven()
const { user, system } = process.cpuUsage()
const copied: WireCopied = {
  elapsedMs: Math.round(performance.now() - startedMs),
  cpuMs: Math.round((user + system) / 1000),
  rssBytesMax: readPeakMemory(),
  sent,
}
console.log(JSON.stringify(copied))
process.exit()
