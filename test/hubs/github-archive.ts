/** `tarball`: what `git archive --format=tar.gz` makes of a commit, in one folder, given out by codeload. */
import { gzipSync } from 'node:zlib'
import { json, notFound } from './github-answer.ts'
import type { Answer } from './github-answer.ts'
import type { Call, Server } from './github-call.ts'
import type { GithubRepository } from './github-repository.ts'

const block = 512
/** A private repository's archives are only for who was sent there. */
const privateToken = 'AAAAA5ARCHIVE'

export function redirectToArchive({ server, repository, path }: Call): Answer {
  const { archiveStatus } = server.switches
  if (archiveStatus !== null) return json({ message: 'Server Error' }, archiveStatus)
  const oid = repository.readCommitId(path, 'stale')
  if (oid === null) throw notFound()
  const token = repository.private ? `?token=${privateToken}` : ''
  return json(null, 302, { Location: `${server.codeload}/${repository.name}/legacy.tar.gz/${oid}${token}` })
}

/**
 * `null` where this is no address of codeload's. It knows no rate limit, and no credentials but those in the address.
 */
export function answerCodeload({ codeload, repository, switches }: Server, url: URL): Response | null {
  const address = url.origin + url.pathname
  if (!address.startsWith(`${codeload}/`)) return null
  const oid = address.slice(`${codeload}/${repository.name}/legacy.tar.gz/`.length)
  const isAllowed = !repository.private || url.searchParams.get('token') === privateToken
  if (
    !address.startsWith(`${codeload}/${repository.name}/legacy.tar.gz/`) ||
    !repository.store.has(oid, 'commit') ||
    !isAllowed
  )
    return new Response('404: Not Found', { status: 404 })
  const body = gzipSync(writeArchive(repository, oid, switches), { level: 1 })
  return new Response(new Uint8Array(body), {
    headers: {
      'Content-Type': 'application/x-gzip',
      'Content-Disposition': `attachment; filename=${repository.name.replace('/', '-')}-${oid.slice(0, 7)}.tar.gz`,
      'ETag': `W/"${oid}"`,
    },
  })
}

function writeArchive(
  { name, store }: GithubRepository,
  oid: string,
  { unarchived, rewritten, rewrittenByteLength }: Server['switches'],
): Buffer {
  const folder = `${name.replace('/', '-')}-${oid.slice(0, 7)}/`
  const chunks = [entry('pax_global_header', 'g', Buffer.from(formatRecord('comment', oid))), header(folder, '5', 0)]
  const folders = new Set<string>()
  for (const [path, { mode, oid: blob }] of store.readFiles(store.readCommit(oid).tree)) {
    for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
      const above = path.slice(0, slash + 1)
      if (!folders.has(above)) chunks.push(...named(folder + above, '5', Buffer.alloc(0)))
      folders.add(above)
    }
    if (mode === '160000') chunks.push(...named(`${folder + path}/`, '5', Buffer.alloc(0)))
    else if (unarchived.has(path)) continue
    else if (mode === '120000')
      chunks.push(...named(folder + path, '2', Buffer.alloc(0), store.read(blob, 'blob').toString()))
    else
      chunks.push(
        ...named(
          folder + path,
          '0',
          rewritten.has(path) ? Buffer.alloc(rewrittenByteLength, `${oid}\n`) : store.read(blob, 'blob'),
        ),
      )
  }
  return Buffer.concat([...chunks, Buffer.alloc(2 * block)])
}

/** A name, or the target of a link, that has no room in a header comes in records of its own before it. */
function named(name: string, type: string, content: Buffer, target = ''): Buffer[] {
  const records = [
    ...(Buffer.byteLength(name) > 100 ? [formatRecord('path', name)] : []),
    ...(Buffer.byteLength(target) > 100 ? [formatRecord('linkpath', target)] : []),
  ]
  const before = records.length === 0 ? [] : [entry('paxheader', 'x', Buffer.from(records.join('')))]
  return [...before, entry(name, type, content, target)]
}

/** The length counts its own digits. */
function formatRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`
  let length = Buffer.byteLength(rest)
  while (`${length}`.length + Buffer.byteLength(rest) !== length) length = `${length}`.length + Buffer.byteLength(rest)
  return `${length}${rest}`
}

function entry(name: string, type: string, content: Buffer, target = ''): Buffer {
  return Buffer.concat([
    header(name, type, content.length, target),
    content,
    Buffer.alloc((block - (content.length % block)) % block),
  ])
}

/** POSIX ustar; git's own `archive-tar.c` fills it so. */
function header(name: string, type: string, byteLength: number, target = ''): Buffer {
  const bytes = Buffer.alloc(block)
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, '0')
  bytes.write(Buffer.from(name).subarray(0, 100).toString('latin1'), 0, 'latin1')
  bytes.write(octal(type === '5' ? 0o775 : 0o664, 7), 100)
  bytes.write(octal(0, 7), 108)
  bytes.write(octal(0, 7), 116)
  bytes.write(octal(byteLength, 11), 124)
  bytes.write(octal(0, 11), 136)
  bytes.write(' '.repeat(8), 148)
  bytes.write(type, 156)
  bytes.write(Buffer.from(target).subarray(0, 100).toString('latin1'), 157, 'latin1')
  bytes.write('ustar\u000000', 257, 'latin1')
  bytes.write('root', 265)
  bytes.write('root', 297)
  bytes.write(
    `${octal(
      bytes.reduce((sum, byte) => sum + byte, 0),
      7,
    )}\0`,
    148,
  )
  return bytes
}
