/**
 * Files of one commit out of its archive: two requests, however many files there are. GitHub makes it with `git
 * archive`, which may leave files out or change them (`export-ignore`, `export-subst`), so each is known by its git id
 * alone, and what is not found has to be asked for otherwise.
 */
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { isSuccess } from '../http/answer.ts'
import { BrokenError, RemoteError } from '../model/errors.ts'
import { gitBlobId } from '../model/git-object.ts'
import { askStream, type Api } from './api.ts'
import type { Expected } from './expected.ts'
import { readTar } from './tar.ts'

/**
 * How often the download may begin: once for samples, once for what had no room in memory until it was stored, and for
 * connections that break.
 */
const downloadsMax = 4
/**
 * Unpacked at once. Each piece is a task for another thread, and node's own 16 kB are so small that handing them over
 * takes longer than unpacking.
 */
const unpackedByteLength = 256 * 1024

/** The archive of a commit, in which files are found by their git ids. */
export class Archive {
  readonly #api: Api
  /** What is looked for. */
  readonly #expected: Expected
  readonly #lengths = new Set<number>()
  readonly #byteLengthMax: number
  /** What turned out not to be in it; `null`: nothing comes from it any more. */
  #absent: Set<string> | null = new Set()
  /** Expected files that the download now open has given so far, by id. */
  #passed = new Set<string>()
  #open: AsyncGenerator<Buffer[]> | null = null
  #close: () => void = () => {}
  #downloads = 0
  #turn: Promise<unknown> = Promise.resolve()

  /**
   * `byteLengthMax`: what the archive unpacks to at most; a longer one holds something else, such as LFS objects in
   * place of their pointers.
   */
  constructor(api: Api, expected: Expected, byteLengthMax: number) {
    this.#api = api
    this.#expected = expected
    this.#byteLengthMax = byteLengthMax
    for (const [, byteLength] of expected.lengths()) this.#lengths.add(byteLength)
  }

  /**
   * The file's bytes; null where it is not in the archive, or there is none. Reads on as far as it has to, and keeps
   * what comes by on the way in memory, as long as there is room.
   */
  find(oid: string): Promise<Uint8Array | null> {
    const found = this.#turn.then(() => this.#seek(oid))
    this.#turn = found.catch(() => {})
    return found
  }

  /** Whether it may still be found. */
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
      // A file that this download has given already, and that memory has dropped since, needs another download.
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
    const source = Readable.fromWeb(body)
    const gunzip = createGunzip({ chunkSize: unpackedByteLength })
    // A failure of either stream reaches the reader of `gunzip`; here it must only not go unhandled.
    pipeline(source, gunzip).catch(() => {})
    this.#open = readTar(gunzip, (byteLength) => this.#lengths.has(byteLength), this.#byteLengthMax)
    this.#close = () => source.destroy()
  }

  /** `null`: there is none for us, and asking again would not help. */
  async #download(): Promise<Parameters<typeof Readable.fromWeb>[0] | null> {
    const { ownerAndRepo, repeating } = this.#api
    try {
      const answer = await askStream(() =>
        repeating.request('GET /repos/{owner}/{repo}/tarball/{ref}', {
          ...ownerAndRepo,
          ref: this.#expected.commit,
          headers: { 'accept-encoding': 'identity' },
        }),
      )
      return isSuccess(answer) ? (answer.data as Parameters<typeof Readable.fromWeb>[0] | null) : null
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error
      return null
    }
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
        // The id that is expected, and not another text of the same digits, which would be kept beside it.
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

  /** `null` for a download that broke, or that is not what it should be. */
  async #read(): Promise<Buffer[] | 'end' | null> {
    try {
      const { value, done } = (await this.#open?.next()) ?? { done: true, value: undefined }
      return done ? 'end' : value
    } catch (error) {
      // What is another archive than was expected would be that again.
      if (error instanceof RemoteError && !(error instanceof BrokenError)) this.#absent = null
      // Else, whatever zlib, node or the network say: it may come whole next time, and whoever has stopped the run is
      // told by the next request.
      return null
    }
  }
}
