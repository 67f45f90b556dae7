/** `--badge`: a badge of what a run came to, in a file and, if that is asked, on a branch of GitHub's. */
import { basename, extname } from 'node:path'
import type { GithubRemote } from '../github/remote.ts'
import { UsageError } from '../model/errors.ts'
import type { PageRun } from '../page/input.ts'
import { beginnings, formatBadge, formatBadgeMarkdown, type Badge } from '../report/badge.ts'
import { count } from '../report/numbers.ts'
import { countChanges } from '../report/rows.ts'
import type { Run } from '../run/mirror.ts'
import { orWarn } from './deliver.ts'
import type { Options } from './options.ts'
import { openOwnFile } from './own-file.ts'
import type { Status } from './status.ts'

const [green, yellow, red] = ['1a7f37', '9a6700', 'cf222e']

/** What somebody has still to do something about, though nothing is wrong. */
const unfinished: ReadonlySet<Status> = new Set<Status>(['refused', 'proposed', 'waiting', 'undone', 'streamed'])

const inSync: ReadonlySet<Status> = new Set<Status>(['in-sync', 'mirrored', 'equal'])

/** `since` is a day, of UTC: that of the last common commit, or today, where the run has made it. */
function describeBadge(status: Status, plan: PageRun['plan'] | undefined, nowMs: number): Badge {
  if (inSync.has(status)) {
    const sinceMs = status === 'mirrored' ? nowMs : Date.parse(plan?.baseDate ?? '')
    const since = Number.isNaN(sinceMs) ? '' : ` since ${new Date(sinceMs).toISOString().slice(0, 10)}`
    return { message: `in sync${since}`, color: green! }
  }
  if (status === 'conflict') return { message: count(plan?.conflicts.length ?? 0, 'conflict'), color: red! }
  if (status === 'planned' && plan) return { message: `${count(countChanges(plan), 'change')} waiting`, color: yellow! }
  const color = unfinished.has(status) ? yellow! : red!
  return { message: status === 'different' ? 'not equal' : status, color }
}

type OfRun<T> = (status: Status, run: Pick<PageRun, 'plan'> | undefined, nowMs: number) => T

/** The badge of what a run came to: `write` puts it into its file, `show` is its Markdown. */
export interface RunBadge {
  readonly write: OfRun<void>
  readonly show: OfRun<string>
}

/** Throws a `UsageError` where the file cannot be written, or where its name does not say what to write. */
export function openBadge(path: string): RunBadge {
  const ending = extname(path)
  const beginning = beginnings[ending]
  if (beginning === undefined)
    throw new UsageError(
      `Cannot use --badge ${JSON.stringify(path)}: its name has to end in .svg, or .json for shields.io`,
    )
  const write = openOwnFile(path, { what: 'badge', flag: '--badge', beginning })
  return {
    write: (status, run, nowMs) => write(formatBadge(describeBadge(status, run?.plan, nowMs), ending)),
    show: (status, run, nowMs) => formatBadgeMarkdown(describeBadge(status, run?.plan, nowMs)),
  }
}

/**
 * Puts the badge on its branch, where it says something else so far. What fails is a warning.
 */
export async function publishBadge(
  { status, plan }: Run,
  { nowMs, warn }: { readonly nowMs: number; readonly warn: (message: string) => void },
  {
    publishFile,
    options: { badge, badgeBranch, dryRun, shard },
  }: Pick<GithubRemote, 'publishFile'> & { readonly options: Options },
): Promise<void> {
  if (badge === null || badgeBranch === null || dryRun || shard) return
  const text = formatBadge(describeBadge(status, plan, nowMs), extname(badge))
  await orWarn(warn, async () => {
    const file = { path: basename(badge), text, message: 'Update the badge of the mirror' }
    // Which branch is the default one was not known when the options were read.
    const why = badgeBranch === plan.branches.github ? 'it is mirrored' : await publishFile(badgeBranch, file)
    if (why !== null) warn(`Cannot write the badge to the branch ${JSON.stringify(badgeBranch)}: ${why}`)
  })
}
