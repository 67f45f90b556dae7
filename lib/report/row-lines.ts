/** Rows of a plan, many of them in few lines: what each line says of a file, or of a folder of them. */
import { quote } from '../model/quote.ts'
import type { Author } from '../model/remote.ts'
import { sides, type Side, type Sides } from '../model/sides.ts'
import type { Plan } from '../plan/plan.ts'
import { countChangedLines } from '../text/diff-lines.ts'
import type { FindTexts } from './diff-text.ts'
import { fold, shareLines, type Folded } from './fold.ts'
import { count, formatBytes, formatNumber } from './numbers.ts'
import { listRows, rowKinds, type Row, type RowKind } from './rows.ts'
import type { TableRow } from './table.ts'
import { shorten, shortenEnd } from './width.ts'

/** Lines of both sides together. */
const deletionsMax = 100
const othersMax = 80
/** Names that stand for a folder that goes, and files of a folder whose data is told. */
const samplesMax = 3

/** Rows of one side and kind, and how many lines they may take. */
export interface Group {
  readonly side: Side
  readonly kind: RowKind
  readonly rows: Row[]
  readonly most: number
}

/** In the order in which they are told. Deletions share lines of their own, so that nothing else hides them. */
export function groupRows(plan: Plan): Group[] {
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

/** What a line tells beside its file. `who`: several people's changes stand together. */
export interface Telling {
  readonly who: boolean
  /** Who made a side's changes, if it was one, and where. */
  readonly people: Sides<string>
  readonly findTexts: FindTexts
  /** What is known of the data of a path, in lines. */
  readonly findData: (path: string) => readonly string[]
}

/** A line of the plan under its kind. */
function describeRows(
  kind: RowKind,
  { name, prefix }: Pick<Folded<unknown>, 'name' | 'prefix'>,
  rows: readonly Row[],
  telling: Telling,
): TableRow {
  const [row] = rows as [Row]
  const isOne = rows.length === 1
  const lines = isOne && kind !== 'deleted' && kind !== 'new' ? countLines(row, telling.findTexts) : null
  const size = rows.every(({ byteLength }) => byteLength === null) ? '' : formatBytes(sum(rows))
  const who = telling.who ? authorOf(rows) : null
  return {
    kind,
    name: quote(name),
    cells: [
      isOne
        ? lines && lines.added + lines.removed > 0
          ? `+${lines.added} -${lines.removed}`
          : ''
        : count(rows.length, 'file'),
      size,
      formatStore(rows),
      who ? shortenEnd(quote(who.name), 14) : '',
    ],
    notes: isOne
      ? noteRow(row, telling)
      : [...(kind === 'deleted' ? [nameSome(prefix, rows)] : []), ...noteSome(prefix, rows, telling)],
  }
}

function countLines({ edit }: Row, findTexts: FindTexts) {
  const texts = findTexts(edit)
  return texts && countChangedLines(texts)
}

/** Nobody agrees to lose a folder without having seen what is in it. */
function nameSome(prefix: string, rows: readonly Row[]): string {
  const names = rows.slice(0, samplesMax).map(({ path }) => nameInside(prefix, path))
  return `${names.join(', ')}${rows.length > names.length ? ` and ${formatNumber(rows.length - names.length)} more` : ''}`
}

const nameInside = (prefix: string, path: string) => shorten(quote(path.slice(prefix.length)), 40)

/** The first line of what is known of some files in a folder. */
function noteSome(prefix: string, rows: readonly Row[], { findData }: Telling): string[] {
  const known = rows.flatMap(({ path }) => {
    const [line] = findData(path)
    return line === undefined ? [] : [`${nameInside(prefix, path)}: ${line}`]
  })
  const more = known.length - samplesMax
  return more > 0 ? [...known.slice(0, samplesMax), `and ${formatNumber(more)} more looked into`] : known
}

function noteRow({ path, edit: { hunks, keeps } }: Row, { people, findData }: Telling): string[] {
  const merged = hunks ? [sides.map((side) => `${count(hunks[side], 'hunk')} from ${people[side]}`).join(', ')] : []
  return [...merged, ...(keeps ? [quote(keeps)] : []), ...findData(path)]
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
  return fold(groups, ({ path }) => path, most, true).map((line) => {
    const { isFolder, items } = line
    const row = describeRows(
      'renamed',
      line,
      items.flatMap(({ moved }) => moved),
      telling,
    )
    return isFolder ? row : Object.assign(row, { from: quote(items[0]!.from) })
  })
}

/** The lines of one kind on one side. */
export function describeGroup({ kind, rows, most }: Group, telling: Telling): TableRow[] {
  if (kind === 'renamed') return describeRenames(rows, most, telling)
  return fold(rows, ({ path }) => path, most, true).map((line) => describeRows(kind, line, line.items, telling))
}
