/** Listings of a commit, page by page, and which directories in them are proven to be whole. */
import { isSuccess } from '../http/answer.ts'
import { parseList } from '../http/json.ts'
import { encodePath } from '../http/request.ts'
import { folderOf, nameOf, type Mode } from '../model/entry.ts'
import { IntegrityError, RemoteError } from '../model/errors.ts'
import { gitTreeId, type NamedEntry } from '../model/git-object.ts'
import { quote } from '../model/quote.ts'
import { apiUrl, parseNextPage } from './address.ts'
import { ask, parseAnswer, type Api } from './api.ts'
import { createFailure } from './failure.ts'
import { parsePathRow, type PathRow } from './schema.ts'

/** All files and directories of a commit by path. Costs a request per 1,000 of them. */
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

/** A page of a listing. `whole`: it is the only one. A full page never counts as such, as the link to the next may be lost. */
export interface ListingPage {
  readonly rows: readonly PathRow[]
  readonly whole: boolean
}

/** The most that the Hub gives, and what its own client asks for. */
export const pageSize = 1_000

/** The pages of a listing of the whole commit (`folder` null), or of what is right in one folder (`''` is the root). */
export async function* readTreePages(
  api: Api,
  commit: string,
  folder: string | null = null,
): AsyncGenerator<ListingPage> {
  const queries = new Set<string>()
  for (let query: string | null = `?${folder === null ? 'recursive=true&' : ''}limit=${pageSize}`; query !== null;) {
    if (queries.has(query)) throw new RemoteError(`Cannot list the files of ${api.where}: the pages never end`)
    queries.add(query)
    const url = apiUrl(api, 'tree', commit) + (folder ? `/${encodePath(folder)}` : '') + query
    const answer = await ask(api, { what: 'the files', url })
    if (!isSuccess(answer)) throw await createFailure(api, `list the files of ${api.where}`, answer, 'read')
    const rows = parseAnswer(api, 'the files', answer, (value) => parseList(value, parsePathRow))
    query = parseNextPage(answer.headers.get('link'))
    yield { rows, whole: queries.size === 1 && query === null && rows.length < pageSize }
  }
}

/** What is right in one folder; `null` where there is no such folder. Reads no further page after more than `most` rows. */
export async function readFolder(api: Api, commit: string, folder: string, most = Infinity): Promise<PathRow[] | null> {
  const rows: PathRow[] = []
  try {
    for await (const page of readTreePages(api, commit, folder)) {
      rows.push(...page.rows)
      if (rows.length > most) break
    }
  } catch (error) {
    if (error instanceof RemoteError && error.status === 404) return null
    throw error
  }
  return rows
}

/**
 * The directories whose id is not the one that the entries listed in them make. A file whose mode is not in `modes` counts as
 * one of the mode `assumed`; where that is `null`, its directory is left out. So is the root, whose id the Hub does not tell.
 */
export function listUnprovenDirectories(
  rows: ReadonlyMap<string, PathRow>,
  modes: ReadonlyMap<string, Mode>,
  assumed: Mode | null,
): string[] {
  const children = new Map<string, NamedEntry[] | null>()
  for (const { path, type, oid } of rows.values()) {
    const parent = folderOf(path)
    const mode = type === 'directory' ? '040000' : (modes.get(path) ?? assumed)
    if (!children.has(parent)) children.set(parent, [])
    if (mode === null) children.set(parent, null)
    else children.get(parent)?.push({ name: nameOf(path), mode, oid })
  }
  return [...rows.values()].flatMap(({ path, type, oid }) => {
    const entries = type === 'directory' ? children.get(path) : null
    return entries !== null && gitTreeId(entries ?? []) !== oid ? [path] : []
  })
}
