/** Ids of git objects, computed from what they hold: SHA-1 over `<type> <length>\0<body>`. What proves bytes and listings. */
import { createHash } from 'node:crypto'
import type { Mode } from './entry.ts'

export interface NamedEntry { readonly name: string, readonly mode: Mode, readonly oid: string }

export const emptyTreeId = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

export function gitObjectId(type: 'blob' | 'tree' | 'commit', body: Uint8Array): string {
  return createHash('sha1').update(`${type} ${body.length}\0`).update(body).digest('hex')
}

export function gitBlobId(content: Uint8Array): string {
  return gitObjectId('blob', content)
}

/** git sorts by bytes, a directory as if its name ended in a slash, and writes modes without the leading zero. */
export function gitTreeId(entries: readonly NamedEntry[]): string {
  const keyed = entries.map((entry) => ({ ...entry, key: Buffer.from(entry.mode === '040000' ? `${entry.name}/` : entry.name) }))
  const parts = keyed.toSorted((a, b) => Buffer.compare(a.key, b.key)).flatMap(({ name, mode, oid }) =>
    [Buffer.from(`${mode.replace(/^0/, '')} ${name}\0`), Buffer.from(oid, 'hex')])
  return gitObjectId('tree', Buffer.concat(parts))
}
