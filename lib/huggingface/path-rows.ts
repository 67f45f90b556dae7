import { parseList } from '../http/json.ts'
import { sliceBatches } from '../model/batches.ts'
import { RemoteError } from '../model/errors.ts'
import type { Api } from './api.ts'
import { callHub } from './hub.ts'
import { formatEntry, parsePathRow, type PathRow } from './schema.ts'

/**
 * How many paths are asked for in one request: as many as the Hub's Python client sends. More than 1,000 were refused with
 * 413 (issue 1504 of huggingface/huggingface_hub).
 */
export const pathsMax = 500

/** The rows of those paths that exist. Costs a request for 500 paths, more where the Hub takes fewer at once. */
export async function readPathRows(api: Api, commit: string, paths: readonly string[]): Promise<Map<string, PathRow>> {
  const rows = new Map<string, PathRow>()
  for (const batch of sliceBatches(paths, pathsMax))
    for (const row of await readSome(api, commit, batch)) rows.set(row.path, row)
  return rows
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
  const action = `read paths of ${api.where}`
  try {
    const answer = await callHub(api, { action, needs: 'read', repeat: true }, (hub, params) =>
      hub.pathsInfo({ ...params, revision: commit, paths }),
    )
    const rows = parseList(answer, parsePathRow)
    if (rows === null) throw new RemoteError(`Cannot ${action}: the answer is not what the Hub's API promises`)
    return rows
  } catch (error) {
    if (!(error instanceof RemoteError && error.status === 413) || paths.length === 1) throw error
    const half = Math.ceil(paths.length / 2)
    return [...(await readSome(api, commit, paths.slice(0, half))), ...(await readSome(api, commit, paths.slice(half)))]
  }
}
