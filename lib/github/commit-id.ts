/** Computes the id that a commit will have. */
import { gitObjectId } from '../model/git-object.ts'
import type { Author } from '../model/remote.ts'

/** What git stores of a commit. */
export interface CommitObject {
  readonly tree: string
  readonly parents: readonly string[]
  readonly author: Author
  readonly committer: Author
  readonly message: string
}

/** The git id of a commit, in hex. */
export function gitCommitId(commit: CommitObject): string {
  return gitObjectId('commit', formatCommit(commit))
}

/** The bytes that git stores of a commit, without the object's header. GitHub keeps a message byte for byte. */
export function formatCommit({ tree, parents, author, committer, message }: CommitObject): Buffer {
  const lines = [
    `tree ${tree}`,
    ...parents.map((parent) => `parent ${parent}`),
    formatSignature('author', author),
    formatSignature('committer', committer),
  ]
  return Buffer.from(`${lines.join('\n')}\n\n${message}`)
}

/** A line of a commit that says who and when. The offset `Z` becomes +0000. */
function formatSignature(role: string, { name, email, date }: Author): string {
  const [, sign, hours, minutes] = /([+-])(\d\d):?(\d\d)$/.exec(date) ?? []
  return `${role} ${name} <${email}> ${Math.floor(Date.parse(date) / 1000)} ${sign === undefined ? '+0000' : `${sign}${hours}${minutes}`}`
}
