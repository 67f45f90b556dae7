/** Puts objects of a pack together that are told as deltas, and keeps what later deltas may refer to. */
import { gitObjectId } from '../model/git-object.ts'
import { applyDelta } from './delta.ts'
import { broken } from './failure.ts'
import type { PackReading, Unpacked } from './pack.ts'

/** `offset`: where it begins in the pack. `base`: an id, or where the base begins. */
interface Delta {
  readonly offset: number
  readonly base: string | number
  readonly bytes: Buffer
}

interface Kept extends Unpacked {
  readonly oid: string
  readonly offset: number
}

/** What a value in the maps here takes beside its bytes, about. */
const overhead = 300
/** What an object counts for beside its bytes, so that a pack cannot hold millions of empty ones for nothing. */
const objectByteLength = 100

/** The objects of a pack that is being read. */
export class Deltas {
  /** How many objects were left out, apart from deltas that still wait. */
  leftOut = 0
  readonly #reading: PackReading
  /** By id and by offset, the one that was used last at the end. */
  readonly #kept = new Map<string | number, Kept>()
  /** It goes on where it was: each new one would have to pass over all that was deleted from the front. */
  #oldest = this.#kept.values()
  /** By the base that they wait for. */
  readonly #waiting = new Map<string | number, Delta[]>()
  readonly #waitingOffsets = new Set<number>()
  #keptBytes = 0
  #totalBytes = 0

  constructor(reading: PackReading) {
    this.#reading = reading
  }

  /** How many deltas wait for a base. */
  get waiting(): number {
    return this.#waitingOffsets.size
  }

  /**
   * Whether an object of so many bytes, which are about to be read or made, is short enough; else it is left out. Throws
   * where all objects together have too many bytes.
   */
  isShort(byteLength: number): boolean {
    const { byteLengthMax, totalBytesMax } = this.#reading
    this.#totalBytes += byteLength + objectByteLength
    if (this.#totalBytes > totalBytesMax) throw broken(`its objects have more than ${totalBytesMax} bytes`)
    if (byteLength <= byteLengthMax) return true
    this.leftOut += 1
    return false
  }

  /** Gives an object that begins there, and all that have waited for it. */
  give(offset: number, object: Unpacked): void {
    // There may be any number of these, so this is no recursion, and each is made when the one before it was taken.
    const ready: Delta[] = []
    for (let next: readonly [number, Unpacked] | null = [offset, object]; next; next = this.#makeNext(ready)) {
      const [at, one] = next
      const oid = gitObjectId(one.type, one.body)
      if (this.#makeRoom(one.body.length)) this.#keep({ ...one, oid, offset: at })
      this.#reading.take(oid, one)
      if (this.#waiting.size === 0) continue
      for (const base of [oid, at]) {
        for (const delta of this.#waiting.get(base) ?? []) ready.push(delta)
        this.#waiting.delete(base)
      }
    }
  }

  /** Gives the object that a delta makes, or waits for its base. */
  addDelta(delta: Delta): void {
    const { base, offset, bytes } = delta
    const known = this.#findBase(base)
    if (known) {
      const made = this.#make(known, delta)
      if (made) this.give(offset, made)
    } else if ((typeof base === 'string' || this.#waitingOffsets.has(base)) && this.#makeRoom(bytes.length)) {
      this.#waitingOffsets.add(offset)
      const others = this.#waiting.get(base)
      if (others) others.push(delta)
      else this.#waiting.set(base, [delta])
    } else this.leftOut += 1
  }

  /** The object of the last delta that is ready, and where it begins. A delta whose base had no room is left out. */
  #makeNext(ready: Delta[]): readonly [number, Unpacked] | null {
    for (let delta; (delta = ready.pop());) {
      this.#waitingOffsets.delete(delta.offset)
      this.#keptBytes -= delta.bytes.length + overhead
      const known = this.#findBase(delta.base)
      const made = known && this.#make(known, delta)
      if (made) return [delta.offset, made]
      if (!known) this.leftOut += 1
    }
    return null
  }

  #make({ type, body }: Unpacked, { bytes }: Delta): Unpacked | null {
    const made = applyDelta(body, bytes, (byteLength) => this.isShort(byteLength))
    return made && { type, body: made }
  }

  #findBase(base: string | number): Unpacked | null {
    const kept = this.#kept.get(base)
    if (!kept) return null
    this.#forget(kept)
    this.#keep(kept)
    return kept
  }

  #keep(kept: Kept): void {
    this.#kept.set(kept.oid, kept).set(kept.offset, kept)
  }

  #forget({ oid, offset }: Kept): void {
    this.#kept.delete(oid)
    this.#kept.delete(offset)
  }

  /** Takes so many bytes of memory. False where there is no room, also without the objects that are kept. */
  #makeRoom(byteLength: number): boolean {
    const { keptBytesMax } = this.#reading
    const taken = byteLength + overhead
    // What has no room at all makes nobody go.
    if (taken > keptBytesMax) return false
    this.#keptBytes += taken
    while (this.#keptBytes > keptBytesMax) {
      if (this.#kept.size === 0) {
        this.#keptBytes -= taken
        return false
      }
      const { value: oldest } = this.#oldest.next()
      if (oldest) {
        this.#forget(oldest)
        this.#keptBytes -= oldest.body.length + overhead
      } else this.#oldest = this.#kept.values()
    }
    return true
  }
}
