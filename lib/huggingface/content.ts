import { retry } from '../http/retry.ts'
import type { Blob } from '../model/entry.ts'
import { IntegrityError } from '../model/errors.ts'
import { gitBlobId } from '../model/git-object.ts'
import { quote } from '../model/quote.ts'
/** The bytes of plain files, proven by their git id. */
import { isAttributes } from '../model/view.ts'
import { encodePath, repositoryUrl } from './address.ts'
import { ask, isSuccess, type Api } from './api.ts'
import { createFailure } from './failure.ts'

/** For a file whose size no listing has told yet: more than a plain file can have on the Hub or on GitHub. */
const byteLengthMax = 100 * 1024 * 1024
const readsMax = 3

type Route = 'resolve' | 'raw'

/**
 * Asks again for bytes that are not the file's. `byteLength` null: not known beforehand. `raw` gives git's own bytes
 * where `resolve` leads to an object's: of rules in any case.
 */
export function readContent(
  api: Api,
  commit: string,
  path: string,
  blob: Blob,
  byteLength: number | null,
  route: Route = isAttributes(path) ? 'raw' : 'resolve',
): Promise<Uint8Array> {
  return retry(() => readOnce(api, commit, path, blob, byteLength, route), {
    attemptsMax: readsMax,
    sleep: api.sleep,
    readWait: (error, attempt) => (error instanceof IntegrityError ? api.http.backoff(attempt) : null),
  })
}

async function readOnce(
  api: Api,
  commit: string,
  path: string,
  blob: Blob,
  byteLength: number | null,
  route: Route,
): Promise<Uint8Array> {
  const what = `"${quote(path)}"`
  const url = `${repositoryUrl(api)}/${route}/${commit}/${encodePath(path)}`
  const answer = await ask(api, {
    what,
    url,
    repeat: true,
    headers: { 'accept-encoding': 'identity' },
    byteLengthMax: byteLength ?? byteLengthMax,
  })
  // A Hub that does not answer there, or not now, may all the same give the file itself.
  if (!isSuccess(answer) && route === 'raw') return readOnce(api, commit, path, blob, byteLength, 'resolve')
  if (!isSuccess(answer)) throw await createFailure(api, `read ${what} of ${api.where}`, answer, 'read')
  const oid = gitBlobId(answer.bytes)
  if (oid !== blob.oid)
    throw new IntegrityError(
      `Cannot read ${what} of ${api.where}: its ${answer.bytes.byteLength} bytes are blob ${oid}, commit ${commit} holds ${blob.oid}; run again`,
    )
  return answer.bytes
}
