/** Bytes that are proven to be an LFS object before the last of them is let through. */
import { createHash } from 'node:crypto'
import type { LfsObject } from './entry.ts'
import { IntegrityError } from './errors.ts'

/** Some chunks each way, so that hashing does not wait for the network, nor the network for hashing. */
const buffered = { highWaterMark: 8 }

export function objectMismatch({ oid }: LfsObject, fact: string): IntegrityError {
  return new IntegrityError(`Cannot use LFS object ${oid}: ${fact}. They were damaged on the way or in the store.`)
}

/**
 * Passes bytes on and holds the last chunk back until SHA-256 and length are right; else it errors with an `IntegrityError`, so that what is sent
 * with the object's length never becomes complete. It errors at once when there are too many.
 */
export function verifyObject(object: LfsObject): TransformStream<Uint8Array, Uint8Array> {
  const hash = createHash('sha256')
  let byteLength = 0
  let held: Uint8Array | null = null
  return new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      if (chunk.byteLength === 0) return
      byteLength += chunk.byteLength
      if (byteLength > object.byteLength) throw objectMismatch(object, `more than its ${object.byteLength} bytes came`)
      hash.update(chunk)
      if (held !== null) controller.enqueue(held)
      held = chunk
    },
    flush(controller) {
      if (byteLength !== object.byteLength) throw objectMismatch(object, `${byteLength} of its ${object.byteLength} bytes came`)
      const oid = hash.digest('hex')
      if (oid !== object.oid) throw objectMismatch(object, `the bytes that came are object ${oid}`)
      if (held !== null) controller.enqueue(held)
    },
  }, buffered, buffered)
}
