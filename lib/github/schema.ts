/** GitHub's JSON, checked field by field: what has another shape gives `null`. */
import { fields, isByteLength, isOid, parseList } from '../http/json.ts'
import type { Mode } from '../model/entry.ts'
import type { Author, Commit } from '../model/remote.ts'

/** `byteLength` is the blob's, 0 for directories and submodules. */
export interface Row {
  readonly mode: Mode
  readonly oid: string
  readonly byteLength: number
}

/** What a tree holds at a path below it. */
export interface TreeRow extends Row {
  readonly path: string
}

/** What a folder holds at a name. */
export interface FolderRow extends Row {
  readonly name: string
}

const modes: ReadonlySet<string> = new Set(['100644', '100755', '120000', '160000', '040000'] satisfies Mode[])

/** A mode of git; `null` for anything else. */
export function parseMode(value: unknown): Mode | null {
  return typeof value === 'string' && modes.has(value) ? (value as Mode) : null
}

/** A row of a tree; `null` for anything else. */
export function parseTreeRow(value: unknown): TreeRow | null {
  const { path, mode: givenMode, sha, size } = fields(value)
  const mode = parseMode(givenMode)
  if (typeof path !== 'string' || path === '' || mode === null || !isOid(sha)) return null
  if (mode === '040000' || mode === '160000') return { path, mode, oid: sha, byteLength: 0 }
  return isByteLength(size) ? { path, mode, oid: sha, byteLength: size } : null
}

/** What references point to, by their full names; `null` for what is no list of references. */
export function parseRefs(value: unknown): Map<string, string> | null {
  const rows = parseList(value, (row) => {
    const { ref, object } = fields(row)
    const { sha } = fields(object)
    return typeof ref === 'string' && isOid(sha) ? ([ref, sha] as const) : null
  })
  return rows && new Map(rows)
}

/** A commit of a listing; `null` for anything else. */
export function parseCommit(value: unknown): Commit | null {
  const { sha, commit, parents: givenParents } = fields(value)
  const { tree: givenTree, message, author: givenAuthor, committer } = fields(commit)
  const tree = fields(givenTree)['sha']
  const parents = parseList(givenParents, (parent) => {
    const oid = fields(parent)['sha']
    return isOid(oid) ? oid : null
  })
  const author = parseAuthor(givenAuthor)
  const { date: committerDate } = parseAuthor(committer)
  if (!isOid(sha) || !isOid(tree) || typeof message !== 'string' || parents === null) return null
  return { oid: sha, tree, parents, message, author, committerDate }
}

/** Commits made by hand may lack any of it. */
function parseAuthor(value: unknown): Author {
  const { name, email, date } = fields(value)
  const text = (field: unknown) => (typeof field === 'string' ? field : '')
  return {
    name: text(name) || 'unknown',
    email: text(email),
    date: Number.isNaN(Date.parse(text(date))) ? '1970-01-01T00:00:00Z' : text(date),
  }
}
