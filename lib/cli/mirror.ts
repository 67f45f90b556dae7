/** Takes a run that mirrors from its options to its end, with the conflicts that somebody settles in between. */
import { readFileSync } from 'node:fs'
import { createFinder } from '../facts/inspection.ts'
import { findTake } from '../merge/take.ts'
import type { Annotation } from '../report/annotation.ts'
import { formatPlan, type Look } from '../report/plan-text.ts'
import { runMirror, type Audience, type Preview, type Run } from '../run/mirror.ts'
import { createView } from '../view/view.ts'
import { formatOptions } from './arguments.ts'
import type { Asked } from './ask.ts'
import { restoreHeapGrowth } from './heap.ts'
import { describePlan } from './log.ts'
import { chooseLook } from './look.ts'
import { nameShown } from './mapping.ts'
import type { Environment, Options } from './options.ts'
import { isPublicLog } from './public-log.ts'
import { formatJson } from './report-json.ts'
import { formatOutcome, formatRun } from './report.ts'
import type { Opened, Session } from './session.ts'
import { Takes, UnusedTakeError } from './takes.ts'

/** What the report and the questions of a run have in common. `argv`: of a run of the same kind. */
interface Telling {
  readonly argv: readonly string[]
  readonly look: Look
}

/** Runs once; `isAnswered`: somebody has gone through the conflicts already. Returns the exit code. */
export async function mirror(session: Session, opened: Opened, options: Options, isAnswered = false): Promise<number> {
  const { env, columns = null } = session.outside
  const takes = new Takes(options.take, options.filters.paths)
  const telling = { argv: formatOptions(options), look: chooseLook(options, env, columns, session.nowMs) }
  const asked = createRunOptions(session, opened, options)
  // Lines that nobody asked for were read without asking who can see them.
  const mayShow = <T extends Preview>(run: T) => ({
    ...run,
    findTexts: asked.publicLog && !options.diff ? null : run.findTexts,
  })
  const run = await runMirror(opened.remotes, {
    ...asked,
    take: takes.find,
    audience: listen(session, options, telling, (preview) => {
      session.shown = mayShow(preview)
    }),
  })
  if (run.plan !== session.shown?.plan) session.tell?.('plan', describePlan(run.plan))
  settleTakes(run, takes, session)
  const told = () => formatTold(run, session, options, telling)
  const answered = isAnswered ? null : await askConflicts(run, session, options, { ...telling, told })
  if (answered?.takes) {
    session.watch?.begin({ name: 'compare' })
    return mirror(session, opened, { ...options, take: [...options.take, ...answered.takes] }, true)
  }
  const report = () => {
    if (options.json) return formatJson(run, session.cost)
    if (options.quiet && run.status === 'in-sync') return ''
    return answered ? '' : told()
  }
  const { status, wrote, proof } = run
  const summary = await summarize(run, session, options, telling)
  const annotations = await annotate(run, session)
  const plan = status === 'in-sync' ? null : () => formatJson(run, session.cost)
  return session.end({ status, wrote, report, summary, annotations, plan, about: { run: mayShow(run), proof } })
}

/** What a run is asked, but for answers to conflicts and who hears of it. */
export function createRunOptions(
  { outside, countRequests }: Session,
  { http, confirm, lfsHome }: Opened,
  options: Options,
) {
  return {
    ...options,
    prefer: (path: string) => findTake(nameShown(options.prefer, options.filters.paths), path),
    lfsHome,
    sleep: http.sleep,
    confirm,
    countRequests,
    publicLog: isPublicLog(outside.env, (path) => readFileSync(path, 'utf8')),
  }
}

/** Prints each plan before it is carried out. */
function listen(
  session: Session,
  { json, diff }: Options,
  { look }: Telling,
  keep: (preview: Preview) => void,
): Audience {
  const { warn, note, watch } = session
  // What is shown is carried out next.
  const show = (preview: Preview) => {
    restoreHeapGrowth()
    keep(preview)
    session.tell?.('plan', describePlan(preview.plan))
    const told = () => formatPlan({ ...preview, diff, asked: session.countRequests() }, look)
    if (!json) session.print('the plan', told)
  }
  return { warn, note, show, ...(watch && { watch }) }
}

/** Tells of answers that settle nothing. Throws an `UnusedTakeError` where conflicts are left. */
function settleTakes(run: Run, takes: Takes, { warn, member }: Session): void {
  const { status, plan } = run
  // A run that goes on where one was cut short is given answers that it needs no more.
  const isOver = status === 'in-sync' || status === 'refused'
  const unused = isOver ? [] : takes.describeUnused(createView(plan.filters).explain)
  // Of several runs another one may have asked for it.
  if (status === 'conflict' && unused.length > 0 && member === null)
    throw new UnusedTakeError(`${unused.join(' ')} Nothing was written`, run)
  for (const sentence of unused) warn(`warning: ${sentence}`)
}

/** The report; the plan is part of it where it was not shown before. */
function formatTold(run: Run, { shown, cost }: Session, { diff }: Options, { argv, look }: Telling): string {
  return run.plan === shown?.plan
    ? formatOutcome(run, cost, look, argv).join('\n')
    : formatRun(run, cost, look, { argv, diff })
}

/** Makes the job summary of a workflow; null where none is wanted, which then is not loaded. */
async function summarize(
  run: Run,
  session: Session,
  options: Options,
  { argv, look }: Telling,
): Promise<(() => string) | null> {
  if (!session.outside.env.GITHUB_STEP_SUMMARY) return null
  const { formatSummary } = await import('./summary.ts')
  const context = { argv, nowMs: look.nowMs, workflowUrl: findWorkflow(session.outside.env, options) }
  return () => formatSummary(run, session.cost, context)
}

/** The page where the workflow of this run is started by hand; null elsewhere. */
function findWorkflow({ GITHUB_WORKFLOW_REF: ref = '' }: Environment, { serverUrl }: Options): string | null {
  const [, repository, file] = /^([\w.-]+\/[\w.-]+)\/\.github\/workflows\/([\w.-]+)@/.exec(ref) ?? []
  return file === undefined ? null : `${serverUrl.replace(/\/+$/, '')}/${repository}/actions/workflows/${file}`
}

/** What the page of the workflow's run says of it; nothing elsewhere. */
async function annotate(run: Run, { outside: { env, runner = null } }: Session): Promise<readonly Annotation[]> {
  if (runner === null) return []
  const { listAnnotations } = await import('./annotations.ts')
  return listAnnotations(run, env)
}

/** Asks whoever sits there about conflicts; null where nobody does, or nothing can be answered. */
async function askConflicts(
  { status, plan, inspection }: Run,
  { outside: { ask = null, out } }: Session,
  options: Options,
  { argv, look, told }: Telling & { readonly told: () => string },
): Promise<Asked | null> {
  const isOpen = status === 'conflict' && plan.conflicts.some(({ settleable }) => settleable)
  if (ask === null || options.json || options.quiet || !isOpen) return null
  const { offerConflicts } = await import('./ask.ts')
  const print = (text: string) => out(`${text}\n`)
  const dialogue = { ask, print, look, findData: createFinder(inspection, null) }
  return offerConflicts(plan, { argv, offer: options.ask ? null : told }, dialogue)
}
