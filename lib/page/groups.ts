/** What a plan does to files, by side and kind. */
import { sides, type Side } from '../model/sides.ts'
import type { Plan } from '../plan/plan.ts'
import { listRows, rowKinds, type Row, type RowKind } from '../report/rows.ts'

/** Rows of one side and kind; `byteLength` of all of them. */
export interface Group {
  readonly side: Side
  readonly kind: RowKind
  readonly rows: readonly Row[]
  readonly byteLength: number
}

/** The bytes of all rows together. */
export function sumBytes(rows: readonly Row[]): number {
  return rows.reduce((total, { byteLength }) => total + (byteLength ?? 0), 0)
}

/** Those that hold any rows; of the sides, first the one that loses files. */
export function groupRows(plan: Plan): Group[] {
  const bySide = sides.map((side) => {
    const rows = listRows(plan, side)
    return rowKinds
      .map((kind) => rows.filter((row) => row.kind === kind))
      .filter((own) => own.length > 0)
      .map((own): Group => ({ side, kind: own[0]!.kind, rows: own, byteLength: sumBytes(own) }))
  })
  return bySide.toSorted((a, b) => Number(b[0]?.kind === 'deleted') - Number(a[0]?.kind === 'deleted')).flat()
}
