/** The bytes of plain files, proven by their git ids. */
import { retry } from '../async/retry.ts'
import { isSuccess } from '../http/answer.ts'
import { HeaderMap } from '../http/headers.ts'
import { readRange } from '../http/range.ts'
import { encodePath } from '../http/request.ts'
import type { StoredFile } from '../model/content.ts'
import { isAttributes } from '../model/entry.ts'
import { IntegrityError } from '../model/errors.ts'
import { verifyBlob } from '../model/object-proof.ts'
import { quote } from '../model/quote.ts'
import { repositoryUrl } from './address.ts'
import { ask, type Api } from './api.ts'
import { createFailure } from './failure.ts'

/** For a file of unknown length: the largest plain file of GitHub; the Hub takes 10 MiB. */
const byteLengthMax = 100 * 1024 * 1024
const readsMax = 3
/** So many files of a run are read by `raw`, in a request each. `resolve` redirects, but its limit of requests is larger. */
export const rawReadsMax = 2

/** Two addresses of a file: of an LFS file, `resolve` leads to the object, and `raw` gives the pointer. */
type Route = 'resolve' | 'raw'

/** A file of a commit. `oid` is the git id that its bytes must have; `byteLength` is null where it is not known. */
interface PlainFile {
  readonly commit: string
  readonly path: string
  readonly oid: string
  readonly byteLength: number | null
}

/**
 * The file's bytes, proven. They are asked for up to 3 times, if others come. Rules are read by `raw`: git would not look into
 * an object for them.
 * @throws {IntegrityError} Where other bytes come each time.
 */
export function readContent(
  api: Api,
  file: PlainFile,
  route: Route = isAttributes(file.path) ? 'raw' : 'resolve',
): Promise<Uint8Array> {
  return retry(() => readOnce(api, file, route), {
    attemptsMax: readsMax,
    sleep: api.http.sleep,
    waitAfter: (error, attempt) => (error instanceof IntegrityError ? api.http.backoff(attempt) : null),
  })
}

/** A part of a plain file, as `readRange` of `http/range`. By `resolve`, whose limit of requests is larger than that of `raw`. */
export function readPlainRange(
  api: Api,
  { commit, path, entry }: StoredFile,
  from: number,
  to: number,
): Promise<Uint8Array | null> {
  const url = new URL(`${repositoryUrl(api)}/resolve/${commit}/${encodePath(path)}`)
  const headers = new HeaderMap(api.token === null ? {} : { authorization: `Bearer ${api.token}` })
  return readRange(api.http, 'huggingface', { url, headers }, { from, to, byteLength: entry.byteLength })
}

async function readOnce(api: Api, file: PlainFile, route: Route): Promise<Uint8Array> {
  const { commit, path, byteLength } = file
  const what = `"${quote(path)}"`
  const url = `${repositoryUrl(api)}/${route}/${commit}/${encodePath(path)}`
  const answer = await ask(api, {
    what,
    url,
    headers: { 'accept-encoding': 'identity' },
    byteLengthMax: byteLength ?? byteLengthMax,
  })
  // A Hub that lacks this route, or fails there for a moment, may give the file by the other one.
  if (!isSuccess(answer) && route === 'raw') return readOnce(api, file, 'resolve')
  if (!isSuccess(answer)) throw await createFailure(api, `read ${what} of ${api.where}`, answer, 'read')
  verifyBlob(file.oid, answer.bytes, `read ${what} of ${api.where}`)
  return answer.bytes
}
