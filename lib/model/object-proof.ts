/** The proof that bytes are those of an LFS object, or of a plain file. */
import { formatObject, type LfsObject } from './entry.ts'
import { IntegrityError } from './errors.ts'
import { gitBlobId } from './git-object.ts'

/** The error for bytes that are not the object's, `fact` being what is wrong with them. */
export function objectMismatch(object: LfsObject, fact: string): IntegrityError {
  return new IntegrityError(
    `Cannot use ${formatObject(object)}: ${fact}. They were damaged on the way or in the store.`,
  )
}

/** Proves the bytes of a plain file by their git id. `action` completes `Cannot …`. Throws an `IntegrityError`. */
export function verifyBlob(oid: string, content: Uint8Array, action: string): void {
  const found = gitBlobId(content)
  if (found !== oid)
    throw new IntegrityError(
      `Cannot ${action}: the ${content.byteLength} bytes that came are blob ${found}, not ${oid}; run again`,
    )
}

/** Proves that the bytes of a new file are those that were planned. Throws an `IntegrityError`. */
export function verifyPlanned(
  { oid, byteLength }: { readonly oid: string | null; readonly byteLength: number },
  content: Uint8Array,
  action: string,
): void {
  const found = gitBlobId(content)
  if (found !== (oid ?? found) || content.byteLength !== byteLength)
    throw new IntegrityError(
      `Cannot ${action}: its ${content.byteLength} bytes are blob ${found}, not the ${byteLength} bytes that were planned; run again`,
    )
}
