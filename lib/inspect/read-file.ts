/**
 * Reads as little of data files as tells their facts: a footer or a beginning, asked for once, or all of a small file,
 * which is read as every file is. What is in memory already costs nothing. A library is loaded when its format is read.
 */
import { arrowFooterByteLength, parseArrowFile, parseArrowStream } from '../facts/arrow.ts'
import type { Found } from '../facts/facts.ts'
import { parseDelimited, parseJsonLines } from '../facts/table.ts'
import { contentByteLength, type Content } from '../model/content.ts'
import type { Entry, LfsObject } from '../model/entry.ts'
import { DeniedError, IntegrityError, RefusedError, RemoteError } from '../model/errors.ts'
import type { Remote } from '../model/remote.ts'
import { awaitSides, mapSides, sides, valuesOf, type Side, type Sides } from '../model/sides.ts'
import type { Contents } from '../planner/contents.ts'

/** Most footers, schemas and image headers end within it. */
const firstByteLength = 8_192
/** A Parquet file of some thousand columns has a larger footer. */
const footerByteLengthMax = 1_048_576
/** Of text formats, which tell their rows only as a whole. */
export const wholeByteLengthMax = 1_048_576
/** Of all files together. */
const bytesMax = 8_388_608
/** Objects whose addresses one request brings. */
const locatedMax = 100

const formats = {
  parquet: 'parquet',
  csv: 'csv',
  tsv: 'tsv',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  arrow: 'arrow',
  feather: 'arrow',
  png: 'image',
  jpg: 'image',
  jpeg: 'image',
  gif: 'image',
  webp: 'image',
} as const

/** The ending of a path, where it is one of those that are inspected; else `null`. */
export function extensionOf(path: string): keyof typeof formats | null {
  const extension = path.slice(path.lastIndexOf('.') + 1).toLowerCase()
  return Object.hasOwn(formats, extension) ? (extension as keyof typeof formats) : null
}

/** Whether a file of this name may hold lines that people read. */
export function isTextName(path: string): boolean {
  const extension = extensionOf(path)
  return extension === null || ['csv', 'tsv', 'jsonl'].includes(formats[extension])
}

/** `bytes` where all of the file was read. */
export interface ReadFile {
  readonly found: Found
  readonly bytes: Uint8Array | null
}

const nothing: ReadFile = { found: null, bytes: null }

/** Reads files of both sides for what a plan says of them, up to a number of bytes in all. */
export class FileReader {
  readonly #remotes: Sides<Remote>
  readonly #contents: Contents
  #bytesLeft = bytesMax
  /** Sides that failed once are not asked again. */
  readonly #failures = new Map<Side, Error>()
  readonly #read = new Set<string>()
  #isCut = false

  constructor(remotes: Sides<Remote>, contents: Contents) {
    this.#remotes = remotes
    this.#contents = contents
  }

  /** Whether all of a plain file was read and not only found. */
  hasRead({ oid }: Entry): boolean {
    return this.#read.has(oid)
  }

  /** Whether something was left out because it would have been too much. */
  get isCut(): boolean {
    return this.#isCut
  }

  /** Sentences on the sides that failed. */
  listFailures(): string[] {
    return [...this.#failures].map(
      ([side, error]) =>
        `Data files of ${this.#remotes[side].service} were not all looked into: ${error.message}. The plan is not changed by that`,
    )
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
      if (objects[file.from].size < locatedMax) objects[file.from].set(file.entry.lfs.oid, file.entry.lfs)
    }
    await Promise.all(
      sides.map(async (side) => {
        if (objects[side].size > 0)
          await this.#try(side, () => this.#remotes[side].locateObjects([...objects[side].values()]))
      }),
    )
  }

  /** What a version of a file says; `path` gives the format. */
  async read(path: string, file: Content): Promise<ReadFile> {
    const extension = extensionOf(path)!
    switch (formats[extension]) {
      case 'parquet': {
        const { footerByteLength, parseParquet } = await import('../facts/parquet.ts')
        return this.#readFooter(file, footerByteLength, parseParquet)
      }
      case 'arrow':
        return this.#readArrow(file)
      case 'jsonl':
        return this.#parseWhole(await this.readWhole(file), parseJsonLines)
      case 'image': {
        const { parseImage } = await import('../facts/image.ts')
        return { ...nothing, found: await this.#parseStart(file, (start) => parseImage(start, extension)) }
      }
      default:
        return this.#readDelimited(file, extension as 'csv' | 'tsv')
    }
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
    const bytes = await this.#try(file.from, () => this.#contents.readEntry({ ...file, side: file.from }, file.entry))
    if (bytes && !file.entry.lfs) this.#read.add(file.entry.oid)
    return bytes
  }

  async #readDelimited(file: Content, extension: 'csv' | 'tsv'): Promise<ReadFile> {
    const bytes = await this.readWhole(file)
    if (bytes) return this.#parseWhole(bytes, (whole) => parseDelimited(whole, extension, true))
    return { ...nothing, found: await this.#parseStart(file, (start) => parseDelimited(start, extension, false)) }
  }

  #parseWhole(bytes: Uint8Array | null, parse: (bytes: Uint8Array) => Found): ReadFile {
    return bytes ? { found: parse(bytes), bytes } : nothing
  }

  async #parseStart(file: Content, parse: (start: Uint8Array) => Found): Promise<Found> {
    const start = await this.#readPart(file, 0, Math.min(firstByteLength, contentByteLength(file)))
    return start && parse(start)
  }

  /** `measure`: how long the footer is that the end of a file shows, null where there is none. */
  async #readFooter(
    file: Content,
    measure: (tail: Uint8Array) => number | null,
    parse: (tail: Uint8Array) => Found,
  ): Promise<ReadFile> {
    const byteLength = contentByteLength(file)
    const from = Math.max(0, byteLength - firstByteLength)
    const tail = await this.#readPart(file, from, byteLength)
    if (!tail) return nothing
    const missing = (measure(tail) ?? 0) - tail.byteLength
    if (missing <= 0 || missing > from) return { ...nothing, found: parse(tail) }
    if (missing > footerByteLengthMax) {
      this.#isCut = true
      return nothing
    }
    const rest = await this.#readPart(file, from - missing, from)
    return { ...nothing, found: rest && parse(Buffer.concat([rest, tail])) }
  }

  async #readArrow(file: Content): Promise<ReadFile> {
    const read = await this.#readFooter(file, arrowFooterByteLength, (tail) =>
      arrowFooterByteLength(tail) === null ? null : parseArrowFile(tail),
    )
    return read.found ? read : { ...nothing, found: await this.#parseStart(file, parseArrowStream) }
  }

  #find(file: Content): Uint8Array | null {
    return 'text' in file
      ? Buffer.from(file.text)
      : this.#contents.find(file.entry.lfs ? { ...file.entry, oid: file.entry.lfs.oid } : file.entry)
  }

  /** Of a small plain file all is read: it is proven then, and need not come again when the plan is carried out. */
  async #readPart(file: Content, from: number, to: number): Promise<Uint8Array | null> {
    const isSmall = contentByteLength(file) <= firstByteLength && !('entry' in file && file.entry.lfs)
    const whole = isSmall ? await this.readWhole(file) : this.#find(file)
    if (whole || 'text' in file || isSmall) return whole && whole.subarray(from, to)
    const remote = this.#remotes[file.from]
    if (!remote.readRange || to <= from || !this.#spend(to - from)) return null
    return this.#try(file.from, () => remote.readRange!(file, from, to))
  }

  #spend(byteLength: number): boolean {
    const isLeft = byteLength <= this.#bytesLeft
    if (isLeft) this.#bytesLeft -= byteLength
    else this.#isCut = true
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
