/** The plan: everything a run will do, as a value. A dry run prints it, a run carries it out and decides nothing. */
import type { Base } from '../history/base.ts'
import type { Conflict } from '../merge/outcome.ts'
import { digest } from '../model/digest.ts'
import type { LfsObject } from '../model/entry.ts'
import type { Commit, NewCommit, Repository } from '../model/remote.ts'
import { mapSides, sides, type Side, type Sides } from '../model/sides.ts'
import { becomesObject, type PlannedEdit } from './edits.ts'

/**
 * A brake: what stopped the run, by how much, and the flag that allows it; null where none does. `kind` is part of
 * `--json`, so its words stay: 'diverged' is a base mismatch (the two commits of the base are not equal), which has
 * nothing to do with diverged branches in git.
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
  readonly message: string
  readonly allowedBy: string | null
  /** Where files are gone: which, and how to have them back. */
  readonly loss?: Loss
}

/**
 * Files that a side deleted, the first thousand by path; `others`: paths that it changed otherwise. `fact` and `back`
 * are the parts of the refusal's message: what is so, and what `--init` with the other side costs.
 */
export interface Loss {
  readonly side: Side
  readonly fact: string
  readonly back: string
  readonly count: number
  readonly others: number
  readonly paths: readonly string[]
}

/** Something that stays on one side, and why. */
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

/**
 * A conflict with a link to each side's version, null where that side has none; `deleted` where it had one since the
 * base.
 */
export interface PlannedConflict extends Omit<Conflict, 'hunks'> {
  readonly hunks: readonly PlannedHunk[]
  readonly links: Sides<string | null>
  readonly deleted: Sides<boolean>
}

/** All edits of the plan, those of one side after those of the other. */
export function listEdits({ edits }: Pick<Plan, 'edits'>): PlannedEdit[] {
  return sides.flatMap((side) => edits[side])
}

/** Whether objects are sent to a side: some that it lacks, or files that become objects. */
export function sendsObjects({ commits, objects }: Pick<Plan, 'commits' | 'objects'>, side: Side): boolean {
  return objects[side].length > 0 || commits[side].some(({ edits }) => edits.some(becomesObject))
}

/** A commit of the other side: one that exists, or the head that this plan gives it. */
export type Original = { readonly oid: string } | 'new head'

/**
 * As `NewCommit`, its edits not yet resolved to bytes. `copyOf`: the commit whose files it holds, and which its trailer
 * names; null where it holds the files of none.
 */
export interface PlannedCommit extends Omit<NewCommit, 'edits' | 'mirrors' | 'part' | 'marks'> {
  readonly edits: readonly PlannedEdit[]
  readonly copyOf: Original | null
}

export interface Plan {
  readonly repositories: Sides<Repository>
  /** What messages call each side. */
  readonly services: Sides<string>
  readonly branches: Sides<string>
  /** What is mirrored, where that is more than the default. */
  readonly set: string | null
  /** The LFS server of the side that keeps the objects of both: the other one's `.lfsconfig` names it after this plan. */
  readonly lfsUrl: string | null
  readonly heads: Sides<string | null>
  readonly base: Sides<string | null> | null
  readonly baseBy: Base['by'] | null
  /** When the base was reached, RFC 3339; null without one. */
  readonly baseDate: string | null
  /** People's own commits since the base, by side, newest first; for who reads the plan. */
  readonly originals: Sides<readonly Commit[]>
  /** A branch that has to be made first, at this commit. */
  readonly makeBranch: { readonly side: Side; readonly at: string } | null
  /**
   * What each side gets on top of its head, whatever number of commits that makes; empty where the run ends before that
   * is known.
   */
  readonly edits: Sides<readonly PlannedEdit[]>
  readonly conflicts: readonly PlannedConflict[]
  readonly refusals: readonly Refusal[]
  readonly skipped: readonly Skipped[]
  /** Sentences on what stops nothing and has to be known. */
  readonly notes: readonly string[]
  /** A guess of how many requests it takes to carry the plan out; 0 where that is nothing. */
  readonly requests: number
  /** Requests that only a dry run makes, to find out what would stand in a run's way. */
  readonly askedAhead: number
  readonly commits: Sides<readonly PlannedCommit[]>
  /** How many commits that makes on each side: a service may take a large one in parts only. */
  readonly commitCounts: Sides<number>
  /**
   * Git ids of plain files that a side gets and whose bytes it has already; only a dry run asks for them before they
   * are sent.
   */
  readonly present: Sides<ReadonlySet<string>>
  /** LFS objects that a side lacks; each is hashed on its way. */
  readonly objects: Sides<readonly LfsObject[]>
  readonly digest: string
}

/**
 * What each edit writes, as the digest covers it: what is only said of it to people is left out. Lists of plain values,
 * since a plan may have very many edits.
 */
function* listWritten(edits: readonly PlannedEdit[]) {
  for (const { path, content, store, mode } of edits)
    if (content === null || 'text' in content) yield [path, store, mode, content?.text ?? null]
    else {
      const { from, commit, path: origin, entry } = content
      const { oid, byteLength, lfs } = entry
      yield [path, store, mode, from, commit, origin, entry.mode, oid, byteLength, lfs?.oid ?? null]
    }
}

/**
 * What in the plan must not change between a dry run and the run after it. Where there are commits, the lines of the
 * plan are what they make of the heads. SHA-256 in hex.
 */
export function digestPlan(plan: Omit<Plan, 'digest'>): string {
  const isWritten = sides.some((side) => plan.commits[side].length > 0)
  return digest({
    ...plan,
    services: undefined,
    requests: undefined,
    edits: isWritten ? null : listWritten(listEdits(plan)),
    commits: mapSides((side) => plan.commits[side].map((commit) => ({ ...commit, edits: listWritten(commit.edits) }))),
    originals: undefined,
    skipped: null,
    notes: null,
    askedAhead: null,
    present: null,
    objects: null,
  })
}

export type PlanStatus = 'in-sync' | 'planned' | 'conflict' | 'refused' | 'denied'

/** What a plan amounts to; a refusal outweighs a conflict, since it says that the base itself is in doubt. */
export function planStatus({ refusals, conflicts, commits, makeBranch }: Plan): PlanStatus {
  if (refusals.length > 0) return refusals.every(({ kind }) => kind === 'token') ? 'denied' : 'refused'
  if (conflicts.length > 0) return 'conflict'
  return sides.some((side) => commits[side].length > 0) || makeBranch ? 'planned' : 'in-sync'
}
