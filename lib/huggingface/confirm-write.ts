/**
 * Finds out whether the branch has a commit whose answer was lost, or was a refusal: if the first of two requests has made
 * the commit, the second one is refused because the head has moved.
 */
import { lagWaitsMs, lookUntil } from '../async/retry.ts'
import { pathsOf } from '../model/entry.ts'
import { RemoteError } from '../model/errors.ts'
import type { NewFile } from '../model/remote.ts'
import type { Api } from './api.ts'
import type { CommitPart } from './commit-parts.ts'
import { formatRowMessage, readHead, readRows } from './history.ts'
import { readPathRows } from './path-rows.ts'
import type { CommitRow, PathRow } from './schema.ts'

/** `moved`: the parent has another commit on top of it. `unchanged`: the head is the parent. */
type WriteState =
  | { readonly state: 'written'; readonly oid: string }
  | { readonly state: 'moved'; readonly head: string | null }
  | { readonly state: 'unchanged' }

/** Looks for 130 s, where the commit may still come: the Hub gives up on an answer after 60 s, and goes on with the commit. */
export const longWaitsMs: readonly number[] = [...lagWaitsMs, 20_000, 30_000, 40_000]

/** Looks for a part's commit on top of its parent. Throws a `RemoteError` where the last look fails. */
export function findWritten(
  api: Api,
  part: CommitPart,
  parent: string | null,
  waitsMs: readonly number[],
): Promise<WriteState> {
  return lookUntil(
    () => lookForCommit(api, part, parent),
    ({ state }) => state !== 'unchanged',
    { waitsMs, sleep: api.http.sleep, mayPass: (error) => error instanceof RemoteError },
  )
}

/** The commit on top of the parent is looked at. Others may have put more commits on top of that. */
async function lookForCommit(api: Api, part: CommitPart, parent: string | null): Promise<WriteState> {
  const head = await readHead(api)
  if (head === parent) return { state: 'unchanged' }
  const rows = head === null ? [] : await readRows(api, head)
  const at = parent === null ? rows.length : rows.findIndex(({ oid }) => oid === parent)
  const first = rows[at - 1]
  return first && (await isOurs(api, first, part)) ? { state: 'written', oid: first.oid } : { state: 'moved', head }
}

/**
 * Whether a commit is the part's: it has its trailers, which name the one commit that the part copies, its parent and its
 * edits. For a part without trailers, its whole message and its files have to be the same.
 */
async function isOurs(api: Api, row: CommitRow, { title, description, trailers, edits }: CommitPart): Promise<boolean> {
  const lines = formatLines(formatRowMessage(row))
  if (trailers.length > 0) return trailers.every((trailer) => lines.includes(trailer))
  if (lines.join('\n') !== formatLines(`${title}\n${description}`).join('\n')) return false
  const rows = await readPathRows(api, row.oid, pathsOf(edits))
  return edits.every(({ path, file }) => isStored(rows.get(path), file))
}

function isStored(row: PathRow | undefined, file: NewFile | null): boolean {
  if (file === null) return row?.type !== 'file'
  return (
    row?.type === 'file' &&
    (file.store === 'lfs'
      ? row.lfs?.oid === file.object.oid
      : row.oid === (file.oid ?? row.oid) && row.byteLength === file.byteLength)
  )
}

/** The lines of a message, without blank lines and without blanks around a line: the Hub may add or drop these. */
function formatLines(message: string): string[] {
  return message
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
