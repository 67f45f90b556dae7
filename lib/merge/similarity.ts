/**
 * How much of one file is found again in another one, as git counts it (diffcore-delta.c): in pieces, which are lines,
 * or 64 bytes of a longer line.
 */

const pieceByteLengthMax = 64
const hashBase = 107_927
const [newline, carriageReturn] = [0x0a, 0x0d]
/** git's MAX_SCORE. From half of it on git follows a rename. */
export const scoreMax = 60_000
export const renameScoreMin = scoreMax / 2

/** A file as it is compared: its length, and for each piece (by hash) how many of the file's bytes are in such pieces. */
export interface Pieces {
  readonly byteLength: number
  readonly counts: ReadonlyMap<number, number>
}

/** The pieces of a content by git's hash, which forgets the beginning of a long line. In a text CRLF counts as LF. */
export function countPieces(content: Uint8Array): Pieces {
  const isText = !content.subarray(0, 8_000).includes(0)
  const counts = new Map<number, number>()
  let [first, second, byteLength] = [0, 0, 0]
  for (let at = 0; at < content.length; at++) {
    const byte = content[at]!
    if (isText && byte === carriageReturn && content[at + 1] === newline) continue
    const before = first
    first = (((first << 7) ^ (second >>> 25)) + byte) >>> 0
    second = ((second << 7) ^ (before >>> 25)) >>> 0
    byteLength += 1
    if (byteLength < pieceByteLengthMax && byte !== newline && at < content.length - 1) continue
    const piece = ((first + Math.imul(second, 0x61)) >>> 0) % hashBase
    counts.set(piece, (counts.get(piece) ?? 0) + byteLength)
    ;[first, second, byteLength] = [0, 0, 0]
  }
  return { byteLength: content.length, counts }
}

/** The lengths of files that can be similar enough to one of this length: half of the longer has to be in the shorter. */
export function similarByteLengths(byteLength: number): { readonly least: number; readonly most: number } {
  return { least: Math.max(1, Math.ceil(byteLength / 2)), most: byteLength * 2 }
}

/** How similar two files are, from 0 to `scoreMax`; 0 where their lengths differ too much. */
export function scoreSimilarity(from: Pieces, to: Pieces): number {
  const { least, most } = similarByteLengths(from.byteLength)
  if (to.byteLength < least || to.byteLength > most) return 0
  let copied = 0
  for (const [piece, count] of from.counts) copied += Math.min(count, to.counts.get(piece) ?? 0)
  return Math.floor((copied * scoreMax) / Math.max(from.byteLength, to.byteLength))
}
