/** What a plan does to files, as the rows that people read. The only place that knows how a plan says it. */
import { contentByteLength } from '../model/content.ts'
import type { Author } from '../model/remote.ts'
import { otherSide, sides, type Side } from '../model/sides.ts'
import { isStoredAsObject, type PlannedEdit } from '../plan/edits.ts'
import type { Plan } from '../plan/plan.ts'

/** In the order in which they are told: what is lost first. */
export const rowKinds = ['deleted', 'renamed', 'merged', 'changed', 'new'] as const
export type RowKind = (typeof rowKinds)[number]

/**
 * What one side gets at a path. `from`: the name that a renamed file has there now. `byteLength`: of what it gets, of
 * what it loses for a deletion, null where that is not known. `by`: who changed it on the other side and when, null
 * where several people may have.
 */
export interface Row {
  readonly path: string
  readonly to: Side
  readonly kind: RowKind
  readonly from: string | null
  readonly byteLength: number | null
  readonly isObject: boolean
  readonly by: Author | null
  readonly edit: PlannedEdit
}

/** Who changed the paths that a side gets, as far as the other side's commits tell. */
function attribute(plan: Plan, to: Side): (path: string) => Author | null {
  const originals = plan.originals[otherSide[to]]
  const [newest] = originals
  if (!newest) return () => null
  if (new Set(originals.map(({ author }) => author.name)).size === 1) return () => newest.author
  const byId = new Map(originals.map((commit) => [commit.oid, commit.author]))
  const byPath = new Map<string, Author>()
  const copies = plan.commits[to]
  if (copies.length < 2) return () => null
  for (const { copyOf, edits, parents } of copies) {
    // A merge holds what several people did. The last copy may be named by what is only written after it.
    if (parents.length > 1) continue
    const author =
      (copyOf && copyOf !== 'new head' ? byId.get(copyOf.oid) : undefined) ??
      (edits === copies.at(-1)!.edits ? newest.author : undefined)
    if (author) for (const { path } of edits) byPath.set(path, author)
  }
  return (path) => byPath.get(path) ?? null
}

/** Old names of files that are renamed: they go, and the same file comes under another name. */
export function listOldNames(edits: readonly PlannedEdit[]): Set<string> {
  const deleted = new Set(edits.flatMap(({ path, content }) => (content === null ? [path] : [])))
  return new Set(
    edits.flatMap(({ renamedFrom }) => (renamedFrom !== null && deleted.has(renamedFrom) ? [renamedFrom] : [])),
  )
}

function kindOf({ content, was, hunks }: PlannedEdit, from: string | null): RowKind {
  return content === null ? 'deleted' : from !== null ? 'renamed' : hunks ? 'merged' : was ? 'changed' : 'new'
}

/** All that a plan does to the files of a side. A file that is renamed is one row. */
export function listRows(plan: Plan, to: Side): Row[] {
  const by = attribute(plan, to)
  const edits = plan.edits[to]
  const moved = listOldNames(edits)
  return edits
    .filter(({ path, content }) => content !== null || !moved.has(path))
    .map((edit) => {
      const { path, content, was, store, renamedFrom } = edit
      const from = renamedFrom !== null && moved.has(renamedFrom) ? renamedFrom : null
      return {
        path,
        to,
        kind: kindOf(edit, from),
        from,
        byteLength: content ? contentByteLength(content) : (was?.byteLength ?? null),
        isObject: content ? isStoredAsObject({ store }) : Boolean(was?.lfs),
        by: by(path),
        edit,
      }
    })
}

/** As people count them: a renamed file is one change. */
export function countChanges({ edits }: Pick<Plan, 'edits'>): number {
  return sides.reduce((sum, side) => sum + edits[side].length - listOldNames(edits[side]).size, 0)
}
