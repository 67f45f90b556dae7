/** git's ids, computed from content: what proves bytes and listings. */
import { createHash } from 'node:crypto'
import type { Mode } from '../entry.ts'

export interface NamedEntry { readonly name: string, readonly mode: Mode, readonly oid: string }

export const emptyTreeId = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

export function formatBlobId(content: Uint8Array): string {
  return formatId('blob', content)
}

/** git sorts by bytes, a directory as if its name ended in a slash, and writes modes without the leading zero. */
export function formatTreeId(entries: readonly NamedEntry[]): string {
  const keyed = entries.map((entry) => ({ ...entry, key: Buffer.from(entry.mode === '040000' ? `${entry.name}/` : entry.name) }))
  const parts = keyed.toSorted((a, b) => Buffer.compare(a.key, b.key)).flatMap(({ name, mode, oid }) =>
    [Buffer.from(`${mode.replace(/^0/, '')} ${name}\0`), Buffer.from(oid, 'hex')])
  return formatId('tree', Buffer.concat(parts))
}

function formatId(type: 'blob' | 'tree', body: Uint8Array): string {
  return createHash('sha1').update(`${type} ${body.byteLength}\0`).update(body).digest('hex')
}
