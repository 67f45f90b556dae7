/** The proof that bytes are those of an LFS object. */
import { createHash } from 'node:crypto'
import { formatObject, type LfsObject } from './entry.ts'
import { IntegrityError } from './errors.ts'

/** The error for bytes that are not the object's, `fact` being what is wrong with them. */
export function objectMismatch(object: LfsObject, fact: string): IntegrityError {
  return new IntegrityError(
    `Cannot use ${formatObject(object)}: ${fact}. They were damaged on the way or in the store.`,
  )
}

/** Throws an `IntegrityError` unless SHA-256 and length are the object's. */
export function verifyObject(object: LfsObject, content: Uint8Array): void {
  const { byteLength } = content
  if (byteLength > object.byteLength) throw objectMismatch(object, `more than its ${object.byteLength} bytes came`)
  if (byteLength < object.byteLength)
    throw objectMismatch(object, `${byteLength} of its ${object.byteLength} bytes came`)
  const oid = createHash('sha256').update(content).digest('hex')
  if (oid !== object.oid) throw objectMismatch(object, `the bytes that came are object ${oid}`)
}
