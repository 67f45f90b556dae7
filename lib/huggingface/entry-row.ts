/** The Hub's rows as entries, an LFS row proven by the pointer that must have the id it tells. */
import type { Entry, Mode } from '../entry.ts'
import { IntegrityError } from '../errors.ts'
import { formatPointer } from '../pointer.ts'
import { quote } from '../quote.ts'
import { gitBlobId } from '../git-object.ts'
import type { PathRow } from './row.ts'

/** `mode` is what a comparison told, `null` where the Hub did not tell: then 100644, and for what it cannot name a submodule, which nobody copies. */
export function formatEntry({ path, type, oid, byteLength, lfs }: PathRow, mode: Mode | null): Entry {
  if (type === 'directory') return { mode: '040000', oid, byteLength: 0, lfs: null }
  if (lfs !== null && gitBlobId(Buffer.from(formatPointer(lfs))) !== oid) {
    throw new IntegrityError(`Cannot read huggingface "${quote(path)}": the pointer of LFS object ${lfs.oid} (${lfs.byteLength} bytes) is not blob ${oid}; ` +
      'a pointer that git-lfs would not write must be committed again')
  }
  return { mode: mode ?? (type === 'file' ? '100644' : '160000'), oid, byteLength: type === 'file' ? byteLength : 0, lfs }
}
