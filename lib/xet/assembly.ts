/** One file on its way: which of its chunks are sent, in which xorbs, and where all of them are found. */
import { HashTree, hashFile, hashTerm } from './hashes.ts'
import type { KnownChunks, Place } from './known-chunks.ts'
import type { FileEntry } from './shard.ts'
import { Xorb, type NamedXorb } from './xorb.ts'

/**
 * A file in too many pieces is slow to read, so that its official client refers to what is stored only as long as the runs of
 * chunks are long: on average of the last 128 they shall have 8 chunks, and it gets strict below 4.
 */
const [rangesTold, rangeSizeWanted, rangeSizeMin] = [128, 8, 4]

class Fragmentation {
  readonly #sizes: number[] = []
  #chunkCount = 0
  #isStrict = false

  startRange(): void {
    this.#sizes.push(1)
    this.#chunkCount++
    if (this.#sizes.length > rangesTold) this.#chunkCount -= this.#sizes.shift()!
  }

  extendRange(): void {
    this.#sizes[this.#sizes.length - 1]!++
    this.#chunkCount++
  }

  /** So many chunks must the next range have that refers to what is stored. */
  get sizeMin(): number {
    const mean = this.#sizes.length < rangesTold ? rangeSizeWanted : this.#chunkCount / rangesTold
    if (mean < (this.#isStrict ? rangeSizeWanted : rangeSizeMin)) return Math.ceil(mean)
    this.#isStrict = false
    return 1
  }

  refuse(): void {
    this.#isStrict = true
  }
}

interface OpenTerm {
  readonly xorb: NamedXorb
  readonly start: number
  end: number
  byteLength: number
  /** Of its chunks, until the term ends; then the proof alone. */
  hashes: Uint8Array[]
  proof: Uint8Array | null
}

interface Chunk {
  readonly bytes: Uint8Array
  readonly hash: Uint8Array
}

/**
 * Takes the chunks of one file in their order. The shard that tells of the file may be sent once all xorbs are stored that hold any
 * of them, those of other files of the run among them; so what a file that failed has given is to be sent, too.
 */
export class FileAssembly {
  readonly #known: KnownChunks
  readonly #xorbLengthMax: number | undefined
  readonly #tree = new HashTree()
  readonly #terms: OpenTerm[] = []
  readonly #fragmentation = new Fragmentation()
  /** A run of chunks that are stored, which is too short as yet to be referred to; their bytes are copies. */
  #held: (Chunk & { place: Place })[] = []
  #xorb: Xorb
  /** In bytes: of the chunks that are sent. */
  newLength = 0

  /** `xorbLengthMax`: in bytes, where it is less than the service takes. */
  constructor(known: KnownChunks, xorbLengthMax?: number) {
    this.#known = known
    this.#xorbLengthMax = xorbLengthMax
    this.#xorb = new Xorb(xorbLengthMax)
  }

  /**
   * Takes the next chunk of the file, whose place is known (`KnownChunks.find`) or not. Returns the xorbs that are full, to be
   * sent. Bytes that are kept are copied.
   */
  add(chunk: Chunk, place: Place | null): Xorb[] {
    const last = this.#held.at(-1)?.place ?? null
    if (place !== null && last === null && this.#canRefer(place)) {
      this.#addPlace(chunk, place)
      return []
    }
    const goesOn = place !== null && last?.xorb === place.xorb && last.index + 1 === place.index
    const full = goesOn ? [] : this.#sendHeld()
    if (place === null) return [...full, ...this.#send(chunk)]
    if (!goesOn && this.#canRefer(place)) this.#addPlace(chunk, place)
    else this.#held.push({ bytes: chunk.bytes.slice(), hash: chunk.hash, place })
    if (this.#held.length >= this.#fragmentation.sizeMin)
      for (const held of this.#held.splice(0)) this.#addPlace(held, held.place)
    return full
  }

  /**
   * Ends the file. `full` is to be sent; `rest` holds the last chunks, unless it is empty, and may be absorbed by a xorb of other
   * files. When all xorbs are finished `describe` tells what the service is told of the file.
   */
  finish(): { full: Xorb[]; rest: Xorb; hash: Uint8Array; describe: (sha256: string) => FileEntry } {
    const full = this.#sendHeld()
    this.#endTerm()
    const hash = hashFile(this.#tree)
    const describe = (sha256: string) => ({
      hash,
      sha256,
      terms: this.#terms.map(({ xorb, start, end, byteLength, proof }) => {
        const place = xorb.locate(start)
        return { xorb: place.hash, start: place.index, end: place.index + end - start, byteLength, proof: proof! }
      }),
    })
    return { full, rest: this.#xorb, hash, describe }
  }

  #canRefer(place: Place): boolean {
    const last = this.#terms.at(-1)
    return (last?.xorb === place.xorb && last.end === place.index) || this.#fragmentation.sizeMin <= 1
  }

  #sendHeld(): Xorb[] {
    if (this.#held.length > 0) this.#fragmentation.refuse()
    return this.#held.splice(0).flatMap((chunk) => this.#send(chunk))
  }

  #send(chunk: Chunk): Xorb[] {
    const full: Xorb[] = []
    let index = this.#xorb.add(chunk.bytes, chunk.hash)
    if (index === null) {
      this.#xorb.finish()
      full.push(this.#xorb)
      this.#xorb = new Xorb(this.#xorbLengthMax)
      index = this.#xorb.add(chunk.bytes, chunk.hash)!
    }
    const place = { xorb: this.#xorb, index, byteLength: chunk.bytes.length }
    this.#known.remember(chunk.hash, place)
    this.newLength += chunk.bytes.length
    this.#addPlace(chunk, place)
    return full
  }

  #addPlace({ hash, bytes: { length } }: Chunk, { xorb, index }: Place): void {
    this.#tree.add({ hash, byteLength: length })
    const last = this.#terms.at(-1)
    if (last?.xorb === xorb && last.end === index) {
      last.end++
      last.byteLength += length
      last.hashes.push(hash)
      this.#fragmentation.extendRange()
      return
    }
    this.#endTerm()
    this.#terms.push({ xorb, start: index, end: index + 1, byteLength: length, hashes: [hash], proof: null })
    this.#fragmentation.startRange()
  }

  #endTerm(): void {
    const last = this.#terms.at(-1)
    if (last === undefined) return
    last.proof = hashTerm(Buffer.concat(last.hashes))
    last.hashes = []
  }
}
