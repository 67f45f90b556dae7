/** The `.lfsconfig` of a side whose LFS objects are on the other side alone. */
import { servicesOf } from '../model/capabilities.ts'
import { isFile } from '../model/entry.ts'
import type { LfsHome } from '../model/lfs-home.ts'
import { mapSides, otherSide, sides, type Side, type Sides } from '../model/sides.ts'
import { parseOwnTrailers, parseTrailers } from '../model/trailers.ts'
import { brakeHost, brakeLfsUrl, brakeSharedConfig } from '../plan/brakes.ts'
import { planEdit, type PlannedEdit } from '../plan/edits.ts'
import { editLfsConfig, lfsConfigPath } from '../plan/lfs-config.ts'
import type { Refusal } from '../plan/plan.ts'
import type { Histories } from './histories.ts'
import type { Planning, PlanOptions } from './planning.ts'

interface Reading extends Pick<Planning, 'remotes' | 'contents'> {
  readonly options: Pick<PlanOptions, 'filters'>
}

/**
 * Whether one head is a copy of the other, or has the tree of one, that was made by a run which wrote this address into
 * `.lfsconfig`. The file has not changed since: that would have made another tree.
 */
export function recordsLfsUrl({ heads, listings }: Histories, lfsUrl: string): boolean {
  return sides.some((side) =>
    listings[side].commits.some((commit) => {
      const head = heads[side]
      if (commit.oid !== head?.oid && (commit.tree === null || commit.tree !== head?.tree)) return false
      const { mirroredFrom, mirroredLfs } = parseOwnTrailers(commit)
      return mirroredLfs === lfsUrl && mirroredFrom?.oid === heads[otherSide[side]]?.oid
    }),
  )
}

/**
 * Where the user has not said which store keeps the objects: goes on with the one that `.lfsconfig` leads to, and returns
 * whether it leads to one. Costs a request or two.
 */
export async function readHome(home: LfsHome, heads: Sides<string | null>, planning: Reading): Promise<boolean> {
  const { store, remembers } = home
  if (store !== null || remembers === null || heads[otherSide[remembers]] === null) return false
  const { config, refusals } = await planLfsConfig(heads, remembers, planning)
  if (config !== null || refusals.length > 0) return false
  home.store = remembers
  return true
}

/** The same, where a copy that was read says that its run wrote the file; else it costs nothing. */
export async function rememberHome({ listings, heads }: Histories, planning: Planning): Promise<boolean> {
  const { remotes, options } = planning
  const { remembers } = options.lfsHome
  if (remembers === null) return false
  const { lfsUrl } = remotes[remembers]
  const wasWritten = sides.some((side) =>
    listings[side].commits.some(({ message }) => parseTrailers(message).mirroredLfs === lfsUrl),
  )
  if (!wasWritten) return false
  return readHome(
    options.lfsHome,
    mapSides((side) => heads[side]?.oid ?? null),
    planning,
  )
}

/**
 * What `.lfsconfig` has to become on the side that does not keep the objects, so that its clones fetch them from
 * `store`. The file is that side's alone, and is written with whatever else goes there. `config` is null where it is
 * right already.
 */
export async function planLfsConfig(
  heads: Sides<string | null>,
  store: Side,
  { remotes, contents, options: { filters } }: Reading,
): Promise<{ readonly config: PlannedEdit | null; readonly refusals: readonly Refusal[] }> {
  const [side, wanted, path] = [otherSide[store], remotes[store].lfsUrl, lfsConfigPath]
  const { service, capabilities } = remotes[side]
  const head = heads[side]
  const was = head === null ? null : ((await remotes[side].readEntries(head, [path])).get(path) ?? null)
  if (was !== null && (!isFile(was) || was.lfs)) {
    const why = `${path} is there and is no plain file, so that it cannot lead to the objects on ${remotes[store].service}`
    return { config: null, refusals: brakeHost(service, [why]) }
  }
  const bytes = was && (await contents.readBlob({ side, commit: head!, path }, was))
  const edit = editLfsConfig(Buffer.from(bytes ?? '').toString('utf8'), wanted)
  if (edit && 'other' in edit)
    return { config: null, refusals: brakeLfsUrl(store, { found: edit.other, wanted }, servicesOf(remotes)) }
  if (edit && filters.paths?.side === side && filters.paths.root !== '')
    return { config: null, refusals: brakeSharedConfig(service, wanted) }
  const config = edit && planEdit({ path, to: side, content: edit, hunks: null }, () => was, capabilities.modes)
  return { config, refusals: [] }
}
