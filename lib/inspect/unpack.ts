/** Text out of gzip, no more of it than asked for. */
import { createGunzip } from 'node:zlib'

/** `Z_SYNC_FLUSH` and `Z_FINISH` of zlib.h. Node's own `constants` would load all of zlib with this module. */
const [syncFlush, finish] = [2, 4]

/** `isWhole`: it is all of the text, which was not cut at the bound. */
export interface Unpacked {
  readonly bytes: Uint8Array
  readonly isWhole: boolean
}

/**
 * At most `most` bytes: a small file may unpack to a thousand times its length. `isWhole`: `packed` is the whole file,
 * else its beginning. Null where it is not in gzip, or damaged.
 */
export async function unpackGzip(packed: Uint8Array, isWhole: boolean, most: number): Promise<Unpacked | null> {
  const gunzip = createGunzip({ finishFlush: isWhole ? finish : syncFlush })
  gunzip.end(packed)
  const chunks: Buffer[] = []
  let byteLength = 0
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      byteLength += chunk.byteLength
      if (byteLength > most) break
    }
  } catch {
    return null
  }
  return { bytes: Buffer.concat(chunks).subarray(0, most), isWhole: isWhole && byteLength <= most }
}
