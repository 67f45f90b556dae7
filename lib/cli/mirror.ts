/** Takes a run that mirrors from its options to its end, with the conflicts that somebody settles in between. */
import { readFileSync } from 'node:fs'
import { findTake } from '../merge/take.ts'
import { mapSides } from '../model/sides.ts'
import { listEdits, type Plan } from '../plan/plan.ts'
import { undoWords } from '../plan/undo.ts'
import { count, formatBytes } from '../report/numbers.ts'
import type { Look } from '../report/places.ts'
import { runMirror, type Audience, type Preview, type Run } from '../run/mirror.ts'
import { createView } from '../view/view.ts'
import { formatOptions } from './arguments.ts'
import type { Asked } from './ask.ts'
import { restoreHeapGrowth } from './heap.ts'
import { showRun } from './job-page.ts'
import { chooseLook } from './look.ts'
import { nameShown } from './mapping.ts'
import type { Options } from './options.ts'
import { formatMatrix } from './outputs.ts'
import { isPublicLog } from './public-log.ts'
import { formatInSync } from './report.ts'
import type { Opened, Session } from './session.ts'
import { Takes, UnusedTakeError } from './takes.ts'

/**
 * From how many bytes an object on average the heap may grow as V8 likes while they stream. Of smaller ones most of what a
 * run allocates is garbage of requests, which makes 100 MB of 30,000 objects where V8 is free not to collect it.
 */
const largeByteLengthMin = 500_000

/** What the report and the questions of a run have in common. `argv`: of a run of the same kind. */
interface Telling {
  readonly argv: readonly string[]
  readonly look: Look
}

/** Runs once; `isAnswered`: somebody has gone through the conflicts already. Returns the exit code. */
export async function mirror(session: Session, opened: Opened, options: Options, isAnswered = false): Promise<number> {
  const { env, columns = null } = session.outside
  const takes = new Takes(options.take, options.filters.paths, options.undo ? undoWords : undefined)
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
  if (run.plan !== session.shown?.plan) session.tellPlan(run.plan)
  settleTakes(run, takes, session)
  const told = await prepareReport(run, session, options, telling)
  const answered = isAnswered ? null : await askConflicts(run, session, options, { ...telling, told })
  if (answered?.takes) {
    session.watch?.begin({ name: 'compare' })
    return mirror(session, opened, { ...options, take: [...options.take, ...answered.takes] }, true)
  }
  const shares = options.shards === null ? undefined : await shareOut(run, options.shards, session)
  const asJson = options.json || run.status !== 'in-sync' ? await loadJson(run, session) : null
  const report = () => {
    if (shares) return formatMatrix(shares)
    if (options.json) return asJson!()
    if (options.quiet && (run.status === 'in-sync' || run.status === 'waiting')) return ''
    return answered ? '' : told()
  }
  const { status, wrote, proof } = run
  const shown = await showRun(run, session, { ...opened, options }, { argv: telling.argv, nowMs: telling.look.nowMs })
  const plan = status === 'in-sync' ? null : asJson
  return session.end({ status, wrote, report, plan, shares, about: { run: mayShow(run), proof }, ...shown })
}

async function loadJson(run: Run, session: Session): Promise<() => string> {
  const { formatJson } = await import('./report-json.ts')
  return () => formatJson(run, session.cost)
}

/** The shares of what a run would send; undefined where something stands in its way. */
async function shareOut({ status, plan }: Run, most: number, { note }: Session): Promise<string[] | undefined> {
  if (status !== 'planned' && status !== 'in-sync' && status !== 'waiting') return undefined
  const { cutShares, formatShare } = await import('../plan/shards.ts')
  const { planSending } = await import('../plan/phases.ts')
  const shares = cutShares(plan, most).map(formatShare)
  const { objects, byteLength } = planSending(plan) ?? { objects: 0, byteLength: 0 }
  note(`Shared out ${count(objects, 'object')}, ${formatBytes(byteLength)}: ${count(shares.length, 'share')}`)
  return shares
}

/** What a run is asked, but for answers to conflicts and who hears of it. */
export function createRunOptions(
  { outside, countRequests }: Session,
  { http, confirm, lfsHome }: Opened,
  options: Options,
) {
  return {
    ...options,
    inspect: options.inspect && options.shards === null && options.shard === null,
    answers: options.take.length > 0,
    prefer: (path: string) => findTake(nameShown(options.prefer, options.filters.paths), path),
    lfsHome,
    sleep: http.sleep,
    now: http.now,
    readLimits: () => mapSides((side) => http.limits[side].told),
    confirm,
    countRequests,
    publicLog: isPublicLog(outside.env, (path) => readFileSync(path, 'utf8')),
  }
}

/** Whether a plan deletes nothing: what is lost is never folded away. */
const keepsAll = (plan: Plan) => listEdits(plan).every(({ content }) => content !== null)

/** Prints each plan before it is carried out. */
function listen(
  session: Session,
  { json, diff }: Options,
  { look }: Telling,
  keep: (preview: Preview) => void,
): Audience {
  const { warn, note, watch } = session
  // What is shown is carried out next.
  const show = async (preview: Preview) => {
    const { formatPlan } = await import('../report/plan-text.ts')
    const { planSending } = await import('../plan/phases.ts')
    const { objects, byteLength } = planSending(preview.plan) ?? { objects: 0, byteLength: 0 }
    if (byteLength >= objects * largeByteLengthMin) restoreHeapGrowth()
    keep(preview)
    session.tellPlan(preview.plan)
    const told = () => formatPlan({ ...preview, diff, asked: session.countRequests() }, look)
    if (!json) session.print('the plan', told, keepsAll(preview.plan))
  }
  return { warn, note, show, ...(watch && { watch }) }
}

/** Tells of answers that settle nothing. Throws an `UnusedTakeError` where conflicts are left. */
function settleTakes(run: Run, takes: Takes, { warn, member }: Session): void {
  const { status, plan } = run
  // A run that goes on where one was cut short is given answers that it needs no more.
  const isOver = status === 'in-sync' || status === 'waiting' || status === 'refused'
  const unused = isOver ? [] : takes.describeUnused(createView(plan.filters).explain)
  // Of several runs another one may have asked for it.
  if (status === 'conflict' && unused.length > 0 && member === null)
    throw new UnusedTakeError(`${unused.join(' ')} Nothing was written`, run)
  for (const sentence of unused) warn(sentence)
}

/**
 * The report; the plan is part of it where it was not shown before. What a run in sync says takes none of the modules that
 * tell plans.
 */
async function prepareReport(
  run: Run,
  session: Session,
  { diff }: Options,
  { argv, look }: Telling,
): Promise<() => string> {
  const { status, plan, earlier, wrote, proof } = run
  const isPlain = plan.skipped.length + plan.notes.length + earlier.length === 0 && !wrote && proof === null
  if (status === 'in-sync' && isPlain) return () => formatInSync(run, session.cost, look)
  const { formatOutcome, formatRun } = await import('./report-run.ts')
  const isStopped = status === 'refused' || status === 'conflict'
  // Who has written a step has no command line.
  const more =
    isStopped && session.outside.reword
      ? '\nIn a step of this action, answers go into the input take, and other options into arguments.'
      : ''
  return () =>
    plan === session.shown?.plan
      ? formatOutcome(run, session.cost, look, argv).join('\n') + more
      : formatRun(run, session.cost, look, { argv, diff }) + more
}

/** Asks whoever sits there about conflicts; null where nobody does, or nothing can be answered. */
async function askConflicts(
  { status, plan, inspection }: Run,
  { outside: { ask = null, out } }: Session,
  options: Options,
  { argv, look, told }: Telling & { readonly told: () => string },
): Promise<Asked | null> {
  const isOpen = status === 'conflict' && plan.conflicts.some(({ settleable }) => settleable)
  if (ask === null || options.json || options.quiet || options.undo || !isOpen) return null
  const { offerConflicts } = await import('./ask.ts')
  const { createFinder } = await import('../facts/inspection.ts')
  const print = (text: string) => out(`${text}\n`)
  const dialogue = { ask, print, look, findData: createFinder(inspection, null) }
  return offerConflicts(plan, { argv, offer: options.ask ? null : told }, dialogue)
}
