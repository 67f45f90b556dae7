/**
 * `.gitattributes` as a set of lines. Design, section 4: the hosts append rules of their own, so that a merge by position would conflict
 * at nearly every run. What was there at the sync point is no change and stays where it is; only what a side added or removed travels.
 */
import { mapSides, otherSide, type Side, type Sides } from './sides.ts'

/** `key` is the same for lines that say the same; `pattern` is `null` for a comment. */
interface Line { readonly key: string, readonly pattern: string | null, readonly text: string }

function parseLine(text: string): Line | null {
  const content = text.replace(/^\uFEFF/, '').replace(/\r$/, '')
  const [, pattern = '', rest = ''] = /^[ \t\r]*("(?:[^"\\]|\\.)*"|[^ \t\r]*)(.*)$/s.exec(content) ?? []
  if (pattern === '') return null
  if (pattern.startsWith('#')) return { key: content.trim(), pattern: null, text: content }
  return { key: [pattern, ...rest.split(/[ \t\r]+/).filter((word) => word !== '')].join(' '), pattern, text: content }
}

/** By key, in the order of the file; blank lines do not count. */
function parseLines(text: string): Map<string, Line> {
  return new Map(text.split('\n').flatMap((line) => parseLine(line) ?? []).map((line) => [line.key, line]))
}

function withoutKeys(lines: ReadonlyMap<string, Line>, known: ReadonlyMap<string, Line>): Map<string, Line> {
  return new Map([...lines].filter(([key]) => !known.has(key)))
}

function rulesByPattern(lines: ReadonlyMap<string, Line>): Map<string, Set<string>> {
  const rules = new Map<string, Set<string>>()
  for (const { key, pattern } of lines.values()) if (pattern !== null) rules.set(pattern, (rules.get(pattern) ?? new Set()).add(key))
  return rules
}

/** Patterns to which both sides gave rules, and not the same ones. */
function findConflicts(added: Sides<ReadonlyMap<string, Line>>): string[] {
  const rules = mapSides((side) => rulesByPattern(added[side]))
  const differ = (a: ReadonlySet<string>, b: ReadonlySet<string>) => a.size !== b.size || [...a].some((key) => !b.has(key))
  return [...rules.github].filter(([pattern, keys]) => differ(keys, rules.huggingface.get(pattern) ?? keys)).map(([pattern]) => pattern).toSorted()
}

/** The file's own lines in their order without the removed ones, then the added ones; its line endings are kept. */
function editText(text: string, removed: ReadonlyMap<string, Line>, added: ReadonlyMap<string, Line>): string {
  const kept = (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).filter((line) => {
    const parsed = parseLine(line.replace(/\n$/, ''))
    return parsed === null || !removed.has(parsed.key)
  }).join('')
  const missing = [...withoutKeys(added, parseLines(kept)).values()]
  if (missing.length === 0) return kept
  const ending = /\r?\n/.exec(text)?.[0] ?? '\n'
  return `${kept}${kept === '' || kept.endsWith('\n') ? '' : ending}${missing.map((line) => line.text + ending).join('')}`
}

/**
 * What each side's file becomes. `sides`: each side's file at its own base and now; `head`: the file that is edited, which is what the side
 * holds now. An absent file is ''. What one side removed while the other added it stays. `conflicts`: patterns to which both sides gave
 * different rules; then `texts` are the heads, unless one side is `taken`: its rules for these patterns stand and the other side's make way.
 */
export function mergeAttributes(
  sides: Sides<{ readonly before: string, readonly after: string }>, head: Sides<string>, taken: Side | null = null,
): { texts: Sides<string>, conflicts: string[] } {
  const before = mapSides((side) => parseLines(sides[side].before))
  const after = mapSides((side) => parseLines(sides[side].after))
  const added = mapSides((side) => withoutKeys(after[side], before[side]))
  const removed = mapSides((side) => withoutKeys(before[side], after[side]))
  const conflicts = findConflicts(added)
  if (conflicts.length > 0 && taken === null) return { texts: head, conflicts }
  if (taken !== null) {
    for (const [key, line] of added[otherSide[taken]]) {
      if (line.pattern === null || !conflicts.includes(line.pattern) || added[taken].has(key)) continue
      added[otherSide[taken]].delete(key)
      removed[taken].set(key, line)
    }
  }
  const edit = (side: Side, other: Side) => editText(head[side], withoutKeys(removed[other], added[side]), added[other])
  return { texts: mapSides((side) => edit(side, otherSide[side])), conflicts }
}
