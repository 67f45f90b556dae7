/**
 * What a merge has decided so far, and what its rules ask while they decide. Each rule is a function in a file of its
 * own that takes the verdict first; `merge.ts` says in which order they are asked.
 */
import type { Place } from '../model/content.ts'
import { foldersAbove, isFile, type BareEntry, type Change, type Entry } from '../model/entry.ts'
import { mapSides, otherSide, sides, type Side, type Sides } from '../model/sides.ts'
import { keepVersion } from './keep-both.ts'
import type { Conflict, MergeInput, Outcome } from './outcome.ts'
import type { Facts } from './questions.ts'
import { findMoves, type Moves } from './renames.ts'

/** Writes the outcomes of a conflict for which the user has taken a side. */
export type Settle = (taken: Side) => void

/** Conflicts that take a version of a file away, and not only a name or a place. */
const keptKinds: ReadonlySet<Conflict['kind']> = new Set(['content', 'add/add', 'modify/delete', 'type'])

/** The verdict while it is made: what the rules have decided so far, and what they ask of both sides. */
export class Verdict {
  readonly input: MergeInput
  readonly facts: Facts
  /** What each side renamed. */
  readonly moves: Sides<Moves>
  readonly outcomes: Outcome[] = []
  readonly conflicts: Conflict[] = []
  /** Paths at which the base's two commits turn out not to be equal. */
  readonly baseMismatches = new Set<string>()
  /** Paths that were decided together with others: no later rule looks at them. */
  readonly decided = new Set<string>()
  /** Files that both sides added and whose texts were asked for. */
  addedRead = 0
  /** Of what each side renamed: new path to old path. */
  readonly #origins: Sides<Map<string, string>>
  readonly #cleared = mapSides(() => new Set<string>())
  /** Answers of `findBlock` by folder. */
  readonly #blocks = mapSides(() => new Map<string, string | null | undefined>())
  readonly #foldersMade = new Map<Side, ReadonlySet<string>>()

  constructor(input: MergeInput, facts: Facts) {
    this.input = input
    this.facts = facts
    this.moves = mapSides((side) => findMoves(side, input, facts))
    this.#origins = mapSides((side) => new Map([...this.moves[side].to].map(([from, to]) => [to, from])))
  }

  placeAt(side: Side, path: string): Place {
    return { side, path, commit: this.input.heads[side]! }
  }

  /** What a side has at a path now; `undefined` while that is asked. */
  entry(side: Side, path: string): Entry | null | undefined {
    return this.facts.entry(side, this.input.heads[side], path)
  }

  /** As `entry`, with its real mode, which tells a symlink from a file. */
  entryWithMode(side: Side, path: string): Entry | null | undefined {
    return this.facts.entryWithMode(side, this.input.heads[side], path)
  }

  /** What a side has at a path that it changed; null also where it did not change it. */
  stateOf(side: Side, path: string): Entry | null {
    return this.input.changes[side].get(path)?.after ?? null
  }

  /** Whether both sides hold the same bytes at a path that both changed; `undefined` while that is asked. */
  isSameNow(path: string): boolean | undefined {
    const [one, other] = sides
    const [mine, theirs] = [this.stateOf(one, path), this.stateOf(other, path)]
    return this.facts.sameContent(mine, this.placeAt(one, path), theirs, this.placeAt(other, path))
  }

  /** A side gets what the other one has at the same path; `null` deletes. */
  give(to: Side, path: string, entry: Entry | null): void {
    const from = otherSide[to]
    const content = entry && { side: from, commit: this.input.heads[from]!, path, entry }
    this.outcomes.push({ to, path, content, hunks: null, renamedFrom: content && this.originAt(to, path) })
  }

  /** A side gets at `path` the file that stands at another place (`from`); `own` is where the side itself has it. */
  giveMoved(to: Side, path: string, from: Place, own: string): void {
    const entry = this.stateOf(from.side, from.path)
    const content = entry && { ...from, entry }
    const renamedFrom = own === path ? this.originAt(to, path) : own
    this.outcomes.push({ to, path, content, hunks: null, renamedFrom: content && renamedFrom })
  }

  /** Where a side still has the file that the other one renamed to this path. */
  originAt(to: Side, path: string): string | null {
    return this.#origins[otherSide[to]].get(path) ?? null
  }

  /** A side has the file at `from`, as it renamed it itself, while the other one's name for it is taken. */
  noteOrigin(to: Side, path: string, from: string): void {
    this.#origins[otherSide[to]].set(path, from)
  }

  /** Deletes what stands on a side in the way of the other one's file, once for all files that need it. */
  clear(to: Side, path: string): void {
    if (this.#cleared[to].has(path)) return
    this.#cleared[to].add(path)
    this.give(to, path, null)
  }

  /** The taken side's version of a path goes to the other one. */
  giveTaken(path: string): Settle {
    return (taken) => this.give(otherSide[taken], path, this.stateOf(taken, path))
  }

  /** Notes a conflict, or settles it where the user has taken a side. `settle`: `null` where taking one is no way out. */
  conflict(
    found: Pick<Conflict, 'path' | 'kind' | 'detail' | 'keys'>,
    settle: Settle | null,
    hunks: Conflict['hunks'] = [],
  ): void {
    const { path, kind, detail, keys = [] } = found
    const answer = this.input.take(path)
    const taken = answer === 'both' ? null : answer
    if (taken && settle) {
      settle(taken)
      if (keptKinds.has(kind)) keepVersion(this, path, { side: otherSide[taken], path })
    } else
      this.conflicts.push({ path, kind, detail, settleable: settle !== null, ...(keys.length > 0 && { keys }), hunks })
  }

  /** Whether a side had at its base what stands at a place now (`there`); `undefined` while that is asked. */
  wasAtBase(side: Side, path: string, there: BareEntry | null, place: Place): boolean | undefined {
    const before = this.input.changes[side].get(path)?.before ?? null
    if (before === null || there === null) return before === there
    if (before.oid === there.oid) return true
    const commit = this.input.baseOf(path)[side]
    const was = this.facts.entry(side, commit, path)
    const is = this.facts.entry(place.side, place.commit, place.path)
    if (was === undefined || is === undefined) return undefined
    // Where a recorded tree proves the base, a plain file and an object of one length are the same file there.
    if (was && is && this.input.treeProven && Boolean(was.lfs) !== Boolean(is.lfs))
      return was.byteLength === is.byteLength
    return this.facts.sameContent(was, { side, commit: commit!, path }, is, place)
  }

  /**
   * What keeps the other side from having the folders above a path of this side: the path of a symlink, a submodule, or
   * a file that this side did not delete. `null`: nothing; `undefined`: that is asked.
   */
  findBlock(side: Side, path: string): string | null | undefined {
    const slash = path.lastIndexOf('/')
    if (slash === -1) return null
    const blocks = this.#blocks[side]
    const folder = path.slice(0, slash)
    let block = blocks.get(folder)
    if (block === undefined && !blocks.has(folder)) {
      block = this.#findBlockAt(side, [...foldersAbove(folder), folder])
      blocks.set(folder, block)
    }
    return block
  }

  #findBlockAt(side: Side, folders: readonly string[]): string | null | undefined {
    const other = otherSide[side]
    // All are asked for before any of them is looked at, so that depth costs no further round of questions.
    const entries = folders.map((folder) => this.entry(other, folder))
    if (entries.includes(undefined)) return undefined
    const free = entries.map(
      (entry, index) => !entry || entry.mode === '040000' || this.#isDeletedFile(side, folders[index]!, entry),
    )
    return free.includes(undefined) ? undefined : (folders[free.indexOf(false)] ?? null)
  }

  /** Whether a side deleted the file that still stands on the other one (`entry`, which may turn out to be a symlink). */
  #isDeletedFile(side: Side, path: string, entry: Entry): boolean | undefined {
    const other = otherSide[side]
    const change = this.input.changes[side].get(path)
    const isGoneThere = this.input.changes[other].has(path) && this.stateOf(other, path) === null
    if (!isFile(entry) || !change || change.after !== null || isGoneThere) return false
    if (change.before?.oid === entry.oid) return true
    const known = this.entryWithMode(other, path)
    return known === undefined ? undefined : isFile(known)
  }

  /** Whether a side put a file below this path, so that it is a folder there. */
  makesFolder(side: Side, path: string): boolean {
    const made = this.#foldersMade.get(side) ?? listFolders(this.input.changes[side], ({ after }) => after !== null)
    this.#foldersMade.set(side, made)
    return made.has(path)
  }
}

/** All folders above the paths of some changes. */
export function listFolders(changes: MergeInput['changes'][Side], counts: (change: Change) => boolean): Set<string> {
  const folders = new Set<string>()
  for (const change of changes.values()) {
    let folder = counts(change) ? change.path : ''
    // Where a folder is known already, so are all above it.
    while (folder.includes('/')) {
      folder = folder.slice(0, folder.lastIndexOf('/'))
      if (folders.has(folder)) break
      folders.add(folder)
    }
  }
  return folders
}
