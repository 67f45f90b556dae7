/** What stops a run before anything is written. Each brake says its value, its limit and the flag that lifts it. */
import type { Rewritten } from '../history/base.ts'
import { otherSide, valuesOf, type Side, type Sides } from '../model/sides.ts'
import type { Refusal } from './plan.ts'

/** How many files a side may lose in a run, or which share. Fewer than `least` may go, unless nothing would be left. */
export interface DeletionLimit {
  readonly most: number
  readonly unit: 'files' | 'percent'
  readonly least: number
}

/** Paths that the data of a refusal lists. */
const lostPathsMax = 1_000

/** Whether so many deletions of so many things are more than the limit allows. */
export function isTooMuch(deleted: number, total: number, { most, unit, least }: DeletionLimit): boolean {
  return deleted > 0 && deleted >= least && (unit === 'files' ? deleted > most : deleted * 100 > total * most)
}

/** The only refusal of a brake, as a list. */
const refuse = (kind: Refusal['kind'], allowedBy: string | null, message: string): Refusal[] => [
  { kind, allowedBy, message },
]

const formatLimit = ({ most, unit }: DeletionLimit) => (unit === 'files' ? `${most}` : `${most} %`)

/** The first of some paths in quotes, and how many more there are. */
export function quotePaths(paths: readonly string[], most = 5): string {
  const quoted = paths.slice(0, most).map((path) => JSON.stringify(path))
  return quoted.join(', ') + (paths.length > most ? ` and ${paths.length - most} more` : '')
}

/** How many files have to be left for the brake to let so many deletions pass: counting may stop there. */
export function filesNeeded(deleted: number, { most, unit, least }: DeletionLimit): number {
  if (deleted < least || unit === 'files' || most === 0) return 1
  return Math.max(1, Math.ceil((deleted * 100) / most) - deleted)
}

/** What a side has lost since the last sync. */
export interface Deletions {
  readonly side: Side
  readonly services: Sides<string>
  readonly deleted: readonly string[]
  /** Mirrored files before, of which those that are left were counted no further than `filesNeeded`. */
  readonly total: number
  readonly emptied: boolean
  /** Paths that the side changed otherwise. */
  readonly others: number
  /** Of the deleted files, as far as the other side has them. */
  readonly byteLength: number
  readonly limit: DeletionLimit
}

/** What it takes to bring the files back to a side, and what is lost by that. */
function describeWayBack({ side, services, others }: Pick<Deletions, 'side' | 'services' | 'others'>): string {
  const rest =
    others === 0
      ? 'nothing else has changed there'
      : others === 1
        ? '1 other change there since the last sync is undone'
        : `${others} other changes there since the last sync are undone`
  return `one commit makes ${services[side]} equal to ${services[otherSide[side]]} again; ${rest}`
}

/** Refuses when a side is empty, or has lost more than the limit. */
export function brakeDeletions(deletions: Deletions): Refusal[] {
  const { side, services, deleted, total, emptied, others, byteLength, limit } = deletions
  if (!emptied && !isTooMuch(deleted.length, total, limit)) return []
  const other = otherSide[side]
  const back = describeWayBack(deletions)
  const [were, they] = deleted.length === 1 ? ['was', 'It is'] : ['were', 'They are']
  // How many there were is only known where a share of them is allowed.
  const count = limit.unit === 'percent' && limit.most > 0 ? `${deleted.length} of ${total}` : `${deleted.length}`
  const fact = emptied
    ? `${services[side]} holds no mirrored file any more, ${deleted.length} ${were} deleted since the last sync: ` +
      `mirroring that would empty ${services[other]}`
    : `${services[side]} deleted ${count} mirrored files since the last sync, more than ${formatLimit(limit)}`
  return [
    {
      kind: emptied ? 'emptied' : 'deletions',
      allowedBy: '--allow-delete',
      message:
        `${fact}. ${they} ${quotePaths(deleted)}. To bring them back, run once with --init ${other}: ${back}. ` +
        'If it is meant, run once with --allow-delete (with --dry-run as well, that lists all of them)',
      loss: { side, fact, back, byteLength, count: deleted.length, others, paths: deleted.slice(0, lostPathsMax) },
    },
  ]
}

/** Trailers that cannot be believed, since the commit that has them or the one that they name was rewritten. */
export function brakeRewritten(rewritten: readonly Rewritten[], services: Sides<string>): Refusal[] {
  return rewritten.flatMap(({ side, commit, named, why }) => {
    const carrier = `${services[side]} commit ${commit.slice(0, 7)}`
    const original = `${services[otherSide[side]]} commit ${named.slice(0, 7)}`
    const message =
      why === 'not in the history'
        ? `${carrier} mirrors ${original}, which is no longer in that branch's history: it was rewound, squashed or ` +
          'force-pushed, or written a moment ago and not shown yet (then run again). Bring the commit back, or make a ' +
          'new base: --init github or --init huggingface (that side is right, and the other one is made equal), ' +
          '--init union (both are, and differences are conflicts)'
        : `${carrier} says that it mirrors ${original}, but it was amended, rebased or squashed since. Undo that, or ` +
          'make a new base: --init github or --init huggingface (that side is right, and the other one is made equal), ' +
          '--init union (both are, and differences are conflicts)'
    return refuse('rewritten', '--init', message)
  })
}

/** There is no base. */
export function brakeUnrelated(
  why = 'The two repositories have no commit in common and their files differ.',
): Refusal[] {
  return refuse(
    'unrelated',
    '--init',
    `${why} ` +
      'To join them, run once with --init union: files that only one side has go to the other, files that differ are ' +
      'reported as conflicts. ' +
      'Or make one side equal to the other with --init github or --init huggingface, the side that is right',
  )
}

/** Paths are shown otherwise than at the last sync, and what is shown may be something else altogether. */
export function brakeOtherFiles(): Refusal[] {
  return brakeUnrelated(
    'By other paths than at the last sync (--subdirectory, --map), both sides have no file in common.',
  )
}

/** A side lacks the folder that it is to show: it may be misspelled. `why` says so. */
export function brakeAbsent(side: Side, why: string, services: Sides<string>): Refusal[] {
  const other = otherSide[side]
  return refuse(
    'unrelated',
    '--init',
    `${why}. Name the one that is meant; or, to make it from what ${services[other]} holds, run once with --init ${other}`,
  )
}

/** `--init github` or `huggingface`: what only the other side holds is deleted there. `paths`: as far as they are known. */
export function brakeInit(
  found: Pick<Deletions, 'services' | 'total' | 'emptied' | 'limit'> & {
    readonly winner: Side
    readonly paths: readonly string[]
    readonly deleted: number
  },
): Refusal[] {
  const { winner, services, paths, deleted, total, emptied, limit } = found
  const loser = services[otherSide[winner]]
  if (deleted === 0 || (!emptied && !isTooMuch(deleted, total, limit))) return []
  return refuse(
    emptied ? 'emptied' : 'deletions',
    '--allow-delete',
    `Making ${loser} equal to ${services[winner]} would delete ${deleted} of ${total} mirrored files ` +
      `there${paths.length > 0 ? `: ${quotePaths(paths)}` : ''}. ` +
      'If it is meant, run once with --allow-delete as well (with --dry-run, that lists all of them)',
  )
}

/** There is no base among the latest commits of a side. */
export function brakeTooLong(service: string, commits: number): Refusal[] {
  return refuse(
    'history too long',
    '--history-max',
    `No common commit was found among the latest ${commits} commits of ${service}, and older ones are not searched. ` +
      'To search them, run once with a larger --history-max',
  )
}

/** The two commits of the base do not hold the same files at these paths. */
export function brakeBaseMismatch(paths: readonly string[]): Refusal[] {
  if (paths.length === 0) return []
  return refuse(
    'diverged',
    '--init',
    `The two sides differ at the last common commit already, on ${paths.length} of the paths that changed since: ${quotePaths(paths)}. ` +
      'Somebody rewrote that commit, or another tool wrote to one side. Make a new base with --init union, ' +
      'or with --init github or --init huggingface, the side that is right',
  )
}

/** `store`: the side that keeps this side's LFS objects, and so the only one that was asked for them. */
export function brakeMissing(side: Side, paths: readonly string[], services: Sides<string>, store = side): Refusal[] {
  if (paths.length === 0) return []
  const missing =
    store === side
      ? `${services[side]} lacks the LFS objects of ${quotePaths(paths)}: its pointers name files that were never ` +
        'uploaded there, or that were deleted. Upload'
      : `${services[store]}, which keeps LFS objects for both sides with --lfs ${store}, lacks those of ` +
        `${services[side]}'s ${quotePaths(paths)}. ` +
        `Run once with --lfs both: that brings them from ${services[side]}'s store, if it has them. Else upload`
  return refuse('object missing', null, `${missing} them (git lfs push --all), or delete the pointers`)
}

/** What a service would refuse, in sentences. */
export function brakeHost(service: string, sentences: readonly string[]): Refusal[] {
  return sentences.flatMap((sentence) => refuse('host', null, `${service} would refuse this: ${sentence}`))
}

/** `paths`: files whose pointers a side would be left with, while the other side holds them plain or does not mirror them. */
export function brakeLostRules(side: Side, paths: readonly string[], services: Sides<string>): Refusal[] {
  const other = services[otherSide[side]]
  if (paths.length === 0) return []
  return refuse(
    'diverged',
    null,
    `${other}'s rules no longer keep ${quotePaths(paths)} in LFS, while ${services[side]} holds pointers: ` +
      `with these rules clones of it would get the pointers' text. ` +
      `Put the rule back on ${other}, or take it out on ${services[side]} too and store the files there without LFS ` +
      '(git add --renormalize .)',
  )
}

/** `store`: the side that keeps the objects of both, at `wanted`; the other one's `.lfsconfig` leads to `found`. */
export function brakeLfsUrl(
  store: Side,
  { found, wanted }: { readonly found: string; readonly wanted: string },
  services: Sides<string>,
): Refusal[] {
  return refuse(
    'host',
    null,
    `${services[otherSide[store]]}'s .lfsconfig sends clones to ${found} for LFS objects, and --lfs ${store} keeps ` +
      `them at ${wanted}. ` +
      'Take the url out of that file, or run with --lfs both',
  )
}

/** `.lfsconfig` is the whole repository's, of which a folder alone is mirrored. `url`: where it would have to lead. */
export function brakeSharedConfig(service: string, url: string): Refusal[] {
  return refuse(
    'host',
    null,
    `--lfs needs .lfsconfig in the root of the repository on ${service} to lead to ${url}, ` +
      'for the objects of all other folders as well. Write that yourself if it is meant, or run with --lfs both',
  )
}

/**
 * More than one commit could be the base, and nothing says how their files go together. `first`: the side by whose
 * history sync points are ordered.
 */
export function brakeCrossed(pairs: readonly Sides<string>[], services: Sides<string>, first: Side): Refusal[] {
  const shorten = (oid: string) => oid.slice(0, 7)
  const list = pairs
    .slice(0, 5)
    .map((pair) => valuesOf(pair).map(shorten).join('/'))
    .join(', ')
  return refuse(
    'crossed',
    '--init',
    `Both sides hold ${pairs.length} sync points of branches that were merged (${valuesOf(services).join('/')} ` +
      `${list}), none of which comes after the others, and ${services[first]}'s history has no one commit ` +
      'where they part. ' +
      'Make a new base: --init union (differences are conflicts), or --init github or --init huggingface, the side that is right',
  )
}

/** Two mirrored branches were merged, both had changed these paths, and the sides do not hold the same there now. */
export function brakeDisputed(paths: readonly string[]): Refusal[] {
  if (paths.length === 0) return []
  return refuse(
    'crossed',
    null,
    'Two mirrored branches were merged on both sides, or a pull request on each. Both had changed ' +
      `${quotePaths(paths)}, and the sides do not hold the same there now, so that nobody can tell which of them ` +
      'changed it since. ' +
      'Make one side hold there what the other holds, then run again; or make a new base with --init union',
  )
}

/**
 * `keys`: of the front matter that a side's card has, while it is to stay on the other side. `isWritten`: a run may write
 * the side.
 */
export function brakeFrontMatter(
  side: Side,
  { keys, isWritten }: { readonly keys: readonly string[]; readonly isWritten: boolean },
  services: Sides<string>,
): Refusal[] {
  const [here, there] = [services[side], services[otherSide[side]]]
  const named = keys.length === 0 ? '' : ` (${keys.slice(0, 5).join(', ')}${keys.length > 5 ? ', …' : ''})`
  const byRun =
    `; or run once with --front-matter both, which brings it to ${there}: the next run in this mode takes it out on ` +
    `${here} by itself`
  return refuse(
    'front matter',
    null,
    `README.md would have front matter${named} on ${here}, which is to stay on ${there} alone. ` +
      `${isWritten ? 'Either write' : 'Write'} it into README.md on ${there} and take it out on ${here}${isWritten ? byRun : ''}`,
  )
}
