import type { Entry, Mode } from '../model/entry.ts'
import type { PathRow } from './schema.ts'

/**
 * A row as an entry. `mode`: what a comparison told. Where it is `null`, a file has mode 100644, and what the Hub calls
 * neither file nor directory is taken for a submodule, which is never copied.
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
