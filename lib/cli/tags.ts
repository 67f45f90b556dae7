/** The run that mirrors tags: one for a pair of repositories, after those of its branches. */
import { fenceMarkdown } from '../model/quote.ts'
import { formatRepository } from '../model/repository.ts'
import { mapSides } from '../model/sides.ts'
import { count } from '../report/numbers.ts'
import { noColors } from '../report/paint.ts'
import { countTags, formatTags } from '../report/tags-text.ts'
import { mirrorTags, type TagRun } from '../run/tags.ts'
import type { Told } from './conflict-issue.ts'
import { findPages } from './job-page.ts'
import { chooseLook } from './look.ts'
import type { Options, Runs } from './options.ts'
import { samePair } from './pairs.ts'
import { formatDocument } from './report-json.ts'
import { formatCost } from './report.ts'
import type { Opened, Session } from './session.ts'
import type { Status } from './status.ts'

/** Adds a run for the tags of each pair of repositories, behind those of its branches, where tags are asked for. */
export function addTagRuns(runs: Runs): Runs {
  const [first, ...rest] = runs
  const added = (one: Options): Options[] => {
    const isLast = runs.findLast((other) => other.tags && samePair(other, one)) === one
    const tagsOf = { branches: [], looksAgain: false, isWhole: false }
    const isWanted = one.tags && !one.check && !one.undo && isLast
    return isWanted ? [{ ...one, html: null, badge: null, isBranchNamed: true, tagsOf }] : []
  }
  return [first, ...added(first), ...rest.flatMap((one) => [one].concat(added(one)))]
}

/** What a run that is over has come to; the branches are those that it has found. */
interface Over extends Pick<Options, 'repositories' | 'branches'> {
  readonly status: Status | null
  readonly isMissing: boolean
}

const isThrough: ReadonlySet<Status | null> = new Set<Status>([
  'in-sync',
  'planned',
  'mirrored',
  'proposed',
  'waiting',
  'conflict',
  'equal',
  'different',
])

/** The run for tags, once those of the branches are over; or why it cannot go on. */
export function settleTagRun(options: Options, over: readonly Over[]): Options | string {
  const ofPair = over.filter((one) => samePair(one, options))
  const through = ofPair.filter(({ status }) => isThrough.has(status))
  const [first] = through
  if (!first) return 'no branch got through'
  if (ofPair.some(({ isMissing }) => isMissing)) return 'a repository is still to be made'
  const tagsOf = {
    branches: through.map(({ branches }) => branches),
    looksAgain: through.some(({ status }) => status === 'mirrored' || status === 'different'),
    isWhole: through.length === ofPair.length,
  }
  return { ...options, branches: first.branches, tagsOf }
}

function statusOf({ status, moves }: TagRun, isVerified: boolean): Status {
  if (!isVerified) return status
  return moves.length > 0 || status === 'conflict' || status === 'refused' ? 'different' : 'equal'
}

function formatEnding(status: Status, { wrote, staying }: TagRun, detail: string): string {
  if (status === 'planned') return 'Dry run, nothing was written.'
  if (status === 'different') return 'Tags are not equal.'
  if (status === 'equal')
    return staying === 0 ? 'Tags are equal.' : `Tags are equal, but for ${count(staying, 'tag')} that no run carries.`
  return wrote ? `Mirrored tags: ${detail}.` : 'Tags are in sync.'
}

/** Mirrors, or with `--verify` compares. Returns the exit code. */
export async function mirrorTagsOf(session: Session, opened: Opened, options: Options): Promise<number> {
  const { branches, looksAgain, isWhole } = options.tagsOf!
  const more = await Promise.all(branches.slice(1).map((one) => opened.reach(one)))
  const { env, columns = null } = session.outside
  const run = await mirrorTags([opened.remotes, ...more], {
    ...options,
    compares: options.verify,
    sleep: opened.http.sleep,
    looksAgain,
    isWhole,
  })
  const status = statusOf(run, options.verify)
  const { moves, conflicts, left, refusals, notes, wrote } = run
  const detail = countTags(run)
  let issue: Told | null = null
  if (options.conflictIssue && !options.dryRun && !options.verify) {
    const { tellTagConflicts } = await import('./conflict-issue.ts')
    const { repositories } = options
    const { runUrl } = findPages(session.outside, options)
    issue = await tellTagConflicts(run, session, opened.openTracker, { repositories, runUrl })
    if (issue !== null) session.note(`The conflicts are told in ${issue.url}`)
  }
  const look = chooseLook(options, env, columns, session.nowMs)
  const report = () => {
    if (options.json)
      return formatDocument({
        version: 1,
        status,
        repositories: mapSides((side) => formatRepository(options.repositories[side])),
        branches,
        tags: { moves, conflicts, left, refusals, notes },
        requests: session.cost.requests,
        bytes: session.cost.bytes,
      })
    const lines = formatTags(run, look)
    // What stays one way is told by each run: no record says that it was.
    const isNews = lines.length > 0 && (options.to === null || moves.length + conflicts.length + refusals.length > 0)
    if (options.quiet && !isNews) return ''
    const isOpen = status === 'conflict' || status === 'refused'
    return [
      look.paint('heading', 'Tags:'),
      ...lines,
      isOpen && !wrote ? 'No tag was written.' : formatEnding(status, run, detail),
      formatCost(session.cost, run.services),
    ].join('\n')
  }
  const summary = () => {
    const lines = formatTags(run, { ...look, paint: noColors, sentenceWidth: Infinity })
    return [`**${status}** ${detail}`, ...(lines.length > 0 ? ['', ...fenceMarkdown(lines)] : [])].join('\n')
  }
  return session.end({ status, wrote, report, summary, about: {}, detail, isKnown: issue?.isKnown ?? false })
}
