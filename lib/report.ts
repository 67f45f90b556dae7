/** Prints a plan or a run. Decides and computes nothing that the plan does not hold; every foreign text goes through `quote`. */
import type { Cost, Status } from './outcome.ts'
import type { Run } from './mirror.ts'
import type { Plan, PlannedChange, PlannedConflict } from './plan.ts'
import { quote, quoteArgument, quoteSentence, quoteShell } from './quote.ts'
import { formatRepository } from './repository.ts'
import { mapSides, otherSide, sideName, sides, type Side } from './sides.ts'
import { formatTake } from './take.ts'
import { formatVerification } from './verify.ts'

/** Arrows point at who gets it, GitHub on the left. */
const arrow: Record<Side, string> = { github: '<-', huggingface: '->' }
const sign = { add: '+', modify: '~', delete: '-' } as const
const hunksShownMax = 3
const linesShownMax = 8
const changesShownMax = 200
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
  const [count, unit] = minutes < 60 ? [minutes, 'minute'] : minutes < 2_880 ? [Math.round(minutes / 60), 'hour'] : [Math.round(minutes / 1_440), 'day']
  return count === 0 ? 'just now' : `${count} ${unit}${count === 1 ? '' : 's'} ago`
}

const short = (oid: string | null | undefined) => oid?.slice(0, 7) ?? 'empty'
const count = (number: number, noun: string) => `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`

function formatHead(plan: Plan, nowMs: number): string {
  const places = sides.map((side) => `${side} ${formatRepository(plan.repositories[side])}@${quote(plan.branches[side])} ${short(plan.heads[side])}`)
  const by = plan.baseBy === 'content' ? ', base found by content' : ''
  const age = plan.baseDate ? ` (${formatAge(Date.parse(plan.baseDate), nowMs)}${by})` : by && ` (${by.slice(2)})`
  const base = plan.base?.github && plan.base.huggingface ? `base ${short(plan.base.github)} / ${short(plan.base.huggingface)}${age}`
    : plan.baseBy === 'empty side' ? 'first run: one side is empty' : plan.baseBy === 'init' ? 'a new base is made' : 'no base'
  return [...places, base].join('  ·  ')
}

function formatChange({ path, to, action, store, byteLength, hunks, keeps }: PlannedChange, width: number): string {
  const size = action === 'delete' ? '' : formatBytes(byteLength).padStart(9)
  const kind = store === null ? '' : store === 'plain' ? '     ' : '  lfs'
  const note = hunks ? `  merged, ${count(hunks.github, 'hunk')} from github and ${hunks.huggingface} from huggingface` : keeps ? `  ${quote(keeps)}` : ''
  return `${arrow[to]} ${sign[action]} ${quote(path).padEnd(width)} ${size}${kind}${note}`.trimEnd()
}

function formatConflict({ path, kind, detail, settleable, hunks, links }: PlannedConflict): string[] {
  const lines = [`  ${quote(path)}  ${kind}: ${quoteSentence(detail)}`]
  for (const { line, github, huggingface } of hunks.slice(0, hunksShownMax)) {
    lines.push(`    line ${line}`)
    for (const [side, text] of [['github', github], ['huggingface', huggingface]] as const) {
      for (const one of text.slice(0, linesShownMax)) lines.push(`      ${side.padEnd(11)} | ${quote(one.replace(/\r?\n$/, ''))}`)
      if (text.length > linesShownMax) lines.push(`      ${side.padEnd(11)} | (${text.length - linesShownMax} more lines)`)
      if (text.length === 0) lines.push(`      ${side.padEnd(11)} | (deleted)`)
    }
  }
  if (hunks.length > hunksShownMax) lines.push(`    and ${count(hunks.length - hunksShownMax, 'more hunk')}`)
  for (const side of sides) lines.push(`    ${side.padEnd(11)}   ${links[side] === null ? '(deleted)' : quote(links[side])}`)
  if (settleable) lines.push(`    settle it with ${sides.map((side) => `--take=${quoteShell(formatTake(path, side))}`).join(' or ')}`)
  return lines
}

/** One command for each side that takes its version of everything; `argv` is what this run was asked. */
function formatCommands(conflicts: readonly PlannedConflict[], argv: readonly string[]): string[] {
  const open = conflicts.filter(({ settleable }) => settleable)
  if (open.length === 0) return []
  const takes = (side: Side) => (open.length > takesShownMax ? [`*=${side}`] : open.map(({ path }) => formatTake(path, side))).map((take) => `--take=${quoteShell(take)}`)
  const left = conflicts.length - open.length
  const heading = left > 0 ? `${count(left, 'conflict')} can only be settled by hand; the rest with` : open.length > 1 ? 'All of them are settled with' : 'It is settled with'
  return [`${heading} one of these (or some of each):`, ...sides.map((side) => `  npx tsx sync.ts ${[...argv.map(quoteArgument), ...takes(side)].join(' ')}`)]
}

/** Requests that a run would make after planning, roughly. */
export function estimateRequests({ commits, objects, changes }: Plan): number {
  const github = commits.github.reduce((sum, { edits }) => sum + 1 + Math.ceil(edits.length / 100) + edits.filter(({ content, store }) => store === 'plain' && content && 'entry' in content && content.entry.lfs).length, 0)
  const moved = sides.reduce((sum, side) => sum + objects[side].length * 3 + (objects[side].length > 0 ? 2 : 0), 0)
  const made = changes.filter(({ store }) => store === 'lfs').length
  return github + (commits.github.length > 0 ? 4 : 0) + (commits.huggingface.length > 0 ? 3 : 0) + moved + Math.min(made, 1) * 2
}

/** Of every file that is sent, objects that are there already left out. */
function bytesToMove({ objects, changes, commits }: Plan): number {
  const asObject = mapSides((side) => new Set(commits[side].at(-1)?.edits.flatMap(({ path, content, store }) => content && 'entry' in content && content.entry.lfs && store !== 'plain' ? [path] : [])))
  return changes.reduce((sum, { byteLength, to, path }) => sum + (asObject[to].has(path) ? 0 : byteLength), 0)
    + sides.reduce((sum, side) => sum + objects[side].reduce((total, { byteLength }) => total + byteLength, 0), 0)
}

export function formatCost({ requests, bytes, elapsedMs }: Cost): string {
  const { github, huggingface } = requests
  return `${count(github + huggingface, 'request')} (${github} GitHub, ${huggingface} Hugging Face), ${formatBytes(bytes.downloaded)} down, ${formatBytes(bytes.uploaded)} up, ${(elapsedMs / 1_000).toFixed(1)} s`
}

function formatTotal(plan: Plan, cost: Cost): string {
  const parts = sides.flatMap((side) => {
    const number = plan.changes.filter(({ to }) => to === side).length
    return number > 0 ? [`${number} to ${sideName[side]} in ${count(plan.commitCounts[side], 'commit')}`] : []
  })
  const total = plan.changes.length > 0 ? `${count(plan.changes.length, 'change')}: ${parts.join(', ')}. ${formatBytes(bytesToMove(plan))} to move. ` : ''
  return `${total}About ${count(cost.requests.github + cost.requests.huggingface - plan.askedAhead + estimateRequests(plan), 'request')}.`
}

/** The whole report, without a final newline. `nowMs` is only used to say how old the base is, `argv` for the commands that would settle conflicts. */
export function formatRun({ status, plan, written, earlier, proof }: Run, cost: Cost, nowMs: number, argv: readonly string[]): string {
  const lines = [formatHead(plan, nowMs)]
  const width = Math.min(48, Math.max(0, ...plan.changes.map(({ path }) => quote(path).length)))
  lines.push(...plan.changes.slice(0, changesShownMax).map((change) => formatChange(change, width)))
  if (plan.changes.length > changesShownMax) lines.push(`and ${count(plan.changes.length - changesShownMax, 'more change')} (all of them with --json)`)
  for (const { path, why } of plan.skipped.slice(0, 20)) lines.push(`.. ${quote(path)}  ${why}`)
  if (plan.skipped.length > 20) lines.push(`.. and ${plan.skipped.length - 20} more that stay where they are`)
  for (const note of plan.notes) lines.push(`note: ${quoteSentence(note)}`)
  if (plan.makeBranch) lines.push(`branch "${quote(plan.branches[plan.makeBranch.side])}" is made on ${sideName[plan.makeBranch.side]} at ${short(plan.makeBranch.at)}`)
  for (const { side, commit } of earlier) lines.push(`written before the other side moved: ${sideName[side]} ${short(commit)}, whole and consistent`)
  const nothing = earlier.length > 0 ? '' : ' Nothing was written.'
  if (status === 'refused') lines.push(...plan.refusals.map(({ message }) => `refused: ${quoteSentence(message)}.`), nothing.trim())
  if (status === 'denied') lines.push(formatTotal(plan, cost), ...plan.refusals.map(({ message }) => `denied: ${quoteSentence(message)}.`), nothing.trim())
  if (status === 'conflict') lines.push(`${count(plan.conflicts.length, 'conflict')}.${nothing}`, ...plan.conflicts.flatMap(formatConflict), ...formatCommands(plan.conflicts, argv))
  if (status === 'in-sync') lines.push(`In sync. ${formatCost(cost)}`)
  if (status === 'planned') lines.push(formatTotal(plan, cost), `Dry run, nothing was written. Plan ${plan.digest.slice(0, 12)}`)
  if (status === 'mirrored' || status === 'different') {
    const heads = sides.flatMap((side) => written.commits[side] ? [`${sideName[side]} is at ${short(written.commits[side])}`] : [])
    lines.push(`Mirrored${plan.changes.length > 0 ? ` ${count(plan.changes.length, 'change')}` : ', no file had to change'}: ${heads.join(', ') || 'branch made'}. ${formatCost(cost)}. Plan ${plan.digest.slice(0, 12)}`)
  }
  if (proof) lines.push(formatVerification(proof))
  return lines.filter((line) => line !== '').join('\n')
}

/** JSON in ASCII alone, and without a workflow command: printed as it is, it moves no cursor and tells the runner nothing. */
export function formatDocument(value: unknown): string {
  const escapeUnits = (character: string) => Array.from({ length: character.length }, (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')
  return JSON.stringify(value, null, 2).replace(/[^\n -~]|#(?=#\[)/gu, escapeUnits)
}

/** The same as data; `version` changes when a field changes its meaning. */
export function formatJson(run: Run, cost: Cost): string {
  const { plan, status, written, earlier, proof } = run
  return formatDocument({
    version: 1, status, digest: plan.digest, repositories: mapSides((side) => formatRepository(plan.repositories[side])), branch: plan.branches, base: plan.base, baseBy: plan.baseBy, heads: plan.heads,
    changes: plan.changes, conflicts: plan.conflicts, refusals: plan.refusals, skipped: plan.skipped, notes: plan.notes, makeBranch: plan.makeBranch,
    commits: mapSides((side) => plan.commits[side].map(({ title, parents, edits }) => ({ title, parents, paths: edits.length }))),
    written: written.commits, earlier, proof, objects: mapSides((side) => written.objects[side]), requests: cost.requests, bytes: cost.bytes,
  })
}

export function formatErrorJson(status: Status, message: string, written: Run['written'] | null, cost: Cost): string {
  return formatDocument({ version: 1, status, error: message, written: written?.commits ?? { github: null, huggingface: null }, requests: cost.requests, bytes: cost.bytes })
}

/** Which commits are there after a run that failed half-way; empty when none is. `isFinal`: a service refused the rest, and would again. */
export function formatWritten({ commits }: Run['written'], isFinal: boolean): string {
  const done = sides.filter((side) => commits[side])
  if (done.length === 0) return ''
  return `${done.map((side) => `${sideName[side]} was written (${short(commits[side])})`).join(', ')}${done.length === 1 ? `, ${sideName[otherSide[done[0]!]]} was not` : ''}. ${isFinal ? 'Running again ends the same way until that is changed; then it goes on from there' : 'Run again: it goes on from there'}`
}
