/** What a merge is sure to ask, so that it can be answered before the first pass. */
import { isAttributes } from '../model/entry.ts'
import { otherSide, sides } from '../model/sides.ts'
import type { MergeInput } from './outcome.ts'
import type { Facts, Question } from './questions.ts'
import { listFolders } from './verdict.ts'

/**
 * Where one side alone changed anything: what the other one holds at those paths, and at the folders above new files.
 * With the answers one pass decides nearly all of them, which halves the time of a first mirror. Empty where more than
 * that would be asked together with it, so that a run never waits once more for it.
 */
export function listFirstQuestions({ changes, chmods, heads }: MergeInput, facts: Facts): Question[] {
  const side = sides.find((one) => changes[one].size === 0 && chmods[one].size === 0)
  const commit = side === undefined ? null : heads[side]
  if (side === undefined || commit === null || facts.knowsEntries(side, commit)) return []
  const changed = changes[otherSide[side]]
  const folders = listFolders(changed, ({ path, before, after }) => !before && after !== null && !isAttributes(path))
  const questions: Question[] = []
  for (const { path, after } of changed.values()) {
    if (after === null && isAttributes(path)) return []
    questions.push({ about: 'entry', side, commit, path })
  }
  for (const path of folders) if (!changed.has(path)) questions.push({ about: 'entry', side, commit, path })
  return questions
}
