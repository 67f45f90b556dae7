/**
 * Three-way merge of two lists of changes, path by path. Design, "How it decides". Pure: what it has to know and does
 * not is a question (`questions.ts`), and a conflict is a value.
 *
 *            github │ absent      unchanged   changed
 *   huggingface     │
 *   absent          │ nothing     → deleted   modify/delete, or the rename is followed
 *   unchanged       │ ← deleted   nothing     → copied
 *   changed         │ modify/del. ← copied    equal: nothing · text: lines merged · else content or add/add
 */
import { comparePaths, isAttributes } from '../model/entry.ts'
import { sides, valuesOf } from '../model/sides.ts'
import { mergeAttributeFiles } from './attributes-file.ts'
import { decideBoth } from './both-changed.ts'
import { decideExchanges } from './exchanges.ts'
import { isFolderThere } from './file-or-folder.ts'
import { isAddedToMoved } from './misplaced.ts'
import { decideOneSided } from './one-sided.ts'
import type { MergeInput, MergeResult } from './outcome.ts'
import type { Facts } from './questions.ts'
import { decideRenames } from './renamed.ts'
import { Verdict } from './verdict.ts'

/**
 * The verdict on all changes, which stands only if `facts` have no questions left: where they do not suffice it has noted
 * there what it has to know. Outcomes come sorted by path, and only for what has to be written. Here stands the order in
 * which the rules are asked.
 */
export function mergeChanges(input: MergeInput, facts: Facts): MergeResult {
  const verdict = new Verdict(input, facts)
  const paths = listPaths(input.changes)
  decideExchanges(verdict)
  decideRenames(verdict, paths)
  const movedFolders = sides.some((side) => verdict.moves[side].folders.size > 0)
  const [one, other] = sides
  const rules: string[] = []
  for (const path of paths) {
    if (verdict.decided.has(path)) continue
    const [mine, theirs] = [input.changes[one].get(path), input.changes[other].get(path)]
    // Where both hold the same nothing is left to be said, whatever became of the folder or of the rules.
    if (mine?.after && theirs?.after && verdict.isSameNow(path)) continue
    if ((movedFolders && isAddedToMoved(verdict, path)) || isFolderThere(verdict, path)) continue
    if (isAttributes(path)) rules.push(path)
    else if (mine && theirs) decideBoth(verdict, path)
    else if (mine) decideOneSided(verdict, one, mine)
    else if (theirs) decideOneSided(verdict, other, theirs)
  }
  if (rules.length > 0) mergeAttributeFiles(verdict, rules)
  return {
    outcomes: verdict.outcomes.toSorted((a, b) => comparePaths(a.path, b.path)),
    conflicts: verdict.conflicts,
    baseMismatches: [...verdict.baseMismatches],
  }
}

/** The paths that at least one side changed, each once, in git's order. */
function listPaths(changes: MergeInput['changes']): string[] {
  const [one, other] = valuesOf(changes)
  const paths = [...one.keys()]
  for (const path of other.keys()) if (!one.has(path)) paths.push(path)
  return paths.toSorted(comparePaths)
}
