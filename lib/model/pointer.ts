/**
 * The file that git holds in an LFS object's place. Format: git-lfs, `docs/spec.md`; what counts is what its decoder
 * takes (`lfs/pointer.go`), since that decides what a checkout holds: line ends of Windows, blank lines, a missing
 * newline and the two older version lines included.
 */
import type { LfsObject } from './entry.ts'

/** A pointer is shorter than this. git-lfs reads no more of a file to find out. */
export const pointerBytesMax = 1023
/** The shortest one names an empty object. */
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

/** `unreadable`: git-lfs follows it, and nobody else can: why, as in `it names …`. */
export type Pointer = LfsObject | { readonly unreadable: string }

/** Extensions by priority have to be one each, and each names the object that it was given. */
function areExtensions(extensions: ReadonlyMap<string, string>): boolean {
  const priorities = [...extensions.keys()].map((key) => Number(key.split('-')[1]))
  return new Set(priorities).size === priorities.length && [...extensions.values()].every((value) => object.test(value))
}

/**
 * `null` for what git-lfs takes for content. An empty file, which is the pointer of an empty object, is content here.
 */
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

/** What to do about a pointer that nobody but git-lfs can follow, as the end of a message. */
export function formatUnreadable(why: string): string {
  return `it is a git-lfs pointer that cannot be mirrored: ${why}. Commit the file without the extension (git config --unset-all its lfs.extension settings, then git add --renormalize), or take the path out of LFS`
}

export function formatPointer({ oid, byteLength }: LfsObject): string {
  return `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${byteLength}\n`
}
