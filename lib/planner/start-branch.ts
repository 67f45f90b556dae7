/** Where a branch starts that only one side has. */
import { listNames } from '../history/sync-points.ts'
import { servicesOf } from '../model/capabilities.ts'
import { RefusedError } from '../model/errors.ts'
import type { History, Remote } from '../model/remote.ts'
import { sameRepository } from '../model/repository.ts'
import { mapSides, otherSide, sides, sidesOf, valuesOf, type Side, type Sides } from '../model/sides.ts'
import { formatLostBranch, formatNoBranch } from '../plan/missing-branch.ts'
import { listHistories, type Histories, type Searching } from './histories.ts'
import { isUntouched, readBase } from './read-base.ts'

const areNamedAlike = (remotes: Sides<Remote>) => new Set(valuesOf(remotes).map(({ branch }) => branch)).size === 1

/**
 * Where a side without the branch has to start it: at the only commit of a repository that `--create` has just made; else
 * at the base of its default branch and the other side's branch; else at the latest of its commits that the other branch
 * names, if some branch still contains that. If none does, its owner deleted it with the branch (`lost`). Null where
 * nothing tells.
 */
async function findBranchPoint(
  side: Side,
  other: History & { state: 'branch' },
  remotes: Sides<Remote>,
  options: Searching,
): Promise<{ readonly at: string } | { readonly lost: string } | null> {
  const elsewhere = await remotes[side].readHistory('HEAD')
  const histories = listHistories(
    elsewhere.state === 'branch' ? sidesOf(side, elsewhere, other) : mapSides(() => other),
    null,
  )
  if (elsewhere.state === 'branch') {
    if (options.create !== null && (await isUntouched(remotes[side], histories.listings[side])))
      return { at: histories.heads[side]!.oid }
    if (!areNamedAlike(remotes)) return null
    const found = await readBase(histories, remotes, options)
    if (found.state === 'found' && found.rewritten.length === 0 && found.base.commits[side])
      return { at: found.base.commits[side] }
  }
  for (const { oid, repository } of listNames(histories.listings[otherSide[side]])) {
    if (await remotes[side].containsCommit(null, oid)) return { at: oid }
    if (sameRepository(repository, remotes[side].repository)) return { lost: oid }
  }
  return null
}

const defaultBranchOf = (history: History) => (history.state === 'no branch' ? history.defaultBranch : null)

/** The histories, with that of the branch to be made. Throws a `RefusedError` where it cannot be made. */
export async function startBranch(
  read: Sides<History>,
  remotes: Sides<Remote>,
  options: Searching,
): Promise<Histories> {
  const histories: Record<Side, History> = { ...read }
  let makeBranch: Histories['makeBranch'] = null
  for (const side of sides) {
    const history = histories[side]
    if (history.state !== 'no branch') continue
    const other = histories[otherSide[side]]
    const branches = mapSides((each) => remotes[each].branch)
    const defaults = mapSides((each) => defaultBranchOf(histories[each]))
    const services = servicesOf(remotes)
    const names = await history.readNames()
    // A branch under another name than the other side's may be a slip, unless the repository is new; and one with the name
    // of a tag is ambiguous to git.
    const isMeant = areNamedAlike(remotes) || options.create !== null
    const mayBeMade = other.state === 'branch' && isMeant && !names.isTag
    const point = mayBeMade ? await findBranchPoint(side, other, remotes, options) : null
    if (point === null) throw new RefusedError(formatNoBranch(side, { branches, defaults, services }, names))
    if ('lost' in point) throw new RefusedError(formatLostBranch(side, branches, point.lost, services))
    makeBranch = { side, at: point.at }
    histories[side] = await remotes[side].readHistory(point.at)
  }
  return listHistories(histories, makeBranch)
}
