/** What a revision holds: `tree`, `paths-info`, and the repository's own description. */
import type { TreeEntry } from './git.ts'
import { json, noEntry, noRevision, Refusal, wrongBody } from './huggingface-answer.ts'
import { nextLink, numberParameter, readJson } from './huggingface-call.ts'
import type { Call } from './huggingface-call.ts'
import { formatPointer } from './huggingface-repository.ts'
import type { HubRepository } from './huggingface-repository.ts'

interface Row extends Omit<TreeEntry, 'name'> {
  path: string
}

function* walk(repository: HubRepository, tree: string, prefix: string, recursive: boolean): Generator<Row> {
  for (const { name, mode, oid } of repository.git.readTree(tree)) {
    const path = prefix + name
    yield { path, mode, oid }
    if (recursive && mode === '040000') yield* walk(repository, oid, `${path}/`, true)
  }
}

const listings = new WeakMap<HubRepository, Map<string, Row[]>>()

/** The rows below a tree; the last listing is kept, since pages ask for it again and again. */
function listTree(repository: HubRepository, tree: string, prefix: string, recursive: boolean): Row[] {
  const key = `${tree} ${prefix} ${recursive}`
  const known = listings.get(repository)?.get(key)
  if (known) return known
  const rows = [...walk(repository, tree, prefix, recursive)]
  listings.set(repository, new Map([[key, rows]]))
  return rows
}

/** What stands at a path; the root is a directory. */
function findEntry(repository: HubRepository, tree: string, path: string): Row | null {
  let row: Row = { path: '', mode: '040000', oid: tree }
  for (const name of path === '' ? [] : path.split('/')) {
    const entry: TreeEntry | undefined =
      row.mode === '040000' ? repository.git.readTree(row.oid).find((other) => other.name === name) : undefined
    if (!entry) return null
    row = { path, mode: entry.mode, oid: entry.oid }
  }
  return row
}

/** The commit that last gave the path what it holds, along first parents. */
function lastCommit(
  repository: HubRepository,
  commit: string,
  { path, oid }: Row,
): { id: string; title: string; date: string } {
  for (let at = commit; ;) {
    const {
      parents: [parent],
      message,
      author,
    } = repository.git.readCommit(at)
    if (parent === undefined || findEntry(repository, repository.tree(parent), path)?.oid !== oid) {
      return { id: at, title: message.split('\n', 1)[0]!, date: new Date(author.seconds * 1000).toISOString() }
    }
    at = parent
  }
}

function formatRow(repository: HubRepository, row: Row, commit: string, expand: boolean): Record<string, unknown> {
  const { mode, oid, path } = row
  const lfs = repository.pointer(row)
  return {
    type: mode === '040000' ? 'directory' : mode === '160000' ? 'unknown' : 'file',
    oid,
    size: repository.byteLength(row),
    ...(lfs && { lfs: { oid: lfs.oid, size: lfs.byteLength, pointerSize: formatPointer(lfs).length } }),
    path,
    ...(expand && { lastCommit: lastCommit(repository, commit, row) }),
  }
}

const isTrue = (value: string | null) => value !== null && /^(?:true|1)$/i.test(value)

/** Directories count as rows. The revision is read anew for each page, so a branch that moves mixes two states. */
export function readTree(call: Call): Response {
  const {
    repository,
    url,
    rest: [revision, ...parts],
  } = call
  const expand = isTrue(url.searchParams.get('expand'))
  const limit = numberParameter(url, 'limit', expand ? 100 : 1000, expand ? 100 : 1000)
  const commit = repository.readRevision(revision ?? '')
  const path = parts.join('/')
  const entry = findEntry(repository, repository.tree(commit), path)
  if (entry?.mode !== '040000') throw noEntry(`${path} does not exist on "${revision}"`)
  const isRecursive = isTrue(url.searchParams.get('recursive'))
  const rows = listTree(repository, entry.oid, path === '' ? '' : `${path}/`, isRecursive).slice(
    0,
    isRecursive ? repository.switches.treeRowsMax : undefined,
  )
  if (rows.length === 0 && !repository.switches.listsEmptyBranch) throw noRevision(revision!)
  const cursor = url.searchParams.get('cursor')
  const start = cursor === null ? 0 : Number(Buffer.from(cursor, 'base64url').toString().replace(/^row:/, ''))
  if (!Number.isInteger(start)) throw wrongBody()
  const end = start + limit
  const more = end < rows.length ? nextLink(call, 'cursor', Buffer.from(`row:${end}`).toString('base64url')) : {}
  return json(
    rows.slice(start, end).map((row) => formatRow(repository, row, commit, expand)),
    200,
    more,
  )
}

/** Paths that are not there are left out; the answer has the tree's order, not the question's. */
export async function readPathsInfo({ repository, request, rest }: Call): Promise<Response> {
  const { paths, expand } = await readPaths(request)
  if (paths.length > repository.switches.pathsInfoMax) throw new Refusal(413, 'too many parameters')
  const commit = repository.readRevision(rest.join('/'))
  const tree = repository.tree(commit)
  const rows = [...new Set(paths)]
    .toSorted()
    .map((path) => (path === '' ? null : findEntry(repository, tree, path.replace(/\/$/, ''))))
  return json(rows.filter((row) => row !== null).map((row) => formatRow(repository, row, commit, expand)))
}

async function readPaths(request: Request): Promise<{ paths: string[]; expand: boolean }> {
  if (request.headers.get('content-type')?.startsWith('application/x-www-form-urlencoded')) {
    const form = new URLSearchParams(await request.text())
    if ([...form].length > 1000) throw new Refusal(413, 'too many parameters')
    return { paths: form.getAll('paths'), expand: isTrue(form.get('expand')) }
  }
  const { paths, expand } = await readJson(request)
  const list = typeof paths === 'string' ? [paths] : paths
  if (!Array.isArray(list) || !list.every((path) => typeof path === 'string')) throw wrongBody()
  return { paths: list, expand: expand === true }
}

/** Fields that a listing may name beside those that the fake has. */
const listed = new Set(['cardData', 'siblings', 'downloadsAllTime', 'trendingScore', 'resourceGroup'])

/** `GET /api/datasets/{id}` and its `revision/{revision}`; `expand[]` names the only fields that are wanted. */
export function readInfo({ repository, url, rest }: Call): Response {
  const commit = repository.readRevision(rest.length === 0 ? 'main' : rest.join('/'), 'stale')
  const date = new Date(repository.git.readCommit(commit).committer.seconds * 1000).toISOString()
  const info: Record<string, unknown> = {
    _id: Buffer.from(repository.id).toString('hex').slice(0, 24).padEnd(24, '0'),
    id: repository.name,
    author: repository.name.split('/')[0],
    sha: commit,
    lastModified: date,
    createdAt: date,
    private: repository.private,
    ...(repository.type !== 'spaces' && { gated: repository.switches.gated }),
    disabled: false,
    downloads: 0,
    likes: 0,
    tags: [],
    usedStorage: 0,
  }
  const wanted = [...url.searchParams.getAll('expand[]'), ...url.searchParams.getAll('expand')]
  if (wanted.some((field) => !(field in info) && !listed.has(field))) throw wrongBody()
  if (wanted.length > 0)
    return json(Object.fromEntries(Object.entries(info).filter(([key]) => ['_id', 'id', ...wanted].includes(key))))
  return json({ ...info, siblings: [...repository.readFiles(commit).keys()].map((rfilename) => ({ rfilename })) })
}
