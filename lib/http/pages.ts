import type { History } from '../model/remote.ts'

/** With 100 commits a page, which both services give, 2,000 commits are looked at. */
const pagesMax = 20

/** Whether a history lists a commit. Costs a request a page, from the second page on; pages beyond the 20th are not read. */
export async function listsCommit(start: History, oid: string): Promise<boolean> {
  let history = start
  for (let page = 1; history.state === 'branch'; page++) {
    if (history.commits.some((commit) => commit.oid === oid)) return true
    if (history.readMore === null || page === pagesMax) return false
    history = await history.readMore()
  }
  return false
}
