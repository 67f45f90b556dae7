/** The order of uploads: from both ends of the objects sorted by length, so that neither small nor large ones wait for the others. */
import { mapConcurrent } from '../async/concurrent.ts'
import type { LfsObject } from '../model/entry.ts'
import type { ObjectAnswer } from './batch.ts'
import { batchMax } from './batch.ts'

/** Up to this length an object takes more time for its requests than for its bytes. */
const smallByteLengthMax = 8 * 1024 * 1024
const smallTasksMax = 4
const anyTasksMax = 8

type ReadBatch = (objects: readonly LfsObject[]) => Promise<ObjectAnswer[]>

/** The objects of one upload, and what the server says of them, asked a hundred at a time. */
export class Queue {
  readonly #objects: readonly LfsObject[]
  readonly #readBatch: ReadBatch
  /** The answers of a batch, kept until all of its objects have been taken: thousands would fill the memory. */
  readonly #answers = new Map<number, { readonly asked: Promise<ObjectAnswer[]>; left: number }>()
  #first = 0
  #end: number
  #failed = false

  /** `readBatch` is called with at most 100 objects, and only when one of them is next. */
  constructor(objects: readonly LfsObject[], readBatch: ReadBatch) {
    this.#objects = objects.toSorted((a, b) => a.byteLength - b.byteLength)
    this.#end = objects.length
    this.#readBatch = readBatch
  }

  /** What the server says of the largest hundred objects: those that it refuses as too large are among them. */
  async readLargest(): Promise<ObjectAnswer[]> {
    return this.#end === 0 ? [] : await this.#readAt(this.#batchOf(this.#end - 1)).asked
  }

  /**
   * Gives every object to `work` once: 8 tasks at once take the largest that is left, 4 more the smallest, as long as that
   * is small. An error of `work` or of a batch goes to `fail`, and nothing new begins after it.
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
