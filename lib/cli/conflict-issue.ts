/** `--conflict-issue`: one issue on GitHub for each mirror, which tells of its conflicts as long as there are any. */
import { createFinder } from '../facts/inspection.ts'
import type { Issue, Tracker } from '../github/issues.ts'
import { mapSides } from '../model/sides.ts'
import type { MarkdownContext } from '../report/conflict-markdown.ts'
import {
  digestConflicts,
  formatIssue,
  formatMark,
  formatSettled,
  readState,
  settled,
  writeState,
} from '../report/issue-text.ts'
import type { Run } from '../run/mirror.ts'
import { orWarn } from './deliver.ts'
import type { Opened, Session } from './session.ts'

/** The side that has issues. */
const host = 'github'

/** The issue of the conflicts that a run has found. `isKnown`: it has told of the very same ones before. */
export interface Told {
  readonly url: string
  readonly isKnown: boolean
}

/** What the issue is written with. `runUrl`: of the run, where that is known. */
export type IssueContext = Omit<MarkdownContext, 'findData'> & { readonly runUrl: string | null }

/**
 * Opens, changes or closes the issue of the run's mirror. Returns null where there is none, or nothing to look for. What
 * fails is a warning: the run has come to what it has come to.
 */
export async function tellConflicts(
  run: Run,
  { outside: { env }, warn }: Session,
  openTracker: Opened['openTracker'],
  context: IssueContext,
): Promise<Told | null> {
  const { status, plan } = run
  // A run that has only asked for both heads would find nothing that an earlier one has not.
  const isOver = status === 'mirrored' || (status === 'in-sync' && plan.baseBy !== null)
  if (status !== 'conflict' && !isOver) return null
  return await orWarn(warn, async () => {
    const keeper = new Keeper(await openTracker(), run)
    if (isOver) return await keeper.settle()
    // Lines are for those who may read this log. Elsewhere the issue may have other readers.
    const isSame = env.GITHUB_REPOSITORY?.toLowerCase() === plan.repositories[host].name.toLowerCase()
    return await keeper.tell(env.GITHUB_ACTIONS === 'true' && isSame ? run : hideLines(run), context)
  })
}

function hideLines({ plan, ...run }: Run): Run {
  return {
    ...run,
    inspection: null,
    plan: { ...plan, conflicts: plan.conflicts.map((one) => ({ ...one, hunks: [] })) },
  }
}

/** Of two that are open the older one, so that two runs at once take the same; else the newest. `own`: newest first. */
const choose = (own: readonly Issue[]) => own.findLast(({ isOpen }) => isOpen) ?? own[0] ?? null

/** The issue of one mirror. */
class Keeper {
  readonly #tracker: Tracker
  readonly #run: Run
  readonly #mark: string

  constructor(tracker: Tracker, run: Run) {
    this.#tracker = tracker
    this.#run = run
    this.#mark = formatMark(run.plan, host)
  }

  readonly #isOwn = ({ body }: Issue) => readState(this.#mark, body) !== null
  readonly #find = () => this.#tracker.find(this.#isOwn)

  async #close({ number, body }: Issue): Promise<void> {
    await this.#tracker.edit(number, { body: writeState(this.#mark, body, settled), state: 'closed' })
  }

  async tell({ plan, inspection }: Run, context: IssueContext): Promise<Told> {
    const found = choose(await this.#find())
    const { title, body } = formatIssue(plan, host, { ...context, findData: createFinder(inspection, null) })
    if (found === null) return { url: await this.#open(title, body), isKnown: false }
    // One that is closed and not settled was closed by a person, who wants to hear no more of these conflicts.
    const isKnown = readState(this.#mark, found.body) === digestConflicts(plan)
    if (!isKnown) await this.#tracker.edit(found.number, { body, state: 'open' })
    return { url: found.url, isKnown }
  }

  /** Opens the issue, and closes it where another run has opened one meanwhile. */
  async #open(title: string, body: string): Promise<string> {
    const made = await this.#tracker.open(title, body, this.#isOwn)
    const first = choose(await this.#find()) ?? made
    if (first.isOpen && first.number < made.number) await this.#close(made)
    return first.url
  }

  async settle(): Promise<null> {
    const { plan, written } = this.#run
    const heads = mapSides((side) => written.commits[side] ?? plan.heads[side])
    for (const issue of await this.#find()) {
      if (readState(this.#mark, issue.body) === settled) continue
      await this.#close(issue)
      if (issue.isOpen) await this.#tracker.comment(issue.number, formatSettled(plan, heads))
    }
    return null
  }
}
