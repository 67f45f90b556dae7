/**
 * A process of its own: two LFS servers and their storage that make the bytes they give and forget those they take, so
 * that what another process needs for a copy can be measured. Its arguments are a JSON `WireSetting`; it prints a
 * `WireReady`, answers a line on stdin with `WireCounts`, and ends with its stdin.
 */
import { createHash, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import type { LfsObject } from '../../lib/model/entry.ts'

/** `partByteLength` 0: uploads are basic. */
export interface WireSetting {
  readonly count: number
  readonly byteLength: number
  readonly partByteLength: number
}
export interface WireReady {
  readonly origin: string
  readonly storage: string
  readonly objects: readonly LfsObject[]
}
/** Bytes that left and arrived, and how many uploads were finished. */
export interface WireCounts {
  readonly given: number
  readonly taken: number
  readonly finished: number
}

const block = randomBytes(1024 * 1024)
const tailByteLength = 8
const counts = { given: 0, taken: 0, finished: 0 }
const { count, byteLength, partByteLength } = JSON.parse(process.argv[2]!) as WireSetting

/** The object's last bytes are its number, so that one hash serves for the rest of all. */
function nameObjects(): LfsObject[] {
  const hash = createHash('sha256')
  for (let left = byteLength - tailByteLength; left > 0; left -= block.length)
    hash.update(block.subarray(0, Math.min(left, block.length)))
  return Array.from({ length: count }, (_, index) => ({
    oid: hash.copy().update(tailOf(index)).digest('hex'),
    byteLength,
  }))
}

function tailOf(index: number): Buffer {
  return Buffer.from(String(index).padStart(tailByteLength, '0'))
}

function give(index: number, response: ServerResponse): void {
  response.writeHead(200, { 'content-length': byteLength, 'content-type': 'application/octet-stream' })
  let left = byteLength - tailByteLength
  const write = () => {
    while (left > 0) {
      const chunk = block.subarray(0, Math.min(left, block.length))
      left -= chunk.length
      counts.given += chunk.length
      if (!response.write(chunk)) return void response.once('drain', write)
    }
    counts.given += tailByteLength
    response.end(tailOf(index))
  }
  write()
}

function take(request: IncomingMessage, response: ServerResponse): void {
  request.on('data', (chunk: Buffer) => {
    counts.taken += chunk.length
  })
  request.on('end', () => response.writeHead(200, { etag: '"part"' }).end())
}

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const objects = nameObjects()
const storage = await listen((request, response) => {
  if (request.method === 'GET') give(Number(request.url!.slice(1)), response)
  else take(request, response)
})
const taken = new Set<string>()
const indexes = new Map(objects.map((object, index) => [object.oid, index]))
const origin: string = await listen((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const body = JSON.parse(Buffer.concat(chunks).toString())
    response.setHeader('content-type', 'application/json')
    if (request.url!.endsWith('/objects/batch'))
      return void response.end(JSON.stringify(answerBatch(body, request.url!.startsWith('/to'))))
    counts.finished += 1
    taken.add(body.oid)
    response.end('{}')
  })
})

function answerBatch(
  { operation, objects: asked }: { operation: string; objects: { oid: string; size: number }[] },
  isTo: boolean,
): unknown {
  const rows = asked.map(({ oid, size }) => {
    const index = indexes.get(oid)
    const there = !isTo || taken.has(oid)
    if (operation === 'download')
      return there
        ? { oid, size, actions: { download: { href: `${storage}/${index}` } } }
        : { oid, size, error: { code: 404, message: '' } }
    if (there) return { oid, size }
    const parts = Array.from({ length: partByteLength > 0 ? Math.ceil(size / partByteLength) : 0 }, (_, at) => [
      String(at + 1).padStart(5, '0'),
      `${storage}/${oid}/${at + 1}`,
    ])
    const inParts = {
      href: `${origin}/complete`,
      header: { chunk_size: String(partByteLength), ...Object.fromEntries(parts) },
    }
    return partByteLength > 0
      ? { oid, size, actions: { upload: inParts } }
      : { oid, size, actions: { upload: { href: `${storage}/${oid}` }, verify: { href: `${origin}/verify` } } }
  })
  return { transfer: partByteLength > 0 && operation === 'upload' ? 'multipart' : 'basic', objects: rows }
}

createInterface({ input: process.stdin })
  .on('line', () => console.log(JSON.stringify(counts)))
  .on('close', () => process.exit())
console.log(JSON.stringify({ origin, storage, objects } satisfies WireReady))
