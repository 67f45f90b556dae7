/**
 * What a listing tells of one folder, kept in the bytes of git's own tree object: the listings of two commits with a
 * hundred thousand files then take 4 MB each, and two folders are compared without making a value of each entry.
 */
import type { Mode } from '../model/entry.ts'
import { compareEntries, gitObjectId, type NamedEntry } from '../model/git-object.ts'
import type { FolderRow, Row } from './schema.ts'

const [nul, blank, slash] = [0, 0x20, 0x2f]
const [digitTwo, digitSix, digitSeven] = [0x32, 0x36, 0x37]
const oidByteLength = 20

/** The rows of a folder in git's order. It never changes. */
export class ListedFolder implements Iterable<FolderRow> {
  /** git's tree object. */
  readonly bytes: Buffer
  /** How long each file is, in the order of the entries. */
  readonly byteLengths: readonly number[]

  constructor(bytes: Buffer, byteLengths: readonly number[]) {
    this.bytes = bytes
    this.byteLengths = byteLengths
  }

  /** The id of the folder's tree. */
  get oid(): string {
    return gitObjectId('tree', this.bytes)
  }

  get size(): number {
    return this.byteLengths.length
  }

  *[Symbol.iterator](): Generator<FolderRow> {
    for (const cursor = new Cursor(this); cursor.next();) yield cursor.row()
  }

  /** The row of that name. */
  find(name: string): FolderRow | undefined {
    const wanted = Buffer.from(name)
    for (const cursor = new Cursor(this); cursor.next();) if (cursor.isNamed(wanted)) return cursor.row()
    return undefined
  }

  /** The rows that are folders. */
  *listFolders(): Generator<FolderRow> {
    for (const cursor = new Cursor(this); cursor.next();) if (cursor.isFolder) yield cursor.row()
  }
}

export const emptyFolder = new ListedFolder(Buffer.alloc(0), [])

/** Takes the rows of one folder as they come. */
export class FolderBuilder {
  #bytes = Buffer.allocUnsafe(256)
  #end = 0
  readonly #byteLengths: number[] = []
  #last: NamedEntry | null = null
  #isSorted = true

  add(name: string, { mode, oid, byteLength }: Row): void {
    const start = mode === '040000' ? '40000 ' : `${mode} `
    this.#reserve(start.length + 3 * name.length + 1 + oidByteLength)
    this.#end += this.#bytes.write(start + name, this.#end)
    this.#bytes[this.#end++] = nul
    this.#end += this.#bytes.write(oid, this.#end, 'hex')
    this.#byteLengths.push(byteLength)
    const entry = { name, mode, oid }
    this.#isSorted &&= this.#last === null || compareEntries(this.#last, entry) < 0
    this.#last = entry
  }

  #reserve(byteLength: number): void {
    const wanted = this.#end + byteLength
    if (wanted <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(wanted, 2 * this.#bytes.length))
    this.#bytes.copy(larger, 0, 0, this.#end)
    this.#bytes = larger
  }

  /** The folder with all rows that were added, in git's order. */
  build(): ListedFolder {
    const folder = new ListedFolder(Buffer.from(this.#bytes.subarray(0, this.#end)), this.#byteLengths)
    if (this.#isSorted) return folder
    const sorted = new FolderBuilder()
    for (const row of [...folder].toSorted(compareEntries)) sorted.add(row.name, row)
    // Two rows of one name cannot be sorted. No tree has two, so the id that they make is another one than the tree's.
    sorted.#isSorted = true
    return sorted.build()
  }
}

/** Reads the entries of a folder one after the other, without making a value of each. */
class Cursor {
  readonly bytes: Buffer
  readonly #byteLengths: readonly number[]
  #index = -1
  #start = 0
  nameStart = 0
  nameEnd = 0
  #end = 0

  constructor({ bytes, byteLengths }: ListedFolder) {
    this.bytes = bytes
    this.#byteLengths = byteLengths
  }

  /** Goes on to the next entry; `false` where there is none. */
  next(): boolean {
    if (this.#end >= this.bytes.length) return false
    this.#index += 1
    this.#start = this.#end
    this.nameStart = this.bytes.indexOf(blank, this.#start) + 1
    this.nameEnd = this.bytes.indexOf(nul, this.nameStart)
    this.#end = this.nameEnd + 1 + oidByteLength
    return true
  }

  get isFolder(): boolean {
    // The mode of a folder has five digits, all others have six.
    return this.nameStart - this.#start === '40000 '.length
  }

  isNamed(name: Buffer): boolean {
    return this.bytes.compare(name, 0, name.length, this.nameStart, this.nameEnd) === 0
  }

  /** Whether both cursors are at entries of the same mode, name and id. */
  isEqual(other: Cursor): boolean {
    return this.bytes.compare(other.bytes, other.#start, other.#end, this.#start, this.#end) === 0
  }

  /** Told by the digits in which modes differ, so that no string is made for each entry. */
  #mode(): Mode {
    if (this.isFolder) return '040000'
    const kind = this.bytes[this.#start + 1]
    if (kind === digitTwo) return '120000'
    if (kind === digitSix) return '160000'
    return this.bytes[this.#start + 3] === digitSeven ? '100755' : '100644'
  }

  /** The entry as a value. */
  row(): FolderRow {
    return {
      name: this.bytes.toString('utf8', this.nameStart, this.nameEnd),
      mode: this.#mode(),
      oid: this.bytes.toString('hex', this.nameEnd + 1, this.#end),
      byteLength: this.#byteLengths[this.#index]!,
    }
  }
}

/** Compares names as git sorts them in a folder: by bytes, the name of a folder as if it ended in a slash. */
function compareNames(a: Cursor, b: Cursor): number {
  const length = Math.min(a.nameEnd - a.nameStart, b.nameEnd - b.nameStart)
  for (let at = 0; at < length; at++) {
    const order = a.bytes[a.nameStart + at]! - b.bytes[b.nameStart + at]!
    if (order !== 0) return order
  }
  return byteAt(a, length) - byteAt(b, length)
}

function byteAt(cursor: Cursor, at: number): number {
  const place = cursor.nameStart + at
  return place < cursor.nameEnd ? cursor.bytes[place]! : cursor.isFolder ? slash : nul
}

/**
 * The entries in which two folders differ, `was` before and `is` after; `null` where a folder has no such entry. If a file
 * and a folder have the same name, there is a pair for each.
 */
export function* diffFolders(
  before: ListedFolder,
  after: ListedFolder,
): Generator<{ readonly was: FolderRow | null; readonly is: FolderRow | null }> {
  const [old, now] = [new Cursor(before), new Cursor(after)]
  let [hasOld, hasNow] = [old.next(), now.next()]
  while (hasOld || hasNow) {
    const order = hasOld && hasNow ? compareNames(old, now) : hasOld ? -1 : 1
    if (order !== 0 || !old.isEqual(now))
      yield { was: order <= 0 ? old.row() : null, is: order >= 0 ? now.row() : null }
    if (order <= 0) hasOld = old.next()
    if (order >= 0) hasNow = now.next()
  }
}

/** The entries of a folder by their names. */
export function byName<T extends { readonly name: string }>(entries: Iterable<T>): Map<string, T> {
  const named = new Map<string, T>()
  for (const entry of entries) named.set(entry.name, entry)
  return named
}
