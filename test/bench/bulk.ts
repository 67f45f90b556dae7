/**
 * Storage for objects of any size: it makes the bytes it gives and forgets those it takes, so that it costs neither
 * memory nor a disk.
 */
import { createHash, type Hash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { LfsObject } from '../../lib/model/entry.ts'

const block = Buffer.concat(
  Array.from({ length: 32_768 }, (_, index) => createHash('sha256').update(String(index)).digest()),
)
const tailByteLength = 8

/** Bytes given and taken, requests, and how long it was from the first of them to the end of the last answer. */
export interface BulkCounts {
  readonly given: number
  readonly taken: number
  readonly requests: number
  readonly spanMs: number
}

/** An object's last bytes are its number, so that one hash serves for the rest of all. */
export function nameObjects(count: number, byteLength: number): LfsObject[] {
  const hash = createHash('sha256')
  for (const chunk of blocksOf(byteLength)) hash.update(chunk)
  return Array.from({ length: count }, (_, index) => ({ oid: nameOf(hash, index), byteLength }))
}

function nameOf(hash: Hash, index: number): string {
  return hash.copy().update(tailOf(index)).digest('hex')
}

function* blocksOf(byteLength: number): Generator<Buffer> {
  for (let left = byteLength - tailByteLength; left > 0; left -= block.length)
    yield block.subarray(0, Math.min(left, block.length))
}

function tailOf(index: number): Buffer {
  return Buffer.from(String(index).padStart(tailByteLength, '0'))
}

/**
 * Serves `objects` by number or by id, the last part of an address; whatever is put there counts as taken and is told
 * to `taken`.
 */
export class Bulk {
  readonly #objects: readonly LfsObject[]
  readonly #indexes: ReadonlyMap<string, number>
  readonly #taken: (key: string, byteLength: number) => void
  readonly #server = createServer((request, response) => {
    this.#answer(request, response)
  })
  #counts = { given: 0, taken: 0, requests: 0 }
  #times = { firstMs: NaN, lastMs: NaN }

  constructor(objects: readonly LfsObject[], taken: (key: string, byteLength: number) => void) {
    this.#objects = objects
    this.#indexes = new Map(objects.map(({ oid }, index) => [oid, index]))
    this.#taken = taken
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve)
    })
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Since the last call. */
  takeCounts(): BulkCounts {
    const counts = { ...this.#counts, spanMs: this.#times.lastMs - this.#times.firstMs }
    this.#counts = { given: 0, taken: 0, requests: 0 }
    this.#times = { firstMs: NaN, lastMs: NaN }
    return counts
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.#counts.requests += 1
    if (this.#counts.requests === 1) this.#times.firstMs = performance.now()
    response.on('finish', () => {
      this.#times.lastMs = performance.now()
    })
    const key = new URL(request.url!, 'http://localhost').pathname.slice(1)
    if (request.method === 'PUT') return this.#take(request, response, key)
    const name = key.slice(key.lastIndexOf('/') + 1)
    const index = this.#indexes.get(name) ?? Number(name)
    if (this.#objects[index]) void this.#give(index, response)
    else response.writeHead(404).end()
  }

  async #give(index: number, response: ServerResponse): Promise<void> {
    const { byteLength } = this.#objects[index]!
    response.writeHead(200, { 'content-length': byteLength, 'content-type': 'application/octet-stream' })
    for (const chunk of blocksOf(byteLength)) {
      this.#counts.given += chunk.length
      if (!response.write(chunk))
        await new Promise((resolve) => {
          response.once('drain', resolve)
        })
    }
    this.#counts.given += tailByteLength
    response.end(tailOf(index))
  }

  #take(request: IncomingMessage, response: ServerResponse, key: string): void {
    let byteLength = 0
    request.on('data', (chunk: Buffer) => {
      byteLength += chunk.length
    })
    request.on('end', () => {
      this.#counts.taken += byteLength
      this.#taken(key, byteLength)
      response.writeHead(200).end()
    })
  }
}
