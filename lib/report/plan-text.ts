/**
 * The plan for people: what each side gets, what is lost first, folders folded, so that somebody approves or stops it at
 * a glance. At most 200 rows of files at any size, and none of them leaves anything out: folders stand for the rest.
 */
import { createFinder, type Inspection } from '../facts/inspection.ts'
import { quote, quoteSentence } from '../model/quote.ts'
import { mapSides, otherSide, sides, type Side, type Sides } from '../model/sides.ts'
import { nameCreation } from '../plan/creation.ts'
import { formatWait } from '../plan/forecast.ts'
import { countAhead, type Plan } from '../plan/plan.ts'
import { formatDiff, type FindTexts } from './diff-text.ts'
import { fold, shareLines } from './fold.ts'
import { count, formatAge, formatNumber } from './numbers.ts'
import { formatPlaces, shortOid, type Look } from './places.ts'
import { describeGroup, groupRows, type Group } from './row-lines.ts'
import { countChanges } from './rows.ts'
import { formatMoved } from './saved-text.ts'
import { formatTable, type TableRow } from './table.ts'
import { shortenEnd, widthOf, wrap } from './width.ts'

/** Rows of what stays where it is. */
const stayingMax = 10
/** Rows of conflicts that are settled. */
const settledMax = 10

const listNames = (names: readonly string[]) =>
  names.length > 3
    ? `${names.slice(0, 2).join(', ')} and ${names.length - 2} others`
    : names.join(', ').replace(/, (?=[^,]*$)/, ' and ')

/** A side, and who changed it where that was one. */
function namePeople({ originals, services }: Plan): Sides<string> {
  return mapSides((side) => {
    const [name, ...others] = new Set(originals[side].map(({ author }) => author.name))
    return name !== undefined && others.length === 0
      ? `${shortenEnd(quote(name), 24)} on ${services[side]}`
      : services[side]
  })
}

/** Who changed each side since the base, and when: `Bob, 2 hours ago`; empty where nobody tells. */
export function describePeople({ originals }: Plan, nowMs: number): Sides<string> {
  return mapSides((side) => {
    const [newest] = originals[side]
    if (!newest) return ''
    const names = [...new Set(originals[side].map(({ author }) => shortenEnd(quote(author.name), 24)))]
    const age = formatAge(Date.parse(newest.author.date), nowMs)
    return names.length === 1
      ? `${names[0]}, ${age}`
      : `${count(originals[side].length, 'commit')} by ${listNames(names)}, the last one ${age}`
  })
}

/** Who did on the other side what a side gets, and when. */
export function formatOrigin(plan: Plan, to: Side, { nowMs, width }: Look): string[] {
  const from = otherSide[to]
  const originals = plan.originals[from]
  const [newest] = originals
  if (!newest) return []
  const names = [...new Set(originals.map(({ author }) => shortenEnd(quote(author.name), 24)))]
  const age = formatAge(Date.parse(newest.author.date), nowMs)
  const who = `by ${listNames(names)} on ${plan.services[from]}, `
  const title = quote(newest.message.split('\n', 1)[0]!)
  const what =
    originals.length > 1
      ? `${count(originals.length, 'commit')} ${who}the last one ${age}`
      : `"${shortenEnd(title, Math.max(16, width - widthOf(who) - age.length - 10))}" ${who}${age}`
  return [shortenEnd(`  from ${what}`, width)]
}

/** Conflicts that an option has settled: whose version is taken. */
function formatSettled({ settled, services }: Plan, look: Look): string[] {
  if (settled.length === 0) return []
  const groups = [...sides, 'both' as const].flatMap((side) =>
    (['take', 'prefer', 'create'] as const).map((by) => ({
      side,
      by,
      found: settled.filter((one) => one.side === side && one.by === by),
    })),
  )
  const shares = shareLines(
    groups.map(({ found }) => found.length),
    settledMax,
  )
  const rows = groups.flatMap(({ side, by, found }, index) =>
    fold(found, ({ path }) => path, shares[index]!).map(({ name, items }): TableRow => ({
      kind: 'taken',
      name: quote(name),
      cells: [
        items.length === 1 ? '' : count(items.length, 'file'),
        side === 'both' ? 'the lines of both' : `from ${services[side]}`,
        `--${by}`,
      ],
      notes: [],
    })),
  )
  return [
    '',
    look.paint('heading', `${count(settled.length, 'conflict')} settled beforehand`),
    ...formatTable(rows, look),
  ]
}

/** What is told beside the files that a plan writes: conflicts that are settled, and what stays where it is. */
export const formatBeside = (plan: Plan, look: Look) => [...formatSettled(plan, look), ...formatStaying(plan, look)]

/** What stays where it is, and why, by reason. */
function formatStaying({ skipped }: Plan, look: Look): string[] {
  if (skipped.length === 0) return []
  const reasons = [...new Set(skipped.map(({ why }) => why))]
  const of = reasons.map((why) => skipped.filter((one) => one.why === why))
  const shares = shareLines(
    of.map(({ length }) => length),
    stayingMax,
  )
  const rows = reasons.flatMap((why, index) =>
    fold(of[index]!, ({ path }) => path, shares[index]!).map(({ name, items }): TableRow => ({
      kind: 'stays',
      name: quote(name),
      cells: [items.length === 1 ? '' : count(items.length, 'file'), quoteSentence(why)],
      notes: [],
    })),
  )
  return ['', look.paint('heading', 'Not mirrored'), ...formatTable(rows, look)]
}

/** What one side gets: `heading` says in how many commits, `rows` are those of all groups. */
export interface ToldSide {
  readonly side: Side
  readonly heading: string
  readonly groups: readonly Group[]
  readonly rows: readonly TableRow[]
}

function describeSide(side: Side, groups: readonly Group[], told: ToldFiles): ToldSide {
  const { plan, findTexts } = told
  const authors = new Set<string | undefined>()
  for (const { rows } of groups) for (const { by } of rows) authors.add(by?.name)
  const findData = createFinder(told.inspection, side)
  const telling = { who: authors.size > 1, people: namePeople(plan), findTexts, findData }
  const commits = plan.commitCounts[side] > 0 ? ` in ${count(plan.commitCounts[side], 'commit')}` : ''
  return {
    side,
    heading: `To ${plan.services[side]}${commits}:`,
    groups,
    rows: groups.flatMap((group) => describeGroup(group, telling)),
  }
}

/** All that the plan does to files, what loses some first; empty where it does nothing. */
export function describeFiles(told: ToldFiles): ToldSide[] {
  const groups = groupRows(told.plan)
  return sides
    .map((side) =>
      describeSide(
        side,
        groups.filter((group) => group.side === side),
        told,
      ),
    )
    .filter(({ rows }) => rows.length > 0)
    .toSorted((a, b) => Number(b.groups[0]!.kind === 'deleted') - Number(a.groups[0]!.kind === 'deleted'))
}

function formatSide({ side, heading, groups, rows }: ToldSide, plan: Plan, look: Look): string[] {
  const { paint, width } = look
  const counts = groups.map(({ kind, rows: all }) => paint(kind, `${formatNumber(all.length)} ${kind}`)).join(', ')
  return [
    '',
    ...wrap(`${paint('heading', heading)} ${counts}`, width, '  ').split('\n'),
    ...formatOrigin(plan, side, look),
    ...formatTable(rows, look),
  ]
}

/** The plan's last line. */
function formatTotal({ plan, asked, inspection }: Told, { paint }: Look): string {
  const requests = count(asked - plan.askedAhead + countAhead(plan) - (inspection?.spared ?? 0), 'request')
  const { waitMs } = plan.forecast
  const wait = waitMs > 0 ? `, and about ${formatWait(waitMs)} of waiting for limits` : ''
  const changes = countChanges(plan)
  const moved = changes > 0 ? `${count(changes, 'change')}. ${formatMoved(plan, 'Up to')} to move. ` : ''
  return `${paint('heading', `Plan ${plan.digest.slice(0, 12)}`)}: ${moved}About ${requests}${wait}.`
}

/**
 * A plan and what is told beside it. `asked`: requests that were made to find out. `findTexts`: what was read of the
 * texts that it changes. `diff`: their lines are told. `inspection`: what its data says of itself, null where nobody
 * looked.
 */
export interface Told extends ToldFiles {
  readonly asked: number
  readonly diff: boolean
}

/** The part of it that is told of files. */
export interface ToldFiles {
  readonly plan: Plan
  readonly findTexts: FindTexts
  readonly inspection: Inspection | null
}

/** Everything that a run will do, as lines, before it does it. */
export function formatPlan(told: Told, look: Look): string[] {
  const { plan, findTexts, inspection, diff } = told
  const branch = plan.makeBranch
    ? [
        `branch "${quote(plan.branches[plan.makeBranch.side])}" is made on ${plan.services[plan.makeBranch.side]} at ` +
          `${shortOid(plan.makeBranch.at)}`,
      ]
    : []
  const notes = [...plan.notes, ...(inspection?.notes ?? [])].map((note) =>
    wrap(`note: ${quoteSentence(note)}`, look.sentenceWidth, '  '),
  )
  const blocks = [
    ...describeFiles(told).flatMap((one) => formatSide(one, plan, look)),
    ...formatBeside(plan, look),
    ...(diff ? formatDiff(plan, findTexts, look.paint) : []),
  ]
  const creation = plan.creates
    ? wrap(`Will create ${nameCreation(plan.creates, plan)}`, look.sentenceWidth, '  ')
    : null
  const isWritten = sides.some((side) => plan.commits[side].length > 0) || (plan.makeBranch ?? creation) !== null
  return [
    ...(creation === null ? [] : [look.paint('heading', creation)]),
    ...formatPlaces(plan, look),
    ...blocks,
    ...(blocks.length > 0 ? [''] : []),
    ...notes,
    ...branch,
    ...(isWritten ? [formatTotal(told, look)] : []),
  ]
}
