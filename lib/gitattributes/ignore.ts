/**
 * Lists of paths as `.gitignore` has them, by gitignore(5) and git's dir.c: the last pattern that fits decides, and what
 * stands in a folder that a pattern takes cannot be given back. Case counts.
 */
import { folderOf } from '../model/entry.ts'
import { matchesPattern, parsePattern, PatternIndex, toBytes, type Pattern } from './pattern.ts'

/** A line of a list. `text` is the line without blanks at its end, `number` its place from 1 on. */
export interface IgnoreRule {
  readonly text: string
  readonly number: number
  /** It begins with `!`, and gives back what an earlier line took. */
  readonly isNegated: boolean
}

type Rule = IgnoreRule & { readonly isForFolders: boolean; readonly pattern: Pattern }

/** Without the spaces at the end, unless a backslash stands before one. */
function trimSpaces(line: string): string {
  let end = 0
  for (let at = 0; at < line.length; at++) {
    if (line[at] === ' ') continue
    if (line[at] === '\\') at++
    end = at + 1
  }
  return line.slice(0, end)
}

/** A line as a rule; null for a blank line, a comment, and a pattern that fits nothing. */
function parseRule(line: string, number: number): Rule | null {
  const text = trimSpaces(line.replace(/\r$/, ''))
  if (text === '' || text.startsWith('#')) return null
  const isNegated = text.startsWith('!')
  const [, name = '', slash] = /^!?(.*?)(\/?)$/s.exec(text)!
  const pattern = name === '' ? null : parsePattern(toBytes(name))
  return pattern && { text, number, isNegated, isForFolders: slash !== '', pattern }
}

function parseRules(text: string): Rule[] {
  const lines = text.replace(/^\uFEFF/, '').split('\n')
  return lines.flatMap((line, index) => parseRule(line, index + 1) ?? [])
}

/** The lines that take paths or give them back, in their order. Lists with the same lines are the same list. */
export function listIgnoreRules(text: string): string[] {
  const rules = parseRules(text)
  // Of equal lines the last one decides alone. Without a negative rule the order says nothing.
  const texts = [...new Set(rules.map(({ text: line }) => line).toReversed())].toReversed()
  return rules.some(({ isNegated }) => isNegated) ? texts : texts.toSorted()
}

/** Fewer rules are tried one after the other, which takes less than to look them up. */
const triedMax = 40

/** A list of paths. It remembers what it has found of folders. */
export class IgnoreList {
  /** The last one first. */
  readonly #rules: readonly Rule[]
  readonly #index: PatternIndex<Rule> | null = null
  readonly #folders = new Map<string, Rule | null>([['', null]])

  constructor(text: string) {
    const rules = parseRules(text)
    this.#rules = rules.toReversed()
    if (rules.length <= triedMax) return
    this.#index = new PatternIndex()
    for (const rule of rules) this.#index.add(rule.pattern, rule)
  }

  /** The rule that takes a file or a folder above it; null for a file that is not on the list. */
  find(path: string): IgnoreRule | null {
    const bytes = toBytes(path)
    return this.#findAbove(folderOf(bytes)) ?? this.#findAt(bytes, false)
  }

  #findAbove(folder: string): Rule | null {
    const known = this.#folders.get(folder)
    if (known !== undefined) return known
    const rule = this.#findAbove(folderOf(folder)) ?? this.#findAt(folder, true)
    this.#folders.set(folder, rule)
    return rule
  }

  #findAt(path: string, isFolder: boolean): Rule | null {
    const rules = this.#index === null ? this.#rules : this.#index.findCandidates(path)
    for (const rule of rules)
      if ((isFolder || !rule.isForFolders) && matchesPattern(rule.pattern, path)) return rule.isNegated ? null : rule
    return null
  }
}
