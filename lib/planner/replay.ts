import { mergeAttributes } from '../gitattributes/merge-rules.ts'
/**
 * The commits of one side as copies on the other, one by one, each with exactly its original's tree. Where that cannot
 * be done for certain the answer is null, and one copy stands for all of them: its tree is the merge's own verdict, and
 * so is the last one's here.
 */
import { attributesFolder } from '../gitattributes/rules.ts'
import type { Outcome } from '../merge/merge.ts'
import { foldersAbove, isFile, type Blob, type Change, type Entry } from '../model/entry.ts'
import { gitBlobId } from '../model/git-object.ts'
import type { Commit, Draft, Remote } from '../model/remote.ts'
import { mapSides, otherSide, type Side, type Sides } from '../model/sides.ts'
import { isAttributes, type View } from '../model/view.ts'
import { planEdits, type Stored } from '../plan/commits.ts'
import type { Copy, PlannedEdit } from '../plan/plan.ts'
import { parseText } from '../text/merge-text.ts'
import { readMirrored } from './changes.ts'
import { chooseStores, listDrafts, listObjects } from './choose-stores.ts'
import { forEachBounded, type Contents } from './contents.ts'

/** Comparisons of neighbouring commits that are asked for at once. */
const comparisonsMax = 4

export interface Copying {
  readonly from: Side
  /** Oldest first; `base` is the commit before them, null where they begin at the root. */
  readonly originals: readonly Commit[]
  readonly base: string | null
  /** Where the copies go: a commit whose mirrored files are the base's, null for an empty repository. */
  readonly start: string | null
  /** All that the copies have to come to. */
  readonly net: readonly Stored[]
}

interface Context {
  readonly remotes: Sides<Remote>
  readonly contents: Contents
  readonly view: View
}

interface Step {
  readonly original: Commit
  readonly before: string | null
  readonly changes: ReadonlyMap<string, Change>
}

export interface PlannedCopies {
  readonly copies: readonly Copy[]
  readonly stored: readonly Stored[]
}

async function readSteps({ from, originals, base }: Copying, { remotes, view }: Context): Promise<Step[]> {
  const changes = new Map<string, ReadonlyMap<string, Change>>()
  const before = (index: number) => originals[index - 1]?.oid ?? base
  await forEachBounded(originals.keys(), comparisonsMax, async (index) => {
    const { oid } = originals[index]!
    changes.set(oid, await readMirrored(remotes[from], before(index), oid, view.includes))
  })
  return originals.map((original, index) => ({ original, before: before(index), changes: changes.get(original.oid)! }))
}

/**
 * The steps that change a path which some step takes back to what it was before: a revert, or two branches whose
 * commits are listed in turn.
 */
function listReturning(steps: readonly Step[]): Step[] {
  const states = new Map<string, Set<string | null>>()
  const returning = new Set<string>()
  for (const { changes } of steps) {
    for (const { path, before, after } of changes.values()) {
      const seen = states.get(path) ?? new Set([before?.oid ?? null])
      if (seen.has(after?.oid ?? null)) returning.add(path)
      states.set(path, seen.add(after?.oid ?? null))
    }
  }
  return steps.filter(({ changes }) => [...changes.keys()].some((path) => returning.has(path)))
}

/**
 * Whether each commit was made on the one before it. Hugging Face lists a history by date and tells no parents: beside
 * a branch that was merged, a commit seems to delete what the other branch brought, and the merge to bring it back.
 * Asked, a request each, only where something is taken back.
 */
async function areOneLine(steps: readonly Step[], remote: Remote): Promise<boolean> {
  for (const { original, before } of listReturning(steps)) {
    if (original.tree !== null || before === null) continue
    const between = await remote.readIds(`${original.oid}^`, before)
    if (between === null || between.size > 0) return false
  }
  return true
}

/** A name for the bytes: of an object its SHA-256, of a plain file its git id. */
function identify({ oid, lfs }: Entry): string {
  return lfs?.oid ?? oid
}

/**
 * What a side will hold at a path once an edit is made. An object that is still to be made from a plain file goes by
 * that file's id.
 */
function entryAfter({ content, store, mode }: PlannedEdit): Entry | null {
  if (content === null) return null
  const oid = 'text' in content ? gitBlobId(Buffer.from(content.text)) : identify(content.entry)
  return { mode: mode ?? '100644', oid, byteLength: 0, lfs: store === 'plain' ? null : { oid, byteLength: 0 } }
}

function isSame(a: Entry | null, b: Entry | null): boolean {
  return a === null || b === null ? a === b : identify(a) === identify(b) && Boolean(a.lfs) === Boolean(b.lfs)
}

/**
 * Whether every path is, at each step, free of what cannot be mirrored and of files that become folders or the reverse.
 */
function isClear(steps: readonly Step[], there: ReadonlyMap<string, Entry | null>): boolean {
  const paths = new Set(steps.flatMap(({ changes }) => [...changes.keys()]))
  return [...paths].every((path) => {
    const stands = there.get(path) ?? null
    return (
      (stands === null || isFile(stands)) &&
      foldersAbove(path).every((folder) => !paths.has(folder) && (there.get(folder)?.mode ?? '040000') === '040000')
    )
  })
}

/**
 * Whether some change leaves the bytes as they are and only stores them otherwise: by size, so that some real changes
 * count as one too.
 */
function onlyStoresOtherwise(steps: readonly Step[], before: ReadonlyMap<string, Entry | null>): boolean {
  const known = new Map(before)
  return steps.some(({ changes }) =>
    [...changes.values()].some(({ path, after }) => {
      const was = known.get(path) ?? null
      known.set(path, after)
      return (
        was !== null && after !== null && Boolean(was.lfs) !== Boolean(after.lfs) && was.byteLength === after.byteLength
      )
    }),
  )
}

class Copier {
  readonly #copying: Copying
  readonly #context: Context
  readonly #there: ReadonlyMap<string, Entry | null>
  /** What the copies so far have made of the side, by path, and the texts of its rules by folder. */
  readonly #now = new Map<string, Entry | null>()
  readonly #rules = new Map<string, string>()
  /** Old name by new one, of what was renamed from the first commit to the last. */
  readonly #origins: ReadonlyMap<string, string | undefined>
  readonly #drafts: Draft[] = []
  #storedObject = false

  constructor(copying: Copying, context: Context, there: ReadonlyMap<string, Entry | null>) {
    this.#copying = copying
    this.#context = context
    this.#there = there
    this.#origins = new Map(copying.net.map(({ outcome: { path, renamedFrom } }) => [path, renamedFrom]))
  }

  #stands(path: string): Entry | null {
    return (this.#now.has(path) ? this.#now : this.#there).get(path) ?? null
  }

  /** `null` where it is no text. */
  async #readText(side: Side, commit: string | null, path: string, blob: Blob | null): Promise<string | null> {
    return commit === null || blob === null
      ? ''
      : parseText(await this.#context.contents.readBlob({ side, commit, path }, blob))
  }

  /**
   * What becomes of a file of rules: the lines that the commit added and removed, as everywhere. `undefined`: it cannot
   * be told.
   */
  async #copyRules({ original, before }: Step, change: Change): Promise<Outcome | null | undefined> {
    const { from, start } = this.#copying
    const { path } = change
    const to = otherSide[from]
    // A side that adds rules of its own to the commits before this one has them by now, and this text would not.
    if (this.#storedObject && !this.#context.remotes[to].keeps.rules) return undefined
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

  async #listOutcomes(step: Step): Promise<Outcome[] | null> {
    const { from } = this.#copying
    const outcomes: Outcome[] = []
    for (const change of step.changes.values()) {
      const { path, after } = change
      const stands = this.#stands(path)
      if (isAttributes(path)) {
        const outcome = await this.#copyRules(step, change)
        if (outcome === undefined) return null
        if (outcome) outcomes.push(outcome)
      } else if (after === null ? stands !== null : stands === null || identify(stands) !== identify(after)) {
        outcomes.push({
          to: otherSide[from],
          path,
          content: after && { from, commit: step.original.oid, path, entry: after },
          hunks: null,
          renamedFrom: after ? this.#origins.get(path) : undefined,
        })
      }
    }
    return outcomes
  }

  /** `null`: not one by one. `'empty'`: nothing in it is mirrored. */
  async copy(step: Step): Promise<{ readonly copy: Copy; readonly stored: readonly Stored[] } | 'empty' | null> {
    const { from, start } = this.#copying
    const { remotes, contents } = this.#context
    const to = remotes[otherSide[from]]
    const outcomes = await this.#listOutcomes(step)
    if (outcomes === null) return null
    if (outcomes.length === 0) return 'empty'
    const stored = await chooseStores(to, contents, outcomes, {
      at: start,
      wasAt: (path) => this.#stands(path),
      rules: this.#rules,
    })
    const drafts = listDrafts(stored, contents)
    if ((await to.readRefusals(drafts, { head: start, earlier: this.#drafts })).length > 0) return null
    for (const draft of drafts) this.#drafts.push(draft)
    const edits = planEdits(stored, step.changes, to.keeps.modes)
    for (const edit of edits) {
      this.#now.set(edit.path, entryAfter(edit))
      this.#storedObject ||= edit.store !== null && edit.store !== 'plain'
      if (isAttributes(edit.path))
        this.#rules.set(attributesFolder(edit.path), edit.content && 'text' in edit.content ? edit.content.text : '')
    }
    return { copy: { original: step.original, edits }, stored }
  }

  /**
   * Whether the last copy holds exactly what the merge wants. Of a new file the copies know better whether it is
   * executable: they saw it renamed.
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

export async function planCopies(
  copying: Copying,
  context: Context,
  changes: ReadonlyMap<string, Change>,
): Promise<PlannedCopies | null> {
  const { from, base, start, net } = copying
  const { remotes } = context
  const steps = await readSteps(copying, context)
  const paths = [...new Set(steps.flatMap((step) => [...step.changes.keys()]))]
  const modified = [
    ...new Set(
      steps.flatMap((step) =>
        [...step.changes.values()].flatMap(({ path, before, after }) => (before && after ? [path] : [])),
      ),
    ),
  ]
  const [there, before] = await Promise.all([
    start === null
      ? new Map<string, Entry | null>()
      : remotes[otherSide[from]].readEntries(start, [...new Set([...paths, ...paths.flatMap(foldersAbove)])]),
    base === null || modified.length === 0
      ? new Map<string, Entry | null>()
      : remotes[from].readEntries(base, modified),
  ])
  if (!isClear(steps, there) || onlyStoresOtherwise(steps, before) || !(await areOneLine(steps, remotes[from])))
    return null
  const copier = new Copier(copying, context, there)
  const copied: { copy: Copy; stored: readonly Stored[] }[] = []
  for (const step of steps) {
    const one = await copier.copy(step)
    if (one === null) return null
    if (one !== 'empty') copied.push(one)
  }
  if (copied.length === 0 || !copier.comesTo(planEdits(net, changes, remotes[otherSide[from]].keeps.modes))) return null
  const stored = copied.flatMap((one) => one.stored)
  // An object that only a commit in between names may be gone by now, and may be: its owner deleted it.
  const named = new Set(listObjects(net).map(({ object }) => object.oid))
  const between = listObjects(stored)
    .map(({ object }) => object)
    .filter(({ oid }) => !named.has(oid))
  if (between.length > 0 && (await remotes[from].readMissing(between)).length > 0) return null
  return { copies: copied.map(({ copy }) => copy), stored }
}
