/** Prints what a run came to; the plan itself is `report/plan-text`. Every foreign text goes through `quote`. */
import { createFinder } from '../facts/inspection.ts'
import { quote, quoteSentence } from '../model/quote.ts'
import { otherSide, sides } from '../model/sides.ts'
import { noteWaiting } from '../plan/proposal.ts'
import { formatConflicts } from '../report/conflict-text.ts'
import { formatLoss } from '../report/loss-text.ts'
import { count } from '../report/numbers.ts'
import { formatPlaces, shortOid, type Look } from '../report/places.ts'
import { formatPlan } from '../report/plan-text.ts'
import { countChanges } from '../report/rows.ts'
import { describeSaved } from '../report/saved-text.ts'
import { formatVerification } from '../report/verification-text.ts'
import { wrap } from '../report/width.ts'
import type { Run } from '../run/mirror.ts'
import { formatCost, formatInSyncCost } from './report.ts'
import type { Cost } from './status.ts'

/** A service's own sentence may bring its full stop along. */
const endSentence = (text: string) => (text.endsWith('.') ? text : `${text}.`)

function formatRefusals({ status, plan }: Run, argv: readonly string[], look: Look): string[] {
  return plan.refusals.flatMap(({ message, loss }) =>
    loss
      ? formatLoss(loss, plan, argv, look)
      : [wrap(`${look.paint('wrong', `${status}:`)} ${endSentence(quoteSentence(message))}`, look.sentenceWidth, '  ')],
  )
}

/** What did not have to be sent, and what the run has cost. */
const formatSpent = ({ plan, written }: Run, cost: Cost): string[] => [
  ...describeSaved(written.objects, plan.services).map((line) => `${line}.`),
  formatCost(cost, plan.services),
]

function formatMirrored(run: Run, cost: Cost, { width }: Look): string[] {
  const { plan, written } = run
  const heads = sides.flatMap((side) =>
    written.commits[side] ? [`${plan.services[side]} is at ${shortOid(written.commits[side])}`] : [],
  )
  const changes = countChanges(plan)
  const done = plan.undo ? 'Undone' : 'Mirrored'
  const what = changes > 0 ? `${plan.undo ? ',' : ''} ${count(changes, 'change')}` : ', no file had to change'
  return [
    ...wrap(
      `${done}${what}: ${heads.join(', ') || (plan.undo ? 'nothing was written' : 'branch made')}.`,
      width,
      '  ',
    ).split('\n'),
    ...formatSpent(run, cost).flatMap((line) => wrap(line, width, '  ').split('\n')),
  ]
}

function formatProposal(sentence: string, run: Run, cost: Cost, { width }: Look): string[] {
  return [quoteSentence(sentence), ...formatSpent(run, cost)].flatMap((one) => wrap(one, width, '  ').split('\n'))
}

function describeProposed({ plan, written: { proposal, commits } }: Run): string {
  const { side, name, url } = proposal!
  const other = commits[otherSide[side]]
  const beside = other ? `. ${plan.services[otherSide[side]]} is at ${shortOid(other)}` : ''
  return `Proposed to ${plan.services[side]} as ${quote(name)}: ${quote(url)}${beside}`
}

function describeStreamed({ plan, written: { objects } }: Run): string {
  const sent = sides.flatMap((side) =>
    objects[side].length > 0 ? [`${count(objects[side].length, 'object')} to ${plan.services[side]}`] : [],
  )
  return `Sent ${sent.join(' and ') || 'no object'}. No commit was made: the run without --shard makes it`
}

/** What a run came to, behind its plan. `argv` is for the commands that would settle conflicts. */
export function formatOutcome(run: Run, cost: Cost, look: Look, argv: readonly string[]): string[] {
  const { status, plan, earlier, wrote, proof } = run
  const nothing = earlier.length > 0 || wrote ? '' : 'Nothing was written.'
  const before = earlier.map(
    ({ side, commit }) =>
      `written before the other side moved: ${plan.services[side]} ${shortOid(commit)}, whole and consistent`,
  )
  const after = {
    'refused': () => [...formatRefusals(run, argv, look), nothing],
    'denied': () => [...formatRefusals(run, argv, look), nothing],
    'conflict': () =>
      plan.undo
        ? [...formatRefusals(run, argv, look), nothing]
        : formatConflicts(plan, { nothing, argv, findData: createFinder(run.inspection, null) }, look),
    'in-sync': () => formatInSyncCost(plan.services, cost, look).split('\n'),
    'waiting': () => formatProposal(noteWaiting(plan.waiting!, plan.services), run, cost, look),
    'proposed': () => formatProposal(describeProposed(run), run, cost, look),
    'planned': () => ['Dry run, nothing was written.'],
    'streamed': () => formatProposal(describeStreamed(run), run, cost, look),
    'mirrored': () => formatMirrored(run, cost, look),
    'undone': () => formatMirrored(run, cost, look),
    'different': () => formatMirrored(run, cost, look),
  }[status]()
  return [
    ...before,
    ...(nothing === '' && after.at(-1) === '' ? after.slice(0, -1) : after),
    ...(proof ? [formatVerification(proof, plan.services)] : []),
  ]
}

/**
 * The whole report, for a run whose plan was not told before, without a final newline. `argv` is for commands that go on
 * from it, `diff`: the lines of texts are told.
 */
export function formatRun(
  run: Run,
  cost: Cost,
  look: Look,
  { argv, diff }: { readonly argv: readonly string[]; readonly diff: boolean },
): string {
  const asked = cost.requests.github + cost.requests.huggingface
  const { plan, findTexts, inspection, status } = run
  const told =
    (status === 'in-sync' || status === 'waiting') && plan.skipped.length + plan.notes.length === 0
      ? formatPlaces(plan, look)
      : formatPlan({ plan, asked, findTexts, inspection, diff }, look)
  return [...told, ...formatOutcome(run, cost, look, argv)].join('\n')
}
