import { mapConcurrent } from '../async/concurrent.ts'
import { isSuccess } from '../http/answer.ts'
import { parseList } from '../http/json.ts'
import { sliceBatches } from '../model/batches.ts'
import { apiUrl } from './address.ts'
import { askJson, parseAnswer, type Api } from './api.ts'
import { createFailure } from './failure.ts'
import { formatEntry, parsePathRow, type PathRow } from './schema.ts'

/**
 * How many paths are asked for in one request: as many as the Hub's Python client sends. More than 1,000 were refused with
 * 413 (issue 1504 of huggingface/huggingface_hub).
 */
export const pathsMax = 500
/** How many requests are made at once. */
const requestsMax = 4

/** The rows of those paths that exist. Costs a request for 500 paths, more where the Hub takes fewer at once. */
export async function readPathRows(api: Api, commit: string, paths: readonly string[]): Promise<Map<string, PathRow>> {
  const read = await mapConcurrent(sliceBatches(paths, pathsMax), requestsMax, (batch) => readSome(api, commit, batch))
  return new Map(read.flat().map((row) => [row.path, row]))
}

/** Keeps in the cache what is at paths that were asked for; `rows` holds those that exist. */
export function keepRows(
  { cache }: Api,
  commit: string,
  paths: readonly string[],
  rows: ReadonlyMap<string, PathRow>,
): void {
  for (const path of paths) {
    const row = rows.get(path)
    cache.keep(commit, path, row ? formatEntry(row, null) : null)
  }
}

async function readSome(api: Api, commit: string, paths: string[]): Promise<PathRow[]> {
  const url = apiUrl(api, 'paths-info', commit)
  const answer = await askJson(api, { what: 'paths', url, json: { paths } })
  // A row of another path is in the place of one that was asked for, which would be taken for absent.
  const asked = new Set(paths)
  const parseRow = (value: unknown) => {
    const row = parsePathRow(value)
    return row && asked.has(row.path) ? row : null
  }
  if (isSuccess(answer)) return parseAnswer(api, 'paths', answer, (rows) => parseList(rows, parseRow))
  if (answer.status !== 413 || paths.length === 1)
    throw await createFailure(api, `read paths of ${api.where}`, answer, 'read')
  const half = Math.ceil(paths.length / 2)
  return [...(await readSome(api, commit, paths.slice(0, half))), ...(await readSome(api, commit, paths.slice(half)))]
}
