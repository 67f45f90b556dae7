/** Puts objects of a pack together that are told as deltas, and keeps what later deltas may refer to. */
import { gitObjectId } from '../model/git-object.ts'
import { applyDelta, deltaResultByteLength } from './delta.ts'
import type { PackReading, Unpacked } from './pack.ts'

/** `offset`: where it begins in the pack. `base`: an id, or where the base begins. */
interface Delta {
  readonly offset: number
  readonly base: string | number
  readonly bytes: Buffer
}

interface Kept extends Unpacked {
  readonly oid: string
}

/** What a value in the maps here takes beside its bytes, about. */
const overhead = 300

/** The objects of a pack that is being read. */
export class Deltas {
  /** How many deltas have no base here. Those that wait when the pack ends have none either. */
  #leftOut = 0
  readonly #reading: PackReading
  readonly #count: (byteLength: number) => void
  /** By offset, the one that was used last at the end. */
  readonly #kept = new Map<number, Kept>()
  /** Where the kept objects begin, by id. */
  readonly #offsets = new Map<string, number>()
  /** By the base that they wait for. */
  readonly #waiting = new Map<string | number, Delta[]>()
  readonly #waitingOffsets = new Set<number>()
  #keptBytes = 0

  /** `count` is called with the length of each object before it is made. */
  constructor(reading: PackReading, count: (byteLength: number) => void) {
    this.#reading = reading
    this.#count = count
  }

  get leftOut(): number {
    return this.#leftOut + this.#waitingOffsets.size
  }

  count(byteLength: number): void {
    this.#count(byteLength)
  }

  leaveOut(): void {
    this.#leftOut += 1
  }

  /** Gives an object, and all that have waited for it. There may be any number of these, so this is no recursion. */
  async give(offset: number, object: Unpacked): Promise<void> {
    const ready: [offset: number, object: Unpacked][] = [[offset, object]]
    for (let next; (next = ready.pop());) {
      const [at, one] = next
      const oid = gitObjectId(one.type, one.body)
      this.#keep(at, { ...one, oid })
      const given = this.#reading.take(oid, one)
      if (given) await given
      for (const delta of this.#takeWaiting(oid, at)) {
        const made = this.#apply(one, delta)
        if (made) ready.push([delta.offset, made])
      }
    }
  }

  /** Gives the object that a delta makes, or waits for its base. */
  async addDelta(delta: Delta): Promise<void> {
    const { base, offset, bytes } = delta
    const known = this.#findBase(base)
    if (known) {
      const made = this.#apply(known, delta)
      if (made) await this.give(offset, made)
    } else if ((typeof base === 'string' || this.#waitingOffsets.has(base)) && this.#makeRoom(bytes.length)) {
      this.#waitingOffsets.add(offset)
      const others = this.#waiting.get(base)
      if (others) others.push(delta)
      else this.#waiting.set(base, [delta])
    } else this.leaveOut()
  }

  #apply({ type, body }: Unpacked, { bytes }: Delta): Unpacked | null {
    const byteLength = deltaResultByteLength(bytes)
    if (byteLength > this.#reading.byteLengthMax) {
      this.leaveOut()
      return null
    }
    this.#count(byteLength)
    return { type, body: applyDelta(body, bytes) }
  }

  #findBase(base: string | number): Unpacked | null {
    const offset = typeof base === 'number' ? base : (this.#offsets.get(base) ?? -1)
    const kept = this.#kept.get(offset)
    if (kept) {
      this.#kept.delete(offset)
      this.#kept.set(offset, kept)
      return kept
    }
    return typeof base === 'string' ? (this.#reading.findBase?.(base) ?? null) : null
  }

  #takeWaiting(oid: string, offset: number): readonly Delta[] {
    if (this.#waiting.size === 0) return []
    return [oid, offset].flatMap((base) => {
      const deltas = this.#waiting.get(base)
      if (!deltas) return []
      this.#waiting.delete(base)
      for (const delta of deltas) {
        this.#waitingOffsets.delete(delta.offset)
        this.#keptBytes -= delta.bytes.length + overhead
      }
      return deltas
    })
  }

  #keep(offset: number, object: Kept): void {
    if (!this.#makeRoom(object.body.length)) return
    this.#kept.set(offset, object)
    this.#offsets.set(object.oid, offset)
  }

  /** Takes so many bytes of memory. False where there is no room, also without the objects that are kept. */
  #makeRoom(byteLength: number): boolean {
    this.#keptBytes += byteLength + overhead
    for (const [offset, { oid, body }] of this.#kept) {
      if (this.#keptBytes <= this.#reading.keptBytesMax) return true
      this.#kept.delete(offset)
      if (this.#offsets.get(oid) === offset) this.#offsets.delete(oid)
      this.#keptBytes -= body.length + overhead
    }
    if (this.#keptBytes <= this.#reading.keptBytesMax) return true
    this.#keptBytes -= byteLength + overhead
    return false
  }
}
