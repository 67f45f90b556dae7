/** The bytes of plain files, proven by their git id. */
import { isAttributes } from '../attributes.ts'
import type { Blob } from '../entry.ts'
import { IntegrityError } from '../errors.ts'
import { quote } from '../quote.ts'
import { encodePath, repositoryUrl } from './address.ts'
import { ask, isSuccess, type Api } from './api.ts'
import { createFailure } from './failure.ts'
import { gitBlobId } from '../git-object.ts'

/** For a file whose size no listing has told yet: more than a plain file can have on the Hub or on GitHub. */
const byteLengthMax = 100 * 1024 * 1024

/** `byteLength` null: not known beforehand. Of rules git's own bytes, since `resolve` leads to the object where somebody stored them as one. */
export async function readContent(api: Api, commit: string, path: string, blob: Blob, byteLength: number | null): Promise<Uint8Array> {
  const what = `"${quote(path)}"`
  const url = `${repositoryUrl(api)}/${isAttributes(path) ? 'raw' : 'resolve'}/${commit}/${encodePath(path)}`
  const answer = await ask(api, { what, url, repeat: true, headers: { 'accept-encoding': 'identity' }, byteLengthMax: byteLength ?? byteLengthMax })
  if (!isSuccess(answer)) throw await createFailure(api, `read ${what} of ${api.where}`, answer, 'read')
  const oid = gitBlobId(answer.bytes)
  if (oid !== blob.oid) throw new IntegrityError(`Cannot read ${what} of ${api.where}: its ${answer.bytes.byteLength} bytes are blob ${oid}, commit ${commit} holds ${blob.oid}; run again`)
  return answer.bytes
}
