/**
 * Reads files of a commit out of its archive: two requests, however many files there are. GitHub makes the archive with `git
 * archive`, which may leave files out or change them (`export-ignore`, `export-subst`). So files are found by their git ids,
 * and a file that is not found has to be read in another way.
 */
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { catchRemoteError, isSuccess } from '../http/answer.ts'
import type { Bytes } from '../http/body.ts'
import { BrokenError, RemoteError } from '../model/errors.ts'
import { gitBlobId } from '../model/git-object.ts'
import { ask, streaming, type Api } from './api.ts'
import type { Expected } from './expected.ts'
import { readTar } from './tar.ts'

/**
 * How often the archive may be downloaded: when the plan reads samples, when files are stored that memory had no room for,
 * and again after connections that broke.
 */
const downloadsMax = 4
/**
 * How much zlib unpacks at once. Each piece is handed to another thread, which for node's own 16 kB takes longer than
 * unpacking them.
 */
const unpackedByteLength = 256 * 1024

/** The archive of a commit. Its downloads are begun by `find`, and read only as far as they have to be. */
export class Archive {
  readonly #api: Api
  /** The files that are looked for. */
  readonly #expected: Expected
  readonly #lengths = new Set<number>()
  readonly #byteLengthMax: number
  /** The ids of files that are not in the archive; `null`: the archive cannot be had. */
  #absent: Set<string> | null = new Set()
  /** The ids of expected files that the present download has given. */
  #passed = new Set<string>()
  #open: AsyncGenerator<Buffer[]> | null = null
  #close: () => void = () => {}
  #downloads = 0
  #turn: Promise<unknown> = Promise.resolve()

  /**
   * `byteLengthMax`: the most that the archive may unpack to. A longer one holds other files, such as LFS objects in place
   * of their pointers.
   */
  constructor(api: Api, expected: Expected, byteLengthMax: number) {
    this.#api = api
    this.#expected = expected
    this.#byteLengthMax = byteLengthMax
    for (const [, byteLength] of expected.lengths()) this.#lengths.add(byteLength)
  }

  /**
   * The file's bytes; null where it is not in the archive, or there is none. Expected files that come before it are kept in
   * memory, as long as there is room.
   */
  find(oid: string): Promise<Uint8Array | null> {
    const found = this.#turn.then(() => this.#seek(oid))
    this.#turn = found.catch(() => {})
    return found
  }

  /** Whether `find` may find the file. */
  has(oid: string): boolean {
    return this.#absent !== null && !this.#absent.has(oid) && this.#expected.has(oid)
  }

  /** Ends the download under way. A later `find` begins another one. */
  close(): void {
    this.#close()
    this.#close = () => {}
    this.#open = null
    this.#passed = new Set()
  }

  async #seek(oid: string): Promise<Uint8Array | null> {
    while (this.has(oid)) {
      const known = this.#api.memory.findContent(oid)
      if (known) return known
      // This download may have given the file already, and memory may have dropped it.
      if (this.#open === null || this.#passed.has(oid)) await this.#begin()
      const found = await this.#next(oid)
      if (found) return found
    }
    return null
  }

  async #begin(): Promise<void> {
    this.close()
    const body = this.#downloads < downloadsMax ? await this.#download() : null
    if (body === null) return void (this.#absent = null)
    this.#downloads += 1
    const source = Readable.from(body)
    const gunzip = createGunzip({ chunkSize: unpackedByteLength })
    // `#read` gets the failure of either stream. Without this, node would call it unhandled too.
    pipeline(source, gunzip).catch(() => {})
    this.#open = readTar(gunzip, (byteLength) => this.#lengths.has(byteLength), this.#byteLengthMax)
    this.#close = () => source.destroy()
  }

  /** The body of the answer; `null` where GitHub gives none. */
  async #download(): Promise<Bytes | null> {
    const sending = { ...streaming, headers: { 'accept-encoding': 'identity' } }
    const sent = ask(this.#api, 'GET /repos/{owner}/{repo}/tarball/{ref}', { ref: this.#expected.commit }, sending)
    const answer = await catchRemoteError(sent, null)
    return answer && isSuccess(answer) ? (answer.data as Bytes | null) : null
  }

  /**
   * Reads on to the next files that are looked for, and keeps them. Null where the one that is wanted is not among
   * them, also where the download ended: at its true end all is known that is not in there.
   */
  async #next(wanted: string): Promise<Buffer | null> {
    for (let step = await this.#read(); step !== null; step = await this.#read()) {
      if (step === 'end') {
        for (const [oid] of this.#expected.lengths()) if (!this.#passed.has(oid)) this.#absent?.add(oid)
        break
      }
      let [isFound, found]: [boolean, Buffer | null] = [false, null]
      for (const content of step) {
        // The string that `expected` holds is kept, and not a second one for the same id.
        const oid = this.#expected.find(gitBlobId(content))
        if (oid === null || !this.has(oid)) continue
        this.#passed.add(oid)
        this.#api.memory.keepPart(oid, content)
        isFound = true
        if (oid === wanted) found = Buffer.from(content)
      }
      if (this.#passed.size + (this.#absent?.size ?? 0) >= this.#expected.size) this.close()
      if (isFound) return found
    }
    this.close()
    return null
  }

  /** The next files of the download; `null` where it broke, or is not the expected archive. */
  async #read(): Promise<Buffer[] | 'end' | null> {
    try {
      const { value, done } = (await this.#open?.next()) ?? { done: true, value: undefined }
      return done ? 'end' : value
    } catch (error) {
      // Another download would be too long again.
      if (error instanceof RemoteError && !(error instanceof BrokenError)) this.#absent = null
      // After any error of zlib, node or the network, another download may come whole. If the run was stopped, the next
      // request throws that.
      return null
    }
  }
}
