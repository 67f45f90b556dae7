/** `--conflict-issue`: one issue on GitHub for each mirror, which tells of its conflicts as long as there are any. */
import { createFinder } from '../facts/inspection.ts'
import type { Issue, Tracker } from '../github/issues.ts'
import { mapSides } from '../model/sides.ts'
import type { Plan } from '../plan/plan.ts'
import type { MarkdownContext } from '../report/conflict-markdown.ts'
import {
  digestConflicts,
  digestTags,
  formatIssue,
  formatMark,
  formatSettled,
  formatTagIssue,
  formatTagMark,
  readState,
  settled,
  writeState,
} from '../report/issue-text.ts'
import type { Run } from '../run/mirror.ts'
import type { TagRun } from '../run/tags.ts'
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
  const isOver = status === 'mirrored' || status === 'in-sync'
  if (status !== 'conflict' && !isOver) return null
  return await orWarn(warn, async () => {
    const keeper = new Keeper(await openTracker(), formatMark(plan, host))
    const heads = mapSides((side) => run.written.commits[side] ?? plan.heads[side])
    if (isOver) return await keeper.settle(formatSettled(plan, heads))
    // Lines are for those who may read this log. Elsewhere the issue may have other readers.
    const isSame = env.GITHUB_REPOSITORY?.toLowerCase() === plan.repositories[host].name.toLowerCase()
    const { plan: shown, inspection } = env.GITHUB_ACTIONS === 'true' && isSame ? run : hideLines(run)
    const findData = createFinder(inspection, null)
    return await keeper.tell(digestConflicts(plan), formatIssue(shown, host, { ...context, findData }))
  })
}

/** The same for tags, which have an issue of their own. A run that neither wrote one nor found one changed looks for none. */
export async function tellTagConflicts(
  run: TagRun,
  { warn }: Session,
  openTracker: Opened['openTracker'],
  context: Pick<Plan, 'repositories'> & Pick<IssueContext, 'runUrl'>,
): Promise<Told | null> {
  const isOpen = run.conflicts.length > 0
  if (!isOpen && !run.wrote && !run.isRecorded) return null
  return await orWarn(warn, async () => {
    const keeper = new Keeper(await openTracker(), formatTagMark(context, host))
    return isOpen
      ? await keeper.tell(digestTags(run), formatTagIssue(run, host, context))
      : await keeper.settle('Settled: these tags are mirrored again.')
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

/** The issue that begins with a mark. */
class Keeper {
  readonly #tracker: Tracker
  readonly #mark: string

  constructor(tracker: Tracker, mark: string) {
    this.#tracker = tracker
    this.#mark = mark
  }

  readonly #isOwn = ({ body }: Issue) => readState(this.#mark, body) !== null
  readonly #find = () => this.#tracker.find(this.#isOwn)

  async #close({ number, body }: Issue): Promise<void> {
    await this.#tracker.edit(number, { body: writeState(this.#mark, body, settled), state: 'closed' })
  }

  /** `state`: that of the body. */
  async tell(state: string, { title, body }: ReturnType<typeof formatIssue>): Promise<Told> {
    const found = choose(await this.#find())
    if (found === null) return { url: await this.#open(title, body), isKnown: false }
    // One that is closed and not settled was closed by a person, who wants to hear no more of these conflicts.
    const isKnown = readState(this.#mark, found.body) === state
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

  async settle(comment: string): Promise<null> {
    for (const issue of await this.#find()) {
      if (readState(this.#mark, issue.body) === settled) continue
      await this.#close(issue)
      if (issue.isOpen) await this.#tracker.comment(issue.number, comment)
    }
    return null
  }
}
