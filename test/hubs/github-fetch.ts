/**
 * `git-upload-pack` over HTTP, version 2 of its protocol (`gitprotocol-v2`), as far as it takes to list
 * references, and to ask for single objects by id: what a partial clone does when it needs a file that it left out. It knows none of the API's rate
 * limits.
 */
import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { readRole, readToken } from './github-call.ts'
import type { Role, Server } from './github-call.ts'
import { listRefs } from './github-tags.ts'

/** `null` where this is no address of a fetch. */
export async function answerFetch(server: Server, request: Request, url: URL): Promise<Response | null> {
  const { repository, switches } = server
  if (
    `${url.origin}${url.pathname}`.toLowerCase() !==
    `${server.web}/${repository.name}.git/git-upload-pack`.toLowerCase()
  )
    return null
  let role: Role | null = null
  try {
    role = readRole(server, readToken(request))
  } catch {
    return new Response('', { status: 401 })
  }
  if (repository.private && role === null)
    return new Response('', { status: 401, headers: { 'WWW-Authenticate': 'Basic realm="GitHub"' } })
  if (typeof switches.fetches === 'number') return new Response('No.', { status: switches.fetches })
  const lines = parseLines(Buffer.from(await request.arrayBuffer()))
  if (request.headers.get('git-protocol') === 'version=2' && lines[0] === 'command=ls-refs')
    return respond(listRefs(repository, lines).map((line) => Buffer.from(line)))
  if (request.headers.get('git-protocol') !== 'version=2' || lines[0] !== 'command=fetch' || lines.at(-1) !== 'done')
    return new Response('', { status: 400 })
  const wants = lines.flatMap((line) => (line.startsWith('want ') ? [line.slice('want '.length)] : []))
  const missing = wants.find((oid) => !repository.store.has(oid, 'blob'))
  const packets =
    missing !== undefined
      ? [Buffer.from(`ERR upload-pack: not our ref ${missing}`)]
      : [
          Buffer.from('packfile\n'),
          Buffer.from('\x02Enumerating\n'),
          ...slice(formatPack(wants.map((oid) => repository.store.read(oid, 'blob')))),
        ]
  return respond(packets)
}

function respond(packets: readonly Buffer[]): Response {
  return new Response(new Uint8Array(Buffer.concat([...packets.map(formatLine), Buffer.from('0000')])), {
    headers: { 'Content-Type': 'application/x-git-upload-pack-result' },
  })
}

function parseLines(body: Buffer): string[] {
  const lines: string[] = []
  for (let at = 0; at < body.length;) {
    const length = Number.parseInt(body.toString('latin1', at, at + 4), 16)
    if (length > 4) lines.push(body.toString('utf8', at + 4, at + length).trimEnd())
    at += Math.max(4, length)
  }
  return lines
}

function formatLine(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, '0')), bytes])
}

/** Band 1, in lines of the greatest length. */
function slice(pack: Buffer): Buffer[] {
  return Array.from({ length: Math.ceil(pack.length / 65_515) }, (_, index) =>
    Buffer.concat([Buffer.from([1]), pack.subarray(index * 65_515, (index + 1) * 65_515)]),
  )
}

/**
 * An object that begins as the one before it is told as what differs from that, and comes first: git promises no order.
 */
function formatPack(bodies: readonly Buffer[]): Buffer {
  const objects = bodies
    .map((body, index) => {
      const before = bodies[index - 1] ?? Buffer.alloc(0)
      let shared = 0
      while (shared < 65_535 && shared < body.length && shared < before.length && body[shared] === before[shared])
        shared += 1
      if (shared < 16) return formatObject(3, body)
      const oid = createHash('sha1').update(`blob ${before.length}\0`).update(before).digest()
      const inserts = Array.from({ length: Math.ceil((body.length - shared) / 127) }, (_, part) =>
        body.subarray(shared + part * 127, shared + (part + 1) * 127),
      )
      const delta = Buffer.concat([
        formatLength(before.length),
        formatLength(body.length),
        Buffer.from([0x80 | 0x30, shared & 255, shared >> 8]),
        ...inserts.flatMap((insert) => [Buffer.from([insert.length]), insert]),
      ])
      return formatObject(7, delta, oid)
    })
    .toReversed()
  const start = Buffer.from('PACK\0\0\0\x02\0\0\0\0', 'latin1')
  start.writeUInt32BE(objects.length, 8)
  const pack = Buffer.concat([start, ...objects])
  return Buffer.concat([pack, createHash('sha1').update(pack).digest()])
}

function formatLength(length: number): Buffer {
  return length < 128
    ? Buffer.from([length])
    : Buffer.concat([Buffer.from([128 | (length % 128)]), formatLength(Math.floor(length / 128))])
}

function formatObject(type: number, body: Buffer, base = Buffer.alloc(0)): Buffer {
  const rest = Math.floor(body.length / 16)
  const header =
    rest === 0
      ? Buffer.from([(type << 4) | body.length])
      : Buffer.concat([Buffer.from([128 | (type << 4) | (body.length & 15)]), formatLength(rest)])
  return Buffer.concat([header, base, deflateSync(body, { level: 1 })])
}
