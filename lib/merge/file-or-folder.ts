/** A path that is a file on one side and a folder on the other. */
import { otherSide, sides } from '../model/sides.ts'
import type { Verdict } from './verdict.ts'

/** Whether a side changed the file at `path` while the other one put files below it: a conflict, which is noted then. */
export function isFolderThere(verdict: Verdict, path: string): boolean {
  for (const side of sides) {
    const other = otherSide[side]
    if (!verdict.stateOf(side, path) || !verdict.makesFolder(other, path)) continue
    const detail = `it is a file on ${side} and a folder on ${other}: rename or delete one of the two`
    verdict.conflict({ path, kind: 'file/directory', detail }, null)
    return true
  }
  return false
}
