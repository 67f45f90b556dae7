/** How much of a file is found again in another one, as git counts it (diffcore-delta.c): by lines, long ones in pieces of 64 bytes. */

const pieceByteLengthMax = 64
const hashBase = 107_927
const [newline, carriageReturn] = [0x0a, 0x0d]
/** git's MAX_SCORE; half of it is what it follows a rename from. */
export const scoreMax = 60_000
export const renameScoreMin = scoreMax / 2

/** Bytes by piece, pieces by git's hash of them: of a long line the beginning has been shifted out of it. In a text CRLF counts as LF. */
function countPieces(content: Uint8Array): Map<number, number> {
  const isText = !content.subarray(0, 8_000).includes(0)
  const counts = new Map<number, number>()
  let [first, second, byteLength] = [0, 0, 0]
  for (const [at, byte] of content.entries()) {
    if (isText && byte === carriageReturn && content[at + 1] === newline) continue
    const before = first
    first = ((first << 7 ^ second >>> 25) + byte) >>> 0
    second = (second << 7 ^ before >>> 25) >>> 0
    byteLength += 1
    if (byteLength < pieceByteLengthMax && byte !== newline && at < content.length - 1) continue
    const piece = ((first + Math.imul(second, 0x61)) >>> 0) % hashBase
    counts.set(piece, (counts.get(piece) ?? 0) + byteLength);
    [first, second, byteLength] = [0, 0, 0]
  }
  return counts
}

/** Whether files of these lengths can be similar enough at all. */
export function mayBeSimilar(byteLength: number, otherByteLength: number): boolean {
  const [shorter, longer] = [Math.min(byteLength, otherByteLength), Math.max(byteLength, otherByteLength)]
  return shorter > 0 && longer * (scoreMax - renameScoreMin) >= (longer - shorter) * scoreMax
}

/** 0 to `scoreMax`. */
export function scoreSimilarity(from: Uint8Array, to: Uint8Array): number {
  if (!mayBeSimilar(from.byteLength, to.byteLength)) return 0
  const [source, target] = [countPieces(from), countPieces(to)]
  let copied = 0
  for (const [piece, count] of source) copied += Math.min(count, target.get(piece) ?? 0)
  return Math.floor(copied * scoreMax / Math.max(from.byteLength, to.byteLength))
}
