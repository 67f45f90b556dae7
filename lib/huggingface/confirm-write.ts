/** Whether a commit stands on the branch, where its answer was lost, or was a refusal that its own success may explain. */
import { lagWaitsMs, lookUntil } from '../async/retry.ts'
import { pathsOf } from '../model/entry.ts'
import { RemoteError } from '../model/errors.ts'
import type { NewFile } from '../model/remote.ts'
import type { Api } from './api.ts'
import type { CommitPart } from './commit-parts.ts'
import { formatRowMessage, readHead, readRows } from './history.ts'
import { readPathRows } from './path-rows.ts'
import type { CommitRow, PathRow } from './schema.ts'

/** `moved`: somebody else's commit stands where ours was to stand. `unchanged`: the head is what it was. */
type WriteState =
  | { readonly state: 'written'; readonly oid: string }
  | { readonly state: 'moved'; readonly head: string | null }
  | { readonly state: 'unchanged' }

/** Up to 130 s, where the commit may still come: the Hub gives up on an answer after 60 s and goes on with the commit. */
export const longWaitsMs: readonly number[] = [...lagWaitsMs, 20_000, 30_000, 40_000]

/** Looks for a part's commit on top of its parent. Throws a `RemoteError` where the last look fails: then nobody knows. */
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

/** Ours can only be the first commit after the parent, whatever others have put on top of it since. */
async function lookForCommit(api: Api, part: CommitPart, parent: string | null): Promise<WriteState> {
  const head = await readHead(api)
  if (head === parent) return { state: 'unchanged' }
  const rows = head === null ? [] : await readRows(api, head)
  const at = parent === null ? rows.length : rows.findIndex(({ oid }) => oid === parent)
  const first = rows[at - 1]
  return first && (await isOurs(api, first, part)) ? { state: 'written', oid: first.oid } : { state: 'moved', head }
}

/**
 * Whether a commit is ours: by the trailer line, which names the one commit that ours copies. Without one it takes the
 * whole message, which anybody may have written, and the files.
 */
async function isOurs(api: Api, row: CommitRow, { title, description, trailer, edits }: CommitPart): Promise<boolean> {
  const lines = formatLines(formatRowMessage(row))
  if (trailer !== null) return lines.includes(trailer)
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

/** The lines of a message without blanks around them and without blank lines, which the Hub may add or take. */
function formatLines(message: string): string[] {
  return message
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
