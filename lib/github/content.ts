/** The bytes of blobs, proven by their ids. */
import { retry } from '../async/retry.ts'
import { isSuccess } from '../http/answer.ts'
import { CutError, readWhole, type Bytes } from '../http/body.ts'
import { readRange } from '../http/range.ts'
import { encodePath } from '../http/request.ts'
import type { StoredFile } from '../model/content.ts'
import { IntegrityError, RemoteError } from '../model/errors.ts'
import { verifyBlob } from '../model/object-proof.ts'
import { quote } from '../model/quote.ts'
import type { Awaitable } from '../model/remote.ts'
import { ask, streaming, type Api } from './api.ts'
import { createFailure } from './failure.ts'
import { readAhead } from './read-ahead.ts'

const readsMax = 3
/** GitHub holds no larger blob. */
const byteLengthMax = 100 * 1024 * 1024

/**
 * The bytes of a blob, proven. They are asked for up to 3 times where they break off, are others, or are not on every server
 * yet. `path` is for messages.
 */
export function readBlob(api: Api, oid: string, path: string): Awaitable<Uint8Array> {
  return api.memory.findContent(oid) ?? readUnknown(api, oid, path)
}

async function readUnknown(api: Api, oid: string, path: string): Promise<Uint8Array> {
  const ahead = await readAhead(api, oid)
  if (ahead) return ahead
  const content = await retry(() => readOnce(api, oid, path), {
    attemptsMax: readsMax,
    sleep: api.http.sleep,
    waitAfter: (error, attempt) =>
      error instanceof IntegrityError || error instanceof CutError || error instanceof Missing
        ? api.http.backoff(attempt)
        : null,
  })
  api.memory.keepContent(oid, content)
  return content
}

/**
 * A part of a plain file, as `readRange` of `http/range`; `null` for a repository that is not public. It is asked for at the
 * address that people download from, without a token: the API gives no parts.
 */
export async function readPlainRange(
  { http, git, memory }: Api,
  { commit, path, entry }: StoredFile,
  from: number,
  to: number,
): Promise<Uint8Array | null> {
  if (memory.isPublic === false) return null
  const url = new URL(`${git.url.replace(/\.git$/, '')}/raw/${commit}/${encodePath(path)}`)
  return readRange(http, 'github', { url }, { from, to, byteLength: entry.byteLength })
}

class Missing extends RemoteError {}

async function readOnce(api: Api, oid: string, path: string): Promise<Buffer> {
  const action = `read "${quote(path)}" of ${api.where}`
  // A compressed body that breaks off would look complete.
  const headers = { 'accept': 'application/vnd.github.raw+json', 'accept-encoding': 'identity' }
  const sending = { ...streaming, headers }
  const answer = await ask(api, 'GET /repos/{owner}/{repo}/git/blobs/{file_sha}', { file_sha: oid }, sending)
  if (answer.status === 404) throw new Missing(`Cannot ${action}: GitHub does not have blob ${oid}; run again`, 404)
  if (!isSuccess(answer)) throw createFailure(api, action, answer, 'read')
  const body = answer.data as Bytes | null
  const content = await readWhole({ headers: answer.headers, body }, byteLengthMax, `"${quote(path)}" of ${api.where}`)
  verifyBlob(oid, content, action)
  return content
}
