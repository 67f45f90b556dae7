/**
 * The trailer `Mirrored-Onto: <parent> <digest of the edits>` of the mirror's commits on Hugging Face. That service
 * tells neither parents nor trees, so that a commit with a copied message looks like the mirror's own. But it can be
 * asked what differs between the recorded parent and the commit, and these are the recorded edits only if the commit is
 * what the mirror wrote. Decision 0013.
 */
import { createHash } from 'node:crypto'
import { comparePaths, isAttributes } from './entry.ts'

/** `parent` is the id of the empty tree for a commit without a parent; `edits` is 16 hex digits. */
export interface Onto {
  readonly parent: string
  readonly edits: string
}

const format = /^([0-9a-f]{40}) ([0-9a-f]{16})$/

/** The value of the trailer; `parseOnto` is its inverse. */
export function formatOnto({ parent, edits }: Onto): string {
  return `${parent} ${edits}`
}

/** What `formatOnto` wrote; null for any other value. */
export function parseOnto(value: string): Onto | null {
  const [, parent, edits] = format.exec(value) ?? []
  return parent === undefined || edits === undefined ? null : { parent, edits }
}

/**
 * 16 hex digits for the git ids that edits leave at their paths (null: deleted). `.gitattributes` files are left out,
 * since Hugging Face adds lines to them.
 */
export function digestEdits(ids: ReadonlyMap<string, string | null>): string {
  const lines = [...ids]
    .filter(([path]) => !isAttributes(path))
    .toSorted(([a], [b]) => comparePaths(a, b))
    .map(([path, oid]) => `${oid ?? 'deleted'} ${path}\0`)
  return createHash('sha256').update(lines.join('')).digest('hex').slice(0, 16)
}

/**
 * 16 hex digits for a pull request on Hugging Face: `commits` are all that stand in it, on top of `parent`, and hold the files of the
 * other side's `original`, mirrored as `set` says (`Mirrored-Set`). Its title ends with them.
 */
export function digestSquash(
  original: string,
  set: string | null,
  parent: string | undefined,
  commits: readonly string[],
): string {
  const all = [original, set, parent, ...commits.toSorted()]
  return createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 16)
}

/**
 * What the message of a squash tells of its pull request: the digest in its title, and a line for each commit that was squashed, such
 * as `- Add rows (<id>)`. That service keeps nothing else of their messages. Null for any other message.
 */
export function parseSquash(message: string): { readonly digest: string; readonly commits: readonly string[] } | null {
  const [, digest] = /^[^\n]* \(([0-9a-f]{16})\) \(#\d+\)(?:\n|$)/.exec(message) ?? []
  return digest === undefined
    ? null
    : { digest, commits: [...message.matchAll(/^- .*\(([0-9a-f]{40})\)\s*$/gm)].map(([, oid]) => oid!) }
}
