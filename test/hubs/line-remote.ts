/**
 * The remote of the line in memory. It takes no merges and no modes, stores what is larger than a megabyte as an object
 * without any rule, and links to its commits below `/r/`.
 */
import { createHash } from 'node:crypto'
import { attributesFolder, isLfsPath } from '../../lib/gitattributes/rules.ts'
import type { Capabilities } from '../../lib/model/capabilities.ts'
import { contentByteLength } from '../../lib/model/content.ts'
import { comparePaths, isAttributes, type Change, type Entry, type LfsObject } from '../../lib/model/entry.ts'
import { DeniedError, IntegrityError, MovedError, RemoteError } from '../../lib/model/errors.ts'
import { fault, ok } from '../../lib/model/finding.ts'
import { gitBlobId } from '../../lib/model/git-object.ts'
import { mirrorIdentity } from '../../lib/model/mirror-identity.ts'
import { formatPointer } from '../../lib/model/pointer.ts'
import type { History, NewCommit, NewFile, Remote, Repository } from '../../lib/model/remote.ts'
import type { Side } from '../../lib/model/sides.ts'
import { formatMessage } from '../../lib/model/trailers.ts'
import { sha1, type Files, type LineHub, type Stored } from './line.ts'

const noGuesses = {
  limits: [],
  look: {},
  read: () => ({}),
  write: () => ({}),
  list: () => ({}),
  readObjects: () => ({}),
  writeObjects: () => ({}),
}
const plainByteLengthMax = 1_000_000
/** Rows of a history that one request tells. */
const rowsAPage = 5

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

export interface LineOptions {
  readonly side: Side
  readonly branch?: string
  readonly token?: 'writes' | 'reads' | 'nothing'
  readonly capabilities?: Partial<Capabilities>
}

function diff(from: Files, to: Files): Change[] {
  return [...new Set([...from.keys(), ...to.keys()])]
    .filter((path) => from.get(path)?.oid !== to.get(path)?.oid)
    .toSorted(comparePaths)
    .map((path) => {
      const was = from.get(path)
      return { path, before: was ? { mode: was.mode, oid: was.oid } : null, after: to.get(path) ?? null }
    })
}

export function createLineRemote(
  hub: LineHub,
  { side, branch = 'main', token = 'writes', capabilities = {} }: LineOptions,
): Remote {
  const repository: Repository = { side, type: 'repository', name: hub.name }
  const url = `https://line.example/r/${hub.name}`
  const where = `line "${hub.name}@${branch}"`
  const filesAt = (oid: string | null): Files => (oid === null ? new Map() : hub.at(oid).files)
  const headOf = () => hub.branches.get(branch) ?? null
  const requireToken = () => {
    if (token !== 'writes') throw new DeniedError(`Cannot write to ${where}: the token may not`)
  }
  const page = (rows: readonly Stored[]): History => ({
    state: 'branch',
    commits: rows.slice(0, rowsAPage),
    readMore: rows.length > rowsAPage ? () => Promise.resolve(page(rows.slice(rowsAPage))) : null,
  })

  async function store(path: string, file: NewFile): Promise<Entry> {
    if (file.store === 'lfs') {
      if (!hub.objects.has(file.object.oid)) throw new RemoteError(`Cannot write to ${where}: "${path}" has no object`)
      const { oid, byteLength } = file.object
      const pointer = Buffer.from(formatPointer(file.object))
      return { mode: '100644', oid: gitBlobId(pointer), byteLength, lfs: { oid, byteLength } }
    }
    const bytes = await file.read()
    if (file.oid !== null && gitBlobId(bytes) !== file.oid)
      throw new IntegrityError(`Cannot write to ${where}: "${path}" is not what was planned`)
    return hub.keep(bytes)
  }

  async function make(commit: NewCommit, parent: string | null): Promise<Stored> {
    const files = new Map(filesAt(parent))
    for (const { path, file } of commit.edits) if (file === null) files.delete(path)
    for (const { path, file } of commit.edits) if (file) files.set(path, await store(path, file))
    const author = commit.author ?? { ...mirrorIdentity, date: commit.date }
    return hub.add(parent, files, { author, committerDate: commit.date }, (tree) => {
      const trailers = [['Mirrored-From', commit.mirrors!], ['Mirrored-Tree', tree], ...commit.marks] as const
      return formatMessage(commit.title, commit.body, commit.mirrors === null ? [] : trailers)
    })
  }

  const readBytes = (bytes: Uint8Array | undefined, what: string) => {
    if (!bytes) throw new RemoteError(`Cannot read ${where}: it has no ${what}`)
    return bytes
  }
  const readObject = (object: LfsObject) => readBytes(hub.objects.get(object.oid), `object ${object.oid}`)

  return {
    side,
    service: `Line ${hub.name}`,
    repository,
    branch,
    capabilities: {
      merges: false,
      atomic: true,
      modes: false,
      rules: true,
      authors: true,
      closesIssues: false,
      beginsWith: new Set(),
      newOnly: false,
      objectsMax: 100,
      countsFiles: true,
      ...capabilities,
    },
    tags: {
      records: null,
      read: async () => ({
        tags: new Map([...hub.tags].map(([tag, oid]) => [tag, { oid, commit: oid }])),
        branches: new Set([branch]),
        record: null,
      }),
      isThere: async (tag) => hub.tags.has(tag),
      readMessage: async () => null,
      readUsed: async () => [],
      write: async (edits) => {
        requireToken()
        const failed = new Map<string, string>()
        for (const { name, before, commit } of edits) {
          const now = hub.tags.get(name) ?? null
          if (now !== commit && now !== (before?.oid ?? null)) failed.set(name, 'it was moved')
          else if (commit === null) hub.tags.delete(name)
          else hub.tags.set(name, commit)
        }
        return failed
      },
    },
    loadGuesses: async () => noGuesses,
    lfsUrl: `${url}/info/lfs`,
    commitUrl: (oid) => `${url}/commit/${oid}`,
    fileUrl: (oid, path) => `${url}/blob/${oid}/${path.split('/').map(encodeURIComponent).join('/')}`,
    readHistory: async (from) => {
      const head = from && from !== 'HEAD' ? from : (hub.branches.get(from === 'HEAD' ? 'main' : branch) ?? null)
      if (hub.branches.size === 0) return { state: 'empty' }
      if (head !== null) return page(hub.log(head))
      const names = { branches: [...hub.branches.keys()], isTag: false }
      return { state: 'no branch', defaultBranch: 'main', readNames: () => Promise.resolve(names) }
    },
    readHead: async () => headOf(),
    containsCommit: async (name, oid) =>
      [...hub.branches].some(([each, head]) => (name ?? each) === each && hub.log(head).some((row) => row.oid === oid)),
    readChanges: async (from, to, includes) => diff(filesAt(from), filesAt(to)).filter(({ path }) => includes(path)),
    readIds: async (from, to) => {
      const start = from?.endsWith('^') ? (hub.at(from.slice(0, -1)).parents[0] ?? null) : from
      return new Map(diff(filesAt(start), filesAt(to)).map(({ path, after }) => [path, after?.oid ?? null]))
    },
    countFiles: async (commit, includes, most) =>
      Math.min(most, [...filesAt(commit).keys()].filter((path) => includes(path)).length),
    readEntries: async (commit, paths) => {
      const files = filesAt(commit)
      const folder = (path: string): Entry | null => {
        const below = [...files].filter(([each]) => each.startsWith(`${path}/`))
        const oid = sha1(below.map(([each, entry]) => `${entry.oid} ${each}`).join())
        return below.length === 0 ? null : { mode: '040000', oid, byteLength: 0, lfs: null }
      }
      return new Map(paths.map((path) => [path, files.get(path) ?? folder(path)]))
    },
    readModes: async (commit, paths) =>
      new Map(paths.flatMap((path) => (filesAt(commit).has(path) ? [[path, '100644'] as const] : []))),
    findContent: () => null,
    readContent: async (_, path, { oid }) => readBytes(hub.blobs.get(oid), `bytes of "${path}"`),
    openObject: async (object, from = 0) => ReadableStream.from([readObject(object).subarray(from)]),
    readObject: async (object) => readObject(object),
    locateObjects: async () => {},
    readMissing: async (objects) =>
      [...new Map(objects.map((object) => [object.oid, object])).values()].filter(({ oid }) => !hub.objects.has(oid)),
    readStores: async (head, files, attributes) => {
      const standing = [...filesAt(head)].flatMap(([path, { oid }]) =>
        isAttributes(path)
          ? [[attributesFolder(path), Buffer.from(hub.blobs.get(oid) ?? []).toString('utf8')] as const]
          : [],
      )
      const rules = new Map([...standing, ...attributes])
      const isObject = ({ path, content, was }: (typeof files)[number]) => {
        const byteLength = contentByteLength(content)
        return byteLength > plainByteLengthMax || (byteLength > 0 && (was?.lfs || isLfsPath(rules, path)))
      }
      return new Map(files.map((file) => [file.path, isObject(file) ? 'lfs' : 'plain']))
    },
    readRefusals: async (drafts) =>
      drafts.flatMap(({ path }) =>
        path.split('/').some((part) => /^(?:|\.{1,2}|\.git)$/i.test(part)) ? [`${where} takes no file ${path}`] : [],
      ),
    readDiagnosis: async () => ({
      findings: [token === 'writes' ? ok('write', 'may write') : fault('write', 'denied', 'the token may not write')],
      visibility: token === 'nothing' ? 'unknown' : 'public',
      requestsLeft: null,
    }),
    readVisibility: async () => (token === 'nothing' ? 'unknown' : 'public'),
    isPublic: () => null,
    checkWrite: async () => requireToken(),
    checkCreate: async () => null,
    createRepository: async () => ({ visibility: 'public', isOurs: false }),
    readRules: async () => null,
    readPresent: async () => new Set(),
    uploadObjects: async (uploads, { next, stored } = {}) => {
      requireToken()
      const missing = uploads.filter(({ object }) => !hub.objects.has(object.oid))
      await next?.(missing.map(({ object }) => object))
      for (const { object, open } of missing) {
        const chunks: Uint8Array[] = []
        for await (const chunk of await open(0)) chunks.push(chunk)
        const bytes = Buffer.concat(chunks)
        if (sha256(bytes) !== object.oid) throw new IntegrityError(`Cannot send ${object.oid} to ${where}: other bytes`)
        hub.objects.set(object.oid, bytes)
        stored?.(object, object.byteLength)
      }
      return missing.map(({ object }) => object)
    },
    countCommits: (commits) => commits.length,
    commitsLeft: async () => Infinity,
    createBranch: async (oid) => {
      requireToken()
      const head = hub.branches.get(branch)
      if (head !== undefined && head !== oid) throw new MovedError(`Cannot make ${where}: it is at another commit`)
      hub.branches.set(branch, oid)
    },
    prepare: async (commits, head) => {
      requireToken()
      const made: string[] = []
      for (const commit of commits) {
        const before = made.at(-1) ?? head
        const parents = commit.parents.map((one) => ('index' in one ? made[one.index] : one.oid))
        if (parents.length > 1 || (parents[0] ?? null) !== before)
          throw new Error(`The commits for ${where} are not one line`)
        made.push((await make(commit, before)).oid)
      }
      const publish = async (shown?: (oid: string) => void) => {
        const { failure } = hub
        hub.failure = null
        if (failure) throw failure
        if (headOf() !== head) throw new MovedError(`Cannot write to ${where}: its branch has moved`)
        hub.branches.set(branch, made.at(-1)!)
        for (const oid of made) shown?.(oid)
        return made.at(-1)!
      }
      return { head: made.at(-1)!, publish }
    },
  }
}
