/** Uploads one LFS object to the address that a batch gave, and asks the server to verify it. */
import { retry } from '../async/retry.ts'
import { formatObject, type LfsObject } from '../model/entry.ts'
import { BrokenError, RemoteError } from '../model/errors.ts'
import type { Progress, Upload } from '../model/upload.ts'
import { isGood, type Action, type ObjectAnswer, type Transfer } from './batch.ts'
import { StorageError, objectFailure } from './failure.ts'
import { putParts, readChunks } from './parts.ts'
import { objectWait, postJson, putBytes, type UploadTarget } from './put.ts'
import { Source } from './source.ts'

const attemptsMax = 3

/**
 * Sends an object's bytes. Returns its verification, which is still to be done before the object counts as there; `null` if
 * no bytes were sent, since `first`, what a batch says of the object, gives no address for an upload. An address that has
 * expired is replaced once. Where storage fails for a moment, or the bytes that came are not the object's, it begins anew
 * with another batch, up to 3 times in all.
 */
export async function uploadObject(
  target: UploadTarget,
  upload: Upload,
  first: ObjectAnswer,
  report: (progress: Progress) => void,
): Promise<(() => Promise<void>) | null> {
  const { http, host, readAnswer } = target
  const { object } = upload
  let next: ObjectAnswer | null = first
  let [sent, renewed] = [false, false]
  const waitAfter = (error: Error, attempt: number): number | null => {
    if (error instanceof StorageError && error.stale && !renewed) {
      renewed = true
      return 0
    }
    return objectWait(http, error, attempt)
  }
  const work = async (): Promise<Action | null> => {
    // While an object waits for its turn, its address may expire.
    const answer =
      next !== null && (next.upload === null || isGood(next.upload, http.now())) ? next : await readAnswer(object)
    next = null
    if (answer.error !== null) throw objectFailure({ ...target, operation: 'upload' }, object, answer.error)
    if (answer.upload === null) return null
    sent = true
    await sendBytes(target, upload, { transfer: answer.transfer, action: answer.upload }, report)
    return answer.verify
  }
  try {
    const verification = await retry(work, { attemptsMax, sleep: http.sleep, waitAfter })
    if (!sent) return null
    return async () => {
      if (verification !== null) await verify(target, object, verification)
    }
  } catch (error) {
    throw error instanceof BrokenError
      ? new RemoteError(`Cannot upload ${formatObject(object)} to ${host}. ${error.message}`)
      : error
  }
}

async function sendBytes(
  target: UploadTarget,
  upload: Upload,
  { transfer, action }: { readonly transfer: Transfer; readonly action: Action },
  report: (progress: Progress) => void,
): Promise<void> {
  const { object } = upload
  const source = new Source(upload, target.http)
  let sent = 0
  const count = (byteLength: number) => {
    sent += byteLength
    report({ object, sent })
  }
  try {
    // A batch names one transfer for all of its objects, even if some are too small for parts (`commit.ts` of @huggingface/hub).
    if (transfer === 'multipart' && action.headers.has('chunk_size'))
      await putParts(target, { object, source, count }, action)
    else
      await putBytes(
        target,
        { title: `upload ${formatObject(object)}`, ...action, byteLength: object.byteLength },
        readChunks(source, object.byteLength, count),
      )
  } finally {
    // Storage may answer before it has read everything. The download must not stay open then.
    source.close()
  }
}

/**
 * Asks the server to verify that an object has arrived. It answers 404 while its storage does not show the object yet. The
 * address for the verification may have expired, and is replaced once.
 */
async function verify(target: UploadTarget, object: LfsObject, first: Action): Promise<void> {
  const { http, readAnswer } = target
  let action: Action | null = first
  let renewed = false
  const waitAfter = (error: Error, attempt: number): number | null => {
    if (error instanceof BrokenError) return http.backoff(attempt)
    if (!(error instanceof StorageError)) return null
    if (error.status === 404) return http.backoff(attempt)
    if (!error.stale || renewed) return null
    renewed = true
    action = null
    return 0
  }
  const work = async () => {
    action ??= (await readAnswer(object)).verify
    // A server that gives no address needs no verification.
    if (action === null) return
    await postJson(
      target,
      { title: `verify ${formatObject(object)}`, ...action },
      { oid: object.oid, size: object.byteLength },
    )
  }
  try {
    await retry(work, { attemptsMax, sleep: http.sleep, waitAfter })
  } catch (error) {
    throw error instanceof BrokenError
      ? new RemoteError(`Cannot verify ${formatObject(object)} at ${target.host}. ${error.message}`)
      : error
  }
}
