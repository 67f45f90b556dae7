/**
 * Files by their ids, many in one request, as git fetches those that a partial clone left out. None of the API's limits
 * is on that, and it brings what is wanted alone: for what no archive gives.
 */
import { readWhole } from '../http/body.ts'
import { IntegrityError, RemoteError } from '../model/errors.ts'
import { askGit, type Api } from './api.ts'
import { flush, formatLine, joinBand, parseLines } from './pack.ts'
import { parsePack } from './unpack.ts'

/** Of one request: memory keeps four times as much. A file that is longer is read by itself. */
const byteLengthMax = 8_000_000
const fileByteLengthMax = 4_000_000
const filesMax = 1_000
/** How often one file may be asked for so: for its sample, for its bytes, and once more. */
const readsMax = 3
const delimiter = Buffer.from('0001')
/** Headers, progress, and what does not get shorter by compression. */
const overhead = 2

/** Files that come as git fetches them, many in one answer. */
export class Fetched {
  readonly #api: Api
  /** What may be asked for: length by id, in the order in which it is read. */
  readonly #files: Map<string, number>
  readonly #reads = new Map<string, number>()
  #turn: Promise<unknown> = Promise.resolve()

  constructor(api: Api, files: ReadonlyMap<string, number>) {
    this.#api = api
    this.#files = new Map([...files].filter(([, byteLength]) => byteLength <= fileByteLengthMax))
  }

  /**
   * The file's bytes; null where they do not come in this way. The files after it come along, and are kept in memory as
   * long as there is room.
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
    const byteLength = batch.reduce((sum, one) => sum + this.#files.get(one)!, 0)
    const answer = await fetchBlobs(this.#api, batch, byteLength)
    // One that broke may come whole the next time.
    const settled = answer === 'broken' ? await fetchBlobs(this.#api, batch, byteLength) : answer
    const contents = typeof settled === 'string' ? null : settled
    // A service that does not answer so will not do so for the next ones.
    if (contents === null) this.#files.clear()
    for (const one of batch) {
      const content = contents?.get(one)
      if (content) memory.keepContent(one, content)
      if (!content || this.#reads.get(one) === readsMax) this.#files.delete(one)
    }
    return contents?.get(oid) ?? null
  }

  /** The files to ask for together: this one, those after it, then those before it that nobody has asked for yet. */
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

/**
 * Blobs by their ids, each computed from the bytes. `refused`: git's own protocol does not give them; `broken`: what
 * came is not whole, or not what was asked for.
 */
async function fetchBlobs(
  api: Api,
  oids: readonly string[],
  byteLength: number,
): Promise<ReadonlyMap<string, Buffer> | 'refused' | 'broken'> {
  const body = Buffer.concat([
    formatLine('command=fetch\n'),
    formatLine('agent=hubmirror\n'),
    delimiter,
    formatLine('no-progress\n'),
    ...oids.map((oid) => formatLine(`want ${oid}\n`)),
    formatLine('done\n'),
    flush,
  ])
  try {
    const headers = { 'accept-encoding': 'identity', 'git-protocol': 'version=2' }
    const response = await askGit(api, 'git-upload-pack', body, headers)
    if (response.status !== 200) {
      await response.body?.cancel()
      return 'refused'
    }
    const most = overhead * byteLength + 1_000 * (oids.length + 100)
    const objects = parsePackfile(await readWhole(response, most, 'the files that were asked for'), byteLength)
    if (objects === null) return 'broken'
    return new Map([...objects].flatMap(([oid, one]) => (one.type === 'blob' ? [[oid, one.body] as const] : [])))
  } catch (error) {
    if (!(error instanceof RemoteError || error instanceof IntegrityError)) throw error
    return 'broken'
  }
}

function parsePackfile(answer: Buffer, byteLength: number): ReturnType<typeof parsePack> {
  const [section, ...packets] = parseLines(answer) ?? []
  if (section?.toString().trimEnd() !== 'packfile') return null
  return parsePack(joinBand(packets), byteLength)
}
