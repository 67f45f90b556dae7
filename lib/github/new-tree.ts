/** Writes a tree with edits made in it: a few entries a request, each request on top of the tree of the one before. */
import { catchRemoteError, isSuccess } from '../http/answer.ts'
import { groupByWeight } from '../model/batches.ts'
import { foldersAbove, pathsOf } from '../model/entry.ts'
import { RefusedError, RemoteError } from '../model/errors.ts'
import { quote } from '../model/quote.ts'
import type { Edit } from '../model/remote.ts'
import { ask, askUntil, once, repeating, type Answer, type Api } from './api.ts'
import { parseText } from './failure.ts'
import { parseSha } from './schema.ts'
import { createWriteFailure, parseOid, stageEdits, textByteLength, type StagedEntry } from './tree-entries.ts'

/** What an entry weighs in a request at least, in bytes of text: of those without a text GitHub has taken 500 at once. */
const entryWeight = 2_000

const weigh = (byteLength: number) => Math.max(entryWeight, byteLength)
const weighEntry = ({ text }: StagedEntry) => weigh(Buffer.byteLength(text ?? ''))

/**
 * Writes the tree that `base` becomes by the edits (null: a tree of the edits alone). Returns the id that GitHub tells,
 * without a proof, and the entries that it was sent, without their texts. Without edits nothing is written.
 */
export async function writeTree(
  api: Api,
  base: string | null,
  edits: readonly Edit[],
): Promise<{ readonly tree: string; readonly entries: readonly StagedEntry[] }> {
  let tree = base
  const entries: StagedEntry[] = []
  for (const part of splitEdits(api, edits)) {
    const staged = await stageEdits(api, part)
    for (const { path, mode, oid } of staged) entries.push({ path, mode, oid, text: null })
    tree = await writeEntries(api, tree, staged)
  }
  if (tree === null) throw new Error('a first commit without files')
  return { tree, entries }
}

/**
 * The edits in groups, one for each request. Deletions that make room for a folder or a file of the same name come in
 * requests of their own: GitHub does not promise in what order it makes the edits of a request.
 */
function splitEdits(api: Api, edits: readonly Edit[]): Edit[][] {
  const files = new Set(edits.filter(({ file }) => file !== null).map(({ path }) => path))
  const folders = new Set([...files].flatMap(foldersAbove))
  const makesWay = ({ path, file }: Edit) =>
    file === null && (folders.has(path) || foldersAbove(path).some((folder) => files.has(folder)))
  const first = edits.filter(makesWay)
  const rest = first.length === 0 ? edits : edits.filter((edit) => !makesWay(edit))
  const weighEdit = (edit: Edit) => weigh(textByteLength(api, edit))
  return [first, rest].flatMap((part) => groupByWeight(part, api.memory.treeWeightMax, weighEdit))
}

/**
 * Writes a tree with these entries and returns its id. Where GitHub does not finish a request within its ten seconds, that
 * one and all later ones of the run weigh half as much at most.
 */
async function writeEntries(api: Api, base: string | null, entries: readonly StagedEntry[]): Promise<string | null> {
  let [tree, rest] = [base, entries]
  while (rest.length > 0) {
    const staged = groupByWeight(rest, api.memory.treeWeightMax, weighEntry)[0]!
    const answer = await sendEntries(api, tree, staged)
    if (answer !== null && isSuccess(answer)) {
      tree = parseOid(api, 'tree', answer)
      rest = rest.slice(staged.length)
    } else if (staged.length > 1 && (answer === null || isTooMuch(answer)))
      api.memory.treeWeightMax = staged.reduce((sum, entry) => sum + weighEntry(entry), 0) / 2
    else throw createTreeFailure(api, answer!, pathsOf(staged))
  }
  return tree
}

/** The answer; null where none came. Only a request of one entry is repeated, since others can be made smaller. */
async function sendEntries(api: Api, base: string | null, staged: readonly StagedEntry[]): Promise<Answer | null> {
  const single = staged.length === 1
  const tree = staged.map(({ path, mode, oid, text }) => {
    const blob = text === null ? { sha: oid } : { content: text }
    return { path, mode, type: 'blob' as const, ...blob }
  })
  const sent = askUntil(api, [409], () =>
    ask(
      api,
      'POST /repos/{owner}/{repo}/git/trees',
      { ...(base !== null && { base_tree: base }), tree },
      single ? repeating : once,
    ),
  )
  if (single) return sent
  const answer = await catchRemoteError(sent, null)
  // A success without an id is an answer that broke off.
  return answer && isSuccess(answer) && parseSha(answer.data) === null ? null : answer
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
