/** The bytes of plain files, proven by their git id. */
import { retry } from '../async/retry.ts'
import { IntegrityError } from '../model/errors.ts'
import { gitBlobId } from '../model/git-object.ts'
import { quote } from '../model/quote.ts'
import { isAttributes } from '../model/view.ts'
import { encodePath, repositoryUrl } from './address.ts'
import { ask, isSuccess, type Api } from './api.ts'
import { createFailure } from './failure.ts'

/** For a file whose size no listing has told yet: more than a plain file can have on the Hub or on GitHub. */
const byteLengthMax = 100 * 1024 * 1024
const readsMax = 3

type Route = 'resolve' | 'raw'

/** A plain file of a commit, with the id that its bytes must have. `byteLength` null: not known beforehand. */
interface PlainFile {
  readonly commit: string
  readonly path: string
  readonly oid: string
  readonly byteLength: number | null
}

/**
 * Asks again for bytes that are not the file's. `raw` gives git's own bytes where `resolve` leads to an object's: of
 * rules in any case.
 */
export function readContent(
  api: Api,
  file: PlainFile,
  route: Route = isAttributes(file.path) ? 'raw' : 'resolve',
): Promise<Uint8Array> {
  return retry(() => readOnce(api, file, route), {
    attemptsMax: readsMax,
    sleep: api.sleep,
    waitAfter: (error, attempt) => (error instanceof IntegrityError ? api.http.backoff(attempt) : null),
  })
}

async function readOnce(api: Api, file: PlainFile, route: Route): Promise<Uint8Array> {
  const { commit, path, byteLength } = file
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
  if (!isSuccess(answer) && route === 'raw') return readOnce(api, file, 'resolve')
  if (!isSuccess(answer)) throw await createFailure(api, `read ${what} of ${api.where}`, answer, 'read')
  const oid = gitBlobId(answer.bytes)
  if (oid !== file.oid)
    throw new IntegrityError(
      `Cannot read ${what} of ${api.where}: its ${answer.bytes.byteLength} bytes are blob ${oid}, commit ${commit} holds ${file.oid}; run again`,
    )
  return answer.bytes
}
