/** Every path of a commit: pages of rows, and the proof that nothing is missing among them. */
import { parseList } from '../http/json.ts'
import type { Mode } from '../model/entry.ts'
import { IntegrityError, RemoteError } from '../model/errors.ts'
import { gitTreeId, type NamedEntry } from '../model/git-object.ts'
import { quote } from '../model/quote.ts'
import { apiUrl, encodePath, parseNextPage } from './address.ts'
import { ask, isSuccess, parseAnswer, type Api } from './api.ts'
import { createFailure } from './failure.ts'
import { parsePathRow, type PathRow } from './schema.ts'

/** Files and directories by path. Costs a request per 1,000 of them. */
export async function readTree(api: Api, commit: string): Promise<Map<string, PathRow>> {
  const rows = new Map<string, PathRow>()
  for await (const page of readTreePages(api, commit)) {
    for (const row of page.rows) {
      if ((rows.get(row.path)?.oid ?? row.oid) !== row.oid)
        throw new IntegrityError(`Cannot list the files of ${api.where}: "${quote(row.path)}" is listed twice`)
      rows.set(row.path, row)
    }
  }
  return rows
}

/** Ends with the page that makes it `most`. */
export async function countFiles(
  api: Api,
  commit: string,
  includes: (path: string) => boolean,
  most: number,
): Promise<number> {
  let count = 0
  for await (const page of readTreePages(api, commit)) {
    count += page.rows.filter(({ type, path }) => type === 'file' && includes(path)).length
    if (count >= most) break
  }
  return Math.min(count, most)
}

interface Page {
  readonly rows: readonly PathRow[]
  readonly last: boolean
}

export const pageSize = 1_000

/** Of everything, or of one folder without what is below its folders. */
export async function* readTreePages(api: Api, commit: string, folder: string | null = null): AsyncGenerator<Page> {
  const queries = new Set<string>()
  for (let query: string | null = `?${folder === null ? 'recursive=true&' : ''}limit=${pageSize}`; query !== null;) {
    if (queries.has(query)) throw new RemoteError(`Cannot list the files of ${api.where}: the pages never end`)
    queries.add(query)
    const answer = await ask(api, {
      what: 'the files',
      url: apiUrl(api, 'tree', commit) + (folder ? `/${encodePath(folder)}` : '') + query,
      repeat: true,
    })
    if (!isSuccess(answer)) throw await createFailure(api, `list the files of ${api.where}`, answer, 'read')
    const rows = parseAnswer(api, 'the files', answer, (value) => parseList(value, parsePathRow))
    query = parseNextPage(answer.headers.get('link'))
    yield { rows, last: query === null }
  }
}

/** What one folder holds, `''` the root; `null` where there is none. */
export async function readFolder(api: Api, commit: string, folder: string): Promise<PathRow[] | null> {
  const rows: PathRow[] = []
  try {
    for await (const page of readTreePages(api, commit, folder)) rows.push(...page.rows)
  } catch (error) {
    if (error instanceof RemoteError && error.status === 404) return null
    throw error
  }
  return rows
}

/**
 * Directories whose id is not that of the entries listed in them. Files whose mode is not known count as `assumed`;
 * where that is `null`, directories that hold one are passed over. The root is, too: the Hub does not tell its id.
 */
export function listUnprovenDirectories(
  rows: ReadonlyMap<string, PathRow>,
  modes: ReadonlyMap<string, Mode>,
  assumed: Mode | null,
): string[] {
  const children = new Map<string, NamedEntry[] | null>()
  for (const { path, type, oid } of rows.values()) {
    const slash = path.lastIndexOf('/')
    const parent = path.slice(0, Math.max(slash, 0))
    const mode = type === 'directory' ? '040000' : (modes.get(path) ?? assumed)
    if (!children.has(parent)) children.set(parent, [])
    if (mode === null) children.set(parent, null)
    else children.get(parent)?.push({ name: path.slice(slash + 1), mode, oid })
  }
  return [...rows.values()].flatMap(({ path, type, oid }) => {
    const entries = type === 'directory' ? children.get(path) : null
    return entries !== null && gitTreeId(entries ?? []) !== oid ? [path] : []
  })
}
