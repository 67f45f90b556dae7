/** Parses GitHub's JSON, checked field by field. A value of another shape gives `null`. */
import { fields, isByteLength, isOid, parseList } from '../http/json.ts'
import type { Mode } from '../model/entry.ts'
import type { Author, Commit } from '../model/remote.ts'

/** An entry of a tree. `byteLength` is the blob's; 0 for directories and submodules. */
export interface Row {
  readonly mode: Mode
  readonly oid: string
  readonly byteLength: number
}

/** An entry of a tree or of a folder below it, by its path in the tree. */
export interface TreeRow extends Row {
  readonly path: string
}

/** An entry right in a folder, by its name. */
export interface FolderRow extends Row {
  readonly name: string
}

const modes: ReadonlySet<string> = new Set(['100644', '100755', '120000', '160000', '040000'] satisfies Mode[])

/** A mode of git; `null` for anything else. */
export function parseMode(value: unknown): Mode | null {
  return typeof value === 'string' && modes.has(value) ? (value as Mode) : null
}

/** The `sha` of an object of git; `null` for anything else. */
export function parseSha(value: unknown): string | null {
  const { sha } = fields(value)
  return isOid(sha) ? sha : null
}

/** A row of a listing; `null` for anything else. */
export function parseTreeRow(value: unknown): TreeRow | null {
  const { path, mode: givenMode, sha, size } = fields(value)
  const mode = parseMode(givenMode)
  if (typeof path !== 'string' || path === '' || mode === null || !isOid(sha)) return null
  if (mode === '040000' || mode === '160000') return { path, mode, oid: sha, byteLength: 0 }
  return isByteLength(size) ? { path, mode, oid: sha, byteLength: size } : null
}

/** The ids that references point to, by the full names of the references. */
export function parseRefs(value: unknown): Map<string, string> | null {
  const rows = parseList(value, (row) => {
    const { ref, object } = fields(row)
    const oid = parseSha(object)
    return typeof ref === 'string' && oid !== null ? ([ref, oid] as const) : null
  })
  return rows && new Map(rows)
}

/** A commit of a listing. */
export function parseCommit(value: unknown): Commit | null {
  const { sha, commit, parents: givenParents } = fields(value)
  const { tree: givenTree, message, author: givenAuthor, committer } = fields(commit)
  const tree = parseSha(givenTree)
  const parents = parseList(givenParents, parseSha)
  const author = parseAuthor(givenAuthor)
  const { date: committerDate } = parseAuthor(committer)
  if (!isOid(sha) || tree === null || typeof message !== 'string' || parents === null) return null
  return { oid: sha, tree, parents, message, author, committerDate }
}

/** An author or committer. A commit that somebody has put together by hand may lack any field. */
function parseAuthor(value: unknown): Author {
  const { name, email, date } = fields(value)
  const text = (field: unknown) => (typeof field === 'string' ? field : '')
  return {
    name: text(name) || 'unknown',
    email: text(email),
    date: Number.isNaN(Date.parse(text(date))) ? '1970-01-01T00:00:00Z' : text(date),
  }
}
