/**
 * Reads many files by their ids in one request, as git fetches files that a partial clone has left out. It does not count for
 * the API's limits, and brings only what is asked for. It is used for files that no archive gives.
 */
import { dropBody, readWhole } from '../http/body.ts'
import { IntegrityError, RemoteError } from '../model/errors.ts'
import { askGit, type Api } from './api.ts'
import { flush, formatLine, joinBand, parseLines } from './pack.ts'
import { parsePack } from './unpack.ts'

/** The most bytes of one request: a part of what memory keeps. A file longer than `fileByteLengthMax` is read by itself. */
const byteLengthMax = 8_000_000
const fileByteLengthMax = 4_000_000
const filesMax = 1_000
/** How often a file may be asked for: for its sample, for its bytes, and once more. */
const readsMax = 3
const delimiter = Buffer.from('0001')
/** An answer may be so many times as long as the files: it has headers, and compression may not make files shorter. */
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
    const byteLength = batch.reduce((sum, one) => sum + this.#files.get(one)!, 0)
    const answer = await fetchBlobs(this.#api, batch, byteLength)
    // A second answer may come whole.
    const settled = answer === 'broken' ? await fetchBlobs(this.#api, batch, byteLength) : answer
    const contents = typeof settled === 'string' ? null : settled
    // A service that does not answer this request will not answer others.
    if (contents === null) this.#files.clear()
    for (const one of batch) {
      const content = contents?.get(one)
      if (content) memory.keepContent(one, content)
      if (!content || this.#reads.get(one) === readsMax) this.#files.delete(one)
    }
    return contents?.get(oid) ?? null
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

/** Fetches blobs, by their ids, which are computed here. `refused`: the service gives none; `broken`: the answer is not whole. */
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
      dropBody(response)
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
