/** What was found out before a first run: the findings on each side, and what a dry run adds to them. */
import { blocked, fault, ok, warning, type Finding, type Topic, type Diagnosis } from '../model/finding.ts'
import { mapSides, sides, type Side, type Sides } from '../model/sides.ts'
import { noteVisibility } from '../plan/exposure.ts'
import { countAhead, planStatus, type Plan, type Refusal } from '../plan/plan.ts'
import { noteWaiting } from '../plan/proposal.ts'
import { count } from './numbers.ts'
import { countChanges } from './rows.ts'
import { formatMoved } from './saved-text.ts'

/** A finding and its side; null for both sides together. */
export interface Placed extends Finding {
  readonly side: Side | null
}

/** A plan, and how many requests it took to make it. */
export interface Foreseen {
  readonly plan: Plan
  readonly asked: number
}

/** What is so of both sides before anything is planned. `names`: the repositories, as people write them. */
export interface Findings {
  readonly found: Sides<Diagnosis>
  readonly services: Sides<string>
  readonly names: Sides<string>
}

/** Of many refusals the first ones are told; a dry run tells all. */
const refusalsMax = 10

const topics: Partial<Record<Refusal['kind'], Topic>> = {
  'host': 'files',
  'object missing': 'lfs',
  'public': 'visibility',
  'no branch': 'branch',
  'token': 'write',
}

const dryRun = 'run with --dry-run instead of --check to see all of it'

/** Why no plan can be made: the side whose repository cannot be read, as a finding; null where both can. */
export function blockPlan({ found, services }: Findings): Finding | null {
  const isClosed = ({ what, state, because, ends }: Finding) =>
    what === 'repository' && (state === 'fault' || (state === 'unknown' && (because ?? ends) !== null))
  const closed = sides.filter((side) => found[side].findings.some(isClosed)).map((side) => services[side])
  return closed.length === 0
    ? null
    : blocked(['run'], 'repository', `the repository on ${closed.join(' and that on ')} cannot be read`)[0]!
}

/** All findings, each said once, in the order in which they are told. `run`: the plan, or why there is none. */
export function joinFindings(findings: Findings, run: Foreseen | Finding): Placed[] {
  const plan = 'plan' in run ? run.plan : null
  const refusals = plan?.refusals ?? []
  const messages = 'plan' in run ? refusals.map(({ message }) => message) : [run.say]
  const own = mapSides((side) =>
    findings.found[side].findings.map((finding) => settle(finding, { side, plan, messages })),
  )
  const isSaid = (message: string) => sides.some((side) => own[side].some((finding) => isUploadOf(finding, message)))
  const isDenied = sides.some((side) => own[side].some(({ ends }) => ends === 'denied'))
  const untold = refusals.filter(({ kind, message }) => !(kind === 'token' ? isDenied : isSaid(message)))
  const visibility = refusals.some(({ kind }) => kind === 'public') ? [] : judgeVisibility(findings)
  const notes = plan?.notes.filter((note) => visibility.every(({ say }) => say !== note)) ?? []
  const judged = (): readonly Finding[] => {
    if (!('plan' in run)) return isSaid(run.say) ? [] : [run]
    return refusals.length > 0 ? judgeRefusals(untold) : judgePlan(run, notes, findings.found)
  }
  const both = [...visibility, ...judged()]
  return [
    ...sides.flatMap((side) => own[side].map((finding) => Object.assign({ side }, finding))),
    ...both.map((finding) => Object.assign({ side: null }, finding)),
  ]
}

/** The service's own words in a message, without what was tried and what to do. */
const reasonOf = (message: string) => message.replace(/^.*?(?:Cannot [^:]*|takes no object): /, '').split('. ')[0]

/** Whether a message is what the store has said already. */
const isUploadOf = ({ what, state, say }: Finding, message: string) =>
  what === 'lfs' && (state === 'warning' || state === 'fault') && reasonOf(say) === reasonOf(message)

interface Settling {
  readonly side: Side
  readonly plan: Plan | null
  /** Why the plan comes to nothing. */
  readonly messages: readonly string[]
}

/** A finding as the plan has it: a store that refuses is a fault where objects are to travel. */
function settle(finding: Finding, { side, plan, messages }: Settling): Finding {
  const { what, state, say, fix, link } = finding
  if (what === 'branch' && state === 'fault' && plan?.makeBranch?.side === side)
    return ok('branch', `${say.replace(/;.*$/s, '')} yet, and the run makes it`)
  return state === 'warning' && messages.some((message) => isUploadOf(finding, message))
    ? fault(what, 'refused', say, { fix, link })
    : finding
}

/** Warns where one side shows what the other one hides. */
function judgeVisibility({ found, services, names }: Findings): Finding[] {
  const visibility = mapSides((side) => found[side].visibility)
  // Where a side cannot be read, or tells nothing, there is nothing to compare.
  if (sides.some((side) => visibility[side] === 'unknown')) return []
  return noteVisibility({ services, names, visibility }).map((note) => warning('visibility', note))
}

function judgeRefusals(refusals: readonly Refusal[]): Finding[] {
  const told = refusals
    .slice(0, refusalsMax)
    .map(({ kind, message, allowedBy }) =>
      fault(topics[kind] ?? 'run', kind === 'token' ? 'denied' : 'refused', message, {
        fix:
          allowedBy !== null
            ? `if it is meant, run with ${allowedBy}`
            : kind === 'host'
              ? 'change the file or its name where it is, or leave it out with --exclude'
              : null,
      }),
    )
  const more = refusals.length - told.length
  return more > 0
    ? [...told, fault('run', 'refused', `${count(more, 'refusal')} more of this kind`, { fix: dryRun })]
    : told
}

/** What a run would do, in one line, and whether the services answer as many requests. */
function judgePlan({ plan, asked }: Foreseen, notes: readonly string[], found: Sides<Diagnosis>): Finding[] {
  const status = planStatus(plan)
  if (status === 'in-sync') return [ok('run', 'both sides are equal, and a run has nothing to do')]
  if (plan.waiting) return [ok('run', noteWaiting(plan.waiting, plan.services))]
  if (status === 'conflict') {
    const say = `${count(plan.conflicts.length, 'conflict')} that somebody has to settle before anything is written`
    return [fault('run', 'conflict', say, { fix: dryRun })]
  }
  const parts = sides.flatMap((side) =>
    plan.commitCounts[side] > 0 ? [`${count(plan.commitCounts[side], 'commit')} to ${plan.services[side]}`] : [],
  )
  const requests = asked - plan.askedAhead + countAhead(plan)
  const say =
    `would bring ${parts.join(' and ') || 'a branch'}, ${count(countChanges(plan), 'change')}: ` +
    `about ${count(requests, 'request')}, ${formatMoved(plan)}` +
    (notes.length > 0 ? `; ${count(notes.length, 'note')} to read` : '')
  const short = sides.filter((side) => (found[side].requestsLeft ?? Infinity) < requests)
  if (short.length === 0) return [{ ...ok('run', say), fix: notes.length > 0 ? dryRun : null }]
  return [
    warning('run', `${say}; ${short.map((side) => plan.services[side]).join(' and ')} may answer fewer by now`, {
      fix: 'run it all the same: it waits or ends at the limit, and the next run goes on from there',
    }),
  ]
}

const worst = ['denied', 'refused', 'conflict', 'failed'] as const

/** What a run would end with; `checked` where nothing stands in its way. A token is to be set right before all else. */
export function statusOfFindings(findings: readonly Finding[]): (typeof worst)[number] | 'checked' {
  return worst.find((status) => findings.some(({ ends }) => ends === status)) ?? 'checked'
}
