/**
 * The store of chunks that stands behind the Hub (https://huggingface.co/docs/xet/api). It has an origin of its own, recomputes
 * every hash of what it is sent, and puts whole files together from it. What is uncertain about it is a switch.
 */
import { createHash, randomBytes } from 'node:crypto'
import { formatHash, hashFile, HashTree, hashTerm, parseHash } from '../../lib/xet/hashes.ts'
import { isQueried } from '../../lib/xet/known-chunks.ts'
import { formatShards, type XorbEntry } from '../../lib/xet/shard.ts'
import { formatAnswer } from '../xet/format-answer.ts'
import { readShard, type ReadShard } from '../xet/read-shard.ts'
import { readXorb } from '../xet/read-xorb.ts'
import { Hub, type Clock } from './hub.ts'
import { json, Refusal, refusalAnswer } from './huggingface-answer.ts'
import type { HubRepository } from './huggingface-repository.ts'
import { Response } from './message.ts'

export type Scope = 'read' | 'write'

export interface CasSwitches {
  /** How long a token is good. */
  tokenSeconds: number
  /** The key under which answers name chunks; null: by their own hashes. */
  hmacKey: Buffer | null
  /** How long an answer may be used. */
  answerSeconds: number
  /** Whether it knows what other repositories have sent. */
  deduplicates: boolean
}

interface Xorb {
  readonly chunks: readonly { readonly bytes: Buffer; readonly hash: Uint8Array }[]
  readonly byteLength: number
}

interface Grant {
  readonly repository: HubRepository
  readonly scope: Scope
  readonly endMs: number
}

/** In bytes, of a shard. */
const shardLengthMax = 64 * 1024 * 1024

export class Cas {
  readonly origin: string
  readonly hub: Hub
  readonly switches: CasSwitches = {
    tokenSeconds: 900,
    hmacKey: Buffer.alloc(32, 7),
    answerSeconds: 604_800,
    deduplicates: true,
  }
  /** By their hashes, as addresses have them. */
  readonly xorbs = new Map<string, Xorb>()
  readonly files = new Set<string>()
  /** Of all xorbs that came, those among them that were there already. */
  receivedLength = 0
  readonly #clock: Clock
  readonly #grants = new Map<string, Grant>()
  /** The xorb of each chunk that may be asked for. */
  readonly #chunks = new Map<string, string>()

  constructor(origin: string, clock: Clock) {
    this.origin = origin
    this.#clock = clock
    this.hub = new Hub((request) => this.#answer(request), clock)
  }

  /** A token for one repository, as the Hub gives it; `exp` in seconds since 1970. */
  grant(repository: HubRepository, scope: Scope): { accessToken: string; exp: number; casUrl: string } {
    const exp = Math.floor(this.#clock.now() / 1000) + this.switches.tokenSeconds
    const accessToken = `xet_${randomBytes(24).toString('base64url')}`
    this.#grants.set(accessToken, { repository, scope, endMs: exp * 1000 })
    return { accessToken, exp, casUrl: this.origin }
  }

  async #answer(request: Request): Promise<Response> {
    try {
      return await this.#route(request, new URL(request.url))
    } catch (error) {
      if (error instanceof Refusal) return refusalAnswer(error, true)
      throw error
    }
  }

  async #route(request: Request, { pathname }: URL): Promise<Response> {
    const [, name, hash = ''] = /^\/v1\/(chunks|xorbs)\/(?:default|default-merkledb)\/([^/]*)$/.exec(pathname) ?? []
    if (name !== undefined && parseHash(hash) === null) throw new Refusal(400, 'Bad Request: malformed hash')
    if (request.method === 'GET' && name === 'chunks') {
      this.#require(request, 'read')
      return this.#tell(hash)
    }
    if (request.method === 'POST' && name === 'xorbs' && pathname.includes('/default/')) {
      this.#require(request, 'write')
      return this.#takeXorb(hash, Buffer.from(await request.arrayBuffer()))
    }
    if (request.method === 'POST' && pathname === '/v1/shards') {
      const { repository } = this.#require(request, 'write')
      return this.#takeShard(repository, Buffer.from(await request.arrayBuffer()))
    }
    throw new Refusal(404, 'Not Found')
  }

  #require(request: Request, scope: Scope): Grant {
    const [, token = ''] = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '') ?? []
    const grant = this.#grants.get(token)
    if (!grant || grant.endMs <= this.#clock.now()) throw new Refusal(401, 'Unauthorized')
    if (scope === 'write' && grant.scope !== 'write') throw new Refusal(403, 'Forbidden')
    return grant
  }

  /** The xorb that has the chunk, with all its chunks. */
  #tell(hash: string): Response {
    const name = this.#chunks.get(hash)
    if (name === undefined || !this.switches.deduplicates) throw new Refusal(404, 'Not Found')
    const [shard] = formatShards([this.#entryOf(name)], [])
    const expires = Math.floor(this.#clock.now() / 1000) + this.switches.answerSeconds
    const { hmacKey } = this.switches
    return new Response(new Uint8Array(formatAnswer(shard!, { expires, ...(hmacKey && { hmacKey }) })), {
      headers: { 'Content-Type': 'application/octet-stream' },
    })
  }

  #entryOf(name: string): XorbEntry {
    const { chunks, byteLength } = this.xorbs.get(name)!
    const sized = chunks.map(({ hash, bytes }) => ({ hash, byteLength: bytes.length }))
    return { hash: parseHash(name)!, chunks: sized, byteLength }
  }

  #takeXorb(name: string, body: Buffer): Response {
    let read: ReturnType<typeof readXorb>
    try {
      read = readXorb(body)
    } catch (error) {
      throw new Refusal(400, `Bad Request: ${(error as Error).message}`)
    }
    if (read.name !== name) throw new Refusal(400, 'Bad Request: the hash is not that of the xorb')
    const isNew = !this.xorbs.has(name)
    this.receivedLength += body.length
    if (isNew) this.xorbs.set(name, { chunks: read.chunks, byteLength: body.length })
    return json({ was_inserted: isNew })
  }

  #takeShard(repository: HubRepository, body: Buffer): Response {
    if (body.length > shardLengthMax) throw new Refusal(400, 'Bad Request: the shard is too large')
    let shard: ReadShard
    try {
      shard = readShard(body)
    } catch (error) {
      throw new Refusal(400, `Bad Request: ${(error as Error).message}`)
    }
    for (const xorb of shard.xorbs) this.#checkXorb(xorb)
    const whole = shard.files.map((file) => ({ file, bytes: this.#assemble(file) }))
    const isNew = shard.files.some(({ hash }) => !this.files.has(hash)) || shard.files.length === 0
    for (const { hash, chunks } of shard.xorbs)
      for (const chunk of chunks) if (isQueried(parseHash(chunk.hash)!, 1)) this.#chunks.set(chunk.hash, hash)
    for (const { file, bytes } of whole) {
      this.files.add(file.hash)
      const [first] = file.terms
      if (first) this.#chunks.set(formatHash(this.xorbs.get(first.xorb)!.chunks[first.start]!.hash), first.xorb)
      if (file.sha256 !== null) repository.addObject(bytes)
    }
    return json({ result: isNew ? 1 : 0 })
  }

  /** What a shard says of a xorb has to be so. */
  #checkXorb({ hash, chunks, rawLength, byteLength }: ReadShard['xorbs'][number]): void {
    const known = this.xorbs.get(hash)
    if (!known) throw new Refusal(400, `Bad Request: xorb ${hash} was not sent`)
    let start = 0
    const isSame = chunks.every((chunk, index) => {
      const own = known.chunks[index]
      const fits = own && chunk.start === start && chunk.byteLength === own.bytes.length
      start += chunk.byteLength
      return fits && chunk.hash === formatHash(own.hash)
    })
    if (!isSame || chunks.length !== known.chunks.length || start !== rawLength || byteLength !== known.byteLength)
      throw new Refusal(400, `Bad Request: xorb ${hash} holds something else`)
  }

  /** The bytes of a file of a shard, whose hashes all have to be right. */
  #assemble({ hash, sha256, terms }: ReadShard['files'][number]): Buffer {
    const refuse = (why: string) => new Refusal(400, `Bad Request: file ${hash}: ${why}`)
    const tree = new HashTree()
    const parts: Buffer[] = []
    for (const { xorb, start, end, byteLength, proof } of terms) {
      const stored = this.xorbs.get(xorb)
      if (!stored || start >= end || end > stored.chunks.length)
        throw refuse('it has a term of chunks that are not there')
      const chunks = stored.chunks.slice(start, end)
      if (chunks.reduce((sum, { bytes }) => sum + bytes.length, 0) !== byteLength)
        throw refuse('a term has another length')
      if (proof !== formatHash(hashTerm(Buffer.concat(chunks.map((chunk) => chunk.hash)))))
        throw refuse('a term is not proven')
      for (const chunk of chunks) {
        tree.add({ hash: chunk.hash, byteLength: chunk.bytes.length })
        parts.push(chunk.bytes)
      }
    }
    if (formatHash(hashFile(tree)) !== hash) throw refuse('its terms make another file')
    const bytes = Buffer.concat(parts)
    // The reader of shards gives this one as the hashes of Xet are written, with each 8 bytes turned, and it is sent like them.
    if (sha256 !== null && createHash('sha256').update(bytes).digest('hex') !== sha256)
      throw refuse('its SHA-256 is another')
    return bytes
  }
}
