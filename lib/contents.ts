/** Reads the bytes that a plan or a run needs, keeps the small ones, and answers the core's questions with them. */
import { createHash } from 'node:crypto'
import { BoundedCache, sizeOfBytes } from './bounded-cache.ts'
import type { Entry, LfsObject } from './entry.ts'
import type { Facts, Place, Question } from './facts.ts'
import type { Content } from './merge.ts'
import type { Remote } from './remote.ts'
import type { Blob } from './entry.ts'
import { parsePointer } from './pointer.ts'
import { sides, type Sides } from './sides.ts'
import { parseText } from './text.ts'
import { verifyObject } from './verify-object.ts'

/** Bytes kept between planning and carrying out, so that a small file is downloaded once. */
const keptBytesMax = 64_000_000
/** Requests for content under way at once, well below GitHub's 100. */
const readersMax = 8

/** Runs a task per item, a bounded number at once; the first failure starts no more and is thrown when the running ones have ended. */
export async function forEachBounded<T>(items: Iterable<T>, most: number, task: (item: T) => Promise<void>): Promise<void> {
  const queue = items[Symbol.iterator]()
  const failures: unknown[] = []
  await Promise.all(Array.from({ length: most }, async () => {
    for (let next = queue.next(); !next.done && failures.length === 0; next = queue.next()) {
      await task(next.value).catch((error: unknown) => { failures.push(error) })
    }
  }))
  if (failures.length > 0) throw failures[0]
}

/** As many bytes as it should have, or one chunk more. */
async function readWhole(bytes: AsyncIterable<Uint8Array>, byteLengthMax: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let byteLength = 0
  for await (const chunk of bytes) {
    chunks.push(chunk)
    byteLength += chunk.byteLength
    if (byteLength > byteLengthMax) break
  }
  return Buffer.concat(chunks)
}

export class Contents {
  readonly #remotes: Sides<Remote>
  readonly #kept = new BoundedCache<Uint8Array>(keptBytesMax, sizeOfBytes)
  readonly #hashes = new Map<string, string>()

  constructor(remotes: Sides<Remote>) {
    this.#remotes = remotes
  }

  /** A plain file's bytes, proven by its git id. */
  async readBlob({ side, commit, path }: Place, blob: Blob): Promise<Uint8Array> {
    const kept = this.#kept.get(blob.oid)
    if (kept) return kept
    const bytes = await this.#remotes[side].readContent(commit, path, blob)
    this.#kept.set(blob.oid, bytes)
    return bytes
  }

  /** An object's bytes as a whole, proven by SHA-256: only for those small enough to be stored as a plain file. */
  async readObject({ side }: Pick<Place, 'side'>, object: LfsObject): Promise<Uint8Array> {
    const kept = this.#kept.get(object.oid)
    if (kept) return kept
    const content = await readWhole(await this.#remotes[side].openObject(object), object.byteLength)
    verifyObject(object, content)
    this.#kept.set(object.oid, content)
    return content
  }

  /** The bytes of what an entry stands for, whichever way it is stored. */
  readEntry(place: Place, entry: Entry): Promise<Uint8Array> {
    return entry.lfs ? this.readObject(place, entry.lfs) : this.readBlob(place, entry)
  }

  /** What a side is to hold. */
  read(content: Content): Promise<Uint8Array> {
    return 'text' in content ? Promise.resolve(Buffer.from(content.text)) : this.readEntry({ ...content, side: content.from }, content.entry)
  }

  /** SHA-256 of a plain file, hex: its name as an LFS object. */
  async readSha256(place: Place, blob: Blob): Promise<string> {
    const hash = this.#hashes.get(blob.oid) ?? createHash('sha256').update(await this.readBlob(place, blob)).digest('hex')
    this.#hashes.set(blob.oid, hash)
    return hash
  }

  /** Answers the questions, entries in one request a side and commit. */
  async answer(questions: readonly Question[], facts: Facts): Promise<void> {
    const entries = new Map<string, Place[]>()
    for (const question of questions) {
      if (question.about !== 'entry') continue
      const key = `${question.side} ${question.commit}`
      const places = entries.get(key)
      if (places) places.push(question)
      else entries.set(key, [question])
    }
    await Promise.all([...entries.values()].map(async (places) => {
      const { side, commit } = places[0]!
      const found = await this.#remotes[side].readEntries(commit, places.map(({ path }) => path))
      for (const place of places) facts.learnEntry(place, found.get(place.path) ?? null)
    }))
    await forEachBounded(questions.filter((question) => question.about !== 'entry'), readersMax, async (question) => {
      if (question.about === 'below') {
        const listed = await this.#remotes[question.side].readChanges(null, question.commit, (path) => path.startsWith(`${question.path}/`))
        return facts.learnBelow(question, listed.map(({ path }) => path))
      }
      if (question.about === 'sha256') return facts.learnSha256(question.blob.oid, await this.readSha256(question, question.blob))
      const bytes = await this.readBlob(question, question.blob)
      if (question.about === 'bytes') return facts.learnBytes(question.blob.oid, bytes)
      // A pointer is not text: its object is the content.
      facts.learnText(question.blob.oid, parsePointer(bytes) ? null : parseText(bytes))
    })
  }

  /** The objects that a side's own store does not have, by side. */
  async readMissing(objects: Sides<readonly LfsObject[]>): Promise<Record<'github' | 'huggingface', LfsObject[]>> {
    const missing = { github: [] as LfsObject[], huggingface: [] as LfsObject[] }
    await Promise.all(sides.map(async (side) => {
      if (objects[side].length > 0) missing[side] = await this.#remotes[side].readMissing(objects[side])
    }))
    return missing
  }
}
