/**
 * The plan for people: what each side gets, what is lost first, folders folded, so that somebody approves or stops it at
 * a glance. At most 200 rows of files at any size, and none of them leaves anything out: folders stand for the rest.
 */
import { quote, quoteSentence } from '../model/quote.ts'
import type { Author } from '../model/remote.ts'
import { formatRepository } from '../model/repository.ts'
import { bothOf, otherSide, sides, type Side, type Sides, valuesOf } from '../model/sides.ts'
import { countBytes } from '../plan/estimate.ts'
import type { Plan } from '../plan/plan.ts'
import { fold, shareLines } from './fold.ts'
import { count, formatAge, formatBytes, formatNumber } from './numbers.ts'
import type { Paint } from './paint.ts'
import { countChanges, listRows, rowKinds, type Row, type RowKind } from './rows.ts'
import { formatTable, type TableRow } from './table.ts'
import { padEnd, shorten, shortenEnd, widthOf, wrap } from './width.ts'

/**
 * How it is to look. `width`: columns that a line of the plan may take. `sentenceWidth`: where long sentences are
 * broken, `Infinity` for a file, where people search for them.
 */
export interface Look {
  readonly width: number
  readonly sentenceWidth: number
  readonly paint: Paint
  readonly nowMs: number
}

/** Rows of both sides together. */
const deletionsMax = 100
const othersMax = 80
const stayingMax = 20
/** Names that stand for a folder that goes. */
const samplesMax = 3

const short = (oid: string | null | undefined) => oid?.slice(0, 7) ?? 'empty'

/** Where both sides are and what they last had in common. */
export function formatPlaces(plan: Plan, { nowMs, width, paint }: Look): string[] {
  const nameWidth = Math.max(...valuesOf(plan.services).map(widthOf))
  const places = sides.map(
    (side) =>
      `${padEnd(plan.services[side], nameWidth)}  ${formatRepository(plan.repositories[side])}@${quote(plan.branches[side])} ${short(plan.heads[side])}`,
  )
  const base = plan.base && bothOf(plan.base)
  const age = plan.baseDate ? `${formatAge(Date.parse(plan.baseDate), nowMs)}, ` : ''
  const by = plan.baseBy === 'content' ? ' (base found by content)' : ''
  const last =
    base && plan.baseBy !== null
      ? `Last in sync ${age}at ${valuesOf(base).map(short).join(' / ')}${by}`
      : plan.baseBy === 'empty side'
        ? 'First run: one side is empty'
        : plan.baseBy === 'init'
          ? 'A new base is made'
          : 'No commit in common yet'
  // Two heads that name one another are their own base.
  return [...places, ...(base && plan.baseBy === null ? [] : [last])].map((line, index) =>
    index < places.length ? shorten(line, width) : paint('aside', line),
  )
}

const listNames = (names: readonly string[]) =>
  names.length > 3
    ? `${names.slice(0, 2).join(', ')} and ${names.length - 2} others`
    : names.join(', ').replace(/, (?=[^,]*$)/, ' and ')

/** Who did on the other side what a side gets, and when. */
function formatOrigin(plan: Plan, to: Side, { nowMs, width }: Look): string[] {
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
      ? `${count(originals.length, 'commit')} ${who}the last ${age}`
      : `"${shortenEnd(title, Math.max(16, width - widthOf(who) - age.length - 10))}" ${who}${age}`
  return [shortenEnd(`  from ${what}`, width)]
}

const sum = (rows: readonly Row[]) => rows.reduce((total, { byteLength }) => total + (byteLength ?? 0), 0)

function formatStore(rows: readonly Row[]): string {
  const objects = rows.filter(({ isObject }) => isObject).length
  return objects === 0 ? '' : objects === rows.length ? 'LFS' : `${formatNumber(objects)} LFS`
}

/** Who changed all of these, if it was one. */
function authorOf(rows: readonly Row[]): Author | null {
  const by = rows[0]!.by
  return by !== null && rows.every((row) => row.by?.name === by.name) ? by : null
}

/** `who`: whether the section has several people's changes. */
interface Telling {
  readonly who: boolean
  readonly services: Sides<string>
}

/** A line of the plan under its kind. */
function describeRows(kind: RowKind, name: string, rows: readonly Row[], telling: Telling): TableRow {
  const [row] = rows as [Row]
  const isOne = rows.length === 1
  const lines = isOne ? row.lines : null
  const size = rows.every(({ byteLength }) => byteLength === null) ? '' : formatBytes(sum(rows))
  const who = telling.who ? authorOf(rows) : null
  return {
    kind,
    name: quote(name),
    cells: [
      isOne ? (lines ? `+${lines.added} -${lines.removed}` : '') : count(rows.length, 'file'),
      size,
      formatStore(rows),
      who ? shortenEnd(quote(who.name), 14) : '',
    ],
    notes: isOne ? noteRow(row, telling.services) : kind === 'deleted' ? [nameSome(name, rows)] : [],
  }
}

/** Nobody agrees to lose a folder without having seen what is in it. */
function nameSome(folder: string, rows: readonly Row[]): string {
  const inside = folder.replace(/\*$|^\.\/$/, '').length
  const names = rows.slice(0, samplesMax).map(({ path }) => shorten(quote(path.slice(inside)), 40))
  return `${names.join(', ')}${rows.length > names.length ? ` and ${formatNumber(rows.length - names.length)} more` : ''}`
}

function noteRow({ hunks, keeps }: Row, services: Sides<string>): string[] {
  const merged = hunks ? [sides.map((side) => `${count(hunks[side], 'hunk')} from ${services[side]}`).join(', ')] : []
  return keeps ? [...merged, quote(keeps)] : merged
}

/** Folders of both names, where files in them only moved: `docs/` and `documentation/` of `docs/a.md`. */
function nameMove({ from, path }: Row): string {
  const [before, after] = [(from ?? path).split('/'), path.split('/')]
  while (before.length > 1 && after.length > 1 && before.at(-1) === after.at(-1)) {
    before.pop()
    after.pop()
  }
  return [before, after].map((parts) => parts.join('/')).join('\0')
}

function describeRenames(rows: readonly Row[], most: number, telling: Telling): TableRow[] {
  const moves = new Map<string, Row[]>()
  for (const row of rows) {
    const key = nameMove(row)
    const known = moves.get(key)
    if (known) known.push(row)
    else moves.set(key, [row])
  }
  const groups = [...moves].map(([key, moved]) => {
    const [from, to] =
      moved.length === 1 ? [moved[0]!.from!, moved[0]!.path] : key.split('\0').map((name) => `${name || '.'}/`)
    return { path: to!, from: from!, moved }
  })
  return fold(groups, ({ path }) => path, most).map(({ name, isFolder, items }) => {
    const row = describeRows(
      'renamed',
      name,
      items.flatMap(({ moved }) => moved),
      telling,
    )
    return isFolder ? row : Object.assign(row, { from: quote(items[0]!.from) })
  })
}

function describeGroup({ kind, rows, most }: Group, telling: Telling): TableRow[] {
  if (kind === 'renamed') return describeRenames(rows, most, telling)
  return fold(rows, ({ path }) => path, most).map(({ name, items }) => describeRows(kind, name, items, telling))
}

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

/** Rows of one side and kind, and how many lines they may take. */
interface Group {
  readonly side: Side
  readonly kind: RowKind
  readonly rows: Row[]
  readonly most: number
}

/** In the order in which they are told. Deletions share lines of their own, so that nothing else hides them. */
function groupRows(plan: Plan): Group[] {
  const found = sides.flatMap((side) => rowKinds.map((kind) => ({ side, kind, rows: [] as Row[] })))
  const byName = new Map(found.map((group) => [`${group.side} ${group.kind}`, group.rows]))
  for (const side of sides) for (const row of listRows(plan, side)) byName.get(`${side} ${row.kind}`)!.push(row)
  const share = (most: number, has: (kind: RowKind) => boolean) =>
    shareLines(
      found.map(({ kind, rows }) => (has(kind) ? rows.length : 0)),
      most,
    )
  const losses = share(deletionsMax, (kind) => kind === 'deleted')
  const others = share(othersMax, (kind) => kind !== 'deleted')
  return found
    .map(({ side, kind, rows }, index) => ({ side, kind, rows, most: losses[index]! + others[index]! }))
    .filter(({ rows }) => rows.length > 0)
}

function formatSide(side: Side, groups: readonly Group[], plan: Plan, look: Look): string[] {
  const { paint, width } = look
  const authors = new Set<string | undefined>()
  for (const { rows } of groups) for (const { by } of rows) authors.add(by?.name)
  const counts = groups.map(({ kind, rows }) => paint(kind, `${formatNumber(rows.length)} ${kind}`)).join(', ')
  const commits = plan.commitCounts[side] > 0 ? ` in ${count(plan.commitCounts[side], 'commit')}` : ''
  return [
    '',
    ...wrap(`${paint('heading', `To ${plan.services[side]}${commits}:`)} ${counts}`, width, '  ').split('\n'),
    ...formatOrigin(plan, side, look),
    ...formatTable(
      groups.flatMap((group) => describeGroup(group, { who: authors.size > 1, services: plan.services })),
      look,
    ),
  ]
}

/** All that the plan does to files, what loses some first; empty where it does nothing. */
function formatFiles(plan: Plan, look: Look): string[] {
  const groups = groupRows(plan)
  const bySide = sides.map((side) => ({ side, own: groups.filter((group) => group.side === side) }))
  return bySide
    .filter(({ own }) => own.length > 0)
    .toSorted((a, b) => Number(b.own[0]!.kind === 'deleted') - Number(a.own[0]!.kind === 'deleted'))
    .flatMap(({ side, own }) => formatSide(side, own, plan, look))
}

/** The plan's last line. `asked`: requests that were made for it. */
function formatTotal(plan: Plan, asked: number, { paint }: Look): string {
  const requests = count(asked - plan.askedAhead + plan.requests, 'request')
  const changes = countChanges(plan)
  const moved = changes > 0 ? `${count(changes, 'change')}. ${formatBytes(countBytes(plan))} to move. ` : ''
  return `${paint('heading', `Plan ${plan.digest.slice(0, 12)}`)}: ${moved}About ${requests}.`
}

/** Everything that a run will do, as lines, before it does it. `asked`: requests that were made to find out. */
export function formatPlan(plan: Plan, asked: number, look: Look): string[] {
  const branch = plan.makeBranch
    ? [
        `branch "${quote(plan.branches[plan.makeBranch.side])}" is made on ${plan.services[plan.makeBranch.side]} at ${short(plan.makeBranch.at)}`,
      ]
    : []
  const notes = plan.notes.map((note) => wrap(`note: ${quoteSentence(note)}`, look.sentenceWidth, '  '))
  const files = formatFiles(plan, look)
  const staying = formatStaying(plan, look)
  const isWritten = sides.some((side) => plan.commits[side].length > 0) || plan.makeBranch !== null
  return [
    ...formatPlaces(plan, look),
    ...files,
    ...staying,
    ...(files.length + staying.length > 0 ? [''] : []),
    ...notes,
    ...branch,
    ...(isWritten ? [formatTotal(plan, asked, look)] : []),
  ]
}
