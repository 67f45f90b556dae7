/** What changed between two versions of a text, line by line, as `git diff` says it. */
import { listChanges, slideChanges, startAlignment, type LineChange } from './alignment.ts'
import { Lines } from './merge-text.ts'
import { alignByMyers } from './myers.ts'
import { Budget } from './step-budget.ts'

/** A text before and after an edit; empty where there is no file. */
export interface TextVersions {
  readonly before: string
  readonly after: string
}

/** The lines of both, each with its terminator, and the places in which they differ. */
export interface LineDiff {
  readonly before: readonly string[]
  readonly after: readonly string[]
  readonly changes: readonly LineChange[]
}

/** Of 2.5 ns each: nobody waits longer for one file. */
const stepsMax = 40_000_000

/** What changed from one version to the other; null where it would take too long to find out. */
export function diffLines({ before, after }: TextVersions): LineDiff | null {
  const lines = new Lines()
  const alignment = startAlignment(lines.parse(before), lines.parse(after))
  const budget = new Budget(stepsMax)
  if (!alignByMyers(alignment, budget) || !slideChanges(alignment, budget)) return null
  return { before: lines.format(alignment.a), after: lines.format(alignment.b), changes: listChanges(alignment) }
}

/** How many lines an edit adds and removes; `null` where that would take too long to find out. */
export function countChangedLines(versions: TextVersions): { added: number; removed: number } | null {
  const diff = diffLines(versions)
  return (
    diff && {
      added: diff.changes.reduce((sum, { from, to }) => sum + to - from, 0),
      removed: diff.changes.reduce((sum, { start, end }) => sum + end - start, 0),
    }
  )
}
