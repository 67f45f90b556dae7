/**
 * Ids of git objects, computed from what they hold: SHA-1 over `<type> <length>\0<body>`. What proves bytes and
 * listings.
 */
import { createHash, hash } from 'node:crypto'
import { comparePaths, type Mode } from './entry.ts'

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

const onePieceByteLengthMax = 16_384

export const emptyTreeId = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

export function gitObjectId(type: 'blob' | 'tree' | 'commit', body: Uint8Array): string {
  const header = Buffer.from(`${type} ${body.length}\0`)
  // Of very many small ones most of the time goes into setting a hash up, which node does faster for one piece.
  return body.length <= onePieceByteLengthMax
    ? hash('sha1', Buffer.concat([header, body]), 'hex')
    : createHash('sha1').update(header).update(body).digest('hex')
}

export function gitBlobId(content: Uint8Array): string {
  return gitObjectId('blob', content)
}

export function gitTreeId(entries: readonly RawEntry[]): string {
  return gitObjectId('tree', formatTree(entries))
}

/** Each entry is its mode without the leading zero, a blank, its name, NUL, and the 20 bytes of its id. */
export function formatTree(entries: readonly RawEntry[]): Buffer {
  const parts: Uint8Array[] = []
  for (const { name, mode, oid } of entries.toSorted(compareEntries)) {
    const start = mode === '040000' ? '40000 ' : `${mode} `
    if (typeof name === 'string') parts.push(Buffer.from(`${start}${name}\0`))
    else parts.push(Buffer.from(start), name, Buffer.from('\0'))
    parts.push(Buffer.from(oid, 'hex'))
  }
  return Buffer.concat(parts)
}

/** git sorts by bytes, a directory as if its name ended in a slash. */
export function compareEntries(a: RawEntry, b: RawEntry): number {
  const one = sortKey(a)
  const other = sortKey(b)
  return typeof one === 'string' && typeof other === 'string'
    ? comparePaths(one, other)
    : Buffer.compare(Buffer.from(one), Buffer.from(other))
}

function sortKey({ name, mode }: RawEntry): string | Uint8Array {
  if (mode !== '040000') return name
  return typeof name === 'string' ? `${name}/` : Buffer.concat([name, Buffer.from('/')])
}
