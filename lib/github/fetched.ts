/**
 * Reads many files by their ids in one request, as git fetches files that a partial clone has left out. It does not count for
 * the API's limits, and brings only what is asked for. It is used for files that no archive gives.
 */
import { fetchObjects, type FetchOutcome } from '../git-wire/fetch.ts'
import type { PackReading, Unpacked } from '../git-wire/pack.ts'
import type { Api } from './api.ts'

/** The most bytes of one request: a part of what memory keeps. A file longer than `fileByteLengthMax` is read by itself. */
const byteLengthMax = 8_000_000
const fileByteLengthMax = 4_000_000
const filesMax = 1_000
/** How often a file may be asked for: for its sample, for its bytes, and once more. */
const readsMax = 3
/** A pack may hold what a file is made of beside the file itself. */
const overhead = 2

/** Files that can be fetched together. */
export class Fetched {
  readonly #api: Api
  /** The lengths of the files that may be asked for, by id, in the order in which they will be read. */
  readonly #files: Map<string, number>
  readonly #reads = new Map<string, number>()
  #turn: Promise<unknown> = Promise.resolve()

  constructor(api: Api, files: ReadonlyMap<string, number>) {
    this.#api = api
    this.#files = new Map([...files].filter(([, byteLength]) => byteLength <= fileByteLengthMax))
  }

  /**
   * The file's bytes; null where they do not come in this way. Files after it come with it, and are kept in memory as long
   * as there is room.
   */
  find(oid: string): Promise<Uint8Array | null> {
    const found = this.#turn.then(() => this.#read(oid))
    this.#turn = found.catch(() => {})
    return found
  }

  async #read(oid: string): Promise<Uint8Array | null> {
    const { memory } = this.#api
    const known = memory.findContent(oid)
    if (known || !this.#files.has(oid)) return known
    const batch = this.#takeBatch(oid)
    const missing = new Set(batch)
    let content: Uint8Array | null = null
    const take = (id: string, { body }: Unpacked) => {
      if (!missing.delete(id)) return
      memory.keepContent(id, body)
      if (id === oid) content = body
    }
    const outcome = await this.#fetch(missing, take)
    // A second answer may come whole.
    const settled = outcome === 'broken' && missing.size > 0 ? await this.#fetch(missing, take) : outcome
    // A service that does not answer this request will not answer others.
    if (settled !== 'whole') this.#files.clear()
    for (const one of batch) if (missing.has(one) || this.#reads.get(one) === readsMax) this.#files.delete(one)
    return content
  }

  async #fetch(oids: ReadonlySet<string>, take: PackReading['take']): Promise<FetchOutcome['kind']> {
    const wants = [...oids]
    const byteLength = wants.reduce((sum, oid) => sum + this.#files.get(oid)!, 0)
    const bounds = {
      byteLengthMax: fileByteLengthMax,
      keptBytesMax: 2 * byteLengthMax,
      totalBytesMax: overhead * (byteLength + 1_000 * wants.length),
    }
    return (await fetchObjects(this.#api.git, { wants }, { ...bounds, take })).kind
  }

  /** The files to ask for together: this one, those after it, and those before it that were not asked for yet. */
  #takeBatch(first: string): string[] {
    const all = [...this.#files.keys()]
    const at = all.indexOf(first)
    const later = all.slice(at + 1).filter((oid) => this.#api.memory.findContent(oid) === null)
    const batch: string[] = []
    let byteLength = 0
    for (const oid of [first, ...later, ...all.slice(0, at).filter((each) => !this.#reads.has(each))]) {
      byteLength += this.#files.get(oid)!
      if (batch.length === filesMax || byteLength > byteLengthMax) break
      batch.push(oid)
      this.#reads.set(oid, (this.#reads.get(oid) ?? 0) + 1)
    }
    return batch
  }
}
