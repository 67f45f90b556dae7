/** Which commits a plan writes on each side: the table in the design, "What it writes". Pure. */
import type { Base } from '../history/base.ts'
import { describeCopy, latestDate, type Message } from '../history/message.ts'
import type { Listing } from '../history/topology.ts'
import { rolesOf, type Roles } from '../model/capabilities.ts'
import { nameContent } from '../model/content.ts'
import { ownKind } from '../model/entry.ts'
import type { Commit, Remote } from '../model/remote.ts'
import { formatRepository } from '../model/repository.ts'
import { mapSides, otherSide, sides, type Side, type Sides } from '../model/sides.ts'
import { planEdit, type PlannedEdit } from './edits.ts'
import { lfsConfigPath } from './lfs-config.ts'
import type { Original, PlannedCommit } from './plan.ts'

/**
 * A commit of the other side, and the edits that turn the copy of the one before it into its own copy. `older`: commits before
 * it, newest first, for which that copy stands as well.
 */
export interface Replayed {
  readonly original: Commit
  readonly older?: readonly Commit[]
  readonly edits: readonly PlannedEdit[]
}

/**
 * Where both sides moved, the second side's commits stand on the first side as a line of their own, which is then merged.
 * `edits` turn the tree of `start` into exactly that of the second side's head. `start` is a commit of the first side;
 * null: the line begins with a commit without parents.
 */
export interface SideLine {
  readonly start: string | null
  readonly edits: readonly PlannedEdit[]
}

/** What commits are made of. */
export interface Assembly {
  /** What each side is called, and what it can do. */
  readonly remotes: Sides<Pick<Remote, 'repository' | 'branch' | 'capabilities'>>
  readonly base: Base
  readonly listings: Sides<Listing>
  /** People's own commits since the base, newest first. */
  readonly originals: Sides<readonly Commit[]>
  /** As `findMoved` tells. */
  readonly moved: Sides<boolean>
  /** What each side gets on top of its head. */
  readonly edits: Sides<readonly PlannedEdit[]>
  readonly line: SideLine
  /** The commits of the side that moved (of the second one, if both did); null where one copy stands for all. */
  readonly replayed: readonly Replayed[] | null
  /** The `.lfsconfig` of one side, which goes with its last commit, or into one of its own. Null: it is right. */
  readonly config: PlannedEdit | null
  /** The only side that is written, which then holds what the other one has; null: both are. */
  readonly to?: Side | null
}

/**
 * Which sides moved: those that changed a mirrored file, or whose version the other side gets. A side is only the latter
 * where somebody takes its version of a file of which it changed the mode alone.
 */
export function findMoved(changes: Sides<ReadonlyMap<string, unknown>>, edits: Assembly['edits']): Sides<boolean> {
  return mapSides((side) => changes[side].size > 0 || edits[otherSide[side]].length > 0)
}

/** A commit without its parents. */
interface Unplaced extends Message {
  readonly copyOf: PlannedCommit['copyOf']
  readonly until?: string | null
  readonly edits: readonly PlannedEdit[]
}

/** What commits are made of, and what all of them need of it: both heads, and the date of the later one. */
interface Drafting extends Assembly {
  readonly heads: Sides<Commit | null>
  readonly date: string
}

/** A head as what a commit is a copy of. */
const idOf = (head: Commit | null) => head && { oid: head.oid }
const parentsOn = (head: Commit | null) => (head ? [{ oid: head.oid }] : [])

/** The mirror's own commit on a side's head, without edits. */
function commitOn(side: Side, { heads, date }: Drafting) {
  return { parents: parentsOn(heads[side]), body: '', author: null, date, edits: [] }
}

/** Puts commits on top of one another, beginning at `start`, and dates none earlier than its parent. */
function chain(
  drafts: readonly Unplaced[],
  start: { readonly oid: string; readonly committerDate?: string | undefined } | null,
): PlannedCommit[] {
  const line: PlannedCommit[] = []
  for (const { date, ...draft } of drafts) {
    const before = line.at(-1)
    const parentDate = before?.date ?? start?.committerDate ?? date
    const parents = before ? [{ index: line.length - 1 }] : start ? [{ oid: start.oid }] : []
    line.push({ ...draft, parents, date: latestDate([date, parentDate]) })
  }
  return line
}

/**
 * The copies of the commits of `from`: one for each of them, or one for all, which lists them. `copyOf` is what the last
 * copy stands for, `edits` are those of a single one, and `isSingle` asks for that.
 */
function copyCommits(
  { remotes, base, listings, originals, replayed, heads, date }: Drafting,
  from: Side,
  { copyOf, edits, isSingle }: Pick<Unplaced, 'copyOf' | 'edits'> & { readonly isSingle: boolean },
): Unplaced[] {
  const to = otherSide[from]
  const options = {
    from: formatRepository(remotes[from].repository),
    credited: !remotes[to].capabilities.authors,
    closes: remotes[to].capabilities.closesIssues,
    fallbackDate: date,
  }
  if (replayed && !isSingle)
    return replayed.map(({ original, older = [], edits: own }, index) => ({
      ...describeCopy([original, ...older], { ...options, complete: true }),
      ...(index === replayed.length - 1
        ? { copyOf }
        : { copyOf: { oid: original.oid }, until: idOf(heads[from])!.oid }),
      edits: own,
    }))
  // Commits before a new base are not what it copies.
  const listed = base.by === 'init' ? [] : originals[from]
  const complete = base.commits[from] !== null || listings[from].complete
  return [{ ...describeCopy(listed, { ...options, complete }), copyOf, edits }]
}

/**
 * A commit that deletes symlinks and submodules where files are to stand. On a service that lets nobody set modes a file
 * would take over the mode of the symlink that it replaces, so that the symlink has to be gone before.
 */
function clearPlaces({ remotes, edits, date }: Drafting, side: Side): Unplaced[] {
  if (remotes[side].capabilities.modes) return []
  const own = edits[side].filter(({ content, was }) => content !== null && ownKind(was) !== null)
  if (own.length === 0) return []
  return [
    {
      title: `Remove what stands in the place of ${own.length === 1 ? 'a file' : `${own.length} files`}`,
      body: own.map(({ path, was }) => `- ${ownKind(was)} ${path}`).join('\n'),
      author: null,
      date,
      copyOf: null,
      edits: own.map(({ path, to, was }) => planEdit({ path, to, content: null, hunks: null }, () => was, false)),
    },
  ]
}

/** The side line, and the merge of the first side's head with it. */
function mergeLine(drafting: Drafting, copyOf: PlannedCommit['copyOf']): PlannedCommit[] {
  const { remotes, listings, heads, edits, line, date } = drafting
  const { first, second } = rolesOf(remotes)
  const { committerDate } = listings[first].commits.find(({ oid }) => oid === line.start) ?? {}
  const copied = { copyOf: idOf(heads[second]), edits: line.edits, isSingle: false }
  // There is no line without a commit to start from and without a file.
  const isEmpty = line.start === null && line.edits.length === 0
  const start = line.start === null ? null : { oid: line.start, committerDate }
  const commits = isEmpty ? [] : chain(copyCommits(drafting, second, copied), start)
  const merge: PlannedCommit = {
    parents: [...parentsOn(heads[first]), ...(commits.length > 0 ? [{ index: commits.length - 1 }] : [])],
    title: `Merge ${formatRepository(remotes[second].repository)} into ${remotes[first].branch}`,
    body: '',
    author: null,
    date: latestDate([date, ...commits.slice(-1).map((one) => one.date)]),
    copyOf,
    edits: edits[first],
  }
  return [...commits, merge]
}

/** The commits of the first side, which gets the merge where both moved. */
function assembleFirst(drafting: Drafting): PlannedCommit[] {
  const { remotes, base, moved, edits, heads, config } = drafting
  const { first, second } = rolesOf(remotes)
  const secondHead = idOf(heads[second])
  const isEqual = base.by === 'content' && sides.every((side) => base.commits[side] === (heads[side]?.oid ?? null))
  const nothingToWrite = sides.every((side) => edits[side].length === 0)
  // A commit with edits of both sides is a copy of no head: the second side gets its files next.
  const copyOf = edits[second].length === 0 ? secondHead : null
  const own = commitOn(first, drafting)
  const line: PlannedCommit[] = []
  if (isEqual || (moved[first] && !moved[second] && nothingToWrite)) {
    // This commit changes no file. It records that the sides are equal now, so that a later revert is seen as a change.
    const title = `Join with ${formatRepository(remotes[second].repository)}`
    line.push({ ...own, title, body: `Both hold the same files.`, copyOf: secondHead })
  } else if (moved[second] && moved[first] && remotes[first].capabilities.merges) {
    line.push(...mergeLine(drafting, copyOf))
  } else if (moved[second]) {
    // Where the service has no merges, what both sides changed is one commit on top of the head.
    const copied = copyCommits(drafting, second, { copyOf, edits: edits[first], isSingle: moved[first] })
    line.push(...chain([...clearPlaces(drafting, first), ...copied], heads[first]))
  }
  if (config?.to === first) addConfig(line, config, { ...own, copyOf })
  return line
}

/** Adds the file to the last commit of its side; `own` is the commit that holds it where there is no other. */
function addConfig(line: PlannedCommit[], config: PlannedEdit, own: Omit<PlannedCommit, 'title'>): void {
  const last = line.pop() ?? { ...own, title: `Set ${config.path}` }
  line.push({ ...last, edits: [...last.edits, config] })
}

/** The commits of both sides, each list on top of its head, oldest first. An empty list: nothing is written there. */
export function assembleCommits(assembly: Assembly): Sides<PlannedCommit[]> {
  const { remotes, listings, edits, config } = assembly
  const roles = rolesOf(remotes)
  const { first, second } = roles
  const heads = mapSides((side) => listings[side].commits[0] ?? null)
  const date = latestDate(sides.flatMap((side) => heads[side]?.committerDate ?? []))
  const drafting = { ...assembly, heads, date }
  const commits = mapSides((): PlannedCommit[] => [])
  if (assembly.to !== second) commits[first].push(...assembleFirst(drafting))
  const isWritten = commits[first].length > 0
  const copyOf = isWritten ? 'new head' : idOf(heads[first])
  if (edits[second].length > 0) {
    const copied = copyCommits(drafting, first, { copyOf, edits: edits[second], isSingle: isWritten })
    commits[second].push(...chain([...clearPlaces(drafting, second), ...copied], heads[second]))
  }
  if (config?.to === second) addConfig(commits[second], config, { ...commitOn(second, drafting), copyOf })
  const wanted = mapSides((side) => (config?.to === side ? [...edits[side], config] : edits[side]))
  const headIds = mapSides((side) => heads[side]?.oid ?? null)
  requireWhole(commits, wanted, headIds, roles)
  return commits
}

/** The commit of the same list that another one is made on; undefined where that one exists already. */
function firstParent(line: readonly PlannedCommit[], { parents: [first] }: PlannedCommit): PlannedCommit | undefined {
  return first && 'index' in first ? line[first.index] : undefined
}

/**
 * Checks this program itself before anything is written, and throws where the commits are not what was decided: an edit
 * that no commit makes would end as "In sync", and every later run would believe a commit that says it is a copy of a head
 * whose files it does not hold.
 */
export function requireWhole(
  commits: Sides<readonly PlannedCommit[]>,
  edits: Assembly['edits'],
  heads: Sides<string | null>,
  { first, second }: Roles,
): void {
  for (const side of sides) {
    // The last commit makes these very edits.
    if (commits[side].at(-1)?.edits === edits[side]) continue
    const made = new Map<string, PlannedEdit>()
    for (let commit = commits[side].at(-1); commit; commit = firstParent(commits[side], commit))
      for (const edit of commit.edits) if (!made.has(edit.path)) made.set(edit.path, edit)
    for (const { path, content } of edits[side]) {
      const edit = made.get(path)
      if (!edit || nameContent(edit.content) !== nameContent(content))
        throw new Error(`no commit for ${side} makes the edit of ${JSON.stringify(path)}`)
    }
  }
  const [merged, copied] = [commits[first].at(-1), commits[second].at(-1)]
  // `.lfsconfig` is a side's own: two commits that differ in it alone hold the same files.
  const isMirrored = ({ path }: PlannedEdit) => path !== lfsConfigPath
  const nameOf = (copyOf: Original | null) => (copyOf === null || copyOf === 'new head' ? copyOf : copyOf.oid)
  const isFalse =
    (merged !== undefined && merged.copyOf !== null && edits[second].some(isMirrored)) ||
    (copied !== undefined && nameOf(copied.copyOf) !== (merged ? 'new head' : heads[first]))
  if (isFalse) throw new Error('a commit names a head of the other side whose files it does not hold')
}
