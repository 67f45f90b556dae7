/**
 * `raw`: a file of a commit as people download it, given out by a host of its own that takes no credentials but those
 * in the address. Of a file in LFS that is its pointer.
 */
import type { Server } from './github-call.ts'
import { byteRange } from './huggingface-answer.ts'
import { Response } from './message.ts'

/** `null` where this is no address of a file's. */
export function answerRaw({ web, raw, repository }: Server, request: Request, url: URL): Response | null {
  const address = url.origin + url.pathname
  const [page, host] = [`${web}/${repository.name}/raw/`, `${raw}/${repository.name}/`]
  const missing = new Response('404: Not Found', { status: 404 })
  if (address.startsWith(page))
    return repository.private
      ? missing
      : new Response(null, { status: 302, headers: { Location: host + address.slice(page.length) } })
  if (!address.startsWith(host)) return null
  const [commit = '', ...segments] = address.slice(host.length).split('/')
  const oid = repository.readCommitId(commit, 'fresh')
  const path = segments.map(decodeURIComponent).join('/')
  const file = oid === null ? undefined : repository.store.readFiles(repository.store.readCommit(oid).tree).get(path)
  if (!file || repository.private) return missing
  return byteRange(repository.store.read(file.oid, 'blob'), request.headers.get('range'), {
    'Content-Type': 'application/octet-stream',
    'ETag': `W/"${file.oid}"`,
  })
}
