/** Reads as much of both histories as the base needs, and what each side changed since. */
import {
  findBase,
  nameOneAnother,
  type Base,
  type BaseSearch,
  type Beside,
  type Listing,
  type Rewritten,
} from '../history/base.ts'
import { listNames } from '../history/sync-points.ts'
import { isFile, type Change, type Entry } from '../model/entry.ts'
import { RefusedError } from '../model/errors.ts'
import { emptyTreeId } from '../model/git-object.ts'
import { digestEdits, type Onto } from '../model/onto.ts'
import type { Commit, History, Remote } from '../model/remote.ts'
import { sameRepository } from '../model/repository.ts'
import { awaitSides, mapSides, otherSide, sides, sideName, type Side, type Sides } from '../model/sides.ts'
import { parseTrailers } from '../model/trailers.ts'
import { isAttributes, type View } from '../model/view.ts'
import { formatLostBranch, formatNoBranch } from '../plan/brakes.ts'
import type { Skipped } from '../plan/plan.ts'

/** What stands on both branches. `makeBranch`: the side that has none yet, and the commit where it starts. */
export interface Histories {
  readonly listings: Sides<Listing>
  readonly heads: Sides<Commit | null>
  readonly makeBranch: { readonly side: Side; readonly at: string } | null
  readonly more: Record<Side, (() => Promise<History>) | null>
}

/**
 * Where a side without the branch has to start it: at the base of its default branch and the other side's branch, or at
 * the commit that the latest of the latter names, if any branch still contains it. What no branch contains is what its
 * owner took away with the branch.
 */
async function findBranchPoint(
  side: Side,
  other: History & { state: 'branch' },
  remotes: Sides<Remote>,
  historyMax: number,
): Promise<{ readonly at: string } | { readonly lost: string } | null> {
  const elsewhere = await remotes[side].readHistory('HEAD')
  const histories = listHistories(
    { ...mapSides(() => other), ...(elsewhere.state === 'branch' ? { [side]: elsewhere } : {}) },
    null,
  )
  if (elsewhere.state === 'branch') {
    const found = await readBase(histories, remotes, historyMax)
    if (found.state === 'found' && found.rewritten.length === 0 && found.base.commits[side])
      return { at: found.base.commits[side] }
  }
  for (const { oid, repository } of listNames(histories.listings[otherSide[side]])) {
    if (await remotes[side].containsCommit(null, oid)) return { at: oid }
    if (sameRepository(repository, remotes[side].repository)) return { lost: oid }
  }
  return null
}

function listHistories(histories: Sides<History>, makeBranch: Histories['makeBranch']): Histories {
  const listings = mapSides((side): Listing => {
    const history = histories[side]
    return history.state === 'branch'
      ? { commits: history.commits, complete: history.readMore === null }
      : { commits: [], complete: true }
  })
  const more = mapSides((side) => {
    const history = histories[side]
    return history.state === 'branch' ? history.readMore : null
  })
  return { listings, heads: mapSides((side) => listings[side].commits[0] ?? null), makeBranch, more: { ...more } }
}

const defaultBranchOf = (history: History) => (history.state === 'no branch' ? history.defaultBranch : null)

/** Throws a `RefusedError` when a branch is missing and cannot be made from a sync point. */
export async function readHistories(remotes: Sides<Remote>, historyMax: number): Promise<Histories> {
  const histories: Record<Side, History> = { ...(await awaitSides((side) => remotes[side].readHistory())) }
  let makeBranch: Histories['makeBranch'] = null
  for (const side of sides) {
    const history = histories[side]
    if (history.state !== 'no branch') continue
    const other = histories[otherSide[side]]
    const branches = mapSides((each) => remotes[each].branch)
    const names = await history.readNames()
    // Only a name that the other side's branch has is surely no slip. A branch beside a tag of its name would make each
    // later use of that name doubtful.
    const mayBeMade = other.state === 'branch' && branches.github === branches.huggingface && !names.isTag
    const point = mayBeMade ? await findBranchPoint(side, other, remotes, historyMax) : null
    if (point === null)
      throw new RefusedError(
        formatNoBranch(
          side,
          branches,
          mapSides((each) => defaultBranchOf(histories[each])),
          names,
        ),
      )
    if ('lost' in point) throw new RefusedError(formatLostBranch(side, branches, point.lost))
    makeBranch = { side, at: point.at }
    histories[side] = await remotes[side].readHistory(point.at)
  }
  return listHistories(histories, makeBranch)
}

/** Whether the heads alone say that there is nothing to do. */
export function isInSync({ listings }: Histories, view: View): boolean {
  return nameOneAnother(listings, view)
}

/**
 * Whether the copy among two heads that name one another was made by a run that had seen to it that GitHub's
 * `.lfsconfig` leads there: who changes that file makes another head.
 */
export function recordsLfsUrl({ heads }: Histories, lfsUrl: string): boolean {
  return sides.some((side) => {
    const { mirroredFrom, mirroredLfs } = parseTrailers(heads[side]?.message ?? '')
    return mirroredLfs === lfsUrl && mirroredFrom?.oid === heads[otherSide[side]]?.oid
  })
}

/**
 * `rewritten` of what is too long: the trailers that cannot be believed, as far as was read; null where a sync point
 * was found and its trailers lead further down.
 */
export type FoundBase =
  | (Exclude<BaseSearch, { state: 'more' | 'prove' }> & { readonly listings: Sides<Listing> })
  | {
      readonly state: 'too long'
      readonly side: Side
      readonly rewritten: readonly Rewritten[] | null
      readonly listings: Sides<Listing>
    }

/** Whether a commit changed what it says, and nothing else; null where the service cannot tell. */
async function readProof(remote: Remote, commit: string, { parent, edits }: Onto): Promise<boolean | null> {
  const ids = await remote.readIds(parent === emptyTreeId ? null : parent, commit)
  return ids && digestEdits(ids) === edits
}

/**
 * Without the trailers that were written for other branches whose commits are still there: those came by a merge, and
 * nothing was rewound.
 */
async function dropMerged(rewritten: readonly Rewritten[], remotes: Sides<Remote>): Promise<Rewritten[]> {
  const left: Rewritten[] = []
  for (const one of rewritten) {
    const other = otherSide[one.side]
    const branch = one.branches[other]
    const isOther = one.why === 'not in the history' && branch !== remotes[other].branch
    if (!isOther || !(await remotes[other].containsCommit(branch, one.named))) left.push(one)
  }
  return left
}

/** Reads older commits only as far as they matter, and at most `historyMax` of a side. */
export async function readBase(
  { listings: first, more }: Histories,
  remotes: Sides<Remote>,
  historyMax: number,
): Promise<FoundBase> {
  const listings: Record<Side, Listing> = { ...first }
  const repositories = mapSides((side) => remotes[side].repository)
  const branches = mapSides((side) => remotes[side].branch)
  const proofs = new Map<string, boolean | null>()
  for (;;) {
    const search = findBase(listings, repositories, { branches, proofs })
    if (search.state === 'prove') {
      proofs.set(search.commit, await readProof(remotes.huggingface, search.commit, search.onto))
      continue
    }
    if (search.state === 'crossed') return { ...search, listings }
    if (search.state !== 'more') return { ...search, rewritten: await dropMerged(search.rewritten, remotes), listings }
    const { side } = search
    if (listings[side].commits.length >= historyMax) {
      const read = findBase(
        mapSides((each) => ({ ...listings[each], complete: true })),
        repositories,
        { branches, proofs },
      )
      return { state: 'too long', side, rewritten: read.state === 'none' ? read.rewritten : null, listings }
    }
    const history = await more[side]!()
    if (history.state !== 'branch') throw new Error(`history of ${side} ended while it was read`)
    more[side] = history.readMore
    listings[side] = { commits: [...listings[side].commits, ...history.commits], complete: history.readMore === null }
  }
}

/**
 * What each side changed since its base, inside the view; and what it changed that cannot be mirrored. `bases`: paths
 * that have a base of their own. `disputed`: of these, the ones whose base two sync points do not agree on. `wrong`:
 * paths that a part brought, and that are not what its original holds.
 */
export interface Changes {
  readonly wrong: readonly string[]
  readonly changes: Sides<Map<string, Change>>
  readonly chmods: Sides<ReadonlySet<string>>
  readonly skipped: readonly Skipped[]
  readonly bases: Map<string, Sides<string | null>>
  readonly disputed: ReadonlySet<string>
  readonly baseOf: (path: string) => Sides<string | null>
}

/** A change of content or existence that both services can hold; everything else stays on its side. */
function sortOut(
  side: Side,
  changes: readonly Change[],
  skipped: Skipped[],
  chmods = new Set<string>(),
): Map<string, Change> {
  const mirrored = new Map<string, Change>()
  for (const { path, before, after } of changes) {
    const kinds: Partial<Record<string, string>> = { 120000: 'symlink', 160000: 'submodule' }
    const kind = after && kinds[after.mode]
    if (kind) skipped.push({ side, path, why: `a ${kind} stays on ${sideName[side]}` })
    if (before && after && before.oid === after.oid && before.mode !== after.mode && isFile(before) && isFile(after)) {
      skipped.push({ side, path, why: `the executable bit stays on ${sideName[side]}` })
      chmods.add(path)
    }
    const was = isFile(before) ? before : null
    const is: Entry | null = isFile(after) ? after : null
    if (was?.oid !== is?.oid) mirrored.set(path, { path, before: was, after: is })
  }
  return mirrored
}

/** What one commit changed since another, as far as it is mirrored; everything it holds, where there is no other. */
export async function readMirrored(
  remote: Remote,
  from: string | null,
  to: string,
  includes: (path: string) => boolean,
): Promise<Map<string, Change>> {
  return sortOut(remote.side, await remote.readChanges(from, to, includes), [])
}

/**
 * Paths of a part that are not what its original holds: the service stored something else than it was sent, and whoever
 * wrote the part ended there. Files that are stored otherwise on the two sides are compared by length.
 */
async function listUnequal(parted: readonly Change[], other: Remote, original: string): Promise<Set<string>> {
  const files = parted.filter(({ path }) => !isAttributes(path))
  const there = await other.readEntries(
    original,
    files.map(({ path }) => path),
  )
  return new Set(
    files
      .filter(({ path, after }) => {
        const found = there.get(path) ?? null
        const [part, is] = [isFile(after) ? after : null, isFile(found) ? found : null]
        if (part === null || is === null) return part !== is
        return Boolean(part.lfs) === Boolean(is.lfs) ? part.oid !== is.oid : part.byteLength !== is.byteLength
      })
      .map(({ path }) => path),
  )
}

export async function readChanges(
  base: Base,
  heads: Sides<string | null>,
  remotes: Sides<Remote>,
  view: View,
): Promise<Changes> {
  const skipped: Skipped[] = []
  const chmods = mapSides(() => new Set<string>())
  const read = async (
    side: Side,
    from: string | null,
    includes: (path: string) => boolean,
  ): Promise<Map<string, Change>> => {
    const head = heads[side]
    return head === null || head === from
      ? new Map()
      : sortOut(side, await remotes[side].readChanges(from, head, includes), skipped, chmods[side])
  }
  const changes = await awaitSides((side) => {
    // Without a base, the rules that the Hub gave its repository are no change: they would turn GitHub's plain files
    // into objects.
    const ownRules = side === 'huggingface' && base.commits.huggingface === null && base.emptySide !== 'github'
    return read(side, base.commits[side], (path) => view.includes(path) && !(ownRules && isAttributes(path)))
  })
  const bases = new Map<string, Sides<string | null>>()
  const setBase = async (includes: (path: string) => boolean, commits: Sides<string | null>): Promise<void> => {
    const after = await awaitSides((side) => read(side, commits[side], (path) => view.includes(path) && includes(path)))
    for (const side of sides) {
      for (const path of changes[side].keys()) if (includes(path)) changes[side].delete(path)
      for (const [path, change] of after[side]) changes[side].set(path, change)
    }
    for (const side of sides) for (const path of after[side].keys()) bases.set(path, commits)
  }
  const added = view.added(base.set)
  if (added && base.commits.github !== null) await setBase(added, noCommits)
  const beside = base.beside && (await readBeside(base.commits.github!, base.beside, remotes.github, view))
  if (beside && beside.own.size > 0) await setBase((path) => beside.own.has(path), base.beside!.commits)
  if (beside && beside.disputed.size > 0) await setBase((path) => beside.disputed.has(path), noCommits)
  const wrong: string[] = []
  for (const { side, part, parent, original } of base.parts) {
    const other = otherSide[side]
    const parted = await remotes[side].readChanges(parent, part, view.includes)
    const unequal = await listUnequal(parted, remotes[other], original)
    for (const path of unequal) wrong.push(path)
    const brought = new Set(parted.map(({ path }) => path).filter((path) => !unequal.has(path)))
    const commits = { [side]: part, [other]: original } as unknown as Sides<string>
    await setBase((path) => brought.has(path), commits)
    for (const path of brought) bases.set(path, commits)
  }
  return {
    changes,
    chmods,
    skipped,
    wrong,
    bases,
    disputed: beside?.disputed ?? new Set(),
    baseOf: (path) => bases.get(path) ?? base.commits,
  }
}

const noCommits: Sides<null> = { github: null, huggingface: null }

/**
 * What two sync points made of the commit from which both go out, read on GitHub alone since both sides are equal
 * there. `own`: the paths that only the second changed. `disputed`: those that both changed, each to something else.
 */
async function readBeside(
  first: string,
  { commits, fork }: Beside,
  github: Remote,
  view: View,
): Promise<{ readonly own: ReadonlySet<string>; readonly disputed: ReadonlySet<string> }> {
  const readMade = async (to: string) =>
    new Map((await github.readChanges(fork, to, view.includes)).map(({ path, after }) => [path, after?.oid ?? null]))
  const [there, here] = await Promise.all([readMade(first), readMade(commits.github)])
  const paths = [...here.keys()]
  return {
    own: new Set(paths.filter((path) => !there.has(path))),
    disputed: new Set(paths.filter((path) => there.has(path) && there.get(path) !== here.get(path))),
  }
}
