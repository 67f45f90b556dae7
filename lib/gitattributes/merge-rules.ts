import { mapSides, otherSide, type Side, type Sides } from '../model/sides.ts'
/**
 * `.gitattributes` as a set of lines. Design, "How it decides": the hosts append rules of their own, so that a merge by
 * position would conflict at nearly every run. What was there at the sync point is no change and stays where it is;
 * only what a side added or removed travels, to the place among the lines that both have. A change of the order alone
 * travels where the two files were the same.
 */
import { explainDeadRule } from './rules.ts'

/**
 * `key` is the same for lines that say the same; `pattern` is `null` for a comment and for what git leaves out: neither
 * contradicts anything.
 */
interface Line {
  readonly key: string
  readonly pattern: string | null
  readonly text: string
}

function parseLine(text: string): Line | null {
  const content = text.replace(/^\uFEFF/, '').replace(/\r$/, '')
  const [, pattern = '', rest = ''] = /^[ \t\r]*("(?:[^"\\]|\\.)*"|[^ \t\r]*)(.*)$/s.exec(content) ?? []
  if (pattern === '') return null
  if (pattern.startsWith('#')) return { key: content.trim(), pattern: null, text: content }
  const key = [pattern, ...rest.split(/[ \t\r]+/).filter((word) => word !== '')].join(' ')
  return { key, pattern: explainDeadRule(content) !== null ? null : pattern, text: content }
}

/** By key, in the order of the file; blank lines do not count. */
function parseLines(text: string): Map<string, Line> {
  return new Map(
    text
      .split('\n')
      .flatMap((line) => parseLine(line) ?? [])
      .map((line) => [line.key, line]),
  )
}

function withoutKeys(lines: ReadonlyMap<string, Line>, known: ReadonlyMap<string, Line>): Map<string, Line> {
  return new Map([...lines].filter(([key]) => !known.has(key)))
}

function rulesByPattern(lines: ReadonlyMap<string, Line>): Map<string, Set<string>> {
  const rules = new Map<string, Set<string>>()
  for (const { key, pattern } of lines.values())
    if (pattern !== null) rules.set(pattern, (rules.get(pattern) ?? new Set()).add(key))
  return rules
}

/** Patterns to which both sides gave rules, and not the same ones. */
function findConflicts(added: Sides<ReadonlyMap<string, Line>>): string[] {
  const rules = mapSides((side) => rulesByPattern(added[side]))
  const differ = (a: ReadonlySet<string>, b: ReadonlySet<string>) =>
    a.size !== b.size || [...a].some((key) => !b.has(key))
  return [...rules.github]
    .filter(([pattern, keys]) => differ(keys, rules.huggingface.get(pattern) ?? keys))
    .map(([pattern]) => pattern)
    .toSorted()
}

/**
 * The file's own lines in their order without the removed ones, and the added ones: each before the first line below it
 * in its own file (`from`) that stands here too, since the last rule that fits a path decides; at the end where there
 * is none. Line endings are kept.
 */
function editText(
  text: string,
  removed: ReadonlyMap<string, Line>,
  added: ReadonlyMap<string, Line>,
  from: ReadonlyMap<string, Line>,
): string {
  const keyOf = (line: string) => parseLine(line.replace(/\n$/, ''))?.key ?? null
  const kept = (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).filter((line) => !removed.has(keyOf(line) ?? ''))
  const keys = kept.map(keyOf)
  const there = new Set(keys)
  const missing = [...added.values()].filter(({ key }) => !there.has(key))
  if (missing.length === 0) return kept.join('')
  const ending = /\r?\n/.exec(text)?.[0] ?? '\n'
  const before = new Map<string | null, string[]>()
  const wanted = new Set(missing.map(({ key }) => key))
  let waiting: string[] = []
  for (const { key, text: line } of from.values()) {
    if (wanted.has(key)) waiting.push(line + ending)
    else if (there.has(key) && waiting.length > 0) {
      before.set(key, [...(before.get(key) ?? []), ...waiting])
      waiting = []
    }
  }
  const lines = kept.flatMap((line, index) => {
    const above = before.get(keys[index]!) ?? []
    before.delete(keys[index]!)
    return above.concat(line)
  })
  const body = lines.join('')
  return `${body}${body === '' || body.endsWith('\n') || waiting.length === 0 ? '' : ending}${waiting.join('')}`
}

/**
 * What each side's file becomes. `sides`: each side's file at its own base and now; `head`: the file that is edited,
 * which is what the side holds now. An absent file is ''. What one side removed while the other added it stays.
 * `conflicts`: patterns to which both sides gave different rules; then `texts` are the heads, unless one side is
 * `taken`: its rules for these patterns stand and the other side's make way.
 */
export function mergeAttributes(
  sides: Sides<{ readonly before: string; readonly after: string }>,
  head: Sides<string>,
  taken: Side | null = null,
): { texts: Sides<string>; conflicts: string[] } {
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
  const edit = (side: Side, other: Side) => {
    // Where nothing of this side's own is in the file, the other's text is taken as it is: order, comments and blank
    // lines included.
    const isSame =
      taken === null &&
      sides[side].before === sides[other].before &&
      sides[side].after === sides[side].before &&
      head[side] === sides[side].after
    return isSame
      ? sides[other].after
      : editText(head[side], withoutKeys(removed[other], added[side]), added[other], after[other])
  }
  return { texts: mapSides((side) => edit(side, otherSide[side])), conflicts }
}
