/** git's ids of trees and commits, computed from what they hold: the proof of a listing, and the name of a commit before it is made. */
import type { Mode } from '../entry.ts'
import { gitObjectId } from '../git-object.ts'
import type { Author } from '../remote.ts'

export interface NamedEntry { readonly name: string, readonly mode: Mode, readonly oid: string }

export interface CommitObject {
  readonly tree: string
  readonly parents: readonly string[]
  readonly author: Author
  readonly committer: Author
  readonly message: string
}

/** git sorts by bytes, a directory as if its name ended in a slash, and writes modes without the leading zero. */
export function formatTreeId(entries: readonly NamedEntry[]): string {
  const keyed = entries.map((entry) => ({ ...entry, key: Buffer.from(entry.mode === '040000' ? `${entry.name}/` : entry.name) }))
  const parts = keyed.toSorted((a, b) => Buffer.compare(a.key, b.key)).flatMap(({ name, mode, oid }) =>
    [Buffer.from(`${mode.replace(/^0/, '')} ${name}\0`), Buffer.from(oid, 'hex')])
  return gitObjectId('tree', Buffer.concat(parts))
}

/** GitHub stores the message byte for byte. */
export function formatCommitId({ tree, parents, author, committer, message }: CommitObject): string {
  const lines = [`tree ${tree}`, ...parents.map((parent) => `parent ${parent}`), formatSignature('author', author), formatSignature('committer', committer)]
  return gitObjectId('commit', Buffer.from(`${lines.join('\n')}\n\n${message}`))
}

/** `Z` is stored as +0000, another offset as it is. */
function formatSignature(role: string, { name, email, date }: Author): string {
  const [, sign, hours, minutes] = /([+-])(\d\d):?(\d\d)$/.exec(date) ?? []
  return `${role} ${name} <${email}> ${Math.floor(Date.parse(date) / 1000)} ${sign === undefined ? '+0000' : `${sign}${hours}${minutes}`}`
}
