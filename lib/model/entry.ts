/** What a tree holds at a path, and how two states of a path differ. */
import { quote } from './quote.ts'

/** git's modes: file, executable file, symlink, submodule, directory. */
export type Mode = '100644' | '100755' | '120000' | '160000' | '040000'

/**
 * An LFS object: SHA-256 of its bytes in hex, and how many there are. `path`: a file that it is for, so that messages
 * can name it.
 */
export interface LfsObject {
  readonly oid: string
  readonly byteLength: number
  readonly path?: string
}

/**
 * The part of an entry that a diff tells. `oid` is the git id of the blob (of the pointer's blob for LFS), tree or
 * commit.
 */
export interface Blob {
  readonly mode: Mode
  readonly oid: string
}

/** `byteLength` is the content's: the object's for LFS, 0 for directories and submodules. */
export interface Entry extends Blob {
  readonly byteLength: number
  readonly lfs: LfsObject | null
}

/** One path, on one side, between two of its commits; `null` where it is absent. */
export interface Change {
  readonly path: string
  readonly before: Blob | null
  readonly after: Entry | null
}

/** Whether both services can hold it: a regular file, executable or not. */
export function isFile(blob: Blob | null): boolean {
  return blob !== null && (blob.mode === '100644' || blob.mode === '100755')
}

/** What stays on the side that has it, and is no file to the other one: null for files, folders and what is absent. */
export function ownKind(blob: Blob | null): 'symlink' | 'submodule' | null {
  return blob?.mode === '120000' ? 'symlink' : blob?.mode === '160000' ? 'submodule' : null
}

/** The folders above a path, outermost first: `a`, `a/b` for `a/b/c`. */
export function foldersAbove(path: string): string[] {
  const folders: string[] = []
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1))
    folders.push(path.slice(0, slash))
  return folders
}

/** The last part of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** The folder right above a path; empty for the root. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

/**
 * Paths by their UTF-8 bytes, as git sorts them. JavaScript's own order differs in one thing: it has the two halves of
 * a character beyond the basic plane before U+E000.
 */
export function comparePaths(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    // No pair of them: this is what a run over many files does most often.
    const one = a.charCodeAt(at)
    const other = b.charCodeAt(at)
    if (one !== other) return orderOf(one) - orderOf(other)
  }
  return a.length - b.length
}

function orderOf(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit
}

/** Kept, as making one takes longer than all that it formats. */
const thousands = new Intl.NumberFormat('en')

/** By the path of its file, where that is known: nobody knows their files by hash. */
export function formatObject({ oid, byteLength, path }: LfsObject): string {
  const bytes = `${thousands.format(byteLength)} bytes`
  return path === undefined
    ? `LFS object ${oid} (${bytes})`
    : `"${quote(path)}" (LFS object ${oid.slice(0, 12)}, ${bytes})`
}
