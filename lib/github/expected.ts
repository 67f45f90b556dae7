/** The changed files of a commit that a run is about to read, and what reading them in one way or another costs. */
import type { Change, Entry } from '../model/entry.ts'

/** The most blobs of one query. */
export const textsMax = 250
/** The most bytes of texts of one query: GitHub ends a query after ten seconds. */
export const queryByteLengthMax = 2_000_000

/** Reads many files with few requests. `find` gives the bytes of a blob; `null` where it does not have it. */
export interface Source {
  readonly find: (oid: string) => Promise<Uint8Array | null>
}

/** `has`: whether the blob may be in a part of the archive that was not read yet. */
export interface ArchiveSource extends Source {
  readonly has: (oid: string) => boolean
}

/** A file that is expected. It is the `Change` itself, so that no other value is kept for each file. */
export type ExpectedFile = Pick<Change, 'path'> & { readonly after: Entry }

/** The files of a commit that will be read, in the order of their paths, so that many can be read together. */
export class Expected {
  readonly commit: string
  /** Files that GraphQL may give as text, by blob id. */
  readonly texts = new Map<string, ExpectedFile>()
  /** Lengths, by blob id, of files that GraphQL does not give: without an archive each is a request. */
  readonly others = new Map<string, number>()
  /** The archive of the commit; null while it was not asked for, or where it is not worth it. */
  archive: Promise<ArchiveSource | null> | null = null
  /** Reads files that are not in the archive, as git fetches them. */
  fetched: Source | null = null
  /** An archive is considered when it would save so many requests. */
  archivedMin: number
  /** The size of `Memory.otherEnds` when `texts` was last sorted by it. */
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

  /** Makes a text the last one to be read. */
  moveBack(oid: string): void {
    const text = this.texts.get(oid)!
    this.texts.delete(oid)
    this.texts.set(oid, text)
  }

  /** Removes a file that was read by a request of its own. */
  takeOther(oid: string): void {
    this.#otherBytes -= this.others.get(oid) ?? 0
    this.others.delete(oid)
  }

  get byteLength(): number {
    return this.#textBytes + this.#otherBytes
  }

  /** How many requests all files cost without an archive. */
  get requests(): number {
    return (
      this.others.size +
      Math.max(Math.ceil(this.texts.size / textsMax), Math.ceil(this.#textBytes / queryByteLengthMax))
    )
  }

  /** The same id as the string that is kept here; `null` where no such file is expected. */
  find(oid: string): string | null {
    return this.texts.get(oid)?.after.oid ?? (this.others.has(oid) ? oid : null)
  }

  has(oid: string): boolean {
    return this.texts.has(oid) || this.others.has(oid)
  }

  get size(): number {
    return this.texts.size + this.others.size
  }

  /** The id and the length of each file. */
  *lengths(): Generator<readonly [oid: string, byteLength: number]> {
    for (const [oid, { after }] of this.texts) yield [oid, after.byteLength]
    yield* this.others
  }
}
