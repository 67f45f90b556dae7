/** What a commit holds at a path, and how a path changed between two commits. */
import { groupDigits } from './group-digits.ts'
import { quote } from './quote.ts'

/** git's modes: file, executable file, symlink, submodule, directory. */
export type Mode = '100644' | '100755' | '120000' | '160000' | '040000'

/** An LFS object: the SHA-256 of its bytes in hex, and how many there are. `path` is a file of it, for messages. */
export interface LfsObject {
  readonly oid: string
  readonly byteLength: number
  readonly path?: string
}

/** An entry as a diff tells it. `oid` is the git id of the blob (for LFS, of the pointer), tree or commit. */
export interface BareEntry {
  readonly mode: Mode
  readonly oid: string
}

/** `byteLength` is that of the content: for LFS the object's, for directories and submodules 0. */
export interface Entry extends BareEntry {
  readonly byteLength: number
  readonly lfs: LfsObject | null
}

/** A path at two commits of one side; `null` where it is absent. */
export interface Change {
  readonly path: string
  readonly before: BareEntry | null
  readonly after: Entry | null
}

/**
 * Hears where something changed, before it is known what is there. `isNew`: nothing was there. `oid`: of the blob that is there
 * now; null where there is none, or where it is not told. `many`: it is known only that hundreds of paths changed.
 */
export type Tell = (
  changed: readonly { readonly path: string; readonly isNew: boolean; readonly oid: string | null }[] | 'many',
) => void

/** Chooses paths. `mayHold`: whether it can choose one below a folder; where it is absent, below all. */
export interface Includes {
  (path: string): boolean
  readonly mayHold?: (folder: string) => boolean
}

/** Which changes are read, and who hears of them first. */
export interface Reading {
  readonly includes: Includes
  readonly tell?: Tell | undefined
}

/** Whether it is a regular file, executable or not, which is what every service can hold. */
export function isFile<E extends BareEntry>(entry: E | null | undefined): entry is E & { mode: '100644' | '100755' } {
  return entry?.mode === '100644' || entry?.mode === '100755'
}

/** The kind of an entry that is not mirrored and stays on its side; `null` for files, folders and what is absent. */
export function ownKind(entry: BareEntry | null): 'symlink' | 'submodule' | null {
  return entry?.mode === '120000' ? 'symlink' : entry?.mode === '160000' ? 'submodule' : null
}

/** The folders above a path, outermost first: `a`, `a/b` for `a/b/c`. */
export function foldersAbove(path: string): string[] {
  const folders: string[] = []
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1))
    folders.push(path.slice(0, slash))
  return folders
}

/** The root (`''`) and the folders above paths, each once. */
export function foldersOf(paths: Iterable<string>): string[] {
  return [...new Set(['', ...[...paths].flatMap(foldersAbove)])]
}

/** The paths of entries, edits or whatever else has one, in their order. */
export function pathsOf(items: readonly { readonly path: string }[]): string[] {
  return items.map(({ path }) => path)
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
 * Compares paths by their UTF-8 bytes, as git sorts them. JavaScript compares UTF-16 units, which has characters beyond
 * the basic plane before U+E000.
 */
export function comparePaths(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    // No destructuring: a run over many files calls this more often than anything else.
    const one = a.charCodeAt(at)
    const other = b.charCodeAt(at)
    if (one !== other) return orderOf(one) - orderOf(other)
  }
  return a.length - b.length
}

function orderOf(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit
}

/** An object as messages name it: by the path of its file where that is known, since nobody knows files by hash. */
export function formatObject({ oid, byteLength, path }: LfsObject): string {
  const bytes = `${groupDigits(byteLength)} bytes`
  return path === undefined
    ? `LFS object ${oid} (${bytes})`
    : `"${quote(path)}" (LFS object ${oid.slice(0, 12)}, ${bytes})`
}

/** Whether a file holds git's rules for paths. Such a file is merged rule by rule, and is never an object. */
export function isAttributes(path: string): boolean {
  return path === '.gitattributes' || path.endsWith('/.gitattributes')
}
