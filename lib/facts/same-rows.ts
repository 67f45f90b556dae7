/** What two whole tables of text share beyond their facts: rows that only moved, columns by new names. Pure. */
import type { Facts } from './facts.ts'

/** A file's bytes, all of them, out of their compression, and what was found in them. */
export interface Table {
  readonly bytes: Uint8Array
  readonly facts: Facts
}

export interface SameRows {
  /** What alone happened to the rows, in words; null where they differ otherwise, or nothing is certain. */
  readonly only: string | null
  /** New names of columns by the old ones, where nothing but the header changed. */
  readonly renamed: ReadonlyMap<string, string>
}

const nothing: SameRows = { only: null, renamed: new Map() }

/** Neither says anything where a row may take several lines. */
export function compareRows(before: Table, after: Table): SameRows {
  const only = (words: string | null): SameRows => ({ ...nothing, only: words })
  if (Buffer.from(before.bytes).equals(after.bytes)) return only('only how it is compressed changed')
  const [old, now] = [parseRows(before), parseRows(after)]
  if (!old || !now) return nothing
  const isStart = old.rows.every((row, index) => row === now.rows[index])
  const isSame = isStart && old.rows.length === now.rows.length
  if (old.header !== now.header) return isSame ? { ...nothing, renamed: pairNames(before.facts, after.facts) } : nothing
  if (isSame) return only('only line ends changed')
  if (isStart && old.rows.length > 0) return only('the new rows stand behind the old ones, which are as before')
  const sorted = ({ rows }: Rows) => rows.toSorted().join('\n')
  return only(
    old.rows.length === now.rows.length && sorted(old) === sorted(now) ? 'the same rows in another order' : null,
  )
}

interface Rows {
  readonly header: string
  readonly rows: readonly string[]
}

/** Null where lines are not rows. Each byte is a character, so that no two texts look alike. */
function parseRows({ bytes, facts }: Table): Rows | null {
  if (facts.format === 'JSON') return null
  const lines = Buffer.from(bytes).toString('latin1').split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  const header = facts.format === 'JSON Lines' ? '' : (lines.shift() ?? '')
  return facts.rows === lines.length ? { header, rows: lines } : null
}

function pairNames({ columns: before }: Facts, { columns: after }: Facts): ReadonlyMap<string, string> {
  if (!before || before.length !== after?.length) return new Map()
  return new Map(before.map(({ name }, index) => [name, after[index]!.name]))
}
