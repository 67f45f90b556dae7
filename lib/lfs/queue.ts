/**
 * The order of uploads. Objects are sorted by length and taken from both ends, so that neither do small ones wait for large
 * ones nor the other way round.
 */
import { mapConcurrent } from '../async/concurrent.ts'
import type { LfsObject } from '../model/entry.ts'
import type { ObjectAnswer } from './batch.ts'
import { batchMax } from './batch.ts'

/** Up to this length, the requests for an object take longer than its bytes. */
const smallByteLengthMax = 8 * 1024 * 1024
const smallTasksMax = 4
const anyTasksMax = 8

type ReadBatch = (objects: readonly LfsObject[]) => Promise<ObjectAnswer[]>

/** The objects of one upload. The server is asked about a hundred of them at a time. */
export class Queue {
  readonly #objects: readonly LfsObject[]
  readonly #readBatch: ReadBatch
  /** Batches that were asked for, until `left`, the number of objects that were not taken yet, is 0. */
  readonly #answers = new Map<number, { readonly asked: Promise<ObjectAnswer[]>; left: number }>()
  #first = 0
  #end: number
  #failed = false

  /** `readBatch` is called with at most 100 objects, when one of them is the next to be taken. */
  constructor(objects: readonly LfsObject[], readBatch: ReadBatch) {
    this.#objects = objects.toSorted((a, b) => a.byteLength - b.byteLength)
    this.#end = objects.length
    this.#readBatch = readBatch
  }

  /** What the server says of the largest objects, up to a hundred: if it refuses any for their size, it refuses these. */
  async readLargest(): Promise<ObjectAnswer[]> {
    return this.#end === 0 ? [] : await this.#readAt(this.#batchOf(this.#end - 1)).asked
  }

  /**
   * Calls `work` for each object once. 8 tasks take the largest object that is left, 4 more tasks the smallest, up to 8 MiB.
   * `fail` is called with each error of `work` or of a batch, and no work begins after the first error.
   */
  async run(work: (answer: ObjectAnswer) => Promise<void>, fail: (error: unknown) => void): Promise<void> {
    const task = async (index: number) => {
      try {
        await work(await this.#takeAnswer(index))
      } catch (error) {
        this.#failed = true
        fail(error)
      }
    }
    await Promise.all([
      mapConcurrent(this.#takeLargest(), anyTasksMax, task),
      mapConcurrent(this.#takeSmall(), smallTasksMax, task),
    ])
  }

  *#takeLargest(): Generator<number> {
    while (this.#first < this.#end && !this.#failed) yield (this.#end -= 1)
  }

  *#takeSmall(): Generator<number> {
    const isSmall = () => this.#objects[this.#first]!.byteLength <= smallByteLengthMax
    while (this.#first < this.#end && isSmall() && !this.#failed) yield this.#first++
  }

  #batchOf(index: number): number {
    return Math.floor(index / batchMax)
  }

  async #takeAnswer(index: number): Promise<ObjectAnswer> {
    const batch = this.#batchOf(index)
    const entry = this.#readAt(batch)
    entry.left -= 1
    if (entry.left === 0) this.#answers.delete(batch)
    return (await entry.asked)[index - batch * batchMax]!
  }

  #readAt(batch: number) {
    const known = this.#answers.get(batch)
    if (known !== undefined) return known
    const objects = this.#objects.slice(batch * batchMax, (batch + 1) * batchMax)
    const entry = { asked: this.#readBatch(objects), left: objects.length }
    this.#answers.set(batch, entry)
    return entry
  }
}
