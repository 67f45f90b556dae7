/**
 * Pointers: the files that git holds in place of LFS objects. The format is that of git-lfs, `docs/spec.md`; but a file
 * is a pointer where git-lfs's decoder takes it (`lfs/pointer.go`), since that decides what a checkout holds. It takes
 * Windows line ends, blank lines, a missing last newline, and two older version lines.
 */
import { isFile, type BareEntry, type LfsObject } from './entry.ts'
import { RefusedError } from './errors.ts'
import { quote } from './quote.ts'

/** The longest file that git-lfs takes for a pointer. */
const pointerBytesMax = 1023
/** The length of the shortest pointer, which names an empty object. */
export const pointerBytesMin = 114

const versions = new Set([
  'http://git-media.io/v/2',
  'https://hawser.github.com/spec/v1',
  'https://git-lfs.github.com/spec/v1',
])
const keys = ['version', 'oid', 'size'] as const
const extensionKey = /^ext-[0-9]-\w+/
const object = /^sha256:([0-9a-f]{64})$/
const space = '[\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]*'
const trimmed = new RegExp(`^${space}([^]*?)${space}$`)
const sizeMax = 2n ** 63n - 1n

/** `unreadable`: git-lfs can follow the pointer and the mirror cannot. Says why, as in `it names …`. */
export type Pointer = LfsObject | { readonly unreadable: string }

/** Whether git-lfs takes the extensions: each has a priority of its own and names an object. */
function areExtensions(extensions: ReadonlyMap<string, string>): boolean {
  const priorities = [...extensions.keys()].map((key) => Number(key.split('-')[1]))
  return new Set(priorities).size === priorities.length && [...extensions.values()].every((value) => object.test(value))
}

/** `null` for a file that is no pointer. An empty file counts as none, though git-lfs has it for an empty object's. */
export function parsePointer(content: Uint8Array): Pointer | null {
  if (content.length < pointerBytesMin || content.length > pointerBytesMax) return null
  const lines = trimmed
    .exec(Buffer.from(content).toString('utf8'))![1]!
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
  const values: string[] = []
  const extensions = new Map<string, string>()
  for (const line of lines) {
    if (line === '') continue
    const [, key, value] = /^([^ ]*) ([^]*)$/.exec(line) ?? []
    if (key === undefined || value === undefined || values.length === keys.length) return null
    if (key === keys[values.length]) values.push(value)
    else if (extensionKey.test(key)) extensions.set(key, value)
    else return null
  }
  const [version = '', oid = '', size = ''] = values
  const [, sha256] = object.exec(oid) ?? []
  if (!versions.has(version) || sha256 === undefined || !/^[+-]?[0-9]+$/.test(size) || !areExtensions(extensions))
    return null
  const byteLength = BigInt(size.replace('+', ''))
  if (byteLength < 0n || byteLength > sizeMax) return null
  if (extensions.size > 0)
    return {
      unreadable: `it names the extension ${[...extensions.keys()][0]!}, and only that program makes the file out of the object`,
    }
  return byteLength > BigInt(Number.MAX_SAFE_INTEGER)
    ? { unreadable: `it names ${byteLength} bytes, which no object has` }
    : { oid: sha256, byteLength: Number(byteLength) }
}

/** Whether a file may be a pointer, by its length. */
export function mayBePointer(file: BareEntry & { readonly byteLength: number }): boolean {
  return isFile(file) && file.byteLength >= pointerBytesMin && file.byteLength <= pointerBytesMax
}

/**
 * The object that a pointer names; `null` for no pointer. Throws a `RefusedError` for a pointer that cannot be mirrored.
 * `where` is the repository, for the message.
 */
export function requireReadable(pointer: Pointer | null, path: string, where: string): LfsObject | null {
  if (pointer === null || !('unreadable' in pointer)) return pointer
  throw new RefusedError(`Cannot mirror "${quote(path)}" of ${where}: ${formatUnreadable(pointer.unreadable)}`)
}

function formatUnreadable(why: string): string {
  return (
    `it is a git-lfs pointer that cannot be mirrored: ${why}. Commit the file without the extension ` +
    '(git config --unset-all its lfs.extension settings, then git add --renormalize), or take the path out of LFS'
  )
}

/** The pointer to an object, as git-lfs writes it. */
export function formatPointer({ oid, byteLength }: LfsObject): string {
  return `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${byteLength}\n`
}
