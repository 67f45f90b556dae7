/** Parses the Hub's JSON, checked field by field. A value of another shape gives `null`. */
import { fields, isByteLength, isOid, parseList } from '../http/json.ts'
import type { Entry, LfsObject, Mode } from '../model/entry.ts'

/** A path of a commit. For an LFS file, `oid` is the git id of the pointer, and `byteLength` is the object's. */
export interface PathRow {
  readonly path: string
  readonly type: 'file' | 'directory' | 'unknown'
  readonly oid: string
  readonly byteLength: number
  readonly lfs: LfsObject | null
}

/** A commit of a listing. `rest` is the message after its first line, `title`, and begins with the line break. */
export interface CommitRow {
  readonly oid: string
  readonly title: string
  readonly rest: string
  readonly users: readonly string[]
  readonly date: Date
}

/** A row of a listing, or of single paths. */
export function parsePathRow(value: unknown): PathRow | null {
  const { path, type, oid, size, lfs } = fields(value)
  const object = lfs === undefined || lfs === null ? null : parseObject(lfs)
  if (typeof path !== 'string' || path === '' || !isOid(oid) || !isByteLength(size) || object === 'wrong') return null
  if (type !== 'file' && type !== 'directory' && type !== 'unknown') return null
  return { path, type, oid, byteLength: object?.byteLength ?? size, lfs: object }
}

function parseObject(value: unknown): LfsObject | 'wrong' {
  const { oid, size } = fields(value)
  return typeof oid === 'string' && /^[0-9a-f]{64}$/.test(oid) && isByteLength(size)
    ? { oid, byteLength: size }
    : 'wrong'
}

/**
 * The entry of a row. `mode` is the mode that a comparison told. Where it is `null`, a file gets mode 100644, and what the
 * Hub calls `unknown` counts as a submodule.
 */
export function formatEntry({ type, oid, byteLength, lfs }: PathRow, mode: Mode | null): Entry {
  if (type === 'directory') return { mode: '040000', oid, byteLength: 0, lfs: null }
  return {
    mode: mode ?? (type === 'file' ? '100644' : '160000'),
    oid,
    byteLength: type === 'file' ? byteLength : 0,
    lfs,
  }
}

/** A row of a history. */
export function parseCommitRow(value: unknown): CommitRow | null {
  const { id, title, message, authors, date } = fields(value)
  if (!isOid(id) || typeof title !== 'string' || typeof date !== 'string' || Number.isNaN(Date.parse(date))) return null
  const users = (Array.isArray(authors) ? authors : [])
    .map((author) => fields(author)['user'])
    .filter((user) => typeof user === 'string')
  return { oid: id, title, rest: typeof message === 'string' ? message : '', users, date: new Date(date) }
}

/** The head of each branch by its name, where they were asked for that of each pull request by its ref, and the names of the tags. */
export interface Refs {
  readonly branches: ReadonlyMap<string, string>
  readonly tags: ReadonlySet<string>
}

/** The branches and tags. Tags only explain why a branch is missing, so tags of another shape count as none. */
export function parseRefs(value: unknown): Refs | null {
  const { branches, tags, pullRequests } = fields(value)
  const parse = (rows: unknown, key: 'name' | 'ref') =>
    parseList(rows, (row) => {
      const { [key]: name, targetCommit } = fields(row)
      return typeof name === 'string' && isOid(targetCommit) ? ([name, targetCommit] as const) : null
    })
  const heads = parse(branches, 'name')
  const rows = heads && [...heads, ...(parse(pullRequests, 'ref') ?? [])]
  const names = Array.isArray(tags) ? tags.map((row) => fields(row)['name']) : []
  return rows && { branches: new Map(rows), tags: new Set(names.filter((name) => typeof name === 'string')) }
}
