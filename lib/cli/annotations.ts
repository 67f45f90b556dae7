/** What a run came to, as annotations on the page of the workflow's run. */
import { formatTake, listAnswers, showTake } from '../merge/take.ts'
import { quote } from '../model/quote.ts'
import type { Plan, PlannedConflict } from '../plan/plan.ts'
import type { Annotation } from '../report/annotation.ts'
import { quoteWord } from '../report/conflict-markdown.ts'
import { count } from '../report/numbers.ts'
import { shorten } from '../report/width.ts'
import type { Run } from '../run/mirror.ts'
import type { Told } from './conflict-issue.ts'
import type { Environment } from './options.ts'
import { describeChanges } from './several-text.ts'

/** A file's place is told where the page shows that very commit of it. */
function placeOf(
  { path, hunks, links }: PlannedConflict,
  plan: Plan,
  env: Environment,
): NonNullable<Annotation['at']> | null {
  const { repositories, heads, filters } = plan
  const isShown =
    env.GITHUB_SHA === heads.github &&
    env.GITHUB_REPOSITORY === repositories.github.name &&
    filters.paths === null &&
    links.github !== null
  return isShown && quote(path) === path ? { file: path, line: hunks[0]?.line ?? 1 } : null
}

function annotateConflict(conflict: PlannedConflict, plan: Plan, env: Environment): Annotation {
  const { path, kind, detail, hunks } = conflict
  const takes = listAnswers(conflict).map((answer) => quoteWord(showTake(formatTake(path, answer))))
  const where = hunks.length > 0 ? `, at line ${hunks[0]!.line}` : ''
  const how =
    takes.length > 0 ? `One of these in "take" settles it: ${takes.join('  ')}` : 'Settle it by hand on one side'
  return {
    level: 'error',
    title: `Conflict in ${shorten(quote(path), 100)}`,
    message: `${quote(path)} ${kind}: ${detail}${where}. ${how}`,
    at: placeOf(conflict, plan, env),
  }
}

/** Notes that ask people to do something, by their words: the others tell what is so. */
const asks = (note: string) => /^"|^git leaves |settles nothing|can hold only one/.test(note)

/** The most important ones first: ten of each level are shown. `issue`: that of the conflicts, null where there is none. */
export function listAnnotations(run: Run, env: Environment, issue: Told | null): Annotation[] {
  const { status, plan, proof, inspection } = run
  const told = [...plan.notes, ...(inspection?.notes ?? [])].filter(asks)
  const one = (level: Annotation['level'], title: string, message: string): Annotation => ({ level, title, message })
  return [
    ...plan.refusals.map(({ message, loss }) =>
      one(
        'error',
        status === 'denied' ? 'A token may not write' : 'Refused',
        loss ? `${loss.fact}. The log and the summary tell the ways from there` : message,
      ),
    ),
    ...(status === 'conflict' && !plan.undo && issue?.isKnown !== true
      ? plan.conflicts.map((conflict) => annotateConflict(conflict, plan, env))
      : []),
    ...(issue === null
      ? []
      : [
          one(
            'notice',
            'Conflicts',
            `${count(plan.conflicts.length, 'conflict')}${issue.isKnown ? ', the same as before' : ''}: ${issue.url}`,
          ),
        ]),
    ...(status === 'different' && proof
      ? [one('error', 'Not equal after the run', `${count(proof.differences.length, 'path')} not equal on both sides`)]
      : []),
    ...(status === 'mirrored' ? [one('notice', 'Mirrored', describeChanges(plan))] : []),
    ...(status === 'planned' ? [one('notice', 'Changes are waiting', describeChanges(plan))] : []),
    ...told.map((message) => one('warning', 'To be looked at', message)),
  ]
}
