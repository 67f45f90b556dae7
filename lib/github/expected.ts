/**
 * Files of one commit that changed and will be read, in the order of their paths: what reading them one way or the
 * other costs.
 */
import type { Change, Entry } from '../model/entry.ts'

/** Blobs in one query. */
export const textsMax = 250
/** It takes longer for longer texts, and ends after ten seconds. */
export const queryByteLengthMax = 2_000_000

/** Gives the contents of many files with few requests; `null` for a file that it does not have. */
export interface Source {
  readonly find: (oid: string) => Promise<Uint8Array | null>
}

/** `has`: whether the archive may still give the file, as far as it was read. */
export interface ArchiveSource extends Source {
  readonly has: (oid: string) => boolean
}

/** A file of the commit, as the change that brought it tells of it: a second value for each would be kept with it. */
export type ExpectedFile = Pick<Change, 'path'> & { readonly after: Entry }

/** The files of a commit that will be read, so that many of them can be read together. */
export class Expected {
  readonly commit: string
  /** Files that GraphQL may give as text, by id, in the order in which they will be read. */
  readonly texts = new Map<string, ExpectedFile>()
  /** Files that GraphQL does not give, by id and with their lengths: each would be a request of its own. */
  readonly others = new Map<string, number>()
  archive: Promise<ArchiveSource | null> | null = null
  /** Gives files that are not in the archive. */
  fetched: Source | null = null
  /** Requests to be spared from which on an archive may be worth it. */
  archivedMin: number
  /** How many ends of names were known to be no texts when they were last looked for. */
  otherEndsSeen = 0
  #textBytes = 0
  #otherBytes = 0

  constructor(commit: string, archivedMin: number) {
    this.commit = commit
    this.archivedMin = archivedMin
  }

  addText(file: ExpectedFile): void {
    this.texts.set(file.after.oid, file)
    this.#textBytes += file.after.byteLength
  }

  addOther(oid: string, byteLength: number): void {
    const text = this.texts.get(oid)
    if (this.texts.delete(oid)) this.#textBytes -= text!.after.byteLength
    this.others.set(oid, byteLength)
    this.#otherBytes += byteLength
  }

  moveBack(oid: string): void {
    const text = this.texts.get(oid)!
    this.texts.delete(oid)
    this.texts.set(oid, text)
  }

  /** Forgets a file that was read by a request of its own. */
  takeOther(oid: string): void {
    this.#otherBytes -= this.others.get(oid) ?? 0
    this.others.delete(oid)
  }

  get byteLength(): number {
    return this.#textBytes + this.#otherBytes
  }

  /** Requests that all of them cost without an archive. */
  get requests(): number {
    return (
      this.others.size +
      Math.max(Math.ceil(this.texts.size / textsMax), Math.ceil(this.#textBytes / queryByteLengthMax))
    )
  }

  /** The id as it is kept here, `null` where no such file is expected. */
  find(oid: string): string | null {
    return this.texts.get(oid)?.after.oid ?? (this.others.has(oid) ? oid : null)
  }

  has(oid: string): boolean {
    return this.texts.has(oid) || this.others.has(oid)
  }

  get size(): number {
    return this.texts.size + this.others.size
  }

  /** Each file by its id, and how long it is. */
  *lengths(): Generator<readonly [oid: string, byteLength: number]> {
    for (const [oid, { after }] of this.texts) yield [oid, after.byteLength]
    yield* this.others
  }
}
