/** The Hub's rows as entries. */
import type { Entry, Mode } from '../model/entry.ts'
import type { PathRow } from './schema.ts'

/**
 * `mode` is what a comparison told, `null` where the Hub did not tell: then 100644, and for what it cannot name a
 * submodule, which nobody copies.
 */
export function formatEntry({ type, oid, byteLength, lfs }: PathRow, mode: Mode | null): Entry {
  if (type === 'directory') return { mode: '040000', oid, byteLength: 0, lfs: null }
  return {
    mode: mode ?? (type === 'file' ? '100644' : '160000'),
    oid,
    byteLength: type === 'file' ? byteLength : 0,
    lfs,
  }
}
