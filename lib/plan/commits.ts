/** Which commits a plan writes on each side. Design, "What it writes": the table. Pure. */
import type { Base, Listing } from '../history/base.ts'
import { describeCopy, latestDate, listOriginals, type Message } from '../history/message.ts'
import { type Capabilities, type Roles } from '../model/capabilities.ts'
import { nameContent } from '../model/content.ts'
import { ownKind, type Change } from '../model/entry.ts'
import type { Repository } from '../model/remote.ts'
import { formatRepository } from '../model/repository.ts'
import { mapSides, otherSide, sides, type Side, type Sides } from '../model/sides.ts'
import { openEdit, type PlannedEdit } from './edits.ts'
import type { Copy, PlannedCommit } from './plan.ts'

export interface Assembly {
  readonly base: Base
  /** Where the side line starts, if there is one: null for a commit without parents. */
  readonly lineStart: string | null
  readonly listings: Sides<Listing>
  readonly repositories: Sides<Repository>
  readonly branches: Sides<string>
  readonly capabilities: Sides<Capabilities>
  readonly roles: Roles
  readonly changes: Sides<ReadonlyMap<string, Change>>
  /** What each side gets on top of its head. */
  readonly edits: Sides<readonly PlannedEdit[]>
  /** What turns the base's tree on the first side into a copy of the second side's head. */
  readonly copyEdits: readonly PlannedEdit[]
  /**
   * The commits of the side that moved (of the second one, if both did) one by one; null where one copy stands for all.
   */
  readonly copies: readonly Copy[] | null
  /** A file of the first side's own that the mirror has to write there, with the last commit if there is one. */
  readonly config: PlannedEdit | null
}

/**
 * Who brings something of its own: a side that changed what is mirrored, or whose version the other one gets. The
 * latter alone happens where somebody takes the version of a side that only changed what does not travel, such as a
 * mode.
 */
export function listMoved(changes: Assembly['changes'], edits: Assembly['edits']): Sides<boolean> {
  return mapSides((side) => changes[side].size > 0 || edits[otherSide[side]].length > 0)
}

/** A commit before it has a place. */
interface Draft extends Message {
  readonly names: PlannedCommit['names']
  readonly edits: readonly PlannedEdit[]
}

/** Commits on top of one another, none older than its parent. */
function chain(drafts: readonly Draft[], start: string | null, startDate: string | null): PlannedCommit[] {
  const line: PlannedCommit[] = []
  for (const { date, ...draft } of drafts) {
    const before = line.at(-1)
    const parentDate = before?.date ?? startDate
    line.push({
      ...draft,
      parents: before ? [line.length - 1] : start === null ? [] : [start],
      date: latestDate([date, ...(parentDate ? [parentDate] : [])]),
    })
  }
  return line
}

type Copies = (
  from: Side,
  names: PlannedCommit['names'],
  whole: readonly PlannedEdit[],
  options?: { readonly isSingle: boolean },
) => Draft[]

/** What one side's commits come to on the other: one by one, or as one that lists them. The last one names the head. */
function describeCopies({ base, listings, repositories, capabilities, copies }: Assembly, date: string): Copies {
  return (from, toHead, whole, { isSingle } = { isSingle: false }) => {
    const to = otherSide[from]
    const options = {
      from: formatRepository(repositories[from]),
      credited: !capabilities[to].authors,
      closes: capabilities[to].closesIssues,
      fallbackDate: date,
    }
    if (copies && !isSingle) {
      return copies.map(({ original, edits: own }, index) => ({
        ...describeCopy([original], { ...options, complete: true }),
        names: index === copies.length - 1 ? toHead : original.oid,
        edits: own,
      }))
    }
    // A new base says nothing of what came before it.
    const originals = base.by === 'init' ? [] : listOriginals(listings[from], base.commits[from], repositories[to])
    return [
      {
        ...describeCopy(originals, { ...options, complete: base.commits[from] !== null || listings[from].complete }),
        names: toHead,
        edits: whole,
      },
    ]
  }
}

/**
 * A commit that clears the place of symlinks and submodules where files go. A service that keeps no modes may keep that
 * of what it replaces, so that a symlink has to be gone before a file comes in its place. It changes no file that is
 * mirrored.
 */
function clearPlaces({ capabilities, edits }: Assembly, side: Side, date: string): Draft[] {
  if (capabilities[side].modes) return []
  const own = edits[side].filter(({ content, was }) => content !== null && ownKind(was) !== null)
  if (own.length === 0) return []
  return [
    {
      title: `Remove what stands in the place of ${own.length === 1 ? 'a file' : `${own.length} files`}`,
      body: own.map(({ path, was }) => `- ${ownKind(was)} ${path}`).join('\n'),
      author: null,
      date,
      names: null,
      edits: own.map(({ path, to, was }) => openEdit({ path, to, content: null, hunks: null }, was)),
    },
  ]
}

/** The second side's commits as a line beside the first side's own, and the merge of both. */
function mergeLine(assembly: Assembly, copy: Copies, toHead: PlannedCommit['names'], date: string): PlannedCommit[] {
  const { lineStart, listings, repositories, branches, edits, copyEdits } = assembly
  const { first, second } = assembly.roles
  const [head, secondHead] = [listings[first].commits[0], listings[second].commits[0]?.oid ?? null]
  const startDate = listings[first].commits.find(({ oid }) => oid === lineStart)?.committerDate ?? null
  // Without a commit to start from and without a file there is no line.
  const line =
    lineStart === null && copyEdits.length === 0 ? [] : chain(copy(second, secondHead, copyEdits), lineStart, startDate)
  const merge: PlannedCommit = {
    parents: [...(head ? [head.oid] : []), ...(line.length > 0 ? [line.length - 1] : [])],
    title: `Merge ${formatRepository(repositories[second])} into ${branches[first]}`,
    body: '',
    author: null,
    date: latestDate([date, ...line.slice(-1).map((one) => one.date)]),
    names: toHead,
    edits: edits[first],
  }
  return [...line, merge]
}

/** What the first side gets. */
function assembleFirst(assembly: Assembly, copy: Copies, date: string): PlannedCommit[] {
  const { base, listings, repositories, capabilities, changes, edits, config } = assembly
  const { first, second } = assembly.roles
  const moved = listMoved(changes, edits)
  const heads = mapSides((side) => listings[side].commits[0] ?? null)
  const secondHead = heads[second]?.oid ?? null
  const isEqual = base.by === 'content' && sides.every((side) => base.commits[side] === (heads[side]?.oid ?? null))
  const nothingToWrite = sides.every((side) => edits[side].length === 0)
  // A commit whose files are the second side's own stands for its head; another one is what that side gets next.
  const toHead = edits[second].length === 0 ? secondHead : null
  const own = { parents: heads[first] ? [heads[first].oid] : [], body: '', author: null, date, edits: [] }
  const line: PlannedCommit[] = []
  if (isEqual || (moved[first] && !moved[second] && nothingToWrite)) {
    // The one kind of commit that changes no file: it remembers that the sides are equal, so that a later revert is a
    // change.
    const title = `Join with ${formatRepository(repositories[second])}`
    line.push({ ...own, title, body: `Both hold the same files.`, names: secondHead })
  } else if (moved[second] && moved[first] && capabilities[first].merges) {
    line.push(...mergeLine(assembly, copy, toHead, date))
  } else if (moved[second]) {
    // On a line, what both sides changed is one commit on top, whose edits are the merge's.
    const copied = copy(second, toHead, edits[first], { isSingle: moved[first] })
    const cleared = clearPlaces(assembly, first, date)
    line.push(...chain([...cleared, ...copied], heads[first]?.oid ?? null, heads[first]?.committerDate ?? null))
  }
  if (config) {
    const last = line.pop() ?? { ...own, title: `Set ${config.path}`, names: toHead }
    line.push({ ...last, edits: [...last.edits, config] })
  }
  return line
}

/** No commit on a side means that nothing is written there. */
export function assembleCommits(assembly: Assembly): Sides<PlannedCommit[]> {
  const { listings, edits, config } = assembly
  const { first, second } = assembly.roles
  const heads = mapSides((side) => listings[side].commits[0] ?? null)
  const head = mapSides((side) => heads[side]?.oid ?? null)
  const date = latestDate(sides.flatMap((side) => (heads[side] ? [heads[side].committerDate] : [])))
  const copy = describeCopies(assembly, date)
  const commits = mapSides((): PlannedCommit[] => [])
  commits[first].push(...assembleFirst(assembly, copy, date))
  if (edits[second].length > 0) {
    const isWritten = commits[first].length > 0
    const line = copy(first, isWritten ? 'written' : head[first], edits[second], { isSingle: isWritten })
    const cleared = clearPlaces(assembly, second, date)
    commits[second].push(...chain([...cleared, ...line], head[second], heads[second]?.committerDate ?? null))
  }
  const wanted = mapSides((side) => [...edits[side], ...(side === first && config ? [config] : [])])
  requireWhole(commits, wanted, head, assembly.roles)
  return commits
}

/**
 * Throws where the commits do not come to what was decided, which is a mistake of this program and must be found out
 * before anything is written: an edit that no commit makes would end as "In sync", and a commit that names a head whose
 * files it does not hold would be believed by every later run.
 */
export function requireWhole(
  commits: Sides<readonly PlannedCommit[]>,
  edits: Assembly['edits'],
  heads: Sides<string | null>,
  { first, second }: Roles,
): void {
  for (const side of sides) {
    const made = new Map<string, PlannedEdit>()
    for (
      let next: string | number | undefined = commits[side].length - 1;
      typeof next === 'number' && next >= 0;
      next = commits[side][next]!.parents[0]
    ) {
      for (const edit of commits[side][next]!.edits) if (!made.has(edit.path)) made.set(edit.path, edit)
    }
    for (const { path, content } of edits[side]) {
      const edit = made.get(path)
      if (!edit || nameContent(edit.content) !== nameContent(content))
        throw new Error(`no commit for ${side} makes the edit of ${JSON.stringify(path)}`)
    }
  }
  const [merged, copied] = [commits[first].at(-1), commits[second].at(-1)]
  const isFalse =
    (merged !== undefined && merged.names !== null && edits[second].length > 0) ||
    (copied !== undefined && copied.names !== (merged ? 'written' : heads[first]))
  if (isFalse) throw new Error('a commit names a head of the other side whose files it does not hold')
}
