/** Reads as much of both histories as the base needs, and what each side changed since. */
import { findBase, nameOneAnother, type Base, type BaseSearch, type Listing } from './base.ts'
import { isFile, type Change, type Entry } from './entry.ts'
import { formatNoBranch } from './brakes.ts'
import { RefusedError } from './errors.ts'
import type { Skipped } from './plan.ts'
import type { Commit, History, Remote } from './remote.ts'
import { awaitSides, mapSides, otherSide, sides, sideName, type Side, type Sides } from './sides.ts'
import { parseTrailers } from './trailers.ts'
import { isAttributes, type View } from './view.ts'

/** What stands on both branches. `makeBranch`: the side that has none yet, and the commit where it starts. */
export interface Histories {
  readonly listings: Sides<Listing>
  readonly heads: Sides<Commit | null>
  readonly makeBranch: { readonly side: Side, readonly at: string } | null
  readonly more: Record<Side, (() => Promise<History>) | null>
}

/** Where a side without the branch has to start it: at the base of its default branch and the other side's branch, or at a commit that one of the latter names. */
async function findBranchPoint(side: Side, other: History & { state: 'branch' }, remotes: Sides<Remote>, historyMax: number): Promise<string | null> {
  const elsewhere = await remotes[side].readHistory('HEAD')
  if (elsewhere.state === 'branch') {
    const found = await readBase(listHistories({ ...mapSides(() => other), [side]: elsewhere }, null), remotes, historyMax)
    if (found.state === 'found' && found.rewritten.length === 0 && found.base.commits[side]) return found.base.commits[side]
  }
  for (const { message, tree } of other.commits) {
    const { mirroredFrom, mirroredTree } = parseTrailers(message)
    if (mirroredFrom && (tree === null || tree === mirroredTree) && await remotes[side].hasCommit(mirroredFrom.oid)) return mirroredFrom.oid
  }
  return null
}

function listHistories(histories: Sides<History>, makeBranch: Histories['makeBranch']): Histories {
  const listings = mapSides((side): Listing => {
    const history = histories[side]
    return history.state === 'branch' ? { commits: history.commits, complete: history.readMore === null } : { commits: [], complete: true }
  })
  const more = mapSides((side) => { const history = histories[side]; return history.state === 'branch' ? history.readMore : null })
  return { listings, heads: mapSides((side) => listings[side].commits[0] ?? null), makeBranch, more: { ...more } }
}

const defaultBranchOf = (history: History) => history.state === 'no branch' ? history.defaultBranch : null

/** Throws a `RefusedError` when a branch is missing and cannot be made from a sync point. */
export async function readHistories(remotes: Sides<Remote>, historyMax: number): Promise<Histories> {
  const histories: Record<Side, History> = { ...await awaitSides((side) => remotes[side].readHistory()) }
  let makeBranch: Histories['makeBranch'] = null
  for (const side of sides) {
    if (histories[side].state !== 'no branch') continue
    const other = histories[otherSide[side]]
    const at = other.state === 'branch' ? await findBranchPoint(side, other, remotes, historyMax) : null
    if (at === null) throw new RefusedError(formatNoBranch(side, mapSides((each) => remotes[each].branch), mapSides((each) => defaultBranchOf(histories[each]))))
    makeBranch = { side, at }
    histories[side] = await remotes[side].readHistory(at)
  }
  return listHistories(histories, makeBranch)
}

/** Whether the heads alone say that there is nothing to do. */
export function isInSync({ heads }: Histories): boolean {
  return heads.github !== null && heads.huggingface !== null && nameOneAnother({ github: heads.github, huggingface: heads.huggingface })
}

export type FoundBase = Exclude<BaseSearch, { state: 'more' }> & { readonly listings: Sides<Listing> } | { readonly state: 'too long', readonly side: Side, readonly listings: Sides<Listing> }

/** Reads older commits only as far as they matter, and at most `historyMax` of a side. */
export async function readBase({ listings: first, more }: Histories, remotes: Sides<Remote>, historyMax: number): Promise<FoundBase> {
  const listings: Record<Side, Listing> = { ...first }
  const repositories = mapSides((side) => remotes[side].repository)
  for (;;) {
    const search = findBase(listings, repositories)
    if (search.state !== 'more') return { ...search, listings }
    const { side } = search
    if (listings[side].commits.length >= historyMax) return { state: 'too long', side, listings }
    const history = await more[side]!()
    if (history.state !== 'branch') throw new Error(`history of ${side} ended while it was read`)
    more[side] = history.readMore
    listings[side] = { commits: [...listings[side].commits, ...history.commits], complete: history.readMore === null }
  }
}

/** What each side changed since its base, inside the view; and what it changed that cannot be mirrored. `bases`: paths that have a base of their own. `wrong`: paths that a part brought, and that are not what its original holds. */
export interface Changes { readonly wrong: readonly string[], readonly changes: Sides<Map<string, Change>>, readonly chmods: Sides<ReadonlySet<string>>, readonly skipped: readonly Skipped[], readonly bases: Map<string, Sides<string | null>>, readonly baseOf: (path: string) => Sides<string | null> }

/** A change of content or existence that both services can hold; everything else stays on its side. */
function sortOut(side: Side, changes: readonly Change[], skipped: Skipped[], chmods = new Set<string>()): Map<string, Change> {
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
export async function readMirrored(remote: Remote, from: string | null, to: string, includes: (path: string) => boolean): Promise<Map<string, Change>> {
  return sortOut(remote.side, await remote.readChanges(from, to, includes), [])
}

/**
 * Paths of a part that are not what its original holds: the service stored something else than it was sent, and whoever wrote the part ended there.
 * Files that are stored otherwise on the two sides are compared by length.
 */
async function listUnequal(parted: readonly Change[], other: Remote, original: string): Promise<Set<string>> {
  const files = parted.filter(({ path }) => !isAttributes(path))
  const there = await other.readEntries(original, files.map(({ path }) => path))
  return new Set(files.filter(({ path, after }) => {
    const found = there.get(path) ?? null
    const [part, is] = [isFile(after) ? after : null, isFile(found) ? found : null]
    if (part === null || is === null) return part !== is
    return Boolean(part.lfs) === Boolean(is.lfs) ? part.oid !== is.oid : part.byteLength !== is.byteLength
  }).map(({ path }) => path))
}

export async function readChanges(base: Base, heads: Sides<string | null>, remotes: Sides<Remote>, view: View): Promise<Changes> {
  const skipped: Skipped[] = []
  const chmods = mapSides(() => new Set<string>())
  const read = async (side: Side, from: string | null, includes: (path: string) => boolean): Promise<Map<string, Change>> => {
    const head = heads[side]
    return head === null || head === from ? new Map() : sortOut(side, await remotes[side].readChanges(from, head, includes), skipped, chmods[side])
  }
  const changes = await awaitSides((side) => {
    // Without a base, the rules that the Hub gave its repository are no change: they would turn GitHub's plain files into objects.
    const ownRules = side === 'huggingface' && base.commits.huggingface === null && base.emptySide !== 'github'
    return read(side, base.commits[side], (path) => view.includes(path) && !(ownRules && isAttributes(path)))
  })
  const bases = new Map<string, Sides<string | null>>()
  const wrong: string[] = []
  for (const { side, part, parent, original } of base.parts) {
    const other = otherSide[side]
    const parted = await remotes[side].readChanges(parent, part, view.includes)
    const unequal = await listUnequal(parted, remotes[other], original)
    wrong.push(...unequal)
    const brought = new Set(parted.map(({ path }) => path).filter((path) => !unequal.has(path)))
    const after = { [side]: await read(side, part, (path) => brought.has(path)), [other]: await read(other, original, (path) => brought.has(path)) } as unknown as Sides<Map<string, Change>>
    for (const path of brought) {
      bases.set(path, side === 'github' ? { github: part, huggingface: original } : { github: original, huggingface: part })
      for (const each of sides) {
        const change = after[each].get(path)
        if (change) changes[each].set(path, change)
        else changes[each].delete(path)
      }
    }
  }
  return { changes, chmods, skipped, wrong, bases, baseOf: (path) => bases.get(path) ?? base.commits }
}
