/** A repository as git reaches it: requests to its protocol over HTTP (gitprotocol-http(5)). */
import type { Received } from '../http/body.ts'
import type { Http } from '../http/http.ts'
import type { Side } from '../model/sides.ts'

/** `url`: the address that git clones from, ending in `.git`. `authorization`: the header's value; null without a token. */
export interface GitServer {
  readonly http: Http
  readonly side: Side
  readonly url: string
  readonly authorization: string | null
}

/** The answer of any status. The request may be sent twice, and fails at the second failure. Redirects are not followed. */
export function postGit(
  { http, side, url, authorization }: GitServer,
  service: 'git-upload-pack' | 'git-receive-pack',
  body: Buffer<ArrayBuffer>,
): Promise<Received> {
  return http.fetch(side, { repeat: true, failuresMax: 2 })(`${url}/${service}`, {
    method: 'POST',
    body,
    redirect: 'manual',
    headers: {
      'content-type': `application/x-${service}-request`,
      'accept': `application/x-${service}-result`,
      // What is packed already is not compressed once more.
      'accept-encoding': 'identity',
      ...(service === 'git-upload-pack' && { 'git-protocol': 'version=2' }),
      ...(authorization !== null && { authorization }),
    },
  })
}
