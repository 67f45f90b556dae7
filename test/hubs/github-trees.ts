/** `git/trees`: listings, whole or cut, and trees made by path on top of another. */
import type { Mode, ObjectStore, ObjectType, TreeEntry } from './git.ts'
import { json, notFound, Refusal } from './github-answer.ts'
import type { Answer } from './github-answer.ts'
import type { Call } from './github-call.ts'
import { repositoryUrl } from './github-commits.ts'
import { misstore } from './misstore.ts'

export const objectTypes: Record<Mode, ObjectType> = {
  '100644': 'blob',
  '100755': 'blob',
  '120000': 'blob',
  '160000': 'commit',
  '040000': 'tree',
}
const timedOut =
  "Sorry, your request timed out.  It's likely that your input was too large to process.  Consider building the tree incrementally, " +
  'or building the commits you need in a local clone of the repository and then pushing them to GitHub.'
const badState = () => new Refusal(422, 'GitRPC::BadObjectState')

function entryJson(call: Call, { mode, oid, name }: TreeEntry, prefix = ''): Record<string, unknown> {
  const type = objectTypes[mode]
  const size = type === 'blob' ? { size: call.repository.store.read(oid, 'blob').length } : {}
  return {
    path: prefix + name,
    mode,
    type,
    sha: oid,
    ...size,
    ...(type !== 'commit' && { url: `${repositoryUrl(call)}/git/${type}s/${oid}` }),
  }
}

/** Depth first, a directory before what it holds; ends early when `rows` has as many as may be. */
function listInto(rows: Record<string, unknown>[], call: Call, tree: string, prefix: string, most: number): void {
  for (const entry of call.repository.store.readTree(tree)) {
    if (rows.length >= most) return
    rows.push(entryJson(call, entry, prefix))
    if (entry.mode === '040000') listInto(rows, call, entry.oid, `${prefix}${entry.name}/`, most)
  }
}

/** By tree id, commit id or ref name. `recursive` is on whatever its value. */
export function readTree(call: Call): Answer {
  const { repository, server } = call
  const named = repository.readRevision(call.path)
  const type = named === null ? null : repository.store.type(named)
  if (named === null || type === null) throw notFound()
  if (type === 'blob') throw new Refusal(422, 'The provided SHA is not a tree')
  const tree = type === 'commit' ? repository.tree(named) : named
  const oid = server.switches.listingSha === 'commit' ? named : tree
  const url = `${repositoryUrl(call)}/git/trees/${oid}`
  if (!/[?&]recursive=/.test(call.url.search)) {
    return json({
      sha: oid,
      url,
      tree: repository.store.readTree(tree).map((entry) => entryJson(call, entry)),
      truncated: false,
    })
  }
  const rows: Record<string, unknown>[] = []
  listInto(rows, call, tree, '', server.switches.listingMax + 1)
  return json({
    sha: oid,
    url,
    tree: rows.slice(0, server.switches.listingMax),
    truncated: rows.length > server.switches.listingMax,
  })
}

type Edit = [path: string, entry: { mode: Mode; oid: string } | null]

/** A tree with edits put in; `null` when nothing is left. What is deleted must be a file that is there. */
function editTree(store: ObjectStore, tree: string | null, edits: readonly Edit[]): string | null {
  const entries = new Map((tree === null ? [] : store.readTree(tree)).map((entry) => [entry.name, entry]))
  const own = edits.filter(([path]) => !path.includes('/'))
  const below = new Map<string, Edit[]>()
  for (const [path, entry] of edits) {
    const slash = path.indexOf('/')
    if (slash < 0) continue
    const name = path.slice(0, slash)
    below.set(name, [...(below.get(name) ?? []), [path.slice(slash + 1), entry]])
  }
  // Deletions first, so that a file may make way for a directory of its name; files put last, so that the reverse works
  // too.
  for (const [name, entry] of own) {
    if (entry) continue
    if ((entries.get(name)?.mode ?? '040000') === '040000') throw badState()
    entries.delete(name)
  }
  for (const [name, inner] of below) {
    const old = entries.get(name)
    const oid = editTree(store, old?.mode === '040000' ? old.oid : null, inner)
    if (oid === null) entries.delete(name)
    else entries.set(name, { name, mode: '040000', oid })
  }
  for (const [name, entry] of own) if (entry) entries.set(name, { name, ...entry })
  return entries.size === 0 ? null : store.writeTree([...entries.values()])
}

/** One entry of the request, or the refusal that it earns; the order of the checks is GitHub's. */
function parseEntry({ repository, server }: Call, row: Record<string, unknown>): Edit {
  const { path, mode, type, sha, content } = row
  if (
    typeof path !== 'string' ||
    path
      .split('/')
      .slice(path.startsWith('/') ? 1 : 0)
      .some((part) => /^(\.{0,2}|\.git)$/i.test(part))
  ) {
    throw new Refusal(422, 'tree.path contains a malformed path component')
  }
  if (path.startsWith('/')) throw new Refusal(422, 'tree.path cannot start with a slash')
  if (typeof mode !== 'string' || !Object.hasOwn(objectTypes, mode))
    throw new Refusal(422, 'Must supply a valid tree.mode')
  if ((sha === undefined) === (content === undefined)) {
    throw new Refusal(422, 'Must supply either tree.sha or tree.content. Request will be rejected if both are present.')
  }
  if (mode === '040000' && content !== undefined) throw new Refusal(422, 'A subdirectory may not have content')
  if (!server.switches.allowsWorkflows && path.startsWith('.github/workflows/'))
    throw new Refusal(403, 'Resource not accessible by integration')
  if (sha === null) return [path, null]
  if (sha === undefined) return [path, { mode: mode as Mode, oid: repository.store.writeBlob(String(content)) }]
  const expected = objectTypes[mode as Mode]
  const named = typeof type === 'string' ? type : expected
  const isThere = named === 'commit' ? /^[0-9a-f]{40}$/.test(String(sha)) : repository.store.type(String(sha)) === named
  if (/^0{40}$/.test(String(sha)) || (isThere && named !== expected)) throw badState()
  if (!isThere) throw new Refusal(422, `tree.sha ${String(sha)} is not a valid ${named}`)
  return [path, { mode: mode as Mode, oid: String(sha) }]
}

function parseBase({ repository }: Call, base: unknown): string | null {
  if (base === undefined || base === null) return null
  const type = repository.store.type(String(base))
  if (type === 'tree') return String(base)
  if (type === 'commit') return repository.tree(String(base))
  throw new Refusal(422, 'base_tree is not a valid tree oid')
}

function checkSize({ server: { switches } }: Call, rows: readonly unknown[], byteLength: number): void {
  if (rows.length <= switches.treeEntriesMax && byteLength <= switches.treeBodyMax) return
  throw new Refusal(switches.treeOverload, switches.treeOverload === 502 ? 'Server Error' : timedOut)
}

/** Answers with the top level of what it made. */
export async function createTree(call: Call): Promise<Answer> {
  const { store } = call.repository
  const text = await call.request.text()
  const body = parseBody(text)
  if (!Array.isArray(body.tree) || body.tree.length === 0) throw new Refusal(422, 'Invalid tree info')
  checkSize(call, body.tree, Buffer.byteLength(text))
  const base = parseBase(call, body.base_tree)
  const edits = body.tree.map((row) => parseEntry(call, row as Record<string, unknown>))
  const sent = editTree(store, base, edits) ?? store.writeTree([])
  const { stores } = call.server.switches
  const oid =
    stores === null
      ? sent
      : store.writeFiles(
          misstore(store, base === null ? new Map() : store.readFiles(base), store.readFiles(sent), stores),
        )
  const url = `${repositoryUrl(call)}/git/trees/${oid}`
  return json(
    { sha: oid, url, tree: store.readTree(oid).map((entry) => entryJson(call, entry)), truncated: false },
    201,
    { Location: url },
  )
}

function parseBody(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    throw new Refusal(400, 'Problems parsing JSON')
  }
}
