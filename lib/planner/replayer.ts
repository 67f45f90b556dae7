/** Replays one commit on the copy of the one before it, whose files decide what the next copy has to write. */
import { mergeAttributes } from '../gitattributes/merge-rules.ts'
import { attributesFolder } from '../gitattributes/rules.ts'
import { findRenames } from '../merge/exact-renames.ts'
import type { Outcome } from '../merge/outcome.ts'
import { nameContent, type Content } from '../model/content.ts'
import { isAttributes, type BareEntry, type Change, type Entry } from '../model/entry.ts'
import type { Commit } from '../model/remote.ts'
import { mapSides, otherSide, type Side } from '../model/sides.ts'
import type { Replayed } from '../plan/commits.ts'
import { isStoredAsObject, type PlannedEdit } from '../plan/edits.ts'
import { decodeText } from '../text/decode-text.ts'
import type { View } from '../view/view.ts'
import { chooseStores, planPlain } from './choose-stores.ts'
import type { Planning } from './planning.ts'

/** The commits of `from` that are replayed, and on what. */
export interface Range {
  readonly from: Side
  /**
   * Groups of commits, oldest first, each of which gets one copy, with the files of its last commit; `base` is the commit before
   * them, null where they begin at the root.
   */
  readonly groups: readonly (readonly Commit[])[]
  readonly base: string | null
  /** Where the copies go: a commit whose mirrored files are the base's, null for an empty repository. */
  readonly start: string | null
  readonly view: View
  /** What all copies together have to change. */
  readonly net: readonly PlannedEdit[]
}

/** The last commit of a group, those of it before, newest first, the one before the group (null: none), and what it changed. */
export interface Step {
  readonly original: Commit
  readonly older: readonly Commit[]
  readonly before: string | null
  readonly changes: ReadonlyMap<string, Change>
}

/** A name for the bytes, as `nameContent` gives it. */
function identify({ oid, lfs }: Entry): string {
  return lfs?.oid ?? oid
}

/** What a side holds at a path after an edit. An object that is still to be made from a plain file is named by its git id. */
function entryAfter({ content, store, mode }: PlannedEdit): Entry | null {
  const oid = nameContent(content)
  if (oid === null) return null
  return { mode: mode ?? '100644', oid, byteLength: 0, lfs: store === 'plain' ? null : { oid, byteLength: 0 } }
}

/** Whether both hold the same bytes, stored in the same way. */
function isSame(a: Entry | null, b: Entry | null): boolean {
  return a === null || b === null ? a === b : identify(a) === identify(b) && Boolean(a.lfs) === Boolean(b.lfs)
}

/** The copies made so far, and what the other side holds after them. */
export class Replayer {
  readonly #range: Range
  readonly #planning: Planning
  readonly #there: ReadonlyMap<string, Entry | null>
  /** What the copies so far have written, by path, and the texts of `.gitattributes` files that they wrote, by folder. */
  readonly #now = new Map<string, Entry | null>()
  readonly #rules = new Map<string, string>()
  /** Old path by new path, for files that the range as a whole renames. */
  readonly #origins: ReadonlyMap<string, string | null>
  readonly #earlier: PlannedEdit[] = []
  #storedObject = false

  constructor(range: Range, planning: Planning, there: ReadonlyMap<string, Entry | null>) {
    this.#range = range
    this.#planning = planning
    this.#there = there
    this.#origins = new Map(range.net.map(({ path, renamedFrom }) => [path, renamedFrom]))
  }

  #stands(path: string): Entry | null {
    return (this.#now.has(path) ? this.#now : this.#there).get(path) ?? null
  }

  /** The text of a file; empty where there is no file, null where it is no text. */
  async #readText(side: Side, commit: string | null, path: string, blob: BareEntry | null): Promise<string | null> {
    return commit === null || blob === null
      ? ''
      : decodeText(await this.#planning.contents.readBlob({ side, commit, path }, blob))
  }

  /**
   * Rules are merged line by line: what the commit added and removed. Null where nothing has to be written, `undefined`
   * where what to write is not certain.
   */
  async #replayRules({ original, before }: Step, change: Change): Promise<Outcome | null | undefined> {
    const { from, start } = this.#range
    const { path } = change
    const to = otherSide[from]
    // A service that adds a rule for each new object has added some by now, and this text would lack them.
    if (this.#storedObject && !this.#planning.remotes[to].capabilities.rules) return undefined
    const stands = this.#stands(path)
    const [was, is, now] = await Promise.all([
      this.#readText(from, before, path, change.before),
      this.#readText(from, original.oid, path, change.after),
      this.#rules.get(attributesFolder(path)) ?? this.#readText(to, start, path, stands),
    ])
    if (was === null || is === null || now === null) return undefined
    const texts = mapSides((side) => (side === from ? { before: was, after: is } : { before: now, after: now }))
    const text = stands === null && was === '' ? is : mergeAttributes(texts).texts[to]
    return text === now ? null : { to, path, content: text === '' ? null : { text }, hunks: null }
  }

  /** Where the file was before this commit: its origin in the whole range if that goes here, else the commit's own rename. */
  #originAt(path: string, { changes }: Step, renamedNow: ReadonlyMap<string, string>): string | null {
    const origin = this.#origins.get(path)
    return origin && changes.has(origin) ? origin : (renamedNow.get(path) ?? null)
  }

  /** What the commit changes on the other side; null where that is not certain. */
  async #listOutcomes(step: Step): Promise<Outcome[] | null> {
    const { from } = this.#range
    const outcomes: Outcome[] = []
    const renamedNow = new Map([...findRenames(step.changes).to].map(([origin, path]) => [path, origin]))
    for (const change of step.changes.values()) {
      const { path, after } = change
      const stands = this.#stands(path)
      if (isAttributes(path)) {
        const outcome = await this.#replayRules(step, change)
        if (outcome === undefined) return null
        if (outcome) outcomes.push(outcome)
      } else if (after === null ? stands !== null : stands === null || identify(stands) !== identify(after)) {
        outcomes.push({
          to: otherSide[from],
          path,
          content: after && { side: from, commit: step.original.oid, path, entry: after },
          hunks: null,
          renamedFrom: after && this.#originAt(path, step, renamedNow),
        })
      }
    }
    return outcomes
  }

  /** The copy; `'empty'` where nothing in the commit is mirrored, null where it cannot be copied for certain. */
  async replay(step: Step): Promise<Replayed | 'empty' | null> {
    const { from, start } = this.#range
    const { remotes, contents } = this.#planning
    const to = remotes[otherSide[from]]
    const outcomes = await this.#listOutcomes(step)
    if (outcomes === null) return null
    if (outcomes.length === 0) return 'empty'
    const tree = { commit: start, find: (path: string) => this.#stands(path), rules: this.#rules }
    const edits = await chooseStores(to, contents, planPlain(to, outcomes, tree))
    const read = (content: Content) => contents.read(content)
    if ((await to.readRefusals(edits, read, { head: start, earlier: this.#earlier })).length > 0) return null
    for (const edit of edits) {
      this.#earlier.push(edit)
      this.#now.set(edit.path, entryAfter(edit))
      this.#storedObject ||= isStoredAsObject(edit)
      if (isAttributes(edit.path))
        this.#rules.set(attributesFolder(edit.path), edit.content && 'text' in edit.content ? edit.content.text : '')
    }
    return { original: step.original, edits }
  }

  /**
   * Whether the last copy holds exactly what `net` writes. The modes of new files are not compared: the copies carry them
   * across renames, which the net change may not show.
   */
  comesTo(net: readonly PlannedEdit[]): boolean {
    const wanted = new Map(net.map((edit) => [edit.path, entryAfter(edit)]))
    return (
      net.every(({ path }) => this.#now.has(path)) &&
      [...this.#now].every(([path, entry]) => {
        const stood = this.#there.get(path) ?? null
        const want = wanted.has(path) ? wanted.get(path)! : stood
        return isSame(entry, want) && (stood === null || entry?.mode === want?.mode)
      })
    )
  }
}
