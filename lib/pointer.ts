/**
 * The file that git holds in an LFS object's place. Format: git-lfs, `docs/spec.md`. There is exactly one valid encoding of an object,
 * and only that one is a pointer here: what is merely shaped like one is text, and copied as text.
 */
import type { LfsObject } from './entry.ts'

/** git-lfs reads no more than this of a file to find out. */
const pointerBytesMax = 1024

const pointer = /^version https:\/\/git-lfs\.github\.com\/spec\/v1\noid sha256:([0-9a-f]{64})\nsize (0|[1-9][0-9]{0,15})\n$/

export function parsePointer(content: Uint8Array): LfsObject | null {
  if (content.length >= pointerBytesMax) return null
  const [, oid, size] = pointer.exec(Buffer.from(content).toString('latin1')) ?? []
  const byteLength = Number(size)
  return oid !== undefined && Number.isSafeInteger(byteLength) ? { oid, byteLength } : null
}

export function formatPointer({ oid, byteLength }: LfsObject): string {
  return `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${byteLength}\n`
}
