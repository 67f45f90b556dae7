/** `preupload`, `commit` and `validate-yaml`. */
import type { FileEntry } from './git.ts'
import { json, noRevision, Refusal, wrongBody } from './huggingface-answer.ts'
import { isIgnored } from './huggingface-attributes.ts'
import { readJson, requireWrite } from './huggingface-call.ts'
import type { Call, Server } from './huggingface-call.ts'
import { applyEdits, checkPush, readAttributes, wantsLfs } from './huggingface-edits.ts'
import type { Edit } from './huggingface-edits.ts'
import { metadataErrors } from './huggingface-metadata.ts'
import { commitLocked, commitQuotaUsed, headMoved } from './huggingface-refusals.ts'
import type { HubRepository } from './huggingface-repository.ts'
import { Response } from './message.ts'
import { misstore } from './misstore.ts'

interface Candidate {
  path: string
  size: number
  sample: string
}

function isCandidate(value: unknown): value is Candidate {
  const { path, size, sample } = value as Record<string, unknown>
  return typeof path === 'string' && typeof size === 'number' && size >= 0 && typeof sample === 'string'
}

/**
 * How each file would have to be stored, and what stands at its path: the blob's id, or the object's where it is LFS.
 */
export async function preupload(call: Call): Promise<Response> {
  const { repository, request, rest } = call
  if (repository.switches.preuploadNeedsWrite) requireWrite(call)
  const { files, gitAttributes, gitIgnore } = await readJson(request)
  if (!Array.isArray(files) || files.length > repository.switches.preuploadMax || !files.every(isCandidate))
    throw wrongBody(422)
  const commitOid = repository.readRevision(rest.join('/'))
  const present = repository.readFiles(commitOid)
  const attributes = readAttributes(repository, present)
  if (typeof gitAttributes === 'string') attributes.set('', gitAttributes)
  const ignoreFile = present.get('.gitignore')
  const ignore =
    typeof gitIgnore === 'string' ? gitIgnore : ignoreFile ? repository.git.read(ignoreFile.oid, 'blob').toString() : ''
  return json({
    commitOid,
    files: files.map(({ path, size, sample }) => {
      const file = present.get(path)
      const { refusesAsPlain, passesAsPlain } = repository.switches
      const isRegular = refusesAsPlain?.test(path) || passesAsPlain?.test(path)
      const uploadMode =
        !isRegular && wantsLfs(attributes, path, size, Buffer.from(sample, 'base64')) ? 'lfs' : 'regular'
      const oid = file ? (repository.pointer(file)?.oid ?? file.oid) : undefined
      return { path, uploadMode, shouldIgnore: isIgnored(ignore, path), oid }
    }),
  })
}

interface Header {
  summary: string
  description: string
  parent: string | null
}

function checkPath(path: unknown): string {
  const parts = typeof path === 'string' ? path.replace(/\/$/, '').split(/[/\\]/) : []
  const isGood =
    typeof path === 'string' &&
    path.length <= 1000 &&
    !path.includes('\0') &&
    parts.every((part) => !['', '.', '..', '.git'].includes(part.toLowerCase()))
  if (!isGood) throw new Refusal(422, `✖ Invalid path\n  → at path: ${String(path)}`)
  return path
}

function text(value: Record<string, unknown>, key: string): string {
  const found = value[key]
  if (typeof found !== 'string') throw new Refusal(400, `✖ Invalid input: expected string\n  → at ${key}`)
  return found
}

function parseOperation(key: string, value: Record<string, unknown>): Edit[] {
  const path = checkPath(value['path'])
  if (key === 'deletedFile') return [{ path, deletes: 'file' }]
  if (key === 'deletedFolder') return [{ path, deletes: 'folder' }]
  if (key === 'deletedEntry') return [{ path, deletes: 'entry' }]
  if (path.endsWith('/')) throw new Refusal(422, `✖ Invalid path\n  → at path: ${path}`)
  const moved: Edit[] = value['oldPath'] === undefined ? [] : [{ path: checkPath(value['oldPath']), deletes: 'file' }]
  if (key === 'lfsFile') {
    const [oid, byteLength] = [text(value, 'oid'), value['size']]
    if (value['algo'] !== 'sha256' || !/^[0-9a-f]{64}$/.test(oid) || typeof byteLength !== 'number') throw wrongBody()
    return [...moved, { path, mode: null, lfs: { oid, byteLength } }]
  }
  const encoding = value['encoding'] ?? 'utf-8'
  if (encoding !== 'utf-8' && encoding !== 'base64') throw wrongBody()
  return [
    ...moved,
    { path, mode: null, content: Buffer.from(text(value, 'content'), encoding === 'base64' ? 'base64' : 'utf8') },
  ]
}

/** The header is the first line, and something has to follow it. */
function parseLines(body: string): { header: Header; edits: Edit[] } {
  let header: Header | null = null
  const edits: Edit[] = []
  for (const line of body.split('\n').filter((each) => each !== '')) {
    let parsed: { key?: unknown; value?: Record<string, unknown> }
    try {
      parsed = JSON.parse(line)
    } catch {
      throw new Refusal(400, 'Invalid JSON in the body')
    }
    const { key, value } = parsed
    if (typeof key !== 'string' || typeof value !== 'object' || value === null) throw wrongBody()
    if (key === 'header') {
      const { parentCommit, description } = value
      const parent = parentCommit === undefined || parentCommit === null ? null : text(value, 'parentCommit')
      if (parent !== null && !/^[0-9a-f]{40}$/.test(parent))
        throw new Refusal(400, '✖ Invalid string: must match pattern\n  → at parentCommit')
      header = {
        summary: text(value, 'summary'),
        description: description === undefined ? '' : text(value, 'description'),
        parent,
      }
    } else if (['file', 'lfsFile', 'deletedFile', 'deletedFolder', 'deletedEntry'].includes(key)) {
      if (!header) throw new Refusal(400, 'The first line must have the key `header`')
      edits.push(...parseOperation(key, value))
    } else {
      throw wrongBody()
    }
  }
  if (!header || header.summary.trim() === '')
    throw new Refusal(400, '✖ Too small: expected string to have >=1 characters\n  → at summary')
  if (edits.length === 0) throw new Refusal(400, 'Add a line with the key `lfsFile`, `file` or `deletedFile`')
  return { header, edits }
}

/** By repository. Tries count, whether they succeed or not. */
function checkQuota(
  { switches: { commitsPerHour: limit, commitRetryAfter }, clock, commitTimes: times }: Server,
  { id }: HubRepository,
): void {
  const now = clock.now()
  const commitTimes = times.get(id) ?? []
  if (limit !== null && commitTimes.filter((time) => time > now - 3_600_000).length >= limit) {
    throw new Refusal(
      429,
      commitQuotaUsed(limit),
      null,
      commitRetryAfter === null ? {} : { 'Retry-After': `${commitRetryAfter}` },
    )
  }
  times.set(id, [...commitTimes, now])
}

function checkMetadata(repository: HubRepository, edits: readonly Edit[]): void {
  const readme = edits.find((edit) => edit.path === 'README.md' && 'content' in edit)
  const errors = readme && 'content' in readme ? metadataErrors(readme.content.toString(), repository.type) : []
  if (errors.length > 0) throw new Refusal(400, `Invalid metadata in README.md: ${errors.join('. ')}`)
}

/** How long the Hub lets anybody wait for an answer. */
const answerMaxMs = 60_000

/** All or nothing: whatever is refused leaves the branch as it was. */
export async function createCommit(call: Call): Promise<Response> {
  const { server, repository, request, rest, url } = call
  // Whoever has opened a pull request may commit to it.
  if (!rest.join('/').startsWith('refs/pr/')) requireWrite(call)
  if (!/^application\/x-ndjson\b/.test(request.headers.get('content-type') ?? '')) throw wrongBody()
  if (url.searchParams.has('create_pr')) throw new Refusal(501, 'The fake has no pull requests')
  const body = await request.text()
  const branch = rest.join('/').replace(/^refs\/heads\//, '')
  const head = repository.head(branch)
  if (head === null) throw noRevision(branch)
  checkQuota(server, repository)
  const { switches } = repository
  if (switches.lockedCommits > 0 || (repository.late !== null && switches.locksWhileLate)) {
    switches.lockedCommits = Math.max(0, switches.lockedCommits - 1)
    throw new Refusal(409, commitLocked)
  }
  const { header, edits } = parseLines(body)
  if (edits.length > switches.commitOperationsMax) throw new Refusal(504, 'Gateway Time-out')
  if (header.parent !== null && header.parent !== head) {
    throw new Refusal(412, headMoved)
  }
  const before = repository.readFiles(head)
  const after = applyEdits(repository, before, edits)
  checkMetadata(repository, edits)
  checkPush(repository, before, after, branch)
  const stored = switches.stores === null ? after : misstore(repository.git, before, after, switches.stores)
  const land = () => writeCommit(call, branch, header, stored)
  const lateMs = switches.lateCommits.shift() ?? edits.length * switches.commitMsPerOperation - answerMaxMs
  if (lateMs <= 0) {
    await server.clock.sleep(answerMaxMs + lateMs)
    // An earlier commit that takes long may have won meanwhile.
    repository.landLate(server.clock.now())
    if (repository.head(branch) !== head) throw new Refusal(412, headMoved)
    return land()
  }
  await server.clock.sleep(answerMaxMs)
  // Whoever was faster meanwhile has won.
  repository.late = {
    atMs: server.clock.now() + lateMs,
    land: () => {
      if (repository.head(branch) === head) land()
    },
  }
  return new Response('<html><body><h1>504 Gateway Time-out</h1></body></html>', {
    status: 504,
    headers: { 'Content-Type': 'text/html' },
  })
}

function writeCommit(
  { server, repository }: Call,
  branch: string,
  header: Header,
  after: Map<string, FileEntry>,
): Response {
  const message = header.description === '' ? header.summary : `${header.summary}\n\n${header.description}`
  const oid = repository.writeCommit(branch, after, { message, user: server.user })
  const page = repository.type === 'models' ? repository.name : repository.id
  return json({ success: true, commitOid: oid, commitUrl: `${server.origin}/${page}/commit/${oid}`, hookOutput: '' })
}

export async function validateYaml(request: Request): Promise<Response> {
  const { content, repoType } = await readJson(request)
  if (typeof content !== 'string' || typeof repoType !== 'string') throw wrongBody()
  return json({
    errors: metadataErrors(content, repoType === 'space' ? 'spaces' : 'models').map((message) => ({ message })),
    warnings: [],
  })
}
