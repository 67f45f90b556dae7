/**
 * The order of uploads. Objects are sorted by length and taken from both ends, so that neither do small ones wait for large
 * ones nor the other way round.
 */
import { mapConcurrent } from '../async/concurrent.ts'
import type { LfsObject } from '../model/entry.ts'
import type { ObjectAnswer } from './batch.ts'

/** Up to this length, the requests for an object take longer than its bytes. */
const smallByteLengthMax = 8 * 1024 * 1024
const smallTasksMax = 4
const anyTasksMax = 8
/** How many objects may wait for what comes after their bytes: as many as there are tasks. */
const finishingMax = smallTasksMax + anyTasksMax

type ReadBatch = (objects: readonly LfsObject[]) => Promise<ObjectAnswer[]>

/**
 * Sends an object's bytes. Returns what is then left to be done for it, which runs beside the next object; `null` for
 * nothing.
 */
type Work = (answer: ObjectAnswer) => Promise<(() => Promise<void>) | null>

/** The objects of one upload. The server is asked about a batch of them at a time. */
export class Queue {
  readonly #objects: readonly LfsObject[]
  readonly #batchMax: number
  readonly #readBatch: ReadBatch
  /** Batches that were asked for, until `left`, the number of objects that were not taken yet, is 0. */
  readonly #answers = new Map<number, { readonly asked: Promise<ObjectAnswer[]>; left: number }>()
  #first = 0
  #end: number
  #failed = false

  /** `readBatch` is called with at most `batchMax` objects, when one of them is the next to be taken. */
  constructor(objects: readonly LfsObject[], batchMax: number, readBatch: ReadBatch) {
    this.#batchMax = batchMax
    this.#objects = objects.toSorted((a, b) => a.byteLength - b.byteLength)
    this.#end = objects.length
    this.#readBatch = readBatch
  }

  /** What the server says of the largest objects, one batch of them: if it refuses any for their size, it refuses these. */
  async readLargest(): Promise<ObjectAnswer[]> {
    return this.#end === 0 ? [] : await this.#readAt(this.#batchOf(this.#end - 1)).asked
  }

  /**
   * Calls `work` for each object once. 8 tasks take the largest object that is left, 4 more tasks the smallest, up to 8 MiB.
   * `fail` is called with each error of `work` or of a batch, and no work begins after the first error. What is left to be
   * done for an object whose bytes have left is done all the same, for at most 12 objects at once.
   */
  async run(work: Work, fail: (error: unknown) => void): Promise<void> {
    const finishing = new Set<Promise<void>>()
    const failed = (error: unknown) => {
      this.#failed = true
      fail(error)
    }
    const task = async (index: number) => {
      try {
        const finish = await work(await this.#takeAnswer(index))
        if (finish === null) return
        while (finishing.size >= finishingMax) await Promise.race(finishing)
        const finished = finish()
          .catch(failed)
          .finally(() => finishing.delete(finished))
        finishing.add(finished)
      } catch (error) {
        failed(error)
      }
    }
    await Promise.all([
      mapConcurrent(this.#takeLargest(), anyTasksMax, task),
      mapConcurrent(this.#takeSmall(), smallTasksMax, task),
    ])
    await Promise.all(finishing)
  }

  *#takeLargest(): Generator<number> {
    while (this.#first < this.#end && !this.#failed) yield (this.#end -= 1)
  }

  *#takeSmall(): Generator<number> {
    const isSmall = () => this.#objects[this.#first]!.byteLength <= smallByteLengthMax
    while (this.#first < this.#end && isSmall() && !this.#failed) yield this.#first++
  }

  #batchOf(index: number): number {
    return Math.floor(index / this.#batchMax)
  }

  async #takeAnswer(index: number): Promise<ObjectAnswer> {
    const batch = this.#batchOf(index)
    const entry = this.#readAt(batch)
    entry.left -= 1
    if (entry.left === 0) this.#answers.delete(batch)
    return (await entry.asked)[index - batch * this.#batchMax]!
  }

  #readAt(batch: number) {
    const known = this.#answers.get(batch)
    if (known !== undefined) return known
    const objects = this.#objects.slice(batch * this.#batchMax, (batch + 1) * this.#batchMax)
    const entry = { asked: this.#readBatch(objects), left: objects.length }
    this.#answers.set(batch, entry)
    return entry
  }
}
