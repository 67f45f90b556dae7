/**
 * What merged rules say of paths, against what those who edited them meant. The merge by lines sees where a line stands
 * among the lines that both files have, but not what the lines fit: a rule of the one side may decide over an edit of
 * the other.
 */
import { mapSides, otherSide, sides, valuesOf, type Side, type Sides } from '../model/sides.ts'
import { isAttributes } from '../model/view.ts'
import { ruleKey, type MergedRules, type RuleTexts } from './merge-rules.ts'
import {
  attributesFolder,
  createRuleMatcher,
  findNamedPath,
  listDecidingLines,
  mayFilter,
  readFilter,
} from './rules.ts'

/** A `.gitattributes` that at least one side changed, and what the merge would make of it. */
export interface RuleFile {
  readonly path: string
  readonly texts: Sides<RuleTexts>
  readonly merged: MergedRules
}

/** A path of which the merged rules say what they should not; `file` holds the edited rule that is in dispute. */
export interface Dispute {
  readonly path: string
  readonly file: string
  readonly detail: string
}

/** Texts of rules by folder. */
type Stack = ReadonlyMap<string, string>

/** All rules of both sides at the base, now, and as merged. */
interface Stacks {
  readonly was: Sides<Stack>
  readonly is: Sides<Stack>
  readonly now: Sides<Stack>
}

/** Paths that lines of a file name, as seen from the root. */
function listNamed({ path, texts }: RuleFile): string[] {
  const folder = attributesFolder(path)
  const lines = new Set(sides.flatMap((side) => [...texts[side].before.split('\n'), ...texts[side].after.split('\n')]))
  return [...lines]
    .flatMap((line) => findNamedPath(line) ?? [])
    .map((name) => (folder === '' ? name : `${folder}/${name}`))
}

/**
 * Equal stacks are one and the same, and equal texts one string: parsed rules are found by their text, which would else
 * be compared at each look.
 */
function stackRules(files: readonly RuleFile[], around: Sides<Stack>): Stacks {
  const texts = new Map<string, string>()
  const keep = (text: string) => texts.get(text) ?? (texts.set(text, text), text)
  const stacks: Stack[] = []
  const stack = (side: Side, text: (file: RuleFile) => string): Stack => {
    const made = new Map(
      [...around[side], ...files.map((file) => [attributesFolder(file.path), text(file)] as const)].map(
        ([folder, rules]) => [folder, keep(rules)],
      ),
    )
    const same = stacks.find(
      (one) => one.size === made.size && [...made].every(([folder, rules]) => one.get(folder) === rules),
    )
    if (!same) stacks.push(made)
    return same ?? made
  }
  return {
    was: mapSides((side) => stack(side, (file) => file.texts[side].before)),
    is: mapSides((side) => stack(side, (file) => file.texts[side].after)),
    now: mapSides((side) => stack(side, (file) => file.merged.texts[side])),
  }
}

/**
 * What each of the rules says of a path, asked once. Where the root's rules are known, no rule and one that takes it
 * back (`!filter`) are the same.
 */
function createReader(path: string): (rules: Stack) => string | null {
  const known = new Map<Stack, string | null>()
  return (rules) => {
    if (!known.has(rules)) known.set(rules, readFilter(rules, path) ?? (rules.has('') ? 'unspecified' : null))
    return known.get(rules)!
  }
}

/**
 * Whether the merged rules are wrong on a path, in words; `null` if they are not. They are right where both sides say
 * the same, and that is what the sides say that changed it, or one of them if neither did. Where no edited rule has a
 * part in it (`hasPart`), only what the two files had of their own at the base speaks, and that may differ.
 */
function judge(path: string, stacks: Stacks, hasPart: (how: 'added' | 'placed') => boolean): string | null {
  const read = createReader(path)
  const [now, is, was] = [stacks.now, stacks.is, stacks.was].map((of) => mapSides((side) => read(of[side]))) as [
    Sides<string | null>,
    Sides<string | null>,
    Sides<string | null>,
  ]
  const movers = sides.filter((side) => was[side] !== is[side])
  const isMeant = (value: string | null) =>
    movers.length > 0 ? movers.every((side) => is[side] === value) : sides.some((side) => is[side] === value)
  const [here, there] = valuesOf(now)
  if (here === there && isMeant(here)) return null
  // Another order that changes nothing for the path leaves it as apart as it was.
  const isAsItWas = movers.length === 0 && sides.every((side) => now[side] === is[side])
  if (!hasPart(isAsItWas ? 'added' : 'placed')) return null
  const name = JSON.stringify(path)
  if ((here === 'lfs') !== (there === 'lfs'))
    return `the rules of both sides together would keep ${name} in LFS on one side alone: they say so in another order`
  if (movers.length === 2) return `the rules of ${sides.join(' and those of ')} now say different things of ${name}`
  if (movers.length === 1)
    return `what the rules of ${movers[0]!} say of ${name} now would not stand beside the rules of ${otherSide[movers[0]!]}`
  return `the rules of both sides together would say of ${name} what neither side means`
}

/**
 * `around`: texts by folder of files that nobody changed and that are known. `known`: paths to ask about, beside those
 * that a line names.
 */
export function findDisputes(files: readonly RuleFile[], around: Sides<Stack>, known: Iterable<string>): Dispute[] {
  const edited = files
    .map((file) => ({ file, lines: file.merged.changed.filter(mayFilter) }))
    .filter(({ lines }) => lines.length > 0)
  if (edited.length === 0) return []
  const fits = edited.map(({ file, lines }) => createRuleMatcher(lines, attributesFolder(file.path)))
  const keys = new Map(
    files.map(({ path, merged }) => [
      attributesFolder(path),
      { added: toByteSet(merged.added), placed: toByteSet(merged.placed) },
    ]),
  )
  const stacks = stackRules(files, around)
  const disputes: Dispute[] = []
  for (const path of new Set([...known, ...files.flatMap(listNamed)])) {
    if (isAttributes(path) || !fits.some((fit) => fit(path))) continue
    const listEdited = (how: 'added' | 'placed') =>
      [stacks.now, stacks.is]
        .flatMap((of) => sides.flatMap((side) => listDecidingLines(of[side], path)))
        .filter(({ folder, line }) => keys.get(folder)?.[how].has(ruleKey(line)))
    const detail = judge(path, stacks, (how) => listEdited(how).length > 0)
    if (detail === null) continue
    const folders = new Set(listEdited('placed').map(({ folder }) => folder))
    const owner = files
      .filter(({ path: file }) => folders.has(attributesFolder(file)))
      .toSorted((a, b) => b.path.length - a.path.length)[0]!
    disputes.push({ path, file: owner.path, detail })
  }
  return disputes
}

/** Names of lines as the lines of a parsed file are spelled: a byte a character. */
function toByteSet(keys: Iterable<string>): ReadonlySet<string> {
  return new Set([...keys].map((key) => Buffer.from(key).toString('latin1')))
}
