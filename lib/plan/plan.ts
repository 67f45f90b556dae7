/** The plan: everything that a run will do, as a value. A dry run prints it; a run carries it out and decides nothing. */
import type { Base } from '../history/base.ts'
import type { Conflict } from '../merge/outcome.ts'
import { contentByteLength, nameContent } from '../model/content.ts'
import { digest } from '../model/digest.ts'
import type { LfsObject } from '../model/entry.ts'
import { countRequests, type Requests } from '../model/guesses.ts'
import type { Proposal } from '../model/proposal.ts'
import type { Commit, NewCommit, Repository } from '../model/remote.ts'
import { mapSides, sides, valuesOf, type Side, type Sides } from '../model/sides.ts'
import type { UndoRange } from '../model/undo-range.ts'
import type { Filters } from '../view/filters.ts'
import { nameSet } from '../view/view.ts'
import type { Creation } from './creation.ts'
import { becomesObject, type PlannedEdit } from './edits.ts'
import type { Forecast } from './forecast.ts'

/**
 * Why a run ends before it writes. `allowedBy`: the flag that lets it go on, null where none does. `kind` is part of
 * `--json`, so its words stay: 'diverged' is a base mismatch (the two commits of the base are not equal), not what git
 * calls diverged branches.
 */
export interface Refusal {
  readonly kind:
    | 'emptied'
    | 'deletions'
    | 'unrelated'
    | 'rewritten'
    | 'diverged'
    | 'object missing'
    | 'host'
    | 'no branch'
    | 'history too long'
    | 'public'
    | 'token'
    | 'crossed'
    | 'one way'
    | 'front matter'
    | 'undone'
  readonly message: string
  readonly allowedBy: string | null
  /** Where files are gone: which, and how to have them back. */
  readonly loss?: Loss
}

/**
 * Files that a side deleted, the first thousand by path; `others`: paths that it changed otherwise. `byteLength`: of all
 * that would come to it, with what the other side has changed since. `fact` and `back` are the parts of the refusal's
 * message: what is so, and what `--init` with the other side costs.
 */
export interface Loss {
  readonly side: Side
  readonly fact: string
  readonly back: string
  readonly byteLength: number
  readonly count: number
  readonly others: number
  readonly paths: readonly string[]
}

/** Something that is not mirrored, and why. */
export interface Skipped {
  readonly side: Side
  readonly path: string
  readonly why: string
}

/** As `Hunk`; null for lines that are not to be shown to everybody who reads the report. */
export interface PlannedHunk extends Sides<readonly string[] | null> {
  readonly line: number
  readonly base: readonly string[] | null
}

/** A conflict with a link to each side's version; null where it has none, `deleted` where it had one at the base. */
export interface PlannedConflict extends Omit<Conflict, 'hunks'> {
  readonly hunks: readonly PlannedHunk[]
  /** The side whose version alone can be taken, where the other side is the only one that is written. */
  readonly only?: Side
  readonly links: Sides<string | null>
  readonly deleted: Sides<boolean>
  /** Of each side's version; null where it has none, or where that is not known. */
  readonly byteLengths: Sides<number | null>
  /** Git's id of each side's version; null where it has none. */
  readonly oids: Sides<string | null>
}

/** All edits of the plan, those of one side after those of the other. */
export function listEdits({ edits }: Pick<Plan, 'edits'>): PlannedEdit[] {
  const [some, others] = valuesOf(edits)
  return [...some, ...others]
}

/** How many requests it takes to carry the plan out, of both sides together. */
export function countAhead({ requests }: Pick<Plan, 'requests'>): number {
  return valuesOf(requests).reduce((sum, some) => sum + countRequests(some), 0)
}

/** Whether objects are sent to a side: some that it lacks, or files that become objects. */
export function sendsObjects({ commits, objects }: Pick<Plan, 'commits' | 'objects'>, side: Side): boolean {
  return objects[side].length > 0 || commits[side].some(({ edits }) => edits.some(becomesObject))
}

/** What is sent to a side as objects, each once: its length in bytes by its name, as `nameContent` gives it. */
export function listSending({ commits, objects }: Pick<Plan, 'commits' | 'objects'>, side: Side): Map<string, number> {
  const made = commits[side].flatMap(({ edits }) =>
    edits.filter(becomesObject).map(({ content }) => [nameContent(content)!, contentByteLength(content)] as const),
  )
  return new Map([...objects[side].map(({ oid, byteLength }) => [oid, byteLength] as const), ...made])
}

/** A commit of the other side: one that exists, or the head that this plan gives it. */
export type Original = { readonly oid: string } | 'new head'

/**
 * As `NewCommit`, its edits not yet resolved to bytes. `copyOf`: the commit whose files it holds, and which its trailer
 * names; null where it holds the files of none. `until`: what the last copy of the same run copies, where that is another.
 */
export interface PlannedCommit extends Omit<NewCommit, 'edits' | 'mirrors' | 'part' | 'marks'> {
  readonly edits: readonly PlannedEdit[]
  readonly copyOf: Original | null
  readonly until?: string | null
}

/** A conflict that was settled beforehand: whose version is taken (`both`: the lines of both), and which option said so. */
export interface Settled {
  readonly path: string
  readonly side: Side | 'both'
  readonly by: 'take' | 'prefer' | 'create'
}

/**
 * A pull request for which a run does nothing. `closed`: people refused what it brings. `theirs`: it is open, what it brings is
 * not the latest, and people have added commits to it. `elsewhere`: people have it go to another branch.
 */
export interface Waiting {
  readonly side: Side
  readonly proposal: Proposal
  readonly why: 'open' | 'closed' | 'theirs' | 'elsewhere'
}

/** Everything that a run will do, or why it does nothing. */
export interface Plan {
  readonly repositories: Sides<Repository>
  /** What messages call each side. */
  readonly services: Sides<string>
  readonly branches: Sides<string>
  /** What is mirrored. */
  readonly filters: Filters
  /** The LFS server of the side that keeps the objects of both: the other one's `.lfsconfig` names it after this plan. */
  readonly lfsUrl: string | null
  readonly heads: Sides<string | null>
  readonly base: Sides<string | null> | null
  readonly baseBy: Base['by'] | null
  /** When the base was made, RFC 3339; null without a base. */
  readonly baseDate: string | null
  /** People's own commits since the base, newest first. */
  readonly originals: Sides<readonly Commit[]>
  /** The repository that has to be made before all else, against which the plan was made as if it were empty. */
  readonly creates: Creation | null
  /** The side whose branch has to be made first, and the commit where it starts. */
  readonly makeBranch: { readonly side: Side; readonly at: string } | null
  /** The pull request that was opened by an earlier run and is still open, where one was looked for. */
  readonly open: Sides<Proposal | null>
  /** The pull request because of which nothing is done; null where none is. */
  readonly waiting: Waiting | null
  /** What each side gets on top of its head, in whatever commits; empty where the plan ends before that is known. */
  readonly edits: Sides<readonly PlannedEdit[]>
  readonly conflicts: readonly PlannedConflict[]
  readonly settled: readonly Settled[]
  readonly refusals: readonly Refusal[]
  readonly skipped: readonly Skipped[]
  /** Sentences about what people have to know, although it stops nothing. */
  readonly notes: readonly string[]
  /** A guess of the requests that it takes to carry the plan out. */
  readonly requests: Sides<Requests>
  /** What the limits of the services make of that. */
  readonly forecast: Forecast
  /** Whether it is the most that `countBytes` tells: a service takes only what is new of objects, and nobody knows yet how much. */
  readonly mayMoveLess: boolean
  /** Requests that only a dry run has made, to find out what would stand in a run's way. */
  readonly askedAhead: number
  readonly commits: Sides<readonly PlannedCommit[]>
  /** What a run with `--undo` takes back, null on a side where it has nothing to do; null for any other run. */
  readonly undo: Sides<UndoRange | null> | null
  /** How many commits each side will show for them: a service may take a large one in parts only. */
  readonly commitCounts: Sides<number>
  /** Git ids of plain files whose bytes a side has already, as far as it was asked. */
  readonly present: Sides<ReadonlySet<string>>
  /** LFS objects that have to be brought to each side. */
  readonly objects: Sides<readonly LfsObject[]>
  /** As `digestPlan` makes it. */
  readonly digest: string
}

/** What each edit writes, without what is said of it to people. Lists of plain values, since there may be 100,000. */
function* listWritten(edits: readonly PlannedEdit[]) {
  for (const { path, content, store, mode } of edits)
    if (content === null || 'text' in content) yield [path, store, mode, content?.text ?? null]
    else {
      const { side, commit, path: origin, entry } = content
      const { oid, byteLength, lfs } = entry
      yield [path, store, mode, side, commit, origin, entry.mode, oid, byteLength, lfs?.oid ?? null]
    }
}

/**
 * SHA-256 in hex of what must not change between a dry run and the run after it: the heads, the base, and every commit
 * with the path, content, store and mode of its edits. Where nothing is written, the edits themselves.
 */
export function digestPlan(plan: Omit<Plan, 'digest'>): string {
  const isWritten = sides.some((side) => plan.commits[side].length > 0)
  return digest({
    ...plan,
    filters: undefined,
    creates: plan.creates ?? undefined,
    open: undefined,
    waiting: undefined,
    undo: plan.undo ?? undefined,
    set: nameSet(plan.filters),
    services: undefined,
    requests: undefined,
    forecast: undefined,
    mayMoveLess: undefined,
    edits: isWritten ? null : listWritten(listEdits(plan)),
    commits: mapSides((side) => plan.commits[side].map((commit) => ({ ...commit, edits: listWritten(commit.edits) }))),
    originals: undefined,
    settled: undefined,
    skipped: null,
    notes: null,
    askedAhead: null,
    present: null,
    objects: null,
  })
}

/**
 * What a plan comes to; `waiting`: for people and their pull request; `denied`: a token may not write; `undone`: nothing is
 * left to undo.
 */
export type PlanStatus = 'in-sync' | 'waiting' | 'planned' | 'undone' | 'conflict' | 'refused' | 'denied'

/** A refusal outweighs conflicts: it may say that there is no base to merge from. An undo tells its conflicts as refusals. */
export function planStatus({ refusals, conflicts, commits, makeBranch, creates, waiting, undo }: Plan): PlanStatus {
  if (undo && conflicts.length > 0) return 'conflict'
  if (refusals.length > 0) return refusals.every(({ kind }) => kind === 'token') ? 'denied' : 'refused'
  if (conflicts.length > 0) return 'conflict'
  if (waiting) return 'waiting'
  if (sides.some((side) => commits[side].length > 0) || makeBranch || creates) return 'planned'
  return undo ? 'undone' : 'in-sync'
}
