/** Reads the bytes that a plan and its run need, each only once, and answers the core's questions. */
import { createHash } from 'node:crypto'
import { mapConcurrent } from '../async/concurrent.ts'
import type { Facts, Question } from '../merge/questions.ts'
import { groupBy } from '../model/batches.ts'
import { BoundedCache, sizeOfBytes } from '../model/bounded-cache.ts'
import type { Content, Place } from '../model/content.ts'
import {
  foldersAbove,
  isAttributes,
  pathsOf,
  type BareEntry,
  type Entry,
  type LfsObject,
  type Mode,
  type Tell,
} from '../model/entry.ts'
import { gitBlobId } from '../model/git-object.ts'
import { parsePointer } from '../model/pointer.ts'
import type { Awaitable, Remote } from '../model/remote.ts'
import { mapSides, sides, type Side, type Sides } from '../model/sides.ts'
import { decodeText } from '../text/decode-text.ts'

/** Bytes that are kept from planning to writing, so that a small file is downloaded once. */
const keptBytesMax = 64_000_000
/** Questions that are answered at once: GitHub refuses more than 100 requests at once, and each may take several. */
const readersMax = 8

/**
 * Contents of both sides. What is returned is proven by its id; a mismatch is an `IntegrityError`. Small contents are
 * kept, by their ids, up to a limit.
 */
export class Contents {
  readonly #remotes: Sides<Remote>
  readonly #kept = new BoundedCache<Uint8Array>(keptBytesMax, sizeOfBytes)
  readonly #coming = new Map<string, Promise<Uint8Array>>()
  /** SHA-256 of plain files by their git ids, and git ids of objects by their SHA-256: known also without the bytes. */
  readonly #hashes = new Map<string, string>()
  readonly #blobIds = new Map<string, string>()
  /** Bytes that no commit holds, by their git ids. */
  readonly #made = new Map<string, Uint8Array>()
  /** Objects that will be read, in this order, and those whose addresses are being asked for. */
  readonly #expected = mapSides(() => new Map<string, LfsObject>())
  readonly #locating = new Map<string, Promise<void>>()
  /** Plain files that will be read and were at hand when that was said, by git id: they may make way before it. */
  readonly #atHand = new Map<string, Content>()

  readonly #ahead: Promise<unknown>[] = []

  constructor(remotes: Sides<Remote>) {
    this.#remotes = remotes
  }

  /** Bytes that are kept or on their way, else what `read` gives: nothing is read twice at once. */
  #readOnce(oid: string, read: () => Awaitable<Uint8Array>): Awaitable<Uint8Array> {
    const known = this.#kept.get(oid) ?? this.#coming.get(oid)
    if (known) return known
    const answer = read()
    // A remote that answers at once keeps the bytes itself.
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

  /** Keeps a text that no commit holds as what a file is to be taken for. */
  make(text: string, mode: Mode): Entry {
    const bytes = Buffer.from(text)
    const oid = gitBlobId(bytes)
    this.#made.set(oid, bytes)
    return { mode, oid, byteLength: bytes.length, lfs: null }
  }

  /** A plain file's bytes if they were read before, else null. Costs no request. */
  find({ oid }: BareEntry): Uint8Array | null {
    for (const side of sides) {
      const found = this.#remotes[side].findContent(oid)
      if (found) return found
    }
    return this.#made.get(oid) ?? this.#kept.get(oid) ?? null
  }

  /** The bytes of a plain file or a text that are at hand, else null. Costs no request. */
  findBytes(content: Content | null): Uint8Array | null {
    if (content === null) return null
    if ('text' in content) return Buffer.from(content.text)
    return content.entry.lfs ? null : this.find(content.entry)
  }

  /** A plain file's bytes, proven by its git id, by which the other side may have them already. */
  readBlob({ side, commit, path }: Place, blob: BareEntry): Awaitable<Uint8Array> {
    const found = this.find(blob)
    if (found) {
      this.#atHand.delete(blob.oid)
      return found
    }
    if (this.#atHand.has(blob.oid)) {
      // Others have made way with it, and are read together again.
      const expected = [...this.#atHand.values()]
      this.#atHand.clear()
      this.expect(expected)
    }
    return this.#readOnce(blob.oid, () => this.#remotes[side].readContent(commit, path, blob))
  }

  /** All bytes of an object: only for those small enough to be held. */
  readObject({ side }: Pick<Place, 'side'>, object: LfsObject): Awaitable<Uint8Array> {
    return this.#readOnce(object.oid, async () => {
      await this.#locate(side, object)
      const bytes = await this.#remotes[side].readObject(object)
      this.#blobIds.set(object.oid, gitBlobId(bytes))
      return bytes
    })
  }

  /** The git id that an object's bytes have as a plain file; null until they were read. */
  findBlobId({ oid }: LfsObject): string | null {
    return this.#blobIds.get(oid) ?? null
  }

  /** The SHA-256 of a plain file, its name as an object; null until its bytes were hashed. */
  findSha256({ oid }: BareEntry): string | null {
    return this.#hashes.get(oid) ?? null
  }

  /** Says which contents will be read, and in which order: a remote may read many plain files together then. */
  expect(contents: Iterable<Content | null>): void {
    const blobs = mapSides((): Entry[] => [])
    for (const content of contents) {
      if (!content || !('entry' in content) || content.entry.lfs !== null) continue
      if (this.find(content.entry) === null) blobs[content.side].push(content.entry)
      else this.#atHand.set(content.entry.oid, content)
    }
    for (const side of sides) if (blobs[side].length > 0) this.#remotes[side].expectContents?.(blobs[side])
  }

  /** Says which objects will be read, and in which order, so that one request locates many of them. */
  expectObjects(side: Side, objects: readonly LfsObject[]): void {
    for (const object of objects) if (!this.#kept.get(object.oid)) this.#expected[side].set(object.oid, object)
  }

  /** Asks where an object is, together with those that will be read after it. */
  async #locate(side: Side, { oid }: LfsObject): Promise<void> {
    const expected = this.#expected[side]
    if (expected.has(oid)) {
      const all = [...expected.values()]
      const first = all.findIndex((one) => one.oid === oid)
      const batch = all.slice(first, first + this.#remotes[side].capabilities.objectsMax)
      const located = this.#remotes[side].locateObjects(batch)
      for (const one of batch) {
        expected.delete(one.oid)
        this.#locating.set(one.oid, located)
      }
    }
    await this.#locating.get(oid)
    this.#locating.delete(oid)
  }

  /** The bytes of a file, which may be an object. */
  readEntry(place: Place, entry: Entry): Awaitable<Uint8Array> {
    return entry.lfs ? this.readObject(place, entry.lfs) : this.readBlob(place, entry)
  }

  /** The bytes of a content, wherever it comes from. */
  read(content: Content): Awaitable<Uint8Array> {
    return 'text' in content ? Buffer.from(content.text) : this.readEntry(content, content.entry)
  }

  /** SHA-256 of a plain file, hex: its name as an LFS object. */
  async readSha256(place: Place, blob: BareEntry): Promise<string> {
    const hash =
      this.#hashes.get(blob.oid) ??
      createHash('sha256')
        .update(await this.readBlob(place, blob))
        .digest('hex')
    this.#hashes.set(blob.oid, hash)
    return hash
  }

  /**
   * Asks a side what it holds where the other one has changed something, and which of the blobs it has, while more is read
   * of the change: what a merge asks first (`listFirstQuestions`). Where many paths changed, the count of files reads the
   * first page of its listing, which is all of a small repository. What fails is asked again by whoever needs it.
   */
  askAhead(side: Side, commit: string | null): Tell {
    const { readEntries, readPresent, countFiles } = this.#remotes[side]
    return (changed) => {
      if (commit === null) return
      if (changed === 'many') return void this.#ahead.push(Promise.allSettled([countFiles(commit, () => true, 1)]))
      if (changed.some(({ path }) => isAttributes(path))) return
      const folders = changed.flatMap(({ path, isNew }) => (isNew ? foldersAbove(path) : []))
      const oids = changed.flatMap(({ oid }) => oid ?? [])
      const asked = [readEntries(commit, [...pathsOf(changed), ...new Set(folders)]), readPresent(oids)]
      this.#ahead.push(Promise.allSettled(asked))
    }
  }

  /** Waits until all that was asked ahead is known. */
  async settle(): Promise<void> {
    await Promise.all(this.#ahead.splice(0, Infinity))
  }

  /** Reads what the core asks for, and tells it: entries in one request a side and commit, contents several at once. */
  async answer(questions: readonly Question[], facts: Facts): Promise<void> {
    await this.settle()
    const [listed, single]: [Question[], Question[]] = [[], []]
    for (const question of questions)
      (question.about === 'entry' || question.about === 'mode' ? listed : single).push(question)
    const lists = groupBy(listed, ({ about, side, commit }) => `${about} ${side} ${commit}`)
    await Promise.all([...lists.values()].map((list) => this.#answerList(list, facts)))
    this.expect(single.flatMap((question) => (isSized(question) ? [{ ...question, entry: question.blob }] : [])))
    await mapConcurrent(single, readersMax, (question) => this.#answerOne(question, facts))
  }

  /** All of them are about entries of one commit, or all about its modes. */
  async #answerList(questions: readonly Question[], facts: Facts): Promise<void> {
    const { side, commit, about } = questions[0]!
    const paths = pathsOf(questions)
    if (about === 'entry') {
      const found = await this.#remotes[side].readEntries(commit, paths)
      facts.learnEntries(side, commit, found)
    } else {
      const modes = await this.#remotes[side].readModes(commit, paths)
      for (const place of questions) facts.learnMode(place, modes.get(place.path) ?? null)
    }
  }

  async #answerOne(question: Question, facts: Facts): Promise<void> {
    const { about, side, commit, path } = question
    if (about === 'entry' || about === 'mode') return this.#answerList([question], facts)
    if (about === 'below') {
      const listed = await this.#remotes[side].readChanges(null, commit, (file) => file.startsWith(`${path}/`))
      const files = listed.map((one) => one.path)
      return facts.learnBelow(question, files)
    }
    const { blob } = question
    if (about === 'sha256') return facts.learnSha256(blob.oid, await this.readSha256(question, blob))
    const bytes = await this.readBlob(question, blob)
    if (about === 'bytes') return facts.learnBytes(blob.oid, bytes)
    const isText = !(parsePointer(bytes) && (await this.#isObject(question)))
    facts.learnText(blob.oid, isText ? decodeText(bytes) : null)
  }

  /** Whether a pointer at the place is one. In `.gitattributes`, which git reads as it is, it makes no rules. */
  async #isObject({ side, commit, path }: Place): Promise<boolean> {
    return isAttributes(path) || Boolean((await this.#remotes[side].readEntries(commit, [path])).get(path)?.lfs)
  }
}

/** Whether a question is about a file whose length is known. */
function isSized(question: Question): question is Question & { readonly blob: Entry } {
  return 'blob' in question && 'byteLength' in question.blob
}
