/** Whether a commit whose answer is lost, or was a refusal that may come from its own success, stands on the branch. */
import { lookUntil } from '../async/retry.ts'
import { RemoteError } from '../model/errors.ts'
import type { NewFile } from '../model/remote.ts'
import type { Api } from './api.ts'
import { formatRowMessage, readHead, readRows } from './history.ts'
import type { Part } from './parts.ts'
import { readPathRows } from './path-rows.ts'
import type { CommitRow, PathRow } from './schema.ts'

/** `still`: the head is what it was. `moved`: somebody else's commit stands where ours was to stand. */
export type Landing =
  | { readonly state: 'landed'; readonly oid: string }
  | { readonly state: 'moved'; readonly head: string | null }
  | { readonly state: 'still' }

/** Waits between looks at 0, 2, 5, 10, 20 and 40 s, since reads may lag behind. */
export const shortWaitsMs: readonly number[] = [2_000, 3_000, 5_000, 10_000, 20_000]
/**
 * And up to 130 s, where the service may still be at work: it gives up on an answer after 60 s, and goes on with the
 * commit.
 */
export const longWaitsMs: readonly number[] = [...shortWaitsMs, 20_000, 30_000, 40_000]

/** Throws a `RemoteError` when the last look fails: then nobody knows. */
export function awaitLanding(
  api: Api,
  part: Part,
  parent: string | null,
  waitsMs: readonly number[],
): Promise<Landing> {
  return lookUntil(
    () => readLanding(api, part, parent),
    ({ state }) => state !== 'still',
    { waitsMs, sleep: api.sleep, mayPass: (error) => error instanceof RemoteError },
  )
}

/** Ours can only be the first commit after the parent; what others put on top of it since does not matter. */
async function readLanding(api: Api, part: Part, parent: string | null): Promise<Landing> {
  const head = await readHead(api)
  if (head === parent) return { state: 'still' }
  const rows = head === null ? [] : await readRows(api, head)
  const at = parent === null ? rows.length : rows.findIndex(({ oid }) => oid === parent)
  const first = rows[at - 1]
  return first && (await isOurs(api, first, part)) ? { state: 'landed', oid: first.oid } : { state: 'moved', head }
}

/**
 * By the trailer line, which names the one commit that ours stands for; without one, by the whole message, which
 * anybody may have written, and the files.
 */
async function isOurs(api: Api, row: CommitRow, { title, description, trailer, edits }: Part): Promise<boolean> {
  const lines = formatLines(formatRowMessage(row))
  if (trailer !== null) return lines.includes(trailer)
  if (lines.join('\n') !== formatLines(`${title}\n${description}`).join('\n')) return false
  const rows = await readPathRows(
    api,
    row.oid,
    edits.map(({ path }) => path),
  )
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

/** Blank lines and blanks around a message's lines are nobody's word. */
function formatLines(message: string): string[] {
  return message
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
