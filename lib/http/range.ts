/** Reads a part of a file by a range request (RFC 9110, section 14). */
import { RemoteError } from '../model/errors.ts'
import type { Side } from '../model/sides.ts'
import { dropBody, type Bytes } from './body.ts'
import { HeaderMap, type HeaderLines } from './headers.ts'
import type { Http } from './http.ts'
import { services } from './services.ts'

/** The bytes from `from` to before `to`, of a file of `byteLength` bytes. */
export interface Range {
  readonly from: number
  readonly to: number
  readonly byteLength: number
}

/**
 * The bytes of a range; `null` where there is no such file, or where the server sends anything else. If a server that knows
 * no ranges sends the whole file, its beginning is taken where that was asked for, and the rest is left unread. It is asked
 * once, without waiting for a limit, since a run can do without these bytes.
 * @throws {RemoteError} Where the server refuses, or the connection breaks.
 */
export async function readRange(
  http: Http,
  side: Side,
  { url, headers: given }: { readonly url: URL; readonly headers?: HeaderLines },
  { from, to, byteLength }: Range,
): Promise<Uint8Array | null> {
  const headers = new HeaderMap(given)
  // A range of a compressed body would be counted in compressed bytes.
  headers.set('accept-encoding', 'identity')
  headers.set('range', `bytes=${from}-${to - 1}`)
  const answer = await http.stream(side, { repeat: true, attemptsMax: 1 }, { method: 'GET', url, headers })
  const isPart =
    answer.status === 206 && answer.headers.get('content-range') === `bytes ${from}-${to - 1}/${byteLength}`
  if (isPart && answer.body !== null) return readBytes(answer.body, to - from, false)
  const isWhole =
    answer.status === 200 &&
    !answer.headers.has('content-encoding') &&
    answer.headers.get('content-length') === String(byteLength)
  if (isWhole && from === 0 && answer.body !== null) return readBytes(answer.body, to, true)
  dropBody(answer)
  if (answer.status >= 400 && answer.status !== 404 && answer.status !== 416)
    throw new RemoteError(
      `Cannot read a part of a file at ${url.host}: ${services[side].name} answered ${answer.status}; run again`,
      answer.status,
    )
  return null
}

/** `rest`: whether more may follow. It is not read then, as leaving the loop closes the connection. */
async function readBytes(body: Bytes, byteLength: number, rest: boolean): Promise<Uint8Array | null> {
  const bytes = Buffer.alloc(byteLength)
  let filled = 0
  for await (const chunk of body) {
    if (!rest && filled + chunk.byteLength > byteLength) return null
    const part = chunk.subarray(0, byteLength - filled)
    bytes.set(part, filled)
    filled += part.byteLength
    if (rest && filled === byteLength) return bytes
  }
  return filled === byteLength ? bytes : null
}
