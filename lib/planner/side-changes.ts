/** What one side changed between two commits. */
import { isFile, ownKind, type Change, type Tell } from '../model/entry.ts'
import type { Remote } from '../model/remote.ts'
import type { Skipped } from '../plan/plan.ts'

export type Includes = (path: string) => boolean

/** What a side changed. `mirrored`: changes of files, by path. `chmods`: paths of which only the mode changed. */
export interface SideChanges {
  readonly mirrored: ReadonlyMap<string, Change>
  readonly chmods: ReadonlySet<string>
  readonly skipped: readonly Skipped[]
}

/** Of changes those that both services can hold, and what stays on its side. */
function sortOut({ side, service }: Pick<Remote, 'side' | 'service'>, changes: readonly Change[]): SideChanges {
  const mirrored = new Map<string, Change>()
  const chmods = new Set<string>()
  const skipped: Skipped[] = []
  for (const change of changes) {
    const { path, before, after } = change
    const kind = ownKind(after)
    if (kind) skipped.push({ side, path, why: `a ${kind} stays on ${service}` })
    const was = isFile(before) ? before : null
    const is = isFile(after) ? after : null
    if (is && is.mode !== (was?.mode ?? '100644')) {
      skipped.push({ side, path, why: `the executable bit stays on ${service}` })
      if (was?.oid === is.oid) chmods.add(path)
    }
    if (was?.oid === is?.oid) continue
    // Nearly all changes are passed on as they are: 100,000 copies of them would be memory for nothing.
    mirrored.set(path, was === before && is === after ? change : { path, before: was, after: is })
  }
  return { mirrored, chmods, skipped }
}

/** What a side changed between two commits; all files of `to` where `from` is null, nothing where `to` is. */
export async function readSide(
  remote: Remote,
  { from, to }: { readonly from: string | null; readonly to: string | null },
  includes: Includes,
  tell?: Tell,
): Promise<SideChanges> {
  return sortOut(remote, to === null || to === from ? [] : await remote.readChanges(from, to, includes, tell))
}

/** Those of the changes that are inside. */
export function restrict({ mirrored, chmods, skipped }: SideChanges, includes: Includes): SideChanges {
  return {
    mirrored: new Map([...mirrored].filter(([path]) => includes(path))),
    chmods: new Set([...chmods].filter(includes)),
    skipped: skipped.filter(({ path }) => includes(path)),
  }
}

/** Both, which have no path in common. */
export function joinChanges(a: SideChanges, b: SideChanges): SideChanges {
  return {
    mirrored: new Map([...a.mirrored, ...b.mirrored]),
    chmods: new Set([...a.chmods, ...b.chmods]),
    skipped: [...a.skipped, ...b.skipped],
  }
}
