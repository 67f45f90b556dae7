/**
 * Prints a plan or a run. Decides and computes nothing that the plan does not hold; every foreign text goes through
 * `quote`.
 */
import { formatTake } from '../merge/take.ts'
import { contentByteLength } from '../model/content.ts'
import { quote, quoteArgument, quoteSentence, quoteShell } from '../model/quote.ts'
import { formatRepository } from '../model/repository.ts'
import { sides, type Side, type Sides } from '../model/sides.ts'
import { actionOf, type PlannedEdit } from '../plan/edits.ts'
import { countBytes } from '../plan/estimate.ts'
import { listEdits, type Plan, type PlannedConflict } from '../plan/plan.ts'
import type { Run } from '../run/mirror.ts'
import { formatVerification } from '../run/verify.ts'
import type { Cost } from './status.ts'

/** Arrows point at who gets it, GitHub on the left. */
const arrow: Record<Side, string> = { github: '<-', huggingface: '->' }
const sign = { add: '+', modify: '~', delete: '-' } as const
const hunksShownMax = 3
const linesShownMax = 8
const changesShownMax = 200
const conflictsShownMax = 100
/** With more conflicts than this, a command takes all by a glob. */
const takesShownMax = 10

export function formatBytes(byteLength: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let [value, unit] = [byteLength, 0]
  while (value >= 999.5 && unit < units.length - 1) [value, unit] = [value / 1_000, unit + 1]
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`
}

export function formatAge(dateMs: number, nowMs: number): string {
  const minutes = Math.max(0, Math.round((nowMs - dateMs) / 60_000))
  const [count, unit] =
    minutes < 60
      ? [minutes, 'minute']
      : minutes < 2_880
        ? [Math.round(minutes / 60), 'hour']
        : [Math.round(minutes / 1_440), 'day']
  return count === 0 ? 'just now' : `${count} ${unit}${count === 1 ? '' : 's'} ago`
}

const short = (oid: string | null | undefined) => oid?.slice(0, 7) ?? 'empty'
const count = (number: number, noun: string) => `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`

function formatHead(plan: Plan, nowMs: number): string {
  const places = sides.map(
    (side) =>
      `${side} ${formatRepository(plan.repositories[side])}@${quote(plan.branches[side])} ${short(plan.heads[side])}`,
  )
  const by = plan.baseBy === 'content' ? ', base found by content' : ''
  const age = plan.baseDate ? ` (${formatAge(Date.parse(plan.baseDate), nowMs)}${by})` : by && ` (${by.slice(2)})`
  const base =
    plan.base?.github && plan.base.huggingface
      ? `base ${short(plan.base.github)} / ${short(plan.base.huggingface)}${age}`
      : plan.baseBy === 'empty side'
        ? 'first run: one side is empty'
        : plan.baseBy === 'init'
          ? 'a new base is made'
          : 'no base'
  return [...places, base].join('  ·  ')
}

function formatEdit(edit: PlannedEdit, width: number): string {
  const { path, to, content, store, hunks, keeps } = edit
  const size = content === null ? '' : formatBytes(contentByteLength(content)).padStart(9)
  const kind = store === null ? '' : store === 'plain' ? '     ' : '  lfs'
  const note = hunks
    ? `  merged, ${count(hunks.github, 'hunk')} from github and ${hunks.huggingface} from huggingface`
    : keeps
      ? `  ${quote(keeps)}`
      : ''
  return `${arrow[to]} ${sign[actionOf(edit)]} ${quote(path).padEnd(width)} ${size}${kind}${note}`.trimEnd()
}

/** Where not all of them fit, deletions come first: nobody is to agree to one that he did not see. */
function formatEdits(edits: readonly PlannedEdit[]): string[] {
  const isCut = edits.length > changesShownMax
  const deletions = isCut ? edits.filter(({ content }) => content === null) : []
  const shown = isCut
    ? [
        ...deletions.slice(0, changesShownMax),
        ...edits.filter(({ content }) => content !== null).slice(0, Math.max(0, changesShownMax - deletions.length)),
      ]
    : edits
  const width = Math.min(48, Math.max(0, ...shown.map(({ path }) => quote(path).length)))
  const lines = shown.map((edit) => formatEdit(edit, width))
  if (!isCut) return lines
  const hidden = Math.max(0, deletions.length - changesShownMax)
  return [
    ...lines,
    `and ${count(edits.length - changesShownMax, 'more change')}${hidden > 0 ? `, ${hidden.toLocaleString('en-US')} of them deletions` : ''} (all of them with --json)`,
  ]
}

function formatConflict({ path, kind, detail, settleable, hunks, links, deleted }: PlannedConflict): string[] {
  const lines = [`  ${quote(path)}  ${kind}: ${quoteSentence(detail)}`]
  for (const { line, github, huggingface } of hunks.slice(0, hunksShownMax)) {
    lines.push(`    line ${line}`)
    for (const [side, text] of [
      ['github', github],
      ['huggingface', huggingface],
    ] as const) {
      if (text === null) {
        lines.push(
          `      ${side.padEnd(11)} | (not shown: not everybody can read it, and everybody may be able to read this log)`,
        )
        continue
      }
      for (const one of text.slice(0, linesShownMax))
        lines.push(`      ${side.padEnd(11)} | ${quote(one.replace(/\r?\n$/, ''))}`)
      if (text.length > linesShownMax)
        lines.push(`      ${side.padEnd(11)} | (${text.length - linesShownMax} more lines)`)
      if (text.length === 0) lines.push(`      ${side.padEnd(11)} | (deleted)`)
    }
  }
  if (hunks.length > hunksShownMax) lines.push(`    and ${count(hunks.length - hunksShownMax, 'more hunk')}`)
  for (const side of sides)
    lines.push(
      `    ${side.padEnd(11)}   ${links[side] === null ? (deleted[side] ? '(deleted)' : '(not there)') : quote(links[side])}`,
    )
  if (!settleable) lines.push('    settle it by hand on one side, then run again')
  else
    lines.push(`    settle it with ${sides.map((side) => `--take=${quoteShell(formatTake(path, side))}`).join(' or ')}`)
  return lines
}

/** One command for each side that takes its version of everything; `argv` is what this run was asked. */
function formatCommands(conflicts: readonly PlannedConflict[], argv: readonly string[]): string[] {
  const open = conflicts.filter(({ settleable }) => settleable)
  if (open.length === 0) return []
  const takes = (side: Side) =>
    (open.length > takesShownMax ? [`*=${side}`] : open.map(({ path }) => formatTake(path, side))).map(
      (take) => `--take=${quoteShell(take)}`,
    )
  const left = conflicts.length - open.length
  const heading =
    left > 0
      ? `${count(left, 'conflict')} can only be settled by hand; the rest with`
      : open.length > 1
        ? 'All of them are settled with'
        : 'It is settled with'
  return [
    `${heading} one of these (or some of each):`,
    ...sides.map((side) => `  npx tsx sync.ts ${[...argv.map(quoteArgument), ...takes(side)].join(' ')}`),
  ]
}

export function formatCost({ requests, bytes, elapsedMs }: Cost, services: Sides<string>): string {
  const each = sides.map((side) => `${requests[side]} ${services[side]}`).join(', ')
  return `${count(requests.github + requests.huggingface, 'request')} (${each}), ${formatBytes(bytes.downloaded)} down, ${formatBytes(bytes.uploaded)} up, ${(elapsedMs / 1_000).toFixed(1)} s`
}

function formatTotal(plan: Plan, cost: Cost): string {
  const parts = sides.flatMap((side) => {
    const number = plan.edits[side].length
    return number > 0 ? [`${number} to ${plan.services[side]} in ${count(plan.commitCounts[side], 'commit')}`] : []
  })
  const total =
    parts.length > 0
      ? `${count(listEdits(plan).length, 'change')}: ${parts.join(', ')}. ${formatBytes(countBytes(plan))} to move. `
      : ''
  return `${total}About ${count(cost.requests.github + cost.requests.huggingface - plan.askedAhead + plan.requests, 'request')}.`
}

/** A service's own sentence may bring its full stop along. */
const endSentence = (text: string) => (text.endsWith('.') ? text : `${text}.`)

/**
 * The whole report, without a final newline. `nowMs` is only used to say how old the base is, `argv` for the commands
 * that would settle conflicts.
 */
export function formatRun(
  { status, plan, written, earlier, wrote, proof }: Run,
  cost: Cost,
  nowMs: number,
  argv: readonly string[],
): string {
  const lines = [formatHead(plan, nowMs)]
  for (const line of formatEdits(listEdits(plan))) lines.push(line)
  for (const { path, why } of plan.skipped.slice(0, 20)) lines.push(`.. ${quote(path)}  ${why}`)
  if (plan.skipped.length > 20) lines.push(`.. and ${plan.skipped.length - 20} more that stay where they are`)
  for (const note of plan.notes) lines.push(`note: ${quoteSentence(note)}`)
  if (plan.makeBranch)
    lines.push(
      `branch "${quote(plan.branches[plan.makeBranch.side])}" is made on ${plan.services[plan.makeBranch.side]} at ${short(plan.makeBranch.at)}`,
    )
  for (const { side, commit } of earlier)
    lines.push(`written before the other side moved: ${plan.services[side]} ${short(commit)}, whole and consistent`)
  const nothing = earlier.length > 0 || wrote ? '' : ' Nothing was written.'
  if (status === 'refused') {
    for (const { message } of plan.refusals) lines.push(`refused: ${endSentence(quoteSentence(message))}`)
    lines.push(nothing.trim())
  }
  if (status === 'denied') {
    lines.push(formatTotal(plan, cost))
    for (const { message } of plan.refusals) lines.push(`denied: ${endSentence(quoteSentence(message))}`)
    lines.push(nothing.trim())
  }
  if (status === 'conflict') {
    lines.push(`${count(plan.conflicts.length, 'conflict')}.${nothing}`)
    for (const line of plan.conflicts.slice(0, conflictsShownMax).flatMap(formatConflict)) lines.push(line)
    if (plan.conflicts.length > conflictsShownMax)
      lines.push(`and ${count(plan.conflicts.length - conflictsShownMax, 'more conflict')} (all of them with --json)`)
    lines.push(...formatCommands(plan.conflicts, argv))
  }
  if (status === 'in-sync') lines.push(`In sync. ${formatCost(cost, plan.services)}`)
  if (status === 'planned')
    lines.push(formatTotal(plan, cost), `Dry run, nothing was written. Plan ${plan.digest.slice(0, 12)}`)
  if (status === 'mirrored' || status === 'different') {
    const heads = sides.flatMap((side) =>
      written.commits[side] ? [`${plan.services[side]} is at ${short(written.commits[side])}`] : [],
    )
    const changes = listEdits(plan).length
    lines.push(
      `Mirrored${changes > 0 ? ` ${count(changes, 'change')}` : ', no file had to change'}: ${heads.join(', ') || 'branch made'}. ${formatCost(cost, plan.services)}. Plan ${plan.digest.slice(0, 12)}`,
    )
  }
  if (proof) lines.push(formatVerification(proof, plan.services))
  return lines.filter((line) => line !== '').join('\n')
}

/**
 * What there is after a run that failed half-way, and what is not; empty where nothing was written. `isFinal`: a
 * service refused the rest, and would again.
 */
export function formatWritten(
  { commits, states, branch }: Run['written'],
  services: Sides<string>,
  isFinal = false,
): string {
  const done = sides.flatMap((side) => {
    if (commits[side])
      return [`${services[side]} was written${states[side] === 'written' ? '' : ' in part'} (${short(commits[side])})`]
    return branch === side ? [`the branch was made on ${services[side]}`] : []
  })
  if (done.length === 0) return ''
  const left = sides.flatMap((side) =>
    !commits[side] && states[side] === 'not written' ? [`${services[side]} was not`] : [],
  )
  return `${[...done, ...left].join(', ')}. ${isFinal ? 'Running again ends the same way until that is changed; then it goes on from there' : 'Run again: it goes on from there'}`
}
