/** Changed `.gitattributes` files: each side's edits travel, and each side keeps the rules that it had at the base. */
import { mergeAttributes, sinkRules, undoEdits } from '../gitattributes/merge-rules.ts'
import type { MergedRules, RuleTexts } from '../gitattributes/merge-rules.ts'
import { findDisputes } from '../gitattributes/rule-disputes.ts'
import { attributesFolder, createRuleMatcher, mayUseMacros } from '../gitattributes/rules.ts'
import { isFile, type BareEntry, type Entry } from '../model/entry.ts'
import { mapSides, otherSide, sides, type Side, type Sides } from '../model/sides.ts'
import { textBytesMax } from '../text/decode-text.ts'
import type { Outcome } from './outcome.ts'
import type { Verdict } from './verdict.ts'

/** A file of rules while it is decided. */
interface RulesFile {
  readonly path: string
  /** What stands at the path on each side. */
  readonly entries: Sides<Entry | null>
  /** The rules that each side has, at its base and now. */
  readonly held: Sides<RuleTexts>
  /** As `held`, without the edits that gave way when the user took the other side. */
  texts: Sides<RuleTexts>
  /** What the edits in `texts` leave of both files. */
  merged: MergedRules
  /** The side that the user took for this file. */
  taken: Side | null
  /** Patterns and paths on which the two sides' rules do not agree. */
  readonly patterns: Set<string>
  readonly paths: Set<string>
}

/** Both sides' rules at a path; `null` where they cannot be merged or are not known yet. An absent file is empty. */
function readRules(verdict: Verdict, path: string): RulesFile | null {
  const { facts } = verdict
  const { heads, baseOf, changes } = verdict.input
  const both = mapSides((side) => changes[side].get(path) ?? null)
  const read = (side: Side, commit: string | null, blob: BareEntry | null) =>
    commit === null || !isFile(blob) ? '' : facts.text({ side, commit, path }, blob)
  // A file that is gone may have become a symlink.
  const there = mapSides((side) => both[side]?.after ?? verdict.entry(side, path))
  if (sides.some((side) => there[side] === undefined)) return null
  const entries = there as Sides<Entry | null>
  const now = mapSides((side) => (entries[side]?.lfs ? null : read(side, heads[side], entries[side])))
  const before = mapSides((side) => (both[side] ? read(side, baseOf(path)[side], both[side].before) : now[side]))
  if (sides.some((side) => now[side] === undefined || before[side] === undefined)) return null
  const unreadable = sides.find((side) => now[side] === null)
  if (unreadable) {
    noteUnreadable(verdict, path, entries, unreadable)
    return null
  }
  // What could not be read at the base held no rules that anybody followed: all that is there now was added.
  const held = mapSides((side) => ({ before: before[side] ?? '', after: now[side] ?? '' }))
  const merged = mergeAttributes(held)
  return { path, entries, held, texts: held, merged, taken: null, patterns: new Set(), paths: new Set() }
}

/** A conflict: `side` has a file there that cannot be read as rules. Taking a side puts its file on both, as it is. */
function noteUnreadable(verdict: Verdict, path: string, entries: Sides<Entry | null>, side: Side): void {
  const { lfs, byteLength } = entries[side]!
  const why = lfs
    ? 'git sees an LFS pointer there and no rules, commit the rules themselves'
    : byteLength > textBytesMax
      ? 'it is larger than the 10 MB that are merged'
      : 'it is not text'
  const detail = `its rules on ${side} cannot be read: ${why}`
  verdict.conflict({ path, kind: 'content', detail }, (taken) => {
    const to = otherSide[taken]
    const entry = isFile(entries[taken]) ? entries[taken] : null
    const content = entry && { ...verdict.placeAt(taken, path), entry }
    if (entry || isFile(entries[to])) verdict.outcomes.push({ path, to, content, hunks: null })
  })
}

/** Whether the pattern of a rule (`line`) fits a path in dispute. */
function isInDispute({ path, paths }: RulesFile, line: string): boolean {
  return [...paths].some(createRuleMatcher([line], attributesFolder(path)))
}

/** Takes one side's edits where both disagree: the other's edits of those rules are undone, all else is merged. */
function takeRules(file: RulesFile, taken: Side): void {
  const other = otherSide[taken]
  const after = undoEdits(
    file.held[other],
    ({ text, pattern }) => pattern !== null && (file.patterns.has(pattern) || isInDispute(file, text)),
  )
  file.taken = taken
  file.texts = { ...file.held, [other]: { ...file.held[other], after } }
  file.merged = mergeAttributes(file.texts)
}

/** Puts the taken side's rules below the other side's own ones, where they would not decide otherwise. */
function sink(file: RulesFile, taken: Side): void {
  const other = otherSide[taken]
  const { texts, placed } = file.merged
  const sunk = sinkRules(texts[other], texts[taken], placed, (line) => isInDispute(file, line))
  file.merged = { ...file.merged, texts: { ...texts, [other]: sunk } }
}

/** The root's rules, if no side changed them but `files` further down may use their macros; `null` until known. */
function readMacros(verdict: Verdict, files: readonly RulesFile[]): Sides<ReadonlyMap<string, string>> | null {
  const path = '.gitattributes'
  const texts = files.flatMap((file) => sides.flatMap((side) => [file.texts[side].before, file.texts[side].after]))
  if (files.some((file) => file.path === path) || !texts.some(mayUseMacros)) return mapSides(() => new Map())
  const found = mapSides((side) => {
    const entry = verdict.entry(side, path)
    if (entry === undefined) return undefined
    return isFile(entry) && !entry.lfs ? verdict.facts.text(verdict.placeAt(side, path), entry) : null
  })
  return sides.some((side) => found[side] === undefined) ? null : mapSides((side) => new Map([['', found[side] ?? '']]))
}

/** Writes the merged rules to a side, if its file has to change. */
function giveRules(verdict: Verdict, { path, entries, held, merged, taken }: RulesFile, to: Side): void {
  const from = otherSide[to]
  const entry = entries[to]
  // A side that has no such file yet takes the other's as it is, comments and blank lines included.
  const isWhole = taken === null && held[to].after === '' && held[from].before === '' && entry === null
  const text = isWhole ? held[from].after : merged.texts[to]
  if (text === held[to].after) return
  const outcome: Outcome = { path, to, content: text === '' ? null : { text }, hunks: null }
  if (entry === null || isFile(entry)) return void verdict.outcomes.push(outcome)
  const settle = (side: Side) => void (side === from && verdict.outcomes.push(outcome))
  const detail = `${to} holds something else than a file there, which cannot be mirrored`
  verdict.conflict({ path, kind: 'type', detail }, entry.mode === '040000' ? null : settle)
}

/**
 * Decides the `.gitattributes` files that at least one side changed (`paths`), all together, since their rules speak of
 * the same paths. Taking a side for one of them may bring up another dispute, so it goes on until none is new.
 */
export function mergeAttributeFiles(verdict: Verdict, paths: readonly string[]): void {
  const files = paths.flatMap((path) => readRules(verdict, path) ?? [])
  const open = new Set<RulesFile>()
  const dispute = (file: RulesFile, detail: string) => {
    open.add(file)
    verdict.conflict({ path: file.path, kind: 'content', detail }, (taken) => {
      open.delete(file)
      takeRules(file, taken)
    })
  }
  for (const file of files) {
    for (const pattern of file.merged.conflicts) file.patterns.add(pattern)
    const patterns = [...file.patterns].map((pattern) => JSON.stringify(pattern)).join(', ')
    if (patterns !== '') dispute(file, `both sides gave another rule for ${patterns}`)
  }
  const macros = readMacros(verdict, files)
  const changed = sides.flatMap((side) => [...verdict.input.changes[side].keys()])
  let isSettled = macros === null
  while (!isSettled && open.size === 0) {
    const found = findDisputes(files, macros!, changed)
    isSettled = true
    for (const file of files) {
      const disputes = found.filter((one) => one.file === file.path)
      const fresh = disputes.filter(({ path }) => !file.paths.has(path))
      for (const { path } of fresh) file.paths.add(path)
      if (fresh[0]) {
        isSettled = false
        dispute(file, fresh[0].detail)
      } else if (disputes.length > 0 && file.taken) sink(file, file.taken)
    }
  }
  for (const file of files) if (!open.has(file)) for (const side of sides) giveRules(verdict, file, side)
}
