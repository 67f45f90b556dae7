/** Reads the objects of a pack (gitformat-pack(5)), which are whole, or deltas to other objects of the pack. */
import { createHash } from 'node:crypto'
import { inflateSync } from 'node:zlib'
import { gitObjectId } from '../model/git-object.ts'

const objectTypes = { 1: 'commit', 2: 'tree', 3: 'blob' } as const
const refDelta = 7

interface Found {
  readonly type: 'commit' | 'tree' | 'blob'
  readonly body: Buffer
}
interface Delta {
  readonly base: string
  readonly delta: Buffer
}

/**
 * The objects of a pack by their ids, which are computed here; null where the pack is not whole, has objects of more than
 * `byteLengthMax` bytes together, or deltas to objects that it lacks.
 */
export function parsePack(pack: Buffer, byteLengthMax: number): ReadonlyMap<string, Found> | null {
  const end = pack.length - 20
  if (
    end < 12 ||
    pack.toString('latin1', 0, 4) !== 'PACK' ||
    createHash('sha1').update(pack.subarray(0, end)).digest('hex') !== pack.toString('hex', end)
  )
    return null
  try {
    return resolve(readObjects(pack.subarray(0, end), byteLengthMax), byteLengthMax)
  } catch {
    // zlib and Buffer throw for bytes that are not compressed, and for offsets beyond the end.
    return null
  }
}

function readObjects(pack: Buffer, byteLengthMax: number): (Found | Delta)[] {
  const objects: (Found | Delta)[] = []
  let [at, left] = [12, byteLengthMax]
  for (let count = pack.readUInt32BE(8); count > 0; count -= 1) {
    let byte = pack.readUInt8(at++)
    const number = (byte >> 4) & 7
    let byteLength = byte & 15
    for (let scale = 16; byte & 128; scale *= 128) {
      byte = pack.readUInt8(at++)
      byteLength += (byte & 127) * scale
    }
    left -= byteLength
    if (left < 0) throw new RangeError('more than was asked for')
    const base = number === refDelta ? pack.toString('hex', at, (at += 20)) : null
    const { buffer, engine } = inflateSync(pack.subarray(at), {
      info: true,
      maxOutputLength: byteLength + 1,
    }) as unknown as { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } }
    at += engine.bytesWritten
    if (buffer.length !== byteLength) throw new RangeError('an object of another length')
    const type = objectTypes[number as keyof typeof objectTypes]
    if (base !== null) objects.push({ base, delta: buffer })
    else if (type === undefined) throw new RangeError(`an object of type ${number}`)
    else objects.push({ type, body: buffer })
  }
  return objects
}

/** The objects by id, with deltas applied. The base of a delta may come after it. */
function resolve(objects: readonly (Found | Delta)[], byteLengthMax: number): Map<string, Found> {
  const found = new Map<string, Found>()
  let left = byteLengthMax
  const keep = (one: Found) => {
    left -= one.body.length
    if (left < 0) throw new RangeError('more than was asked for')
    found.set(gitObjectId(one.type, one.body), one)
  }
  for (const one of objects) if ('body' in one) keep(one)
  let open = objects.filter((one): one is Delta => 'base' in one)
  while (open.length > 0) {
    const rest = open.filter(({ base, delta }) => {
      const known = found.get(base)
      if (known) keep({ type: known.type, body: applyDelta(known.body, delta, left) })
      return !known
    })
    if (rest.length === open.length) throw new RangeError('a difference from nothing')
    open = rest
  }
  return found
}

/** Applies a delta: the lengths of base and result, then steps, which copy a part of the base or bring bytes of their own. */
function applyDelta(base: Buffer, delta: Buffer, byteLengthMax: number): Buffer {
  let at = 0
  const readLength = () => {
    let length = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = delta.readUInt8(at++)
      length += (byte & 127) * scale
      if (byte < 128) return length
    }
  }
  const [baseLength, length] = [readLength(), readLength()]
  if (baseLength !== base.length || length > byteLengthMax) throw new RangeError('a difference from something else')
  const parts: Buffer[] = []
  while (at < delta.length) {
    const code = delta.readUInt8(at++)
    // The bits of the code tell which bytes of offset and length follow.
    const readNumber = (bits: readonly number[]) =>
      bits.reduce((sum, bit, index) => (code & bit ? sum + delta.readUInt8(at++) * 256 ** index : sum), 0)
    if (code & 128) {
      const offset = readNumber([1, 2, 4, 8])
      const size = readNumber([16, 32, 64]) || 65_536
      parts.push(base.subarray(offset, offset + size))
    } else {
      if (code === 0) throw new RangeError('an unknown step')
      parts.push(delta.subarray(at, (at += code)))
    }
  }
  const body = Buffer.concat(parts)
  if (body.length !== length) throw new RangeError('an object of another length')
  return body
}
