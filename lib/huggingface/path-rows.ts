/** The Hub's rows for single paths. */
import { pathsInfo } from '@huggingface/hub'
import { RemoteError } from '../errors.ts'
import type { Api } from './api.ts'
import { callHub } from './hub.ts'
import { parseList, parsePathRow, type PathRow } from './row.ts'

/** What the Hub's own client sends. More than 1,000 were refused once. */
export const pathsMax = 500

/** The rows of the paths that exist, 500 a request. */
export async function readPathRows(api: Api, commit: string, paths: readonly string[]): Promise<Map<string, PathRow>> {
  const rows = new Map<string, PathRow>()
  for (let at = 0; at < paths.length; at += pathsMax) {
    const some = paths.slice(at, at + pathsMax)
    const action = `read paths of ${api.where}`
    const answer = await callHub(api, { action, needs: 'read', repeat: true }, (hub) => pathsInfo({ ...hub, revision: commit, paths: some }))
    const parsed = parseList(answer, parsePathRow)
    if (parsed === null) throw new RemoteError(`Cannot ${action}: the answer is not what the Hub's API promises`)
    for (const row of parsed) rows.set(row.path, row)
  }
  return rows
}
