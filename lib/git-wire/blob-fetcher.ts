/**
 * Reads many files in few requests, by their git ids, as a partial clone does with files that it has left out. What does not
 * come so has to be read in another way.
 */
import { countBatches, groupByWeight } from '../model/batches.ts'
import { fetchedByteLengthMax } from '../model/bounded-cache.ts'
import { fetchObjects } from './fetch.ts'
import type { GitServer } from './server.ts'

/** The most bytes and files of one request. A file longer than `fetchedByteLengthMax` is read by itself. */
const byteLengthMax = 8_000_000
const filesMax = 4_000
/**
 * Fewer files are not fetched at first: a remote reads so many of them at once, and waits no longer for that than for a fetch,
 * which a service may refuse. One that has given files is asked for two of them, too.
 */
const firstFilesMin = 8
const nextFilesMin = 2
/** How often files are asked for. */
const attemptsMax = 2
/**
 * A service that has given files and fails is asked again after so many others, and later each time: a moment's failure must
 * not cost the rest of 100,000 files a request each.
 */
const pauseFirst = 100
const pauseFactor = 10

/** The lengths of files that will be read, by git id, in the order in which that will be. */
export type Expected = Map<string, number>

/** What a run keeps of a repository: the bytes of files by git id, which were computed from them. */
interface Kept {
  readonly expected: Expected
  readonly find: (oid: string) => Uint8Array | null
  /** Contents are kept as long as there is room for them: for those of at least one request. */
  readonly keep: (oid: string, content: Buffer) => void
}

/** How many requests files of these lengths take, and how many of them are read otherwise. */
export function guessFetches(byteLengths: readonly number[]): { readonly fetches: number; readonly others: number } {
  const { length } = byteLengths
  if (length < firstFilesMin) return { fetches: 0, others: length }
  const fetched = byteLengths.filter((byteLength) => byteLength <= fetchedByteLengthMax)
  const groups = groupByWeight(fetched, byteLengthMax, (byteLength) => byteLength)
  const fetches = groups.reduce((sum, { length: count }) => sum + countBatches(count, filesMax), 0)
  return { fetches, others: length - fetched.length }
}

/**
 * The files from that one on, then all that are still there: who takes files away gets each once. Where 100,000 are
 * expected, a list of them for each batch would cost more than reading the files.
 */
function* listFrom(expected: Expected, first: string): Generator<[oid: string, byteLength: number]> {
  let isReached = false
  for (const each of expected) if ((isReached ||= each[0] === first)) yield each
  yield* expected
}

/** Fetches files of a repository that are expected. */
export class BlobFetcher {
  readonly #server: GitServer
  readonly #kept: Kept
  #filesMin = firstFilesMin
  /** How many files are read otherwise before the service is asked again, and how many after its next failure. */
  #pause = 0
  #nextPause = Infinity
  #turn: Promise<unknown> = Promise.resolve()

  constructor(server: GitServer, kept: Kept) {
    this.#server = server
    this.#kept = kept
  }

  /** The file's bytes; null where they do not come in this way. Files that are expected after it come with it. */
  find(oid: string): Promise<Uint8Array | null> {
    const found = this.#turn.then(() => this.#read(oid))
    this.#turn = found.catch(() => {})
    return found
  }

  async #read(oid: string): Promise<Uint8Array | null> {
    const { expected, find } = this.#kept
    const isSmall = (expected.get(oid) ?? Infinity) <= fetchedByteLengthMax
    const isMissing = find(oid) === null
    if (isMissing && this.#pause > 0) this.#pause -= 1
    else if (isMissing && isSmall && expected.size >= this.#filesMin) await this.#fetch(this.#takeBatch(oid))
    expected.delete(oid)
    return find(oid)
  }

  /** The files to ask for together, which are not expected any more: this one, those after it, then those before it. */
  #takeBatch(first: string): Expected {
    const { expected, find } = this.#kept
    const batch: Expected = new Map()
    let left = byteLengthMax
    for (const [oid, byteLength] of listFrom(expected, first)) {
      if (byteLength > fetchedByteLengthMax || find(oid) !== null) continue
      left -= byteLength
      if (batch.size === filesMax || left < 0) break
      expected.delete(oid)
      batch.set(oid, byteLength)
    }
    return batch
  }

  /** Fetches files, and once more those that did not come. A service that has never given any is not asked again. */
  async #fetch(batch: Expected): Promise<void> {
    const { size } = batch
    for (let attempt = 1; attempt <= attemptsMax && batch.size > 0; attempt += 1) {
      const byteLength = [...batch.values()].reduce((sum, length) => sum + length, 0)
      const outcome = await fetchObjects(this.#server, [...batch.keys()], {
        byteLengthMax: fetchedByteLengthMax,
        // All of them, with what keeping them takes: any may be the base of another.
        keptBytesMax: 2 * byteLengthMax,
        totalBytesMax: 2 * (byteLength + 1_000 * batch.size),
        take: (oid, { body }) => {
          if (!batch.delete(oid)) return
          this.#kept.keep(oid, body)
          this.#nextPause = pauseFirst
        },
      })
      if (outcome.kind === 'whole' && batch.size < size) {
        this.#filesMin = nextFilesMin
        return
      }
      // A server may name the one object that it does not have, and gives none of the others then.
      const [lacking = ''] = outcome.kind === 'refused' ? (/\b[0-9a-f]{40}\b/.exec(outcome.why) ?? []) : []
      if (outcome.kind !== 'broken' && !batch.delete(lacking)) break
    }
    if (batch.size === 0) return
    this.#pause = this.#nextPause
    this.#nextPause *= pauseFactor
    for (const [oid, byteLength] of batch) this.#kept.expected.set(oid, byteLength)
  }
}
