/**
 * `.gitattributes` files changed: each side's edits travel, and each keeps the rules of its own that were there at the
 * sync point.
 */
import {
  mergeAttributes,
  sinkRules,
  undoEdits,
  type MergedRules,
  type RuleTexts,
} from '../gitattributes/merge-rules.ts'
import { findDisputes } from '../gitattributes/rule-disputes.ts'
import { attributesFolder, createRuleMatcher, mayUseMacros } from '../gitattributes/rules.ts'
import { isFile, type Blob, type Change, type Entry } from '../model/entry.ts'
import { mapSides, otherSide, sides, type Side, type Sides } from '../model/sides.ts'
import { textBytesMax } from '../text/merge-text.ts'
import type { ConflictKind, MergeInput, Outcome } from './outcome.ts'
import type { Facts } from './questions.ts'

interface AttributesMerge {
  readonly heads: MergeInput['heads']
  readonly baseOf: MergeInput['baseOf']
  readonly changes: MergeInput['changes']
  readonly facts: Facts
  readonly outcomes: Outcome[]
  readonly conflict: (path: string, kind: ConflictKind, detail: string, settle: ((taken: Side) => void) | null) => void
}

/**
 * A file of rules while it is decided. `entries`: what stands there; `texts`: as they are; `merged`: as both sides'
 * edits leave them.
 */
interface Merging {
  readonly path: string
  readonly entries: Sides<Entry | null>
  readonly held: Sides<RuleTexts>
  /** As `held`, without the edits of the side that is not taken where both disagree. */
  texts: Sides<RuleTexts>
  merged: MergedRules
  taken: Side | null
  /** Patterns and paths that were in dispute, and that the taken side has settled. */
  readonly patterns: Set<string>
  readonly paths: Set<string>
}

/**
 * Both sides' rules at one path, which at least one of them changed; `null` where they cannot be merged or are not
 * known yet. An absent file is an empty one.
 */
function readRules(
  path: string,
  { heads, baseOf, changes, facts, outcomes, conflict }: AttributesMerge,
): Merging | null {
  const both = mapSides((side): Change | null => changes[side].get(path) ?? null)
  const read = (side: Side, commit: string | null, blob: Blob | null) =>
    commit === null || !isFile(blob) ? '' : facts.text({ side, commit, path }, blob!)
  // A file that is gone may have become a symlink.
  const there = mapSides((side) => both[side]?.after ?? facts.entry(side, heads[side], path))
  if (sides.some((side) => there[side] === undefined)) return null
  const entries = there as Sides<Entry | null>
  const now = mapSides((side) => (entries[side]?.lfs ? null : read(side, heads[side], entries[side])))
  const before = mapSides((side) => (both[side] ? read(side, baseOf(path)[side], both[side].before) : now[side]))
  for (const text of [...Object.values(now), ...Object.values(before)]) if (text === undefined) return null
  const opaque = sides.find((side) => now[side] === null)
  if (opaque) {
    const { lfs, byteLength } = entries[opaque]!
    const why = lfs
      ? 'git sees an LFS pointer there and no rules, commit the rules themselves'
      : byteLength > textBytesMax
        ? 'it is larger than the 10 MB that are merged'
        : 'it is not text'
    conflict(path, 'content', `its rules on ${opaque} cannot be read: ${why}`, (taken) => {
      const entry = isFile(entries[taken]) ? entries[taken] : null
      if (entry || isFile(entries[otherSide[taken]]))
        outcomes.push({
          path,
          to: otherSide[taken],
          content: entry && { from: taken, commit: heads[taken]!, path, entry },
          hunks: null,
        })
    })
    return null
  }
  // What could not be read before held no rules that anybody followed: all that is there now was added.
  const texts = mapSides((side) => ({ before: before[side] ?? '', after: now[side] ?? '' }))
  return {
    path,
    entries,
    held: texts,
    texts,
    merged: mergeAttributes(texts),
    taken: null,
    patterns: new Set(),
    paths: new Set(),
  }
}

/** Whether a line fits a path in dispute. */
function isInDispute({ path, paths }: Merging, line: string): boolean {
  return [...paths].some(createRuleMatcher([line], attributesFolder(path)))
}

/**
 * Takes one side's edits where both disagree: the other's edits of the rules in question are undone, and all else is
 * merged as ever.
 */
function settle(file: Merging, taken: Side): void {
  const other = otherSide[taken]
  const after = undoEdits(
    file.held[other],
    ({ text, pattern }) => pattern !== null && (file.patterns.has(pattern) || isInDispute(file, text)),
  )
  const texts = { ...file.held, [other]: { ...file.held[other], after } }
  file.taken = taken
  file.texts = texts
  file.merged = mergeAttributes(texts)
}

/** The taken side's rules stand below those that the other one has of its own, where they would not decide else. */
function sink(file: Merging, taken: Side): void {
  const { merged } = file
  const other = otherSide[taken]
  file.merged = {
    ...merged,
    texts: {
      ...merged.texts,
      [other]: sinkRules(merged.texts[other], merged.texts[taken], merged.placed, (line) => isInDispute(file, line)),
    },
  }
}

/**
 * The root's rules where nobody changed them, but files further down may use its macros; `null` while they are not
 * known.
 */
function readMacros(
  files: readonly Merging[],
  { heads, facts }: AttributesMerge,
): Sides<ReadonlyMap<string, string>> | null {
  const path = '.gitattributes'
  const none = mapSides(() => new Map<string, string>())
  if (
    files.some((file) => file.path === path) ||
    !files.some(({ texts }) =>
      sides.some((side) => mayUseMacros(texts[side].before) || mayUseMacros(texts[side].after)),
    )
  )
    return none
  const texts = mapSides((side) => {
    const entry = facts.entry(side, heads[side], path)
    return entry && isFile(entry) && !entry.lfs
      ? facts.text({ side, commit: heads[side]!, path }, entry)
      : entry === undefined
        ? undefined
        : null
  })
  return sides.some((side) => texts[side] === undefined) ? null : mapSides((side) => new Map([['', texts[side] ?? '']]))
}

/** Notes an outcome for each side whose file has to change. */
function give(
  { path, entries, held, merged, taken }: Merging,
  to: Side,
  { outcomes, conflict }: AttributesMerge,
): void {
  const from = otherSide[to]
  // A side that has no such file yet takes the other's as it is, comments and blank lines included.
  const whole = taken === null && held[to].after === '' && held[from].before === '' && entries[to] === null
  const content = whole ? held[from].after : merged.texts[to]
  if (content === held[to].after) return
  const put = () => {
    outcomes.push({ path, to, content: content === '' ? null : { text: content }, hunks: null })
  }
  if (entries[to] === null || isFile(entries[to])) put()
  else
    conflict(
      path,
      'type',
      `${to} holds something else than a file there, which cannot be mirrored`,
      entries[to].mode === '040000'
        ? null
        : (side) => {
            if (side === from) put()
          },
    )
}

/**
 * `paths`: the `.gitattributes` files that at least one side changed. They are decided together, as they speak of the
 * same paths.
 */
export function mergeAttributeFiles(paths: readonly string[], merge: AttributesMerge): void {
  const files = paths.flatMap((path) => readRules(path, merge) ?? [])
  const open = new Set<Merging>()
  const decide = (file: Merging, detail: string) => {
    open.add(file)
    merge.conflict(file.path, 'content', detail, (taken) => {
      open.delete(file)
      settle(file, taken)
    })
  }
  for (const file of files) {
    for (const pattern of file.merged.conflicts) file.patterns.add(pattern)
    if (file.patterns.size > 0)
      decide(
        file,
        `both sides gave another rule for ${[...file.patterns].map((pattern) => JSON.stringify(pattern)).join(', ')}`,
      )
  }
  const around = readMacros(files, merge)
  const known = sides.flatMap((side) => [...merge.changes[side].keys()])
  let isSettled = around === null
  while (!isSettled && open.size === 0) {
    const found = findDisputes(files, around!, known)
    isSettled = true
    for (const file of files) {
      const disputes = found.filter((dispute) => dispute.file === file.path)
      const fresh = disputes.filter(({ path }) => !file.paths.has(path))
      for (const { path } of fresh) file.paths.add(path)
      if (fresh[0]) {
        isSettled = false
        decide(file, fresh[0].detail)
      } else if (disputes.length > 0 && file.taken) sink(file, file.taken)
    }
  }
  for (const file of files) if (!open.has(file)) for (const side of sides) give(file, side, merge)
}
