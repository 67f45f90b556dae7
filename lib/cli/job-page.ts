/**
 * What those see of a run who do not read its log: the job summary, the annotations on the page of a workflow's run, and
 * the issue that tells of its conflicts. What makes them is loaded where they are wanted.
 */
import { existsSync, readFileSync } from 'node:fs'
import type { Annotation } from '../report/annotation.ts'
import type { Run } from '../run/mirror.ts'
import type { Told } from './conflict-issue.ts'
import type { Environment, Options } from './options.ts'
import type { Ending, Opened, Session } from './session.ts'
import type { SummaryContext } from './summary.ts'

/** Addresses of the workflow of this run: where it is started by hand, and the run itself; null where they are not known. */
export function findPages({ env }: { readonly env: Environment }, { serverUrl }: Options) {
  const { GITHUB_WORKFLOW_REF: ref = '', GITHUB_REPOSITORY: repository = '', GITHUB_RUN_ID: id = '' } = env
  const [, home, file] = /^([\w.-]+\/[\w.-]+)\/\.github\/workflows\/([\w.-]+)@/.exec(ref) ?? []
  const isRun = /^[\w.-]+\/[\w.-]+$/.test(repository) && /^\d+$/.test(id)
  return {
    workflowUrl: file === undefined ? null : `${serverUrl}/${home}/actions/workflows/${file}`,
    runUrl: isRun ? `${serverUrl}/${repository}/actions/runs/${id}` : null,
  }
}

/** What is shown of a run at its end. `about.argv`: of a run of the same kind. */
export async function showRun(
  run: Run,
  session: Session,
  opened: Pick<Opened, 'openTracker' | 'publishFile'> & { readonly options: Options },
  about: Pick<SummaryContext, 'argv' | 'nowMs'>,
): Promise<Pick<Ending, 'summary' | 'annotations' | 'isKnown'>> {
  const { openTracker, options } = opened
  const { env, runner = null } = session.outside
  const context = { ...about, ...findPages({ env }, options) }
  let issue: Told | null = null
  const { conflictIssue, badgeBranch } = options
  const isNews = (conflictIssue || badgeBranch !== null) && (await mayBeNews(run, env))
  if (isNews && badgeBranch !== null) {
    const { publishBadge } = await import('./badge.ts')
    await publishBadge(run, session, opened)
  }
  if (isNews && conflictIssue && !options.dryRun && !options.undo) {
    const { tellConflicts } = await import('./conflict-issue.ts')
    issue = await tellConflicts(run, session, openTracker, context)
    if (issue !== null && runner === null) session.note(`The conflicts are told in ${issue.url}`)
  }
  return {
    summary: env.GITHUB_STEP_SUMMARY ? await summarize(run, session, context) : null,
    annotations: runner === null ? [] : await annotate(run, env, issue),
    isKnown: issue?.isKnown ?? false,
  }
}

/**
 * A run that has only asked for both heads has mostly nothing to tell that an earlier one has not. But people may have
 * ended conflicts by moving both branches back to where they last agreed.
 */
async function mayBeNews({ status, plan }: Run, env: Environment): Promise<boolean> {
  if (status !== 'in-sync' || plan.baseBy !== null) return true
  const { isByPerson } = await import('./event.ts')
  return isByPerson(env, (path) => (existsSync(path) ? readFileSync(path, 'utf8') : null))
}

async function summarize(run: Run, session: Session, context: SummaryContext): Promise<() => string> {
  const { formatSummary } = await import('./summary.ts')
  return () => formatSummary(run, session.cost, context)
}

async function annotate(run: Run, env: Environment, issue: Told | null): Promise<readonly Annotation[]> {
  const { listAnnotations } = await import('./annotations.ts')
  return listAnnotations(run, env, issue)
}
