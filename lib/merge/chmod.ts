/** A path of which one side changed the executable bit alone, which stays on its side, while the other deleted it. */
import { ownKind, type Entry } from '../model/entry.ts'
import { otherSide, type Side } from '../model/sides.ts'
import { decideBlocked } from './unmirrored.ts'
import type { Verdict } from './verdict.ts'

/**
 * `side` deleted the file of which the other one, where it still is (`there`), changed the mode. A conflict, as in git;
 * what `side` has there now, or above it, makes way for the file or keeps it away.
 */
export function decideChmod(verdict: Verdict, side: Side, path: string, there: Entry): void {
  const other = otherSide[side]
  const now = verdict.entryWithMode(side, path)
  const block = verdict.findBlock(other, path)
  if (now === undefined || block === undefined) return
  const detail = `${side} deleted it, ${other} changed its mode`
  const kind = 'modify/delete'
  if (now?.mode === '040000') {
    const what = `${detail}, and it is a folder on ${side}: rename or delete one of the two`
    return verdict.conflict({ path, kind: 'file/directory', detail: what }, null)
  }
  if (block !== null || ownKind(now))
    return decideBlocked(verdict, { path, side: other, after: there, block, kind, why: `${detail}, and ` })
  verdict.conflict({ path, kind, detail }, (taken) =>
    taken === side ? verdict.give(other, path, null) : verdict.give(side, path, there),
  )
}
