/** Bytes that are proven to be an LFS object. */
import { createHash } from 'node:crypto'
import { formatObject, type LfsObject } from './entry.ts'
import { IntegrityError } from './errors.ts'

export function objectMismatch(object: LfsObject, fact: string): IntegrityError {
  return new IntegrityError(
    `Cannot use ${formatObject(object)}: ${fact}. They were damaged on the way or in the store.`,
  )
}

/** Proves a whole object by SHA-256 and length. Throws an `IntegrityError`. */
export function verifyObject(object: LfsObject, content: Uint8Array): void {
  const { byteLength } = content
  if (byteLength > object.byteLength) throw objectMismatch(object, `more than its ${object.byteLength} bytes came`)
  if (byteLength < object.byteLength)
    throw objectMismatch(object, `${byteLength} of its ${object.byteLength} bytes came`)
  const oid = createHash('sha256').update(content).digest('hex')
  if (oid !== object.oid) throw objectMismatch(object, `the bytes that came are object ${oid}`)
}
