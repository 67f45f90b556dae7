/** Which commits a plan writes on each side. Design, section 3: the table. Pure. */
import type { Base, Listing } from './base.ts'
import { isFile, type Change, type Entry, type Mode } from './entry.ts'
import { describeCopy, latestDate, listOriginals } from './message.ts'
import type { Outcome } from './merge.ts'
import type { PlannedCommit, PlannedEdit } from './plan.ts'
import { findRenames } from './rename.ts'
import type { Repository, Store } from './remote.ts'
import { formatRepository } from './repository.ts'
import { mapSides, otherSide, sides, type Side, type Sides } from './sides.ts'

/** An outcome with the way it will be stored and what stands there now. */
export interface Stored { readonly outcome: Outcome, readonly store: Store | null, readonly was: Entry | null }

export interface Assembly {
  readonly base: Base
  /** Where the side line starts, if there is one: null for a commit without parents. */
  readonly lineStart: string | null
  readonly listings: Sides<Listing>
  readonly repositories: Sides<Repository>
  readonly branches: Sides<string>
  readonly changes: Sides<ReadonlyMap<string, Change>>
  /** What each side gets on top of its head. */
  readonly edits: Sides<readonly Stored[]>
  /** What turns the base's GitHub tree into a copy of Hugging Face's head. */
  readonly copyEdits: readonly Stored[]
}

/** Modes are GitHub's alone: an existing file keeps its own, one that Hugging Face renamed takes it along. */
function planEdits(stored: readonly Stored[], changes: Sides<ReadonlyMap<string, Change>>, keepsModes: boolean): PlannedEdit[] {
  const modes = new Map<string, Mode>(stored.flatMap(({ outcome, was }) => was && isFile(was) ? [[outcome.path, was.mode]] : []))
  const renamedFrom = new Map([...findRenames(changes.huggingface)].map(([from, to]) => [to, from]))
  return stored.map(({ outcome: { path, content }, store }) => ({
    path, content, store,
    mode: content === null || !keepsModes ? null : modes.get(path) ?? modes.get(renamedFrom.get(path) ?? '') ?? '100644',
  }))
}

/** No commit on a side means that nothing is written there. */
export function assembleCommits({ base, lineStart, listings, repositories, branches, changes, edits, copyEdits }: Assembly): Sides<PlannedCommit[]> {
  const heads = mapSides((side) => listings[side].commits[0] ?? null)
  const moved = mapSides((side) => changes[side].size > 0)
  const names = mapSides((side) => formatRepository(repositories[side]))
  const github: PlannedCommit[] = []
  const huggingface: PlannedCommit[] = []
  const describe = (from: Side, credited: boolean) => describeCopy(listOriginals(listings[from], base.commits[from], repositories[otherSide[from]]),
    { from: names[from], credited, complete: base.commits[from] !== null || listings[from].complete, fallbackDate: date })
  const date = latestDate(sides.flatMap((side) => heads[side] ? [heads[side].committerDate] : []))
  const hubHead = heads.huggingface?.oid ?? null
  const parents = heads.github ? [heads.github.oid] : []
  const nothingToWrite = edits.github.length === 0 && edits.huggingface.length === 0

  if (base.by === 'content' || (moved.github && !moved.huggingface && nothingToWrite)) {
    // The one kind of commit that changes no file: it remembers that the sides are equal, so that a later revert is a change.
    github.push({ parents, title: `Join with ${names.huggingface}`, body: `Both hold the same files.`, author: null, date, names: hubHead, edits: [] })
  } else if (moved.huggingface) {
    const { title, body, author, date: original } = describe('huggingface', false)
    const copy = { title, body, author, names: hubHead }
    if (!moved.github) github.push({ ...copy, parents, date: latestDate([original, date]), edits: planEdits(edits.github, changes, true) })
    else {
      const startDate = listings.github.commits.find(({ oid }) => oid === lineStart)?.committerDate
      const copyDate = latestDate([original, ...startDate ? [startDate] : []])
      github.push({ ...copy, parents: lineStart === null ? [] : [lineStart], date: copyDate, edits: planEdits(copyEdits, changes, true) })
      github.push({
        parents: [...parents, 0], title: `Merge ${names.huggingface} into ${branches.github}`, body: '', author: null, date: latestDate([date, copyDate]),
        // A merge whose files are the Hub's own stands for the Hub's head; another one is what the Hub gets next.
        names: edits.huggingface.length === 0 ? hubHead : null, edits: planEdits(edits.github, changes, true),
      })
    }
  }
  if (edits.huggingface.length > 0) {
    const { title, body, author } = describe('github', true)
    huggingface.push({
      parents: hubHead === null ? [] : [hubHead], title, body, author, date,
      names: github.length > 0 ? 'written' : heads.github?.oid ?? null, edits: planEdits(edits.huggingface, changes, false),
    })
  }
  return { github, huggingface }
}
