/** Which chunks need not be sent: those of this run, and those that the service told of. */
import type { Answer } from './answer.ts'
import { formatHash, hashUnderKey, type SizedHash } from './hashes.ts'
import { nameXorb, type NamedXorb } from './xorb.ts'

/** Where a chunk is or will be. */
export interface Place {
  readonly xorb: NamedXorb
  readonly index: number
  readonly byteLength: number
}

/** Chunks are asked for in this distance at least: an answer tells of those around, too. */
const queryDistance = 4 * 1024 * 1024

/** Whether the service may be asked for a chunk: the first of a file, and one of 1,024. */
export const isQueried = (hash: Uint8Array, index: number) =>
  index === 0 || ((hash[24]! | (hash[25]! << 8)) & 1023) === 0

/** Says which chunks of one file the service is asked for. */
export class QueryPace {
  #index = 0
  #distance = Number.POSITIVE_INFINITY

  /** Of each chunk in turn that is not known: whether to ask for it. */
  isDue({ hash, byteLength }: SizedHash): boolean {
    const isDue = this.#distance >= queryDistance && isQueried(hash, this.#index)
    this.#distance = isDue ? byteLength : this.#distance + byteLength
    this.#index++
    return isDue
  }
}

interface Told {
  readonly hmacKey: Uint8Array | null
  readonly expires: number
  readonly places: ReadonlyMap<string, Place>
}

/** For all files of a run. */
export class KnownChunks {
  /** By their hashes as text. */
  readonly #own = new Map<string, Place>()
  readonly #answers: Told[] = []
  #toldCount = 0
  readonly #placesMax: number

  /** `placesMax`: so many are remembered, of the run and of answers each; the usual number stands for about 32 GB of files. */
  constructor(placesMax = 500_000) {
    this.#placesMax = placesMax
  }

  /** A chunk that this run sends. */
  remember(hash: Uint8Array, place: Place): void {
    this.#own.set(formatHash(hash), place)
    if (this.#own.size > this.#placesMax) this.#own.delete(this.#own.keys().next().value!)
  }

  /** Takes the chunks that the service told of; where those are too many, the earliest answers are forgotten. */
  learn({ hmacKey, expires, xorbs }: Answer): void {
    const places = new Map<string, Place>()
    for (const { hash, chunks } of xorbs) {
      const xorb = nameXorb(hash)
      for (const [index, chunk] of chunks.entries())
        places.set(formatHash(chunk.hash), { xorb, index, byteLength: chunk.byteLength })
    }
    this.#answers.push({ hmacKey, expires, places })
    this.#toldCount += places.size
    while (this.#toldCount > this.#placesMax) this.#toldCount -= this.#answers.shift()!.places.size
  }

  /** `now`: seconds since 1970. Null where nobody is known to have the chunk. */
  find({ hash, byteLength }: SizedHash, now: number): Place | null {
    const own = this.#own.get(formatHash(hash))
    if (own !== undefined) return own
    for (const { hmacKey, expires, places } of this.#answers) {
      if (expires <= now) continue
      const place = places.get(formatHash(hmacKey === null ? hash : hashUnderKey(hash, hmacKey)))
      // One that has another length is another chunk, whatever was told.
      if (place?.byteLength === byteLength) return place
    }
    return null
  }
}
