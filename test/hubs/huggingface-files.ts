/** `resolve` and `raw`: files by revision and path, large ones from the storage. */
import type { FileEntry } from './git.ts'
import { byteRange, encodePath, noEntry } from './huggingface-answer.ts'
import type { Call } from './huggingface-call.ts'
import { Response } from './message.ts'

function plainHeaders(path: string, commit: string, { oid }: FileEntry): Record<string, string> {
  const name = encodeURIComponent(path.split('/').at(-1)!)
  return {
    'Content-Type': 'text/plain; charset=utf-8',
    'ETag': `"${oid}"`,
    'X-Repo-Commit': commit,
    'Content-Disposition': `inline; filename*=UTF-8''${name}; filename="${name}";`,
    'Content-Security-Policy': "default-src 'none'; sandbox",
  }
}

/** A missing file still tells the head: `X-Repo-Commit`. */
function findFile({ repository, rest: [revision, ...parts] }: Call): { path: string; commit: string; file: FileEntry } {
  const commit = repository.readRevision(revision ?? '', 'stale')
  const path = parts.join('/')
  const file = repository.readFiles(commit).get(path)
  if (!file || file.mode === '160000') throw noEntry('Entry not found', { 'X-Repo-Commit': commit })
  return { path, commit, file }
}

export function resolve(call: Call): Response {
  const { repository, request } = call
  const { path, commit, file } = findFile(call)
  const lfs = repository.pointer(file)
  if (lfs) {
    const { href } = repository.signDownload(lfs.oid)
    const body = Buffer.from(`Found. Redirecting to ${href}`)
    return new Response(new Uint8Array(body), {
      status: 302,
      headers: {
        'Location': href,
        'X-Repo-Commit': commit,
        'X-Linked-Etag': `"${lfs.oid}"`,
        'X-Linked-Size': `${lfs.byteLength}`,
        'Accept-Ranges': 'bytes',
        'Cache-Control': 'no-store',
        'Vary': 'Origin, Accept',
        'Content-Type': 'text/plain; charset=utf-8',
        'Content-Length': `${body.length}`,
      },
    })
  }
  if (repository.switches.redirectsFiles && !repository.private) {
    const query = `${encodeURIComponent(call.url.pathname)}=&etag=${encodeURIComponent(`"${file.oid}"`)}`
    const location = `/api/resolve-cache/${repository.id}/${commit}/${encodePath(path)}?${query}`
    const headers = { ...plainHeaders(path, commit, file), 'Location': location, 'Content-Length': '0' }
    return new Response(null, { status: 307, headers })
  }
  return byteRange(
    repository.git.read(file.oid, 'blob'),
    request.headers.get('range'),
    plainHeaders(path, commit, file),
  )
}

/** The bytes that git holds: the pointer where the file is LFS. */
export function raw(call: Call): Response {
  const { path, commit, file } = findFile(call)
  return byteRange(
    call.repository.git.read(file.oid, 'blob'),
    call.request.headers.get('range'),
    plainHeaders(path, commit, file),
  )
}
