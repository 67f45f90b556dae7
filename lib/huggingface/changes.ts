/**
 * What changed between two commits. One request gives the raw comparison, another one more about the paths that are there
 * now. Where the comparison cannot be used, both commits are listed as a whole.
 */
import { createHash } from 'node:crypto'
import { attributesPath } from '../gitattributes/rules.ts'
import { isSuccess } from '../http/answer.ts'
import { comparePaths, foldersOf, pathsOf, type Change, type Entry, type Mode, type Reading } from '../model/entry.ts'
import { IntegrityError } from '../model/errors.ts'
import { emptyTreeId } from '../model/git-object.ts'
import { quote } from '../model/quote.ts'
import { apiUrl } from './address.ts'
import { ask, type Answer, type Api } from './api.ts'
import { createFailure } from './failure.ts'
import { proveListing, provesDiff } from './listing-proof.ts'
import { keepRows, pathsMax, readPathRows } from './path-rows.ts'
import { resolvePointers } from './pointers.ts'
import { parseRawDiff, type RawChange } from './raw-diff.ts'
import { formatEntry, type PathRow } from './schema.ts'
import { listUnprovenDirectories, readTree } from './tree.ts'

/** What changed between two commits (`readChanges` of the contract): by a comparison, or by two listings. */
export async function readChanges(
  api: Api,
  from: string | null,
  to: string,
  { includes, tell }: Reading,
): Promise<Change[]> {
  if (from === to) return []
  const changes =
    from === null
      ? await readAllAsNew(api, to)
      : ((await readCompared(api, from, to, { includes, tell })) ??
        compareTrees(await readProvenTree(api, from), await readProvenTree(api, to)))
  const included = changes.filter(({ path }) => includes(path)).toSorted((a, b) => comparePaths(a.path, b.path))
  const there = new Map(included.flatMap(({ path, after }) => (after ? [[path, after] as const] : [])))
  const entries = await resolvePointers(api, to, there, from === null ? 'rules' : 'contents')
  // A folder may have taken the place of a file that is gone. Then files in it are among the changes.
  const folders = new Set(foldersOf(pathsOf(changes.filter(({ after }) => after))))
  for (const { path } of included) {
    if (entries.has(path) || !folders.has(path)) api.cache.keep(to, path, entries.get(path) ?? null)
  }
  return included.map(({ path, before }) => ({ path, before, after: entries.get(path) ?? null }))
}

async function readProvenTree(api: Api, commit: string): Promise<Map<string, PathRow>> {
  const rows = await readTree(api, commit)
  await proveListing(api, commit, rows)
  return rows
}

/** The changes by the Hub's comparison; `null` where it is not whole, or where other answers contradict it. */
async function readCompared(api: Api, from: string, to: string, { includes, tell }: Reading): Promise<Change[] | null> {
  const raw = await readRawDiff(api, from, to)
  if (!raw || !(raw.tagged || (await provesDiff(api, from, to, pathsOf(raw.changes))))) return null
  const diff = raw.changes.filter(({ path }) => includes(path))
  tell?.(diff.map(({ path, before, after }) => ({ path, isNew: before === null, oid: after?.oid ?? null })))
  const wanted = diff.filter(({ after }) => after !== null && after.mode !== '160000').map(({ path }) => path)
  const above = foldersOf(wanted)
    .map(attributesPath)
    .filter((path) => !wanted.includes(path))
  // The rules, which tell which small files are pointers, come in the same request if there is room.
  const rules = wanted.length > 0 && wanted.length + above.length <= pathsMax ? above : []
  const rows = await readPathRows(api, to, [...wanted, ...rules])
  keepRows(api, to, rules, rows)
  const guessed = diff.filter(({ quoted, before, after }) => quoted && before !== null && after === null)
  const deleted = await readPathRows(api, from, pathsOf(guessed))
  if (guessed.some(({ path, before }) => deleted.get(path)?.oid !== before?.oid)) return null
  const changes = diff.map((change) => formatChange(change, rows.get(change.path)))
  return changes.some((change) => change === null) ? null : (changes as Change[])
}

/** A change of the comparison, completed by the path's row; `null` where the two contradict one another. */
function formatChange({ path, before, after }: RawChange, row: PathRow | undefined): Change | null {
  if (after === null) return { path, before, after }
  if (after.mode === '160000')
    return after.oid === null
      ? null
      : { path, before, after: { mode: after.mode, oid: after.oid, byteLength: 0, lfs: null } }
  if (!row || row.type === 'directory' || (after.oid !== null && after.oid !== row.oid)) return null
  return { path, before, after: formatEntry({ ...row, type: 'file' }, after.mode) }
}

/** `readIds` of the contract; `null` where the Hub does not compare, or where its comparison leaves any doubt. */
export async function readIds(api: Api, from: string | null, to: string): Promise<Map<string, string | null> | null> {
  const diff = (await readRawDiff(api, from ?? emptyTreeId, to))?.changes
  if (!diff || diff.some(({ after, quoted }) => quoted || after?.oid === null)) return null
  return new Map(diff.map(({ path, after }) => [path, after?.oid ?? null]))
}

/** `tagged`: an ETag has proven that the whole comparison came. */
interface RawDiff {
  readonly changes: readonly RawChange[]
  readonly tagged: boolean
}

/**
 * The Hub's comparison of two commits; `null` where it does not compare, or where the answer is not whole. It is asked for
 * uncompressed: a compressed body that breaks off may look whole.
 */
export async function readRawDiff(api: Api, from: string, to: string): Promise<RawDiff | null> {
  const url = `${apiUrl(api, 'compare', `${from}..${to}`)}?raw=true`
  let answer: Answer
  try {
    answer = await ask(api, { what: 'a comparison', url, headers: { 'accept-encoding': 'identity' } })
  } catch (error) {
    if (error instanceof IntegrityError) return null
    throw error
  }
  if (answer.status === 401) throw await createFailure(api, `compare commits of ${api.where}`, answer, 'read')
  const whole = isSuccess(answer) ? isWhole(answer) : false
  const changes = whole === false ? null : parseRawDiff(answer.bytes.toString('utf8'))
  return changes && { changes, tagged: whole === true }
}

/**
 * Whether a body is whole by its weak ETag, which holds the body's length in hex and the start of its SHA-1, as Express makes
 * it; `null` where there is no such tag.
 */
function isWhole({ headers, bytes }: Answer): boolean | null {
  const [, length, digest] = /^W\/"([0-9a-f]+)-([A-Za-z0-9+/]{27})"$/.exec(headers.get('etag') ?? '') ?? []
  if (length === undefined) return null
  return (
    Number.parseInt(length, 16) === bytes.byteLength &&
    createHash('sha1').update(bytes).digest('base64').startsWith(digest!)
  )
}

function compareTrees(from: ReadonlyMap<string, PathRow>, to: ReadonlyMap<string, PathRow>): Change[] {
  const changes: Change[] = []
  for (const path of new Set([...from.keys(), ...to.keys()])) {
    const [before, after] = [formatFile(from.get(path)), formatFile(to.get(path))]
    if (before?.oid !== after?.oid)
      changes.push({ path, before: before && { mode: before.mode, oid: before.oid }, after })
  }
  return changes
}

function formatFile(row: PathRow | undefined): Entry | null {
  return !row || row.type === 'directory' ? null : formatEntry(row, null)
}

/** `readModes` of the contract, by a comparison with the empty tree. */
export async function readModes(api: Api, commit: string, paths: readonly string[]): Promise<Map<string, Mode>> {
  const wanted = new Set(paths)
  const modes = new Map<string, Mode>()
  for (const { path, after } of (await readRawDiff(api, emptyTreeId, commit))?.changes ?? [])
    if (after && wanted.has(path)) modes.set(path, after.mode)
  for (const [path, mode] of modes) {
    const entry = api.cache.find(commit, path)
    if (entry) api.cache.keep(commit, path, { ...entry, mode })
  }
  return modes
}

/**
 * Everything in a commit, as changes that add it. A listing has no modes, and nothing in it proves that its root is whole;
 * a comparison with the empty tree, where the Hub makes one, has the modes and proves the root.
 */
async function readAllAsNew(api: Api, to: string): Promise<Change[]> {
  const rows = await readTree(api, to)
  const modes = new Map<string, Mode>()
  const raw = await readRawDiff(api, emptyTreeId, to)
  for (const { path, after, quoted } of raw?.changes ?? []) {
    const row = rows.get(path)
    if (after === null || (quoted && !row)) continue
    if (
      after.mode !== '160000' &&
      (!row || row.type === 'directory' || (after.oid !== null && after.oid !== row.oid))
    ) {
      throw new IntegrityError(
        `Cannot list the files of ${api.where}: "${quote(path)}" is missing from the listing of ${to}; run again`,
      )
    }
    modes.set(path, after.mode)
    if (!row && after.oid !== null) rows.set(path, { path, type: 'unknown', oid: after.oid, byteLength: 0, lfs: null })
  }
  const [unproven] = listUnprovenDirectories(rows, modes, null)
  if (unproven !== undefined)
    throw new IntegrityError(
      `Cannot list the files of ${api.where}: the listing of "${quote(unproven)}" at ${to} does not have that directory's id; run again`,
    )
  // Where both answers hold the same names, neither of them is cut.
  const agrees = raw !== null && [...rows.values()].every(({ path, type }) => type === 'directory' || modes.has(path))
  if (!agrees) await proveListing(api, to, rows)
  const entries = new Map([...rows].map(([path, row]) => [path, formatEntry(row, modes.get(path) ?? null)]))
  api.cache.keepWhole(to, entries)
  return [...entries]
    .filter(([, { mode }]) => mode !== '040000')
    .map(([path, after]) => ({ path, before: null, after }))
}
