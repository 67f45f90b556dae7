/**
 * Ids of git objects, computed from what they hold: SHA-1 over `<type> <length>\0<body>`. What proves bytes and
 * listings.
 */
import { createHash } from 'node:crypto'
import type { Mode } from './entry.ts'

export interface NamedEntry {
  readonly name: string
  readonly mode: Mode
  readonly oid: string
}

/** With the bytes of a name that may be no UTF-8. */
export interface RawEntry {
  readonly name: string | Uint8Array
  readonly mode: Mode
  readonly oid: string
}

export const emptyTreeId = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

export function gitObjectId(type: 'blob' | 'tree' | 'commit', body: Uint8Array): string {
  return createHash('sha1').update(`${type} ${body.length}\0`).update(body).digest('hex')
}

export function gitBlobId(content: Uint8Array): string {
  return gitObjectId('blob', content)
}

export function gitTreeId(entries: readonly RawEntry[]): string {
  return gitObjectId('tree', formatTree(entries))
}

/** git sorts by bytes, a directory as if its name ended in a slash, and writes modes without the leading zero. */
export function formatTree(entries: readonly RawEntry[]): Buffer {
  const [slash, nul] = [Buffer.from('/'), Buffer.from([0])]
  const keyed = entries.map((entry) => {
    const name = typeof entry.name === 'string' ? Buffer.from(entry.name) : entry.name
    return { ...entry, name, key: entry.mode === '040000' ? Buffer.concat([name, slash]) : name }
  })
  const parts = keyed
    .toSorted((a, b) => Buffer.compare(a.key, b.key))
    .flatMap(({ name, mode, oid }) => [Buffer.from(`${mode.replace(/^0/, '')} `), name, nul, Buffer.from(oid, 'hex')])
  return Buffer.concat(parts)
}
