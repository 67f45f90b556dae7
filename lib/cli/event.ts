/** What started a run, as far as that tells it something: an event of the Hub's, or a schedule. Decision 0046. */
import { quote } from '../model/quote.ts'
import { formatRepository } from '../model/repository.ts'
import type { Environment, Runs } from './options.ts'
import type { ReadText } from './token.ts'

/** `scope`: what it is about, such as `repo.content` or `discussion`. `refs`: those that moved; null where it does not say. */
interface HubEvent {
  readonly repository: string
  readonly scope: string
  readonly refs: readonly string[] | null
}

type Json = Readonly<Record<string, unknown>>

const asObject = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {})

/** What is no JSON is an event that says nothing. */
function parseEvent(text: string | null | undefined): Json {
  try {
    return asObject(JSON.parse(text ?? ''))
  } catch {
    return {}
  }
}

/** What a Job on the Hub was started for; null where nothing says it. */
export function readHubEvent(env: Environment): HubEvent | null {
  const { repo, event, updatedRefs } = parseEvent(env.WEBHOOK_PAYLOAD)
  const { type, name } = asObject(repo)
  if (typeof type !== 'string' || typeof name !== 'string') return null
  const refs = Array.isArray(updatedRefs) ? updatedRefs.map((one) => String(asObject(one)['ref'])) : null
  return { repository: `${type}s/${name}`, scope: String(asObject(event)['scope']), refs }
}

/**
 * The runs of the repository that an event is about, or in a sentence why there is nothing to do: nothing in the event
 * changes a file of a mirrored branch. All runs where none has that name: the repository may have been renamed.
 */
export function chooseRuns({ repository, scope, refs }: HubEvent, runs: Runs): Runs | string {
  const idle = (why: string) => `Nothing to do for an event of "${quote(repository)}" on the Hub: ${why}`
  // A narrower scope than a known one counts as that one (https://huggingface.co/docs/hub/webhooks).
  if (/^(?:discussion|repo\.config)(?:\.|$)/.test(scope)) return idle(`its scope ${quote(scope)} changes no file`)
  // The Hub knows a repository in any case.
  const [first, ...rest] = runs.filter(
    ({ repositories }) => formatRepository(repositories.huggingface).toLowerCase() === repository.toLowerCase(),
  )
  if (first === undefined) return runs
  const own: Runs = [first, ...rest]
  const isMirrored = (ref: string) =>
    own.some(
      ({ branches, tags }) => ref === `refs/heads/${branches.huggingface}` || (tags && ref.startsWith('refs/tags/')),
    )
  return refs === null || refs.length === 0 || refs.some(isMirrored)
    ? own
    : idle(`${quote(refs.join(', '))} is not mirrored`)
}

/** Whether a person started the run by hand, or by a push that moved a branch of GitHub's back. */
export function isByPerson(env: Environment, readText: ReadText): boolean {
  if (env.GITHUB_EVENT_NAME !== 'push') return env.GITHUB_EVENT_NAME === 'workflow_dispatch'
  return parseEvent(readText(env.GITHUB_EVENT_PATH ?? ''))['forced'] === true
}

const dayMs = 24 * 60 * 60 * 1_000
/** Ten days before GitHub stops a schedule. */
const quietDaysMax = 50

/**
 * A sentence where the schedule that started the run may stop soon; null where it may not. GitHub stops the schedules of
 * a public repository after 60 days without "activity" (its page on disabling and enabling workflows), and does not say
 * what that is. People found that issues are none, and commits to the default branch are (sigstore/rekor-monitor#167,
 * kubevela/community#269); the event tells of pushes to any branch.
 */
export function describeQuiet(env: Environment, readText: ReadText, nowMs: number): string | null {
  if (env.GITHUB_EVENT_NAME !== 'schedule') return null
  const { private: isPrivate, pushed_at: pushedAt } = asObject(
    parseEvent(readText(env.GITHUB_EVENT_PATH ?? ''))['repository'],
  )
  const days = Math.floor((nowMs - Date.parse(String(pushedAt))) / dayMs)
  if (isPrivate !== false || !(days >= quietDaysMax)) return null
  return (
    `Nothing was pushed to this repository for ${days} days. After 60 days GitHub stops workflows with a schedule: ` +
    'push a commit, or enable the workflow again on the page Actions'
  )
}
