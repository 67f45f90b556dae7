/** Two commits between which everything happens to a file. */
import type { Change } from '../../lib/model/entry.ts'
import { formatPointer } from '../../lib/model/pointer.ts'
import { lfsObject } from '../hubs/new-commits.ts'
import { blobId, type World } from './setup.ts'

export const everything = () => true

export const big = Buffer.alloc(2000, 7)

export const pointer = formatPointer(lfsObject(big))

/** Text, LFS, modes, a symlink, a submodule, a rename, and a file and a folder that change places. */
export function change({ commit }: World): { from: string; to: string } {
  const from = commit({
    '.gitattributes': '*.bin filter=lfs\n',
    'a.txt': 'one\n',
    'gone.txt': 'g\n',
    'old name.txt': 'same\n',
    'keep.txt': 'k\n',
    'run.sh': '#!\n',
    'was/file/x': 'x\n',
    'to-folder': 'f\n',
    'vendor': { mode: '160000', content: '1'.repeat(40) },
  })
  const to = commit({
    'a.txt': 'two\n',
    'gone.txt': null,
    'old name.txt': null,
    'new name.txt': 'same\n',
    'data/x.bin': { lfs: big },
    'run.sh': { mode: '100755', content: '#!\n' },
    'was/file/x': null,
    'was/file': 'now a file\n',
    'to-folder': null,
    'to-folder/y': 'y\n',
    'link': { mode: '120000', content: 'a.txt' },
    'vendor': { mode: '160000', content: '2'.repeat(40) },
  })
  return { from, to }
}

const blob = (content: string) => ({ mode: '100644', oid: blobId(content) })

const entry = (content: string, mode = '100644') => ({
  mode,
  oid: blobId(content),
  byteLength: content.length,
  lfs: null,
})

export const expected = [
  { path: 'a.txt', before: blob('one\n'), after: entry('two\n') },
  {
    path: 'data/x.bin',
    before: null,
    after: { mode: '100644', oid: blobId(pointer), byteLength: 2000, lfs: lfsObject(big) },
  },
  { path: 'gone.txt', before: blob('g\n'), after: null },
  { path: 'link', before: null, after: entry('a.txt', '120000') },
  { path: 'new name.txt', before: null, after: entry('same\n') },
  { path: 'old name.txt', before: blob('same\n'), after: null },
  { path: 'run.sh', before: blob('#!\n'), after: entry('#!\n', '100755') },
  { path: 'to-folder', before: blob('f\n'), after: null },
  { path: 'to-folder/y', before: null, after: entry('y\n') },
  {
    path: 'vendor',
    before: { mode: '160000', oid: '1'.repeat(40) },
    after: { mode: '160000', oid: '2'.repeat(40), byteLength: 0, lfs: null },
  },
  { path: 'was/file', before: null, after: entry('now a file\n') },
  { path: 'was/file/x', before: blob('x\n'), after: null },
] as Change[]
