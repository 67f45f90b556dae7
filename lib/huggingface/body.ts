/** The body of an answer, whole or not at all: a body that ends early is an error even where fetch does not notice. */
import { IntegrityError, RemoteError } from '../model/errors.ts'

/**
 * Throws a `RemoteError` when the body breaks off, an `IntegrityError` when it is longer than allowed (decoded bytes).
 */
export async function readBytes(response: Response, byteLengthMax: number, what: string): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let byteLength = 0
  const reader = response.body?.getReader()
  try {
    for (let step = await reader?.read(); step && !step.done; step = await reader?.read()) {
      byteLength += step.value.byteLength
      if (byteLength > byteLengthMax) break
      chunks.push(step.value)
    }
  } catch (error) {
    throw error instanceof RemoteError
      ? error
      : new RemoteError(`Cannot read ${what}: the connection broke in the middle of the answer`)
  }
  if (byteLength > byteLengthMax) {
    await reader?.cancel().catch(() => null)
    throw new IntegrityError(`Cannot read ${what}: the answer is longer than ${byteLengthMax} bytes`)
  }
  if (byteLength < announcedByteLength(response.headers)) {
    throw new RemoteError(
      `Cannot read ${what}: the answer ended after ${byteLength} bytes of ${announcedByteLength(response.headers)}`,
    )
  }
  return Buffer.concat(chunks, byteLength)
}

/** What `Content-Length` promises of the decoded body; 0 where it promises nothing of it. */
function announcedByteLength(headers: Headers): number {
  return headers.has('content-encoding') ? 0 : Number(headers.get('content-length') ?? 0)
}
