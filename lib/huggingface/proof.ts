/**
 * Proves that a commit holds what was sent and changes nothing else, by a comparison with its parent: one request tells each
 * path that differs, with its git id and mode. Where the Hub does not compare, only the paths that were sent are looked at.
 */
import { lookUntil } from '../async/retry.ts'
import { isFile, pathsOf, type BareEntry } from '../model/entry.ts'
import { DeniedError, IntegrityError, RemoteError, WrongCommitError } from '../model/errors.ts'
import { emptyTreeId, gitBlobId } from '../model/git-object.ts'
import { formatPointer } from '../model/pointer.ts'
import { quote } from '../model/quote.ts'
import type { NewFile } from '../model/remote.ts'
import type { Api } from './api.ts'
import { readRawDiff } from './changes.ts'
import type { CommitPart } from './commit-parts.ts'
import { readContent } from './content.ts'
import { readPathRows } from './path-rows.ts'

/** A path that does not hold what was sent. `why` completes a sentence about the path, as `is missing`. */
interface Wrong {
  readonly path: string
  readonly why: string
}

/** What the commit holds at a path, and its parent (`before`). `oid` null: nothing. `before` and `mode` null: not known. */
interface Found {
  readonly before: BareEntry | null
  readonly mode: string | null
  readonly oid: string | null
}

/** Waits between looks: not every server can read a commit right after it was made. */
const waitsMs = [1_000, 2_000, 5_000, 10_000]
const shownMax = 3

/**
 * Proves that the commit `oid` holds what was sent.
 * @throws {WrongCommitError} Where it holds something else.
 * @throws {RemoteError} Where that cannot be read; a `DeniedError` where it may not be.
 */
export async function proveCommit(api: Api, part: CommitPart, parent: string | null, oid: string): Promise<void> {
  const commit = `commit ${oid} of ${api.where}`
  const mayPass = (error: unknown) => error instanceof RemoteError || error instanceof IntegrityError
  const wrong = await lookUntil(
    () => findWrong(api, part, parent, oid),
    (found) => found.length === 0,
    { waitsMs, sleep: api.http.sleep, mayPass },
  ).catch((error: Error) => {
    const message = `Cannot prove ${commit}, which was written: ${error.message}`
    if (error instanceof DeniedError) throw new DeniedError(message)
    throw mayPass(error) ? new RemoteError(message) : error
  })
  if (wrong.length === 0) return
  const rules = wrong.filter(({ path }) => path === rulesPath).length
  const shown = wrong
    .slice(0, shownMax)
    .map(({ path, why }) => `"${quote(path)}" ${why}`)
    .join(', ')
  throw new WrongCommitError(
    `Cannot trust ${commit}: Hugging Face stored something else than it was sent: ` +
      `${shown}${wrong.length > shownMax ? ` and ${wrong.length - shownMax} more` : ''}`,
    rules === 0 ? 'files' : rules < wrong.length ? 'both' : 'rules',
  )
}

async function findWrong(api: Api, { edits }: CommitPart, parent: string | null, oid: string): Promise<Wrong[]> {
  const diff = (await readRawDiff(api, parent ?? emptyTreeId, oid))?.changes ?? null
  const found = new Map<string, Found>(
    (diff ?? []).flatMap(({ path, before, after }) =>
      after?.oid === null ? [] : [[path, { before, mode: after?.mode ?? null, oid: after?.oid ?? null }]],
    ),
  )
  const open = pathsOf(edits).filter((path) => !found.has(path))
  for (const [path, row] of await readOpen(api, oid, open)) found.set(path, row)
  const sent = new Set(pathsOf(edits))
  const wrong: Wrong[] = []
  for (const { path, file } of edits) {
    const why = explainDifference(found.get(path)!, file, await expectedId(file))
    if (why === null) continue
    const isRules = path === rulesPath && file?.store === 'plain'
    const rules = isRules ? await explainRules(api, oid, found.get(path)!, Buffer.from(await file.read())) : why
    if (rules !== null) wrong.push({ path, why: rules })
  }
  const others = (diff ?? []).filter(({ path }) => !sent.has(path))
  // A name that git has quoted is only guessed. It may be a path that was sent and is not in the comparison otherwise.
  const guessed = others.filter(({ quoted }) => quoted)
  for (const { path, quoted, before } of others) {
    const isOwnRules =
      path === rulesPath &&
      found.has(path) &&
      (await explainRules(api, oid, found.get(path)!, await readBefore(api, parent, before))) === null
    if (!isOwnRules && !(quoted && guessed.length <= open.length)) wrong.push({ path, why: 'was not to change' })
  }
  return wrong
}

async function readOpen(api: Api, oid: string, paths: readonly string[]): Promise<Map<string, Found>> {
  const rows = await readPathRows(api, oid, paths)
  return new Map(
    paths.map((path) => {
      const row = rows.get(path)
      const isThere = row !== undefined && row.type !== 'directory'
      return [
        path,
        { before: null, mode: isThere && row.type !== 'file' ? '160000' : null, oid: isThere ? row.oid : null },
      ]
    }),
  )
}

/** The git id that a path has after an edit, `null` where it is deleted. For an LFS object it is the pointer's. */
export async function expectedId(file: NewFile | null): Promise<string | null> {
  if (file === null) return null
  return file.store === 'lfs'
    ? gitBlobId(Buffer.from(formatPointer(file.object)))
    : (file.oid ?? gitBlobId(await file.read()))
}

/**
 * What is wrong with a path, in words that complete a sentence; `null` for nothing. The Hub gives new files mode 100644, and
 * keeps or resets the mode of a file that was there.
 */
function explainDifference({ before, mode, oid }: Found, file: NewFile | null, expected: string | null): string | null {
  if (file === null) return oid === null ? null : 'is still there'
  if (oid === null) return 'is missing'
  if (oid !== expected) return file.store === 'lfs' ? 'is not the LFS object that was sent' : 'holds other bytes'
  return mode === null || mode === '100644' || (mode === before?.mode && isFile(before)) ? null : `has mode ${mode}`
}

const rulesPath = '.gitattributes'

async function readBefore(api: Api, parent: string | null, before: BareEntry | null): Promise<Buffer> {
  return parent === null || before === null
    ? Buffer.alloc(0)
    : Buffer.from(await readContent(api, { commit: parent, path: rulesPath, oid: before.oid, byteLength: null }))
}

/**
 * What is wrong with the rules that are stored, in words that complete a sentence; null where they are those that were sent,
 * in their order, and others for LFS between them: the Hub adds one to the commit for each object that no rule tracks.
 */
async function explainRules(api: Api, commit: string, { oid, mode }: Found, sent: Buffer): Promise<string | null> {
  if (oid === null) return 'is missing'
  if (mode === '120000') return 'is a symlink'
  const stored = await readContent(api, { commit, path: rulesPath, oid, byteLength: null })
  return compareRules(sent.toString('utf8'), Buffer.from(stored).toString('utf8'))
}

function compareRules(sent: string, stored: string): string | null {
  const split = (text: string) =>
    text.split('\n').filter((line, index, lines) => line !== '' || index < lines.length - 1)
  const own = split(sent)
  let at = 0
  let other: string | null = null
  for (const line of split(stored)) {
    if (line === own[at]) at += 1
    else if (!/^\S.*\sfilter=lfs(?:\s|$)/.test(line)) other ??= line
  }
  const lacks = at < own.length ? `lacks the line "${quote(own[at]!)}"` : null
  const has = other === null ? null : `has the line "${quote(other)}", which was not sent`
  return lacks === null ? has : has === null ? lacks : `${lacks} and ${has}`
}
