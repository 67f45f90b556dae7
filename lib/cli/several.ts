/** Several runs of one command, one after the other on one door: a report of each, and one over all of them. */
import { appendFileSync } from 'node:fs'
import type { Door } from './connect.ts'
import type { Console } from './console.ts'
import { attempt, deliver } from './deliver.ts'
import { limitHeapGrowth } from './heap.ts'
import { chooseLook } from './look.ts'
import type { Options } from './options.ts'
import { addFound, formatOutputs, keepPlan } from './outputs.ts'
import { nameRuns, samePair } from './pairs.ts'
import { runOne } from './run-one.ts'
import { Session, type Ended } from './session.ts'
import { describeEnd, formatAll, formatAllJson, summarizeAll, type All, type Result } from './several-text.ts'
import { findWorst, stopped } from './status.ts'

/** `report.html` becomes `report.dev.html`: each run has a page of its own. */
export function namePages(page: string, names: readonly string[]): string[] {
  const [, start = page, ending = ''] = /^(.*[^/])(\.\w+)$/s.exec(page) ?? []
  const taken = new Set<string>()
  return names.map((name) => {
    const plain = name.replaceAll(/[^\w.-]+/g, '-')
    let unique = plain
    for (let number = 2; taken.has(unique.toLowerCase()); number++) unique = `${plain}-${number}`
    taken.add(unique.toLowerCase())
    return `${start}.${unique}${ending}`
  })
}

/** Why a run is not tried, after what others have come to; null where it is. A denied token is denied again there. */
function findObstacle(options: Options, results: readonly Result[], signal: AbortSignal | undefined): string | null {
  if (signal?.aborted) return 'the command was stopped before'
  const denied = results.find((one) => one.status === 'denied' && samePair(one, options))
  return denied ? `a token was denied for ${denied.name}` : null
}

/** The run as it goes on after others, or why it cannot. */
async function settleRun(options: Options, results: readonly Result[]): Promise<Options | string> {
  if (!options.tagsOf) return options
  const { settleTagRun } = await import('./tags.ts')
  return settleTagRun(options, results)
}

/** A run that is about to begin. */
interface Prepared {
  readonly session: Session
  readonly options: Options
  readonly name: string
}

/** Nothing has begun when a `UsageError` is thrown. `results` gets what each run comes to. */
async function prepare(runs: readonly Options[], outside: Console, door: Door, results: Result[]): Promise<Prepared[]> {
  const names = nameRuns(runs)
  const shown = names.filter((_, index) => runs[index]!.tagsOf === null)
  const fileOf = (file: string | null, name: string) =>
    file === null || shown.length === 1 ? file : namePages(file, shown)[shown.indexOf(name)]!
  const prepared: Prepared[] = []
  for (const [index, one] of runs.entries()) {
    const name = names[index]!
    const options = { ...one, html: fileOf(one.html, name), badge: fileOf(one.badge, name) }
    const gather = (ended: Ended) => {
      const { status, code, cost, said, summary, found, document } = ended
      let kept: string | null = null
      if (outside.env.GITHUB_STEP_SUMMARY && summary) attempt(session, 'the job summary', () => (kept = summary()))
      const isMissing = status === 'planned' && Boolean(ended.about.run?.plan.creates)
      const told = { status, code, cost, said, found, document, summary: kept, detail: describeEnd(ended), isMissing }
      const branches = session.branches ?? one.branches
      // By now the default branch has a name.
      const known = nameRuns(runs.with(index, { ...one, branches }))[index]!
      results.push({ name: known, branches, repositories: one.repositories, ...told })
    }
    const session = new Session(outside, door, { name, gather })
    await session.take(options)
    prepared.push({ session, options, name })
  }
  return prepared
}

/**
 * Goes through all runs, and returns the exit code of the worst. `command`: the session in which they were asked for. Throws
 * a `UsageError` before the first one begins.
 */
export async function runSeveral(runs: readonly Options[], command: Session, door: Door): Promise<number> {
  const { outside } = command
  const startedMs = Date.now()
  const results: Result[] = []
  for (const { session, options, name } of await prepare(runs, outside, door, results)) {
    const ready = await settleRun(options, results)
    const obstacle = findObstacle(options, results, outside.signal) ?? (typeof ready === 'string' ? ready : null)
    if (typeof ready !== 'string' && obstacle === null) {
      if (results.length > 0 && !options.json && !options.quiet) outside.out('\n')
      limitHeapGrowth()
      await runOne(session, ready)
    } else {
      const { branches, repositories } = options
      const detail = `not tried: ${obstacle}`
      results.push({
        name,
        branches,
        repositories,
        status: null,
        code: null,
        cost: null,
        said: null,
        found: null,
        document: null,
        summary: null,
        detail,
        isMissing: false,
      })
    }
    session.close()
  }
  const isCut = outside.signal?.aborted === true && results.some((one) => one.status === null)
  const { status, code } = isCut ? stopped : findWorst(results)
  const all = { status, code, results, cost: { ...door.spent, elapsedMs: Date.now() - startedMs } }
  report(all, runs[0]!, command)
  command.tell?.('end', { status, exitCode: code, ...all.cost })
  return code
}

/** What is said of all runs together; nothing where none of them has said anything, and that is wanted. */
function report(all: All, options: Options, command: Session): void {
  const { outside, warn } = command
  const { env, out, columns = null, now = Date.now } = outside
  const isSilent = options.quiet && !options.json && all.results.every(({ said }) => said === '')
  const look = chooseLook(options, env, columns, now())
  deliver(
    { out, warn, append: appendFileSync },
    { summary: env.GITHUB_STEP_SUMMARY, outputs: env.GITHUB_OUTPUT },
    {
      report: isSilent ? null : () => (options.json ? formatAllJson(all) : formatAll(all, look)),
      page: null,
      summary: () => summarizeAll(all),
      outputs: () => {
        const found = addFound(all.results.flatMap((one) => one.found ?? []))
        const results = all.results.map((one) => ({ ...one, said: one.document }))
        const plan = results.some(({ said }) => said) ? () => formatAllJson({ ...all, results }) : null
        return formatOutputs(all.status, all.cost, { ...found, plan: keepPlan(command, plan) })
      },
    },
  )
}
