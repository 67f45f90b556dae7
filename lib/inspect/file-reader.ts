/**
 * Reads as little of data files as is asked for: parts of large files, all of small ones, which are read like any other.
 * What is in memory already costs nothing. All that it reads is bounded, in requests and in bytes.
 */
import { formatCount } from '../facts/facts.ts'
import { contentByteLength, type Content } from '../model/content.ts'
import type { Entry, LfsObject } from '../model/entry.ts'
import { DeniedError, IntegrityError, RefusedError, RemoteError } from '../model/errors.ts'
import type { Remote } from '../model/remote.ts'
import { awaitSides, mapSides, sides, valuesOf, type Side, type Sides } from '../model/sides.ts'
import type { Contents } from '../planner/contents.ts'
import { unpackGzip, type Unpacked } from './unpack.ts'

/** Most footers, schemas and image headers end within it. */
export const firstByteLength = 8_192
/** Of text formats, which tell their rows only as a whole. */
export const wholeByteLengthMax = 1_048_576
/** Of all files together. */
const bytesMax = 8_388_608
const readsMax = 160
/** Text that one packed file may become, and all of them. */
const unpackedMax = 4_194_304
const allUnpackedMax = 33_554_432

/** Reads files of both sides for what a plan says of them, up to a number of reads and of bytes in all. */
export class FileReader {
  readonly #remotes: Sides<Remote>
  readonly #contents: Contents
  #bytesLeft = bytesMax
  #readsLeft = readsMax
  #unpackedLeft = allUnpackedMax
  /** Sides that failed once are not asked again. */
  readonly #failures = new Map<Side, Error>()
  /** Paths of which a side gave no part. */
  readonly #withheld = mapSides(() => new Set<string>())
  #isCut = false

  constructor(remotes: Sides<Remote>, contents: Contents) {
    this.#remotes = remotes
    this.#contents = contents
  }

  /** Whether something was left out because it would have been too much. */
  get isCut(): boolean {
    return this.#isCut
  }

  /** Notes that something was. */
  cut(): void {
    this.#isCut = true
  }

  /** Sentences on the sides that failed or gave no parts. */
  listFailures(): string[] {
    const withheld = sides.filter((side) => this.#withheld[side].size > 0)
    return [
      ...withheld.map((side) => {
        const files = formatCount(this.#withheld[side].size, 'data file')
        return `No part of ${files} was to be had from ${this.#remotes[side].service}`
      }),
      ...[...this.#failures].map(
        ([side, error]) =>
          `Data files of ${this.#remotes[side].service} were not all looked into: ${error.message}. The plan is not changed by that`,
      ),
    ]
  }

  /** Whether everybody can read both sides; false where a side does not tell. */
  async areAllPublic(): Promise<boolean> {
    const visible = await awaitSides((side) => this.#try(side, () => this.#remotes[side].readVisibility()))
    return valuesOf(visible).every((visibility) => visibility === 'public')
  }

  /** What stands at the paths of a side; nothing where that cannot be had. */
  async readEntries(side: Side, commit: string | null, paths: readonly string[]): Promise<Map<string, Entry | null>> {
    if (commit === null) return new Map()
    return (await this.#try(side, () => this.#remotes[side].readEntries(commit, paths))) ?? new Map()
  }

  /** Asks for the addresses of objects that will be read, together. */
  async locate(files: readonly Content[]): Promise<void> {
    const objects = mapSides(() => new Map<string, LfsObject>())
    for (const file of files) {
      if ('text' in file || !file.entry.lfs || this.#find(file)) continue
      const located = objects[file.side]
      if (located.size < this.#remotes[file.side].capabilities.objectsMax)
        located.set(file.entry.lfs.oid, file.entry.lfs)
    }
    await Promise.all(
      sides.map(async (side) => {
        if (objects[side].size > 0)
          await this.#try(side, () => this.#remotes[side].locateObjects([...objects[side].values()]))
      }),
    )
  }

  /** Whether the bytes of a file are in memory. */
  isKnown(file: Content): boolean {
    return this.#find(file) !== null
  }

  /** All of a small file; null where it is large, or cannot be had. */
  async readWhole(file: Content): Promise<Uint8Array | null> {
    const known = this.#find(file)
    if (known || 'text' in file) return known
    const { byteLength } = file.entry
    if (byteLength > wholeByteLengthMax || !this.#spend(byteLength)) return null
    return this.#try(file.side, () => this.#contents.readEntry(file, file.entry))
  }

  #find(file: Content): Uint8Array | null {
    return 'text' in file
      ? Buffer.from(file.text)
      : this.#contents.find(file.entry.lfs ? { ...file.entry, oid: file.entry.lfs.oid } : file.entry)
  }

  /**
   * Bytes `from` to `to` (exclusive); null where they cannot be had. Of a small plain file all is read: it is proven then,
   * and need not come again when the plan is carried out.
   */
  async readPart(file: Content, from: number, to: number): Promise<Uint8Array | null> {
    const isSmall = contentByteLength(file) <= firstByteLength && !('entry' in file && file.entry.lfs)
    const whole = isSmall ? await this.readWhole(file) : this.#find(file)
    if (whole || 'text' in file || isSmall) return whole && whole.subarray(from, to)
    const remote = this.#remotes[file.side]
    if (to <= from || !this.#spend(to - from)) return null
    const part = await this.#try(file.side, () => remote.readRange?.(file, from, to) ?? null)
    if (!part && !this.#failures.has(file.side)) this.#withheld[file.side].add(file.path)
    return part
  }

  /** The text of a packed file, or its beginning. As `unpackGzip`. */
  async unpack(packed: Uint8Array, isWhole: boolean): Promise<Unpacked | null> {
    const unpacked = await unpackGzip(packed, isWhole, Math.min(unpackedMax, this.#unpackedLeft))
    this.#unpackedLeft -= unpacked?.bytes.byteLength ?? 0
    if (unpacked && isWhole && !unpacked.isWhole) this.cut()
    return unpacked
  }

  #spend(byteLength: number): boolean {
    const isLeft = byteLength <= this.#bytesLeft && this.#readsLeft > 0
    if (!isLeft) this.cut()
    else {
      this.#bytesLeft -= byteLength
      this.#readsLeft -= 1
    }
    return isLeft
  }

  /** Null where the side has failed before, or fails now: nothing that is only for people's eyes may stop a run. */
  async #try<T>(side: Side, work: () => T | Promise<T>): Promise<T | null> {
    if (this.#failures.has(side)) return null
    try {
      return await work()
    } catch (error) {
      if (![RemoteError, DeniedError, IntegrityError, RefusedError].some((kind) => error instanceof kind)) throw error
      this.#failures.set(side, error as Error)
      return null
    }
  }
}
