/**
 * Where merged rules say something of a path that nobody meant. The merge of `.gitattributes` puts lines in order and
 * does not look at the paths that they match, so that a rule of one side may overrule an edit of the other. Such a path
 * is a conflict.
 */
import { isAttributes } from '../model/entry.ts'
import { mapSides, otherSide, sides, valuesOf, type Side, type Sides } from '../model/sides.ts'
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

/** A path with such a conflict, and the `.gitattributes` that holds the edited rule. `detail` says what is wrong. */
export interface Dispute {
  readonly path: string
  readonly file: string
  readonly detail: string
}

/** The texts of a commit's `.gitattributes` files by folder, `''` for the root. */
type Stack = ReadonlyMap<string, string>

/** All rules of both sides: at the base (`was`), at the heads (`is`), and as merged (`now`). */
interface Stacks {
  readonly was: Sides<Stack>
  readonly is: Sides<Stack>
  readonly now: Sides<Stack>
}

/** The paths, from the root, that lines of a file name without wildcards. */
function listNamed({ path, texts }: RuleFile): string[] {
  const folder = attributesFolder(path)
  const lines = new Set(sides.flatMap((side) => [...texts[side].before.split('\n'), ...texts[side].after.split('\n')]))
  return [...lines]
    .flatMap((line) => findNamedPath(line) ?? [])
    .map((name) => (folder === '' ? name : `${folder}/${name}`))
}

/**
 * The rules of both sides. Equal stacks are the same object, and equal texts the same string: both serve as keys of
 * caches, where long strings would be compared at every look.
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
 * Reads the value of `filter` for one path from different stacks, from each of them once. Where the root's file is
 * known, "no rule" is the same as `unspecified`.
 */
function createReader(path: string): (rules: Stack) => string | null {
  const known = new Map<Stack, string | null>()
  return (rules) => {
    if (!known.has(rules)) known.set(rules, readFilter(rules, path) ?? (rules.has('') ? 'unspecified' : null))
    return known.get(rules)!
  }
}

/**
 * What is wrong with the merged rules for a path, in words; `null` if nothing is. They are right where both sides get
 * the same value, and it is the value of each side that changed it, or, where neither did, of one of them. Where no
 * edited rule takes part (`hasPart`) the value comes from what each file had at the base, and there they may differ.
 */
function judge(path: string, stacks: Stacks, hasPart: (how: 'added' | 'placed') => boolean): string | null {
  const read = createReader(path)
  const readBoth = (rules: Sides<Stack>) => mapSides((side) => read(rules[side]))
  const [now, is, was] = [readBoth(stacks.now), readBoth(stacks.is), readBoth(stacks.was)]
  const movers = sides.filter((side) => was[side] !== is[side])
  const isMeant = (value: string | null) =>
    movers.length > 0 ? movers.every((side) => is[side] === value) : sides.some((side) => is[side] === value)
  const [here, there] = valuesOf(now)
  if (here === there && isMeant(here)) return null
  // If the merge changes nothing for the path, only an added rule makes a difference between the sides a dispute.
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
 * Finds the paths in dispute among those in `known` and those that a line names. `files` are the `.gitattributes` that a side
 * changed, `around` the others of each side, as far as they are known, by folder.
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

/** Keys as `listDecidingLines` spells its lines: a character for each byte. */
function toByteSet(keys: Iterable<string>): ReadonlySet<string> {
  return new Set([...keys].map((key) => Buffer.from(key).toString('latin1')))
}
