/** Ids of git objects, the SHA-1 of `<type> <length>\0<body>`: by these, bytes and listings are proven. */
import { createHash, hash } from 'node:crypto'
import { comparePaths, type BareEntry } from './entry.ts'

/** An entry of a tree. Its name is given in bytes where it is no UTF-8. */
export interface RawEntry extends BareEntry {
  readonly name: string | Uint8Array
}

export interface NamedEntry extends RawEntry {
  readonly name: string
}

export type ObjectType = 'commit' | 'tree' | 'blob' | 'tag'

/** A longer body is not copied to be hashed in one piece with its header. */
const onePieceByteLengthMax = 16_384
/** Where header and body are put together: a run hashes 100,000 small files, and would make a buffer for each. */
const onePiece = Buffer.allocUnsafe(onePieceByteLengthMax + 32)

/** The id of a tree without entries. */
export const emptyTreeId = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

/** The id of an object, in hex, by its body. */
export function gitObjectId(type: ObjectType, body: Uint8Array): string {
  const header = `${type} ${body.length}\0`
  if (body.length > onePieceByteLengthMax) return createHash('sha1').update(header).update(body).digest('hex')
  // With many small objects most of the time goes into setting up hashes, which node does faster for a single piece.
  const start = onePiece.write(header, 'latin1')
  onePiece.set(body, start)
  return hash('sha1', onePiece.subarray(0, start + body.length), 'hex')
}

/** The id of a file, in hex, by its bytes. */
export function gitBlobId(content: Uint8Array): string {
  return gitObjectId('blob', content)
}

/** The id of a tree, in hex, by its entries in any order. */
export function gitTreeId(entries: readonly RawEntry[]): string {
  return gitObjectId('tree', formatTree(entries))
}

/**
 * The body of a tree: its entries in git's order, each the mode without a leading zero, a blank, the name, NUL, and the
 * 20 bytes of the id.
 */
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

/** git's order of the entries of a tree: by bytes, a directory as if its name ended in a slash. */
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
