/**
 * The base of two histories that no trailer joins: a pair of commits, one a side, whose files are equal. Another tool or
 * a person may have left such a pair, or a history that was squashed or rewritten since. Design, "Sync points"; decision
 * 0013.
 */
import { mapConcurrent } from '../async/concurrent.ts'
import type { Rewritten } from '../history/base.ts'
import { readableAncestors, sortByTopology, type Listing } from '../history/topology.ts'
import type { Undone } from '../history/undone.ts'
import { Facts } from '../merge/questions.ts'
import { rolesOf, type Roles } from '../model/capabilities.ts'
import { isAttributes, isFile, type BareEntry, type Entry } from '../model/entry.ts'
import type { Commit } from '../model/remote.ts'
import { mapSides, otherSide, sides, sidesOf, valuesOf, type Side, type Sides } from '../model/sides.ts'
import { askUntilKnown } from './ask-until-known.ts'
import { listFiles, type Comparing, type Comparison } from './compare.ts'
import { readSide } from './side-changes.ts'

/** Commits of a side that are looked at. Each costs a comparison with its parent, unless both have one tree. */
const commitsMax = 100
/** Comparisons under way at once. */
const comparisonsMax = 4

type Held = Entry | BareEntry | null

/** A commit. `child`: the later commit from which it was reached. `held`: its files where they differ from the head's. */
interface Row {
  readonly commit: Commit
  readonly child: Row | null
  readonly held: ReadonlyMap<string, Held>
}

/**
 * Commits that the pair has to contain, by side. A rewritten copy was a sync point once, so that no older commit may be
 * the base.
 */
function listRequired(rewritten: readonly Rewritten[]): Sides<ReadonlySet<string>> {
  return mapSides((own) => {
    const required = rewritten.flatMap(({ side, commit, named, why }) =>
      side === own ? [commit] : why === 'changed since it was copied' ? [named] : [],
    )
    return new Set(required)
  })
}

/** The latest commits of a history that contain all of `required`, children before parents. */
function listCandidates({ commits }: Listing, required: ReadonlySet<string>): Commit[] {
  const contained = readableAncestors(commits, commits[0]!.oid)
  const sorted = sortByTopology(commits)
    .filter(({ oid }) => contained.has(oid))
    .slice(0, commitsMax)
  if (required.size === 0) return sorted
  return sorted.filter(({ oid }) => {
    const before = readableAncestors(commits, oid)
    return [...required].every((one) => before.has(one))
  })
}

/** What each of the commits holds, told by the comparisons between it and the head, whose `files` are known. */
async function readRows(
  side: Side,
  candidates: readonly Commit[],
  files: ReadonlyMap<string, Entry>,
  { remotes, includes }: Comparing,
): Promise<Row[]> {
  const ids = new Set(candidates.map(({ oid }) => oid))
  const childOf = new Map<string, Commit>()
  for (const commit of candidates)
    for (const parent of commit.parents) if (ids.has(parent) && !childOf.has(parent)) childOf.set(parent, commit)
  const before = new Map<string, readonly (readonly [path: string, held: Held])[]>()
  const { unshown, pickCommits } = remotes[side]
  const [head] = candidates
  // Where only a part is shown, most commits may change nothing of it. A merge that only brings changes is not picked.
  const picked = unshown && pickCommits && head ? new Set(await pickCommits(head.oid, candidates)) : null
  const isIdle = (child: Commit) => picked !== null && !picked.has(child) && child.parents.length === 1
  await mapConcurrent(candidates, comparisonsMax, async ({ oid, tree }) => {
    const child = childOf.get(oid)
    if (!child || isIdle(child) || (tree !== null && tree === child.tree)) return
    const { mirrored } = await readSide(
      remotes[side],
      { from: oid, to: child.oid },
      (path) => includes(path) && !isAttributes(path),
    )
    const held = [...mirrored.values()].map(({ path, before: was }) => [path, isFile(was) ? was : null] as const)
    before.set(oid, held)
  })
  const rows = new Map<string, Row>()
  for (const commit of candidates) {
    const child = rows.get(childOf.get(commit.oid)?.oid ?? '') ?? null
    const held = new Map(child?.held)
    for (const [path, was] of before.get(commit.oid) ?? []) {
      if (was?.oid === files.get(path)?.oid) held.delete(path)
      else held.set(path, was)
    }
    rows.set(commit.oid, { commit, child, held })
  }
  return [...rows.values()]
}

/** Compares commits of both sides, and remembers what it has read for that. */
class Comparer {
  readonly #files: Comparison['files']
  readonly #search: Comparing
  readonly #first: Side
  /** Paths at which the two heads have different ids. */
  readonly #unlike: readonly string[]
  /** Entries by git id and path: an id alone does not tell a plain file from an object. */
  readonly #entries = mapSides(() => new Map<string, Entry | null>())
  readonly #facts = new Facts()

  constructor(files: Comparison['files'], search: Comparing) {
    this.#files = files
    this.#search = search
    this.#first = rolesOf(search.remotes).first
    const [one, other] = valuesOf(files)
    this.#unlike = [...new Set([...one.keys(), ...other.keys()])].filter(
      (path) => one.get(path)?.oid !== other.get(path)?.oid,
    )
    for (const side of sides)
      for (const [path, entry] of files[side]) this.#entries[side].set(`${entry.oid} ${path}`, entry)
  }

  #held(side: Side, { held }: Row, path: string): Held {
    return held.has(path) ? held.get(path)! : (this.#files[side].get(path) ?? null)
  }

  /** Paths whose ids differ on the two commits; null where one of them lacks what the other has. */
  #listUnlike(rows: Sides<Row>): string[] | null {
    const unlike = new Set<string>()
    for (const paths of [this.#unlike, ...valuesOf(rows).map(({ held }) => held.keys())]) {
      for (const path of paths) {
        const [here, there] = valuesOf(mapSides((side) => this.#held(side, rows[side], path)))
        if (here?.oid === there?.oid) continue
        if (here === null || there === null) return null
        unlike.add(path)
      }
    }
    return [...unlike]
  }

  async #readEntries(side: Side, row: Row, paths: readonly string[]): Promise<Map<string, Entry | null>> {
    const key = (path: string) => `${this.#held(side, row, path)!.oid} ${path}`
    const unknown = paths.filter((path) => !this.#entries[side].has(key(path)))
    if (unknown.length > 0)
      for (const [path, entry] of await this.#search.remotes[side].readEntries(row.commit.oid, unknown))
        this.#entries[side].set(key(path), entry)
    return new Map(paths.map((path) => [path, this.#entries[side].get(key(path)) ?? null]))
  }

  /** Where ids differ the bytes decide: one side may have as an object what the other has as a plain file. */
  async areEqual(rows: Sides<Row>): Promise<boolean> {
    const unlike = this.#listUnlike(rows)
    if (unlike === null || unlike.length === 0) return unlike !== null
    const read = (side: Side) => this.#readEntries(side, rows[side], unlike)
    const entries = sidesOf(this.#first, await read(this.#first), await read(otherSide[this.#first]))
    const entriesAt = (path: string) => mapSides((side) => entries[side].get(path) ?? null)
    const placesOf = (path: string) => mapSides((side) => ({ side, commit: rows[side].commit.oid, path }))
    const isSame = (path: string) => this.#facts.sameOnBoth(entriesAt(path), placesOf(path))
    const differs = () => unlike.map(isSame).includes(false)
    return !(await askUntilKnown(this.#facts, this.#search.contents, differs, (found) => found))
  }
}

/** Equal commits of both sides, by their indices in the rows. Of a commit and its child that are equal, the child. */
async function findEqual(
  rows: Sides<readonly Row[]>,
  { first, second }: Roles,
  comparer: Comparer,
): Promise<Sides<number>[]> {
  const equal = new Map<Row, Set<Row>>()
  const found: Sides<number>[] = []
  for (const [at, here] of rows[first].entries()) {
    equal.set(here, new Set())
    for (const [otherAt, there] of rows[second].entries()) {
      if (!(await comparer.areEqual(sidesOf(first, here, there)))) continue
      equal.get(here)!.add(there)
      const isNewest =
        !(here.child && equal.get(here.child)!.has(there)) && !(there.child && equal.get(here)!.has(there.child))
      if (isNewest) found.push(sidesOf(first, at, otherAt))
    }
  }
  return found
}

/** Whether the pairs have one order: no commit is in two of them, and of any two the same one is later on both sides. */
function isOneLine(pairs: readonly Sides<number>[]): boolean {
  return pairs.every((a, index) =>
    pairs.slice(index + 1).every((b) => sides.reduce((product, side) => product * (a[side] - b[side]), 1) > 0),
  )
}

/** Whether two commits of a side hold the same files. */
function holdSame(a: Row, b: Row): boolean {
  return a.held.size === b.held.size && [...a.held].every(([path, held]) => b.held.get(path)?.oid === held?.oid)
}

/**
 * The latest pair of commits that hold the same files, null where there is none, or none for certain.
 *
 * Where one side alone has trailers that cannot be believed (`rewritten`), the pair has to contain them, and its latest
 * commit counts: equal files lead to the same merge. A pair of other files that is later on the other side makes that
 * uncertain: each of the two would undo what was done after the other one. Otherwise there must be one answer only, since
 * a side that went back to something older must not be taken for one that never moved on. Two sides without files prove
 * nothing.
 */
export async function findEqualCommits(
  heads: Sides<string>,
  listings: Sides<Listing>,
  { rewritten, undone }: { readonly rewritten: readonly Rewritten[]; readonly undone: Undone['commits'] },
  search: Comparing,
): Promise<Sides<string> | null> {
  const roles = rolesOf(search.remotes)
  const { first, second } = roles
  const required = listRequired(rewritten)
  const candidates = mapSides((side) => listCandidates(listings[side], required[side]))
  if (sides.some((side) => candidates[side].length === 0)) return null
  const files = await listFiles(heads, search.remotes, search.includes)
  if (sides.every((side) => files[side].size === 0)) return null
  const read = (side: Side) => readRows(side, candidates[side], files[side], search)
  const rows = sidesOf(first, await read(first), await read(second))
  const pairs = await findEqual(rows, roles, new Comparer(files, search))
  const isEmpty = (side: Side, { held }: Row) =>
    [...files[side].keys()].every((path) => held.get(path) === null) && [...held.values()].every((one) => one === null)
  const isUndone = (pair: Sides<number>) => sides.some((side) => undone[side].has(rows[side][pair[side]]!.commit.oid))
  const telling = pairs.filter((pair) => !isEmpty(first, rows[first][pair[first]]!) && !isUndone(pair))
  const certain = sides.find((side) => required[side].size > 0 && required[otherSide[side]].size === 0)
  if (!certain && !isOneLine(telling)) return null
  const by = certain ?? first
  const [latest] = telling.toSorted((a, b) => a[by] - b[by] || a[otherSide[by]] - b[otherSide[by]])
  if (!latest) return null
  const other = otherSide[by]
  const isCrossed = telling.some(
    (pair) => pair[other] < latest[other] && !holdSame(rows[by][pair[by]]!, rows[by][latest[by]]!),
  )
  if (isCrossed) return null
  const root = rows[second][latest[second]]!.commit
  // Both sides may have begun with equal files by chance, where both went on since and neither was squashed.
  const isSquashed = root.parents.length === 0 && /squash/i.test(root.message)
  if (!certain && !isSquashed && sides.every((side) => latest[side] > 0)) return null
  return mapSides((side) => rows[side][latest[side]]!.commit.oid)
}
