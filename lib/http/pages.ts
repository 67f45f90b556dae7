/** A history, page by page. */
import type { History } from '../model/remote.ts'

/** Enough for 2,000 commits. */
const pagesMax = 20

/** Whether a commit is in a history, as far as that is read. */
export async function listsCommit(start: History, oid: string): Promise<boolean> {
  let history = start
  for (let page = 1; history.state === 'branch'; page++) {
    if (history.commits.some((commit) => commit.oid === oid)) return true
    if (history.readMore === null || page === pagesMax) return false
    history = await history.readMore()
  }
  return false
}
