/** The report as data. */
import { listAnswers } from '../merge/take.ts'
import { contentByteLength } from '../model/content.ts'
import { formatRepository } from '../model/repository.ts'
import { mapSides } from '../model/sides.ts'
import { actionOf, type PlannedEdit } from '../plan/edits.ts'
import { listEdits, type Plan, type PlannedConflict } from '../plan/plan.ts'
import { undoWords } from '../plan/undo.ts'
import type { Run } from '../run/mirror.ts'
import { startWritten } from '../run/written.ts'
import type { Filters } from '../view/filters.ts'
import type { Cost, Status } from './status.ts'

/**
 * JSON in ASCII alone, and without a workflow command: printed as it is, it moves no cursor and tells the runner
 * nothing.
 */
export function formatDocument(value: unknown, replace?: (key: string, value: unknown) => unknown, indent = 2): string {
  const escapeUnits = (character: string) =>
    Array.from(
      { length: character.length },
      (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
    ).join('')
  return JSON.stringify(value, replace, indent).replace(/[^\n -~]|#(?=#\[)/gu, escapeUnits)
}

/** In which form files are mirrored, as the options say it. */
export function nameForm({ frontMatter, paths }: Pick<Filters, 'frontMatter' | 'paths'>) {
  return { frontMatter: frontMatter ? 'huggingface' : 'both', paths }
}

/** A run; `error`: what is wrong with how it was asked, where it ends with another status for that. */
export type Reported = Omit<Run, 'status'> & { readonly status: Status; readonly error?: string }

/**
 * The report of a run; `version` changes when a field changes its meaning. What is too long for one text is told
 * without its lists, which are counted in `cut`.
 */
export function formatJson(run: Reported, cost: Cost): string {
  try {
    return formatWhole(run, cost)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    const { plan, proof } = run
    const cut = { changes: listEdits(plan).length, conflicts: plan.conflicts.length, skipped: plan.skipped.length }
    return formatWhole(
      {
        ...run,
        plan: { ...plan, edits: mapSides(() => []), conflicts: [], skipped: [] },
        proof: proof && { ...proof, differences: [], missing: mapSides(() => []) },
      },
      cost,
      cut,
    )
  }
}

/**
 * One line of the plan. `byteLength` is 0 for a deletion. A renamed file is a deletion and an addition whose
 * `renamedFrom` names the deleted path.
 */
function formatEdit(edit: PlannedEdit) {
  const { path, to, content, store, renamedFrom, hunks, keeps } = edit
  return { path, to, action: actionOf(edit), store, byteLength: contentByteLength(content), renamedFrom, hunks, keeps }
}

/** What `--take` may say of a conflict; of an undo's it knows other words. */
function nameAnswers(conflict: PlannedConflict, { undo }: Plan): readonly string[] {
  const answers = listAnswers(conflict)
  return undo ? answers.flatMap((answer) => (answer === 'both' ? [] : undoWords[answer])) : answers
}

/** What was spent, as data. */
export const tellSpent = ({ requests, bytes, limits, waitedMs }: Cost) => ({ requests, bytes, limits, waitedMs })

function formatWhole(run: Reported, cost: Cost, cut?: Readonly<Record<string, number>>): string {
  const { plan, status, written, earlier, proof } = run
  return formatDocument({
    ...(cut && { cut }),
    version: 1,
    status,
    ...(run.error !== undefined && { error: run.error }),
    digest: plan.digest,
    repositories: mapSides((side) => formatRepository(plan.repositories[side])),
    branch: plan.branches,
    ...nameForm(plan.filters),
    base: plan.base,
    baseBy: plan.baseBy,
    heads: plan.heads,
    changes: listEdits(plan).map(formatEdit),
    conflicts: plan.conflicts.map((conflict) => ({ ...conflict, answers: nameAnswers(conflict, plan) })),
    undo: plan.undo,
    settled: plan.settled,
    refusals: plan.refusals,
    skipped: plan.skipped,
    notes: plan.notes,
    creates: plan.creates,
    makeBranch: plan.makeBranch,
    data: run.inspection,
    commitCounts: plan.commitCounts,
    commits: mapSides((side) =>
      plan.commits[side].map(({ title, parents, edits }) => ({
        title,
        parents: parents.map((parent) => ('oid' in parent ? parent.oid : parent.index)),
        paths: edits.length,
      })),
    ),
    written: written.commits,
    created: written.repository,
    proposal: written.proposal ?? (plan.waiting && { ...plan.waiting.proposal, side: plan.waiting.side }),
    earlier,
    proof,
    objects: mapSides((side) => written.objects[side]),
    forecast: { requests: plan.requests, ...plan.forecast },
    ...tellSpent(cost),
  })
}

/** `written`: what there is after a run that failed, `null` where it wrote nothing. */
export function formatErrorJson(status: Status, message: string, written: Run['written'] | null, cost: Cost): string {
  const { commits, states, branch, repository } = written ?? startWritten()
  return formatDocument({
    version: 1,
    status,
    error: message,
    written: commits,
    states,
    branch,
    created: repository,
    ...tellSpent(cost),
  })
}
