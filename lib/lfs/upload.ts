/** Brings one LFS object to where a batch says: its bytes, proven on the way, and the word that they are complete. */
import { retry } from '../async/retry.ts'
import { formatObject, type LfsObject } from '../model/entry.ts'
import { BrokenError, IntegrityError, RemoteError } from '../model/errors.ts'
import type { Progress, Upload } from '../model/remote.ts'
import type { Action, ObjectAnswer, Transfer } from './batch.ts'
import { contentType, isGood } from './batch.ts'
import { StorageError, objectFailure } from './failure.ts'
import { putParts, readChunks } from './parts.ts'
import type { Target } from './put.ts'
import { putBytes, storageWait, requireSuccess } from './put.ts'
import { Source } from './source.ts'

const triesMax = 3

/**
 * Whether bytes were sent: nothing is where `first`, the object's part of a batch answer, has no action. An address
 * that has expired is replaced once; a storage that breaks, and bytes that are not the object's, make it begin again
 * with a new batch, up to 3 times in all.
 */
export async function uploadObject(
  target: Target,
  upload: Upload,
  first: ObjectAnswer,
  report: (progress: Progress) => void,
): Promise<boolean> {
  const { http, side, host, readAnswer } = target
  const { object } = upload
  let next: ObjectAnswer | null = first
  let [sent, renewed] = [false, false]
  const waitAfter = (error: Error, attempt: number): number | null => {
    if (error instanceof StorageError && error.stale && !renewed) {
      renewed = true
      return 0
    }
    return storageWait(http, error, attempt) ?? (error instanceof IntegrityError ? http.backoff(attempt) : null)
  }
  const work = async () => {
    // An object may have waited long for its turn.
    const answer =
      next !== null && (next.upload === null || isGood(next.upload, http.now())) ? next : await readAnswer(object)
    next = null
    if (answer.error !== null) throw objectFailure({ side, operation: 'upload', host }, object, answer.error)
    if (answer.upload === null) return
    sent = true
    await sendBytes(target, upload, { transfer: answer.transfer, action: answer.upload }, report)
    if (answer.verify !== null) await confirm(target, object, answer.verify)
  }
  try {
    await retry(work, { attemptsMax: triesMax, sleep: http.sleep, waitAfter })
  } catch (error) {
    throw error instanceof BrokenError
      ? new RemoteError(`Cannot upload ${formatObject(object)} to ${host}. ${error.message}`)
      : error
  }
  return sent
}

async function sendBytes(
  target: Target,
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
    // One transfer is named for a whole batch, and the small objects in it have no parts (huggingface.js, `commit.ts`).
    if (transfer === 'multipart' && action.headers.has('chunk_size'))
      await putParts(target, { object, source, count }, action)
    else
      await putBytes(
        target,
        { title: `upload ${formatObject(object)}`, ...action, byteLength: object.byteLength },
        readChunks(source, object.byteLength, count),
      )
  } finally {
    // Storage may answer before it has read everything: the source must not stay open.
    source.close()
  }
}

/**
 * Tells the server that the object is complete; storage may show it a moment later. What it wants to be told with may
 * have ended by now.
 */
async function confirm(target: Target, object: LfsObject, first: Action): Promise<void> {
  const { http, readAnswer } = target
  let action: Action | null = first
  let renewed = false
  const waitAfter = (error: Error, attempt: number): number | null => {
    if (!(error instanceof StorageError)) return null
    if (error.status === 404) return http.backoff(attempt)
    if (!error.stale || renewed) return null
    renewed = true
    action = null
    return 0
  }
  try {
    await retry(
      async () => {
        action ??= (await readAnswer(object)).verify
        // It knows of the object without being told.
        if (action !== null) await sendVerify(target, object, action)
      },
      { attemptsMax: triesMax, sleep: http.sleep, waitAfter },
    )
  } catch (error) {
    // Sending the bytes again would not help.
    throw error instanceof StorageError ? new RemoteError(error.message, error.status) : error
  }
}

async function sendVerify({ http, side }: Target, object: LfsObject, { href, headers: given }: Action): Promise<void> {
  const headers = new Headers(given)
  if (!headers.has('accept')) headers.set('accept', contentType)
  headers.set('content-type', contentType)
  const body = JSON.stringify({ oid: object.oid, size: object.byteLength })
  const answer = await http.stream(side, { repeat: true }, { method: 'POST', url: href, headers, body })
  await requireSuccess(http, `verify ${formatObject(object)}`, href, answer)
}
