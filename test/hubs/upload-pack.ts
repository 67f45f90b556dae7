/**
 * `git-upload-pack` over HTTP, version 2 of its protocol (`gitprotocol-v2`), which both services speak: as far as it takes to
 * ask for single objects by id, as a partial clone does when it needs a file that it left out. Or git itself answers.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { deflateSync } from 'node:zlib'
import type { ObjectStore } from './git.ts'
import { Response } from './message.ts'

/**
 * How a fetch is answered. `by git`: by the real `git upload-pack`. `no ids`: objects that no reference names are refused.
 * `page`: with a page for people, as a proxy does. `fewer`: without the last object. A number is the status of a refusal.
 */
export type Fetches = 'given' | 'by git' | 'no ids' | 'page' | 'fewer' | 401 | 403 | 404 | 503

/** What is fetched from. `listRefs` gives the lines of `ls-refs`. */
export interface Fetched {
  readonly store: ObjectStore
  readonly refs: ReadonlyMap<string, string>
  readonly listRefs: (lines: readonly string[]) => readonly string[]
}

/** Answers whoever may read the repository. */
export async function answerUploadPack({ store, refs, listRefs }: Fetched, request: Request, fetches: Fetches) {
  if (typeof fetches === 'number') return new Response('No.', { status: fetches })
  if (fetches === 'page') return new Response('<html>Log in</html>', { headers: { 'Content-Type': 'text/html' } })
  const body = Buffer.from(await request.arrayBuffer())
  const version = request.headers.get('git-protocol') ?? ''
  if (fetches === 'by git') return respond(await askGit(store, refs, body, version))
  const lines = parseLines(body)
  if (version === 'version=2' && lines[0] === 'command=ls-refs')
    return respond(formatLines(listRefs(lines).map((line) => Buffer.from(line))))
  if (version !== 'version=2' || lines[0] !== 'command=fetch' || lines.at(-1) !== 'done')
    return new Response('', { status: 400 })
  const wants = lines.flatMap((line) => (line.startsWith('want ') ? [line.slice('want '.length)] : []))
  const missing = wants.find((oid) => fetches === 'no ids' || !store.has(oid, 'blob'))
  const given = fetches === 'fewer' ? wants.slice(0, -1) : wants
  const packets =
    missing !== undefined
      ? [Buffer.from(`ERR upload-pack: not our ref ${missing}`)]
      : [
          Buffer.from('packfile\n'),
          Buffer.from('\x02Enumerating\n'),
          ...slice(formatPack(given.map((oid) => store.read(oid, 'blob')))),
        ]
  return respond(formatLines(packets))
}

/** The answer of real git, to which the objects are given as a repository on disk. */
async function askGit(
  store: ObjectStore,
  refs: ReadonlyMap<string, string>,
  body: Buffer,
  version: string,
): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'upload-pack-'))
  try {
    store.writeBareRepository(folder, refs)
    const child = spawn('git', ['-c', 'uploadpack.allowFilter=true', 'upload-pack', '--stateless-rpc', folder], {
      env: { PATH: process.env['PATH'], GIT_PROTOCOL: version, GIT_CONFIG_NOSYSTEM: '1', HOME: folder },
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    child.stdin.end(body)
    return await buffer(child.stdout)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function respond(body: Buffer): Response {
  return new Response(new Uint8Array(body), { headers: { 'Content-Type': 'application/x-git-upload-pack-result' } })
}

function formatLines(packets: readonly Buffer[]): Buffer {
  return Buffer.concat([...packets.map(formatLine), Buffer.from('0000')])
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
