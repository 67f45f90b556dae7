/** Reads the bytes that a plan or a run needs, keeps the small ones, and answers the core's questions with them. */
import { createHash } from 'node:crypto'
import { mapConcurrent } from '../async/concurrent.ts'
import type { Facts, Place, Question } from '../merge/questions.ts'
import { BoundedCache, sizeOfBytes } from '../model/bounded-cache.ts'
import type { Content } from '../model/content.ts'
import type { Entry, LfsObject } from '../model/entry.ts'
import type { Blob } from '../model/entry.ts'
import { gitBlobId } from '../model/git-object.ts'
import { parsePointer } from '../model/pointer.ts'
import type { Awaitable, Remote } from '../model/remote.ts'
import { mapSides, sides, type Side, type Sides } from '../model/sides.ts'
import { isAttributes } from '../model/view.ts'
import { decodeText } from '../text/merge-text.ts'

/** Bytes kept between planning and carrying out, so that a small file is downloaded once. */
const keptBytesMax = 64_000_000
/** Requests for content under way at once, well below GitHub's 100. */
const readersMax = 8
/** Objects whose addresses are asked for together: as many as fit into one request. */
const locatedMax = 100

/** Bytes of files and objects of both sides: each is read once, and kept as long as there is room. */
export class Contents {
  readonly #remotes: Sides<Remote>
  readonly #kept = new BoundedCache<Uint8Array>(keptBytesMax, sizeOfBytes)
  readonly #coming = new Map<string, Promise<Uint8Array>>()
  /**
   * SHA-256 of plain files by their git id, and the git ids that objects have as plain files. Bytes that have made way
   * need not come again for them.
   */
  readonly #hashes = new Map<string, string>()
  readonly #blobIds = new Map<string, string>()
  /** Objects that will be read, in this order, and batches of them whose addresses are being asked for. */
  readonly #expected = mapSides(() => new Map<string, LfsObject>())
  readonly #locating = new Map<string, Promise<void>>()

  constructor(remotes: Sides<Remote>) {
    this.#remotes = remotes
  }

  /** What is kept, what somebody else is reading already, or what `read` gives: nothing comes twice at once. */
  #readOnce(oid: string, read: () => Awaitable<Uint8Array>): Awaitable<Uint8Array> {
    const known = this.#kept.get(oid) ?? this.#coming.get(oid)
    if (known) return known
    const answer = read()
    // What a remote has at hand it keeps itself.
    if (!(answer instanceof Promise)) return answer
    const reading = answer
      .then((bytes) => {
        this.#kept.set(oid, bytes)
        return bytes
      })
      .finally(() => this.#coming.delete(oid))
    this.#coming.set(oid, reading)
    return reading
  }

  /** A plain file's bytes as far as somebody has read them; this asks nobody. */
  find({ oid }: Blob): Uint8Array | null {
    for (const side of sides) {
      const found = this.#remotes[side].findContent(oid)
      if (found) return found
    }
    return this.#kept.get(oid) ?? null
  }

  /** A plain file's bytes, proven by its git id. */
  readBlob({ side, commit, path }: Place, blob: Blob): Awaitable<Uint8Array> {
    return this.#readOnce(blob.oid, () => this.#remotes[side].readContent(commit, path, blob))
  }

  /** An object's bytes as a whole, proven by SHA-256: only for those small enough to be stored as a plain file. */
  readObject({ side }: Pick<Place, 'side'>, object: LfsObject): Awaitable<Uint8Array> {
    return this.#readOnce(object.oid, async () => {
      await this.#locate(side, object)
      const bytes = await this.#remotes[side].readObject(object)
      this.#blobIds.set(object.oid, gitBlobId(bytes))
      return bytes
    })
  }

  /** The git id that an object's bytes have as a plain file; null until they were read once. */
  findBlobId({ oid }: LfsObject): string | null {
    return this.#blobIds.get(oid) ?? null
  }

  /** The name that a plain file has as an object; null until its bytes were hashed once. */
  findSha256({ oid }: Blob): string | null {
    return this.#hashes.get(oid) ?? null
  }

  /** Says which objects will be read as a whole, so that a hundred of them are located by one request. */
  expectObjects(side: Side, objects: readonly LfsObject[]): void {
    for (const object of objects) if (!this.#kept.get(object.oid)) this.#expected[side].set(object.oid, object)
  }

  /** When one that is expected is read, those that come after it are next. */
  async #locate(side: Side, { oid }: LfsObject): Promise<void> {
    const expected = this.#expected[side]
    if (expected.has(oid)) {
      const all = [...expected.values()]
      const first = all.findIndex((one) => one.oid === oid)
      const batch = all.slice(first, first + locatedMax)
      const located = this.#remotes[side].locateObjects(batch)
      for (const one of batch) {
        expected.delete(one.oid)
        this.#locating.set(one.oid, located)
      }
    }
    await this.#locating.get(oid)
    this.#locating.delete(oid)
  }

  /** The bytes of what an entry stands for, whichever way it is stored. */
  readEntry(place: Place, entry: Entry): Awaitable<Uint8Array> {
    return entry.lfs ? this.readObject(place, entry.lfs) : this.readBlob(place, entry)
  }

  /** What a side is to hold. */
  read(content: Content): Awaitable<Uint8Array> {
    if ('text' in content) return Buffer.from(content.text)
    const { from: side, commit, path, entry } = content
    return this.readEntry({ side, commit, path }, entry)
  }

  /** SHA-256 of a plain file, hex: its name as an LFS object. */
  async readSha256(place: Place, blob: Blob): Promise<string> {
    const hash =
      this.#hashes.get(blob.oid) ??
      createHash('sha256')
        .update(await this.readBlob(place, blob))
        .digest('hex')
    this.#hashes.set(blob.oid, hash)
    return hash
  }

  /** Answers the questions, entries in one request a side and commit. */
  async answer(questions: readonly Question[], facts: Facts): Promise<void> {
    const places = new Map<string, Question[]>()
    for (const question of questions) {
      if (question.about !== 'entry' && question.about !== 'mode') continue
      const key = `${question.about} ${question.side} ${question.commit}`
      const group = places.get(key)
      if (group) group.push(question)
      else places.set(key, [question])
    }
    await Promise.all(
      [...places.values()].map(async (group) => {
        const { side, commit, about } = group[0]!
        const paths = group.map(({ path }) => path)
        if (about === 'entry') {
          const found = await this.#remotes[side].readEntries(commit, paths)
          for (const place of group) facts.learnEntry(place, found.get(place.path) ?? null)
        } else {
          const modes = await this.#remotes[side].readModes(commit, paths)
          for (const place of group) facts.learnMode(place, modes.get(place.path) ?? null)
        }
      }),
    )
    await mapConcurrent(
      questions.filter(({ about }) => about !== 'entry' && about !== 'mode'),
      readersMax,
      async (question) => {
        if (question.about === 'entry' || question.about === 'mode') return
        if (question.about === 'below') {
          const listed = await this.#remotes[question.side].readChanges(null, question.commit, (path) =>
            path.startsWith(`${question.path}/`),
          )
          return facts.learnBelow(
            question,
            listed.map(({ path }) => path),
          )
        }
        if (question.about === 'sha256')
          return facts.learnSha256(question.blob.oid, await this.readSha256(question, question.blob))
        const bytes = await this.readBlob(question, question.blob)
        if (question.about === 'bytes') return facts.learnBytes(question.blob.oid, bytes)
        facts.learnText(
          question.blob.oid,
          parsePointer(bytes) && (await this.#isObject(question)) ? null : decodeText(bytes),
        )
      },
    )
  }

  /** A pointer is not text where it stands for its object. Rules that are one are none. */
  async #isObject({ side, commit, path }: Place): Promise<boolean> {
    return isAttributes(path) || Boolean((await this.#remotes[side].readEntries(commit, [path])).get(path)?.lfs)
  }

  /** The objects that a side's own store does not have, by side. */
  async readMissing(objects: Sides<readonly LfsObject[]>): Promise<Record<Side, LfsObject[]>> {
    const missing: Record<Side, LfsObject[]> = mapSides(() => [])
    await Promise.all(
      sides.map(async (side) => {
        if (objects[side].length > 0) missing[side] = await this.#remotes[side].readMissing(objects[side])
      }),
    )
    return missing
  }
}
