/** What stops a run that writes one side alone (`--to`). Pure. Decision 0033. */
import { comparePaths } from '../model/entry.ts'
import { otherSide, type Side, type Sides } from '../model/sides.ts'
import { quotePaths } from './brakes.ts'
import type { PlannedEdit } from './edits.ts'
import { lfsConfigPath } from './lfs-config.ts'
import { sendsObjects, type Plan, type Refusal } from './plan.ts'

/** Paths that a sentence names; of more it tells the folders. */
const namedMax = 20
/** Folders that a sentence names. */
const foldersMax = 10

const countFiles = (count: number) => `${count} file${count === 1 ? '' : 's'}`

/** The first of some paths, and where there are more, how many are in which folder of the root. */
function listByFolder(paths: readonly string[]): string {
  const sorted = paths.toSorted(comparePaths)
  if (sorted.length <= namedMax) return quotePaths(sorted, namedMax)
  const counts = new Map<string, number>()
  for (const path of sorted) {
    const folder = path.slice(0, path.indexOf('/') + 1)
    counts.set(folder, (counts.get(folder) ?? 0) + 1)
  }
  const folders = [...counts].toSorted(([, a], [, b]) => b - a)
  const told = folders
    .slice(0, foldersMax)
    .map(([folder, count]) => `${count} ${folder === '' ? 'in no folder' : `in ${JSON.stringify(folder)}`}`)
  const rest = folders.length > foldersMax ? `, others in ${folders.length - foldersMax} more` : ''
  return `${quotePaths(sorted, namedMax)} (${told.join(', ')}${rest})`
}

/** `paths`: what the written side (`to`) changed, and the other one would get if it were written, too. */
export function brakeOneWay(to: Side, paths: readonly string[], services: Sides<string>): Refusal[] {
  const other = services[otherSide[to]]
  const are = paths.length === 1 ? 'It is' : 'They are'
  const message =
    `${services[to]} holds changes of its own, which --to ${to} brings nowhere: ${countFiles(paths.length)} would have ` +
    `to go to ${other}. ${are} ${listByFolder(paths)}. ` +
    `To keep them, run once without --to: then ${other} gets them. Or make ${services[to]} equal to ${other} with ` +
    '--allow-overwrite (with --dry-run as well, that lists what is overwritten and deleted)'
  return [{ kind: 'one way', allowedBy: '--allow-overwrite', message }]
}

/** `.lfsconfig` would have to be written on a side that nothing is written to. */
export function brakeConfig(side: Side, services: Sides<string>): Refusal[] {
  const message =
    `--lfs ${otherSide[side]} needs ${lfsConfigPath} on ${services[side]} to lead there, and --to ${otherSide[side]} ` +
    `writes nothing on ${services[side]}. Run once without --to, which writes that file, or leave --lfs out`
  return [{ kind: 'one way', allowedBy: null, message }]
}

/** Objects would have to go to the store of a side that nothing is written to. */
export function brakeStore(
  plan: Pick<Plan, 'commits' | 'objects'>,
  { to, lfsStore }: { readonly to: Side | null; readonly lfsStore: Side | null },
  services: Sides<string>,
): Refusal[] {
  if (to === null || lfsStore === null || lfsStore === to || !sendsObjects(plan, to)) return []
  const message =
    `${services[to]}'s rules make LFS objects of files that ${services[lfsStore]} does not keep as such, and --to ${to} ` +
    `sends nothing to the store of ${services[lfsStore]}. Run once without --to, or with --lfs both`
  return [{ kind: 'one way', allowedBy: null, message }]
}

/** What `--allow-overwrite` takes away from the written side, what is deleted first. `changed`: what that side changed. */
export function noteOverwritten(
  to: Side,
  changed: readonly string[],
  edits: readonly PlannedEdit[],
  services: Sides<string>,
): string[] {
  const byPath = new Map(edits.map((edit) => [edit.path, edit]))
  const tell = (what: string, keeps: (edit: PlannedEdit) => boolean) => {
    const paths = changed.filter((path) => byPath.has(path) && keeps(byPath.get(path)!))
    return paths.length === 0 ? [] : [`${what} ${countFiles(paths.length)}: ${listByFolder(paths)}`]
  }
  const told = [
    ...tell('deletes', ({ content }) => content === null),
    ...tell('overwrites', ({ content, was }) => content !== null && was !== null),
    ...tell('brings back', ({ content, was }) => content !== null && was === null),
  ]
  return told.length === 0
    ? []
    : [`--allow-overwrite undoes what ${services[to]} changed by itself. It ${told.join('; it ')}`]
}

/** The way on from conflicts. */
export function noteConflicts(to: Side, services: Sides<string>): string {
  const other = otherSide[to]
  return (
    `--to ${to} writes ${services[to]} alone, so that only what ${services[other]} holds can be taken there ` +
    `(--take <path>=${other}). Or --allow-overwrite takes it everywhere`
  )
}

/** Both sides are equal, and a commit that says so would stand on the side that nothing is written to. */
export function noteUnrecorded(to: Side, services: Sides<string>): string {
  return (
    `Both sides hold the same files, and no commit says so yet: it would stand on ${services[otherSide[to]]}, where ` +
    `--to ${to} writes nothing. Until then each run compares again; a run without --to makes it`
  )
}
