/** GraphQL: what a query reads of the repository, and the mutation that moves refs. */
import { execute, GraphQLError } from 'graphql'
import type { ObjectStore, TreeEntry } from './git.ts'
import { formatDate, json, Refusal } from './github-answer.ts'
import type { Answer } from './github-answer.ts'
import { readJson } from './github-call.ts'
import type { Call } from './github-call.ts'
import { nodeId } from './github-commits.ts'
import { checkMove, isFastForward, isNamed } from './github-refs.ts'
import { parseQuery, schema } from './github-schema.ts'
import { objectTypes } from './github-trees.ts'

const absent = '0'.repeat(40)
/** Objects that a query has asked for so far. */
const queried = new WeakMap<Request, number>()

/** Counts an object of a query. Throws for those beyond what one may ask for. */
function countObject({ request, server }: Call): void {
  const count = (queried.get(request) ?? 0) + 1
  queried.set(request, count)
  if (count > server.switches.queryObjectsMax)
    throw failure('RESOURCE_LIMITS_EXCEEDED', 'Resource limits for this query exceeded.')
}

/**
 * GitHub's words for a query that ran out of time, and for much else (measured for a ref that is elsewhere, 2026-09).
 */
function vagueFailure(): GraphQLError {
  const what = 'This may be the result of a timeout, or it could be a GitHub bug.'
  return new GraphQLError(
    `Something went wrong while executing your query. ${what} Please include \`E6F7:2F49:1A2B:3C4D\` when reporting this issue.`,
  )
}

const entriesQueried = new WeakMap<Request, number>()

function countEntries({ request, server }: Call, entries: readonly TreeEntry[]): readonly TreeEntry[] {
  const count = (entriesQueried.get(request) ?? 0) + entries.length
  entriesQueried.set(request, count)
  if (count > server.switches.queryEntriesMax)
    throw failure('RESOURCE_LIMITS_EXCEEDED', 'Resource limits for this query exceeded.')
  return entries
}

const failure = (type: string, message: string) => new GraphQLError(message, { extensions: { type } })

// Reading

function blobJson({ repository, server }: Call, oid: string): Record<string, unknown> {
  const content = repository.store.read(oid, 'blob')
  const isBinary = content.subarray(0, 8000).includes(0)
  const text = () => {
    if (isBinary) return null
    const part = content.subarray(0, server.switches.blobTextMax)
    const decoded = part.toString('utf8')
    // What is not UTF-8 is taken for another encoding and comes as other bytes than the blob has.
    return part.length === content.length && !Buffer.from(decoded).equals(part) ? part.toString('latin1') : decoded
  }
  return { byteSize: content.length, isBinary, isTruncated: content.length > server.switches.blobTextMax, text }
}

function entryJson(call: Call, { name, mode, oid }: TreeEntry, folder: string): Record<string, unknown> {
  const type = objectTypes[mode]
  const path = folder + name
  return {
    mode: Number.parseInt(mode, 8),
    name,
    nameRaw: Buffer.from(name).toString('base64'),
    object: () => (type === 'commit' ? null : objectJson(call, oid, `${path}/`)),
    oid,
    path,
    pathRaw: Buffer.from(path).toString('base64'),
    size: () => (type === 'blob' ? call.repository.store.read(oid, 'blob').length : 0),
    type,
  }
}

/** The entry at a path of a tree, `null` where nothing stands. */
function findEntry(store: ObjectStore, tree: string, path: string): TreeEntry | null {
  const [name, ...rest] = path.split('/')
  const entry = store.readTree(tree).find((each) => each.name === name) ?? null
  if (rest.length === 0) return entry
  return entry?.mode === '040000' ? findEntry(store, entry.oid, rest.join('/')) : null
}

/** `folder` is where a tree was found, so that its entries know their paths. */
function objectJson(call: Call, oid: string, folder = ''): Record<string, unknown> | null {
  const { store } = call.repository
  const type = store.type(oid)
  if (type === null) return null
  const common = { oid, abbreviatedOid: oid.slice(0, 7), id: nodeId(type, oid) }
  if (type === 'blob') return { __typename: 'Blob', ...common, ...blobJson(call, oid) }
  if (type === 'tree')
    return {
      __typename: 'Tree',
      ...common,
      entries: () => countEntries(call, store.readTree(oid)).map((entry) => entryJson(call, entry, folder)),
    }
  const { tree, message, committer } = store.readCommit(oid)
  const file = ({ path }: { path: string }) => {
    countObject(call)
    const entry = findEntry(call.repository.store, tree, path)
    return entry && entryJson(call, entry, path.slice(0, path.lastIndexOf('/') + 1))
  }
  return {
    __typename: 'Commit',
    ...common,
    message,
    committedDate: formatDate(committer),
    tree: () => objectJson(call, tree),
    file,
  }
}

/** `main`, `<oid>`, `main:path`, `<oid>:`. */
function readExpression(call: Call, expression: string): Record<string, unknown> | null {
  const colon = expression.indexOf(':')
  const oid = call.repository.readRevision(colon < 0 ? expression : expression.slice(0, colon), freshness(call))
  if (oid === null || colon < 0) return oid === null ? null : objectJson(call, oid)
  const path = expression.slice(colon + 1).replace(/\/$/, '')
  const tree = call.repository.store.has(oid, 'commit') ? call.repository.tree(oid) : oid
  const entry = path === '' ? null : findEntry(call.repository.store, tree, path)
  if (path !== '' && (!entry || entry.mode === '160000')) return null
  return objectJson(call, entry?.oid ?? tree, path === '' ? '' : `${path}/`)
}

function freshness({ server }: Call): 'fresh' | 'stale' {
  return server.switches.staleGraphql ? 'stale' : 'fresh'
}

function refJson(call: Call, ref: string): Record<string, unknown> | null {
  const oid = call.repository.readRef(ref, freshness(call))
  const [, prefix, name] = /^(refs\/[^/]+\/)(.+)$/.exec(ref) ?? []
  return oid === null ? null : { id: nodeId('REF', ref), name, prefix, target: () => objectJson(call, oid) }
}

function repositoryJson(call: Call, { owner, name }: { owner: string; name: string }): Record<string, unknown> {
  const { repository, server, role } = call
  const asked = `${owner}/${name}`
  if (asked.toLowerCase() !== repository.name.toLowerCase() && !server.former.has(asked.toLowerCase())) {
    throw failure('NOT_FOUND', `Could not resolve to a Repository with the name '${asked}'.`)
  }
  const { permissions } = server.switches
  return {
    defaultBranchRef: () => refJson(call, `refs/heads/${repository.defaultBranch}`),
    id: repository.nodeId,
    isArchived: server.switches.archived,
    isDisabled: server.switches.disabled,
    isEmpty: repository.isEmpty,
    isPrivate: repository.private,
    nameWithOwner: repository.name,
    object: ({ oid, expression }: { oid?: string; expression?: string }) => {
      if (oid === undefined && expression === undefined)
        throw failure('UNPROCESSABLE', 'An oid or an expression is required.')
      countObject(call)
      if (oid === undefined) return readExpression(call, expression!)
      return server.switches.tellsUnnamed || repository.store.type(oid) !== 'blob' || isNamed(repository, oid)
        ? objectJson(call, oid)
        : null
    },
    ref: ({ qualifiedName }: { qualifiedName: string }) => {
      for (const prefix of ['', 'refs/', 'refs/heads/', 'refs/tags/']) {
        const found = refJson(call, prefix + qualifiedName)
        if (found) return found
      }
      return null
    },
    viewerPermission: permissions === 'nothing' ? null : permissions === 'user' || role === 'write' ? 'WRITE' : 'READ',
  }
}

// Writing

interface UpdateRefsInput {
  clientMutationId?: string | null
  repositoryId: string
  refUpdates: RefUpdate[]
}
interface RefUpdate {
  name: string
  beforeOid?: string | null
  afterOid: string
  force: boolean
}

/** Throws what speaks against one of the updates; moves nothing. */
function checkUpdate(call: Call, { name, beforeOid, afterOid, force }: RefUpdate): void {
  const { repository } = call
  const now = repository.refs.get(name) ?? absent
  if (!/^refs\/[^/]+\/./.test(name)) throw failure('UNPROCESSABLE', `${name} is not a valid ref name`)
  if (beforeOid && beforeOid !== now) {
    const { refConflictType } = call.server.switches
    throw refConflictType === null
      ? vagueFailure()
      : failure(refConflictType, `Expected ${name} to point to "${beforeOid}" but it did not.  Pull and try again.`)
  }
  if (afterOid === absent) return
  const type = repository.store.type(afterOid)
  if (type === null) throw failure('NOT_FOUND', `Could not resolve to an object with the oid ${afterOid}`)
  if (type !== 'commit') throw failure('UNPROCESSABLE', `Invalid object type ${type}, expected commit`)
  if (now !== absent && !force && !isFastForward(repository, now, afterOid))
    throw failure('UNPROCESSABLE', 'Update is not a fast forward')
  try {
    checkMove(call, name, now === absent ? null : now, afterOid)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    throw call.server.switches.hidesRules ? vagueFailure() : failure('UNPROCESSABLE', error.message)
  }
}

/** All of them or none. */
function updateRefs(call: Call, { clientMutationId = null, repositoryId, refUpdates }: UpdateRefsInput): unknown {
  const { repository, server, role } = call
  if (repositoryId !== repository.nodeId)
    throw failure('NOT_FOUND', `Could not resolve to a node with the global id of '${repositoryId}'`)
  if (role !== 'write' || server.switches.updateRefs === 'forbidden')
    throw failure('FORBIDDEN', 'Resource not accessible by personal access token')
  if (server.switches.archived) throw failure('FORBIDDEN', 'Repository was archived so is read-only.')
  for (const update of refUpdates) checkUpdate(call, update)
  for (const { name, afterOid } of refUpdates) repository.moveRef(name, afterOid === absent ? null : afterOid)
  return { clientMutationId }
}

function formatError({ message, path, locations, extensions }: GraphQLError): Record<string, unknown> {
  return {
    ...(extensions.type !== undefined && { type: extensions.type }),
    ...(path && { path }),
    ...(locations && { locations }),
    message,
  }
}

/** Failures of a query are answered with 200. */
export async function answerGraphql(call: Call): Promise<Answer> {
  const { query, variables, operationName } = await readJson(call.request)
  if (typeof query !== 'string')
    return json({ errors: [{ message: 'A query attribute must be specified and must be a string.' }] })
  const rootValue = {
    repository: (args: { owner: string; name: string }) => repositoryJson(call, args),
    updateRefs: ({ input }: { input: UpdateRefsInput }) => updateRefs(call, input),
  }
  const document = parseQuery(query)
  if (!('kind' in document)) return json({ errors: document.map(formatError) })
  const { data, errors } = await execute({
    schema,
    document,
    rootValue,
    ...(typeof variables === 'object' &&
      variables !== null && { variableValues: variables as Record<string, unknown> }),
    ...(typeof operationName === 'string' && { operationName }),
  })
  const unexpected = errors?.find(({ originalError }) => originalError && !(originalError instanceof GraphQLError))
  if (unexpected) throw unexpected.originalError!
  if (
    call.server.switches.queryOverload === 502 &&
    (queried.get(call.request) ?? 0) > call.server.switches.queryObjectsMax
  ) {
    await call.server.clock.sleep(10_000)
    throw new Refusal(502, 'Server Error')
  }
  return json({ ...(data !== undefined && { data }), ...(errors && { errors: errors.map(formatError) }) })
}
