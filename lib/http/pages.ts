import type { History } from '../model/remote.ts'

/** 2,000 commits: both services list 100 a page. */
const pagesMax = 20

/** Whether a commit is among the first 20 pages of a history. Each page after the first costs a request. */
export async function listsCommit(start: History, oid: string): Promise<boolean> {
  let history = start
  for (let page = 1; history.state === 'branch'; page++) {
    if (history.commits.some((commit) => commit.oid === oid)) return true
    if (history.readMore === null || page === pagesMax) return false
    history = await history.readMore()
  }
  return false
}
