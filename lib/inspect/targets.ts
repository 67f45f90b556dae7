/** Which files of a plan are looked into: each of a few, and of many the ones that tell most. */
import { formatCount } from '../facts/facts.ts'
import { contentByteLength, nameContent, type Content } from '../model/content.ts'
import { isFile, type Entry } from '../model/entry.ts'
import { cardPath } from '../model/front-matter.ts'
import { sides, type Side } from '../model/sides.ts'
import type { Plan } from '../plan/plan.ts'
import { formatOf } from './formats.ts'

/** A path of which something may be said. As in `InspectedFile`; `after` is null for a file that is deleted. */
export interface Target {
  readonly path: string
  readonly to: Side | null
  readonly before: Content | null
  readonly after: Content | null
}

/** Files that are looked into at most, of each kind; those in conflict are counted among the changed ones. */
const filesMax = { changed: 20, deleted: 10, new: 20 } as const
const kinds = ['changed', 'deleted', 'new'] as const

function isTarget({ path }: { readonly path: string }): boolean {
  return path === cardPath || formatOf(path) !== null
}

/** Where a side gets another content, or loses a file; a renamed file is compared with itself. */
function listChangesTo({ edits, heads }: Plan, to: Side): Target[] {
  const entries = new Map(edits[to].map(({ path, was }) => [path, was]))
  const moved = new Set(edits[to].map(({ renamedFrom }) => renamedFrom))
  return edits[to].filter(isTarget).flatMap(({ path, content, renamedFrom }) => {
    const from = renamedFrom ?? path
    const before = contentAt(to, heads[to], from, entries.get(from) ?? null)
    const isLost = content === null && !moved.has(path) && path !== cardPath
    const isOther = content !== null && nameContent(content) !== nameContent(before)
    return isLost || isOther ? [{ path, to, before, after: content }] : []
  })
}

/** What a side holds at a path; null where that is no file. */
export function contentAt(side: Side, commit: string | null, path: string, entry: Entry | null): Content | null {
  return isFile(entry) && commit !== null ? { side, commit, path, entry } : null
}

/**
 * The data files to look into, in the order in which what may be read is spent on them, and a sentence for each kind that
 * has too many. `disputed`: both versions of files in conflict, the first ones of `conflictCount`.
 */
export function chooseTargets(
  disputed: readonly Target[],
  conflictCount: number,
  changes: readonly Target[],
): { readonly chosen: readonly Target[]; readonly notes: readonly string[] } {
  const kindOf = ({ before, after }: Target) => (after === null ? 'deleted' : before === null ? 'new' : 'changed')
  const [chosen, notes]: [Target[], string[]] = [[], []]
  for (const kind of kinds) {
    const found = sortTargets(changes.filter((change) => kindOf(change) === kind))
    const all = kind === 'changed' ? [...disputed, ...found] : found
    const most = filesMax[kind]
    const left = all.length - most + (kind === 'changed' ? conflictCount - disputed.length : 0)
    chosen.push(...all.slice(0, most))
    if (left > 0)
      notes.push(
        `${formatCount(left, `${kind} data file`)} not looked into: ${most} of them are, ` +
          'tables before images and large ones before small ones',
      )
  }
  return { chosen, notes }
}

/** Tables before images, and of each the larger ones first. */
function sortTargets(targets: readonly Target[]): Target[] {
  const images = new Set(targets.filter(({ path }) => formatOf(path)?.reader === 'image'))
  const isImage = (target: Target) => Number(images.has(target))
  const byteLength = ({ before, after }: Target) => contentByteLength(after ?? before)
  return targets.toSorted(
    (a, b) => isImage(a) - isImage(b) || byteLength(b) - byteLength(a) || (a.path < b.path ? -1 : 1),
  )
}

/** Paths in conflict that are looked into. */
export function listDisputed({ conflicts }: Plan): { readonly paths: readonly string[]; readonly count: number } {
  const paths = conflicts.filter(isTarget).map(({ path }) => path)
  return { paths: paths.slice(0, filesMax.changed), count: paths.length }
}

/** What both sides get or lose. */
export function listChanges(plan: Plan): Target[] {
  return sides.flatMap((side) => listChangesTo(plan, side))
}
