/** A tree with edits put in: a few entries a request, each request on top of the tree of the one before. */
import { isSuccess } from '../http/answer.ts'
import { fields, isOid } from '../http/json.ts'
import { groupByWeight } from '../model/batches.ts'
import { foldersAbove, pathsOf } from '../model/entry.ts'
import { RefusedError, RemoteError } from '../model/errors.ts'
import { quote } from '../model/quote.ts'
import type { Edit } from '../model/remote.ts'
import { askUntil, type Answer, type Api } from './api.ts'
import type { TreeEdit } from './expected-tree.ts'
import { parseText } from './failure.ts'
import { createWriteFailure, isKnown, parseOid, stageEdits, type StagedEntry } from './tree-entries.ts'

/**
 * Entries of a request; what GitHub has already costs it less, and 500 of those are known to go through. So a run that
 * begins again gets further with as many requests.
 */
const entriesMax = { any: 100, known: 500 }
const textsByteLengthMax = 1_000_000

/**
 * Writes a tree, and returns the id that GitHub gives it, not proven yet, and what it was told to put in. Without edits
 * nothing is written. `base` null: the tree holds the edits alone.
 */
export async function writeTree(
  api: Api,
  base: string | null,
  edits: readonly Edit[],
): Promise<{ readonly tree: string; readonly entries: readonly TreeEdit[] }> {
  let tree = base
  const entries: TreeEdit[] = []
  for (const part of splitEdits(api, edits)) {
    const staged = await stageEdits(api, part)
    for (const { entry, oid } of staged)
      entries.push({ path: entry.path, entry: oid === null ? null : { mode: entry.mode, oid } })
    for (const chunk of groupByWeight(staged, textsByteLengthMax, ({ byteLength }) => byteLength))
      tree = await writeEntries(api, tree, chunk)
  }
  if (tree === null) throw new Error('a first commit without files')
  return { tree, entries }
}

/**
 * A file that makes way for a folder, or the reverse, is deleted in a request of its own: of one request GitHub does
 * not promise an order.
 */
function splitEdits(api: Api, edits: readonly Edit[]): Edit[][] {
  const files = new Set(edits.filter(({ file }) => file !== null).map(({ path }) => path))
  const folders = new Set([...files].flatMap(foldersAbove))
  const makesWay = ({ path, file }: Edit) =>
    file === null && (folders.has(path) || foldersAbove(path).some((folder) => files.has(folder)))
  const first = edits.filter(makesWay)
  const rest = first.length === 0 ? edits : edits.filter((edit) => !makesWay(edit))
  const shareOf = (edit: Edit) => 1 / (isKnown(api, edit) ? entriesMax.known : entriesMax.any)
  // The sum of fractions may be a little more than 1 where it should be 1.
  return [first, rest].flatMap((part) => groupByWeight(part, 1.0001, shareOf))
}

/** Puts entries into a tree and returns its id; in halves, where GitHub does not finish in its ten seconds. */
async function writeEntries(api: Api, base: string | null, staged: readonly StagedEntry[]): Promise<string> {
  const answer = await sendEntries(api, base, staged)
  if (answer !== null && isSuccess(answer)) return parseOid(api, 'tree', answer)
  if (staged.length > 1 && (answer === null || isTooMuch(answer))) {
    const middle = Math.ceil(staged.length / 2)
    return writeEntries(api, await writeEntries(api, base, staged.slice(0, middle)), staged.slice(middle))
  }
  throw createTreeFailure(api, answer!, pathsOf(staged.map(({ entry }) => entry)))
}

/** The answer, null where none came: a request that can be halved is not repeated as it is. */
async function sendEntries(api: Api, base: string | null, staged: readonly StagedEntry[]): Promise<Answer | null> {
  const single = staged.length === 1
  const { rest } = single ? api.repeating : api.once
  try {
    const answer = await askUntil(api, [409], () =>
      rest.git.createTree({
        ...api.ownerAndRepo,
        ...(base !== null && { base_tree: base }),
        tree: staged.map(({ entry }) => entry),
      }),
    )
    // One that broke off is none.
    return single || !isSuccess(answer) || isOid(fields(answer.data)['sha']) ? answer : null
  } catch (error) {
    if (single || !(error instanceof RemoteError)) throw error
    return null
  }
}

function isTooMuch({ status, data }: Answer): boolean {
  return (
    [408, 500, 502, 503, 504].includes(status) ||
    (status === 422 && /timed out|too large to process/i.test(parseText(data)))
  )
}

function createTreeFailure(api: Api, answer: Answer, paths: readonly string[]): Error {
  const action = `write ${paths.length === 1 ? `"${quote(paths[0]!)}"` : `${paths.length} files`} to ${api.where}`
  const failure = createWriteFailure(api, action, answer, paths)
  if (!(failure instanceof RefusedError) || !/BadObjectState/.test(failure.message)) return failure
  return new RemoteError(
    `${failure.message}: a file that was to be deleted is not there, or two names cannot be in one folder; run again`,
    answer.status,
  )
}
