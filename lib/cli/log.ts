/** A run told to programs: with `--log json` stderr has an event a line, as JSON, and nothing else. */
import { formatRepository } from '../model/repository.ts'
import { mapSides, type Side, type Sides } from '../model/sides.ts'
import { planSending, type Phase } from '../plan/phases.ts'
import type { Plan } from '../plan/plan.ts'
import { version } from './asked.ts'
import type { Options } from './options.ts'
import { formatDocument } from './report-json.ts'
import type { Cost, Status } from './status.ts'

interface Message {
  readonly message: string
}

/**
 * What each event tells, as the table of `.github/docs/log.md` says. Bytes, milliseconds; `requests` and `bytes` of
 * `progress` are those of its phase, both ways.
 */
export interface Events {
  start: {
    readonly version: string
    readonly mode: string
    readonly repositories: Sides<string>
    readonly branch: Sides<string> | null
  }
  phase: { readonly phase: Phase['name'] } & Readonly<Record<string, string | number>>
  progress: {
    readonly phase: Phase['name']
    readonly done: boolean
    readonly elapsedMs: number
    readonly requests: number
    readonly bytes: number
    readonly objectsStored: number
    readonly objectBytes: number
    readonly filesRead: number
  }
  plan: {
    readonly digest: string
    readonly changes: Sides<number>
    readonly commits: Sides<number>
    readonly objects: number
    readonly objectBytes: number
    readonly conflicts: number
    readonly refusals: number
    readonly requests: Plan['requests']
    readonly limits: Cost['limits']
    readonly waitMs: number
  }
  object: { readonly oid: string; readonly bytes: number; readonly newBytes: number }
  commit: { readonly side: Side; readonly commit: string }
  wait: { readonly why: string; readonly until: string }
  note: Message
  warning: Message
  request: Message
  error: Message & { readonly status: Status }
  end: Cost & { readonly status: Status; readonly exitCode: number }
}

export type Tell = <Name extends keyof Events>(event: Name, fields: Events[Name]) => void

/** One line. `run`: which one of several; null where there is one. */
function formatEvent<Name extends keyof Events>(
  event: Name,
  fields: Events[Name],
  { nowMs, run, redact }: { nowMs: number; run: string | null; redact: (text: string) => string },
): string {
  const time = new Date(nowMs).toISOString()
  const hide = (_: string, value: unknown) => (typeof value === 'string' ? redact(value) : value)
  return `${formatDocument({ v: 1, time, event, ...(run !== null && { run }), ...fields }, hide, 0)}\n`
}

/** What a run is, before anything of it is known. */
function describeStart(options: Options): Events['start'] {
  const { repositories, branches, isBranchNamed, tagsOf, check, verify, dryRun } = options
  return {
    version,
    mode: tagsOf ? 'tags' : check ? 'check' : verify ? 'verify' : dryRun ? 'dry run' : 'run',
    repositories: mapSides((side) => formatRepository(repositories[side])),
    branch: isBranchNamed ? branches : null,
  }
}

/** A plan in numbers, and what the limits were when it was made. */
function describePlan(plan: Plan, { limits }: Cost): Events['plan'] {
  const sending = planSending(plan)
  return {
    digest: plan.digest,
    changes: mapSides((side) => plan.edits[side].length),
    commits: mapSides((side) => plan.commits[side].length),
    objects: sending?.name === 'send' ? sending.objects : 0,
    objectBytes: sending?.name === 'send' ? sending.byteLength : 0,
    conflicts: plan.conflicts.length,
    refusals: plan.refusals.length,
    requests: plan.requests,
    limits,
    waitMs: plan.forecast.waitMs,
  }
}

/** What makes lines of events; loaded where they are asked for. */
export const log = { formatEvent, describeStart, describePlan }
export type Log = typeof log
