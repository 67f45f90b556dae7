/**
 * Which paths git would hand to git-lfs: the rules of `.gitattributes` files as gitattributes(5) and git's `attr.c`
 * have them.
 */
import { foldersAbove } from '../model/entry.ts'
import { formatPattern, matchesPattern, parsePattern, PatternIndex, toBytes, type Pattern } from './pattern.ts'

/** The folder that a `.gitattributes` file is for, `''` for the root. */
export function attributesFolder(path: string): string {
  return path.slice(0, -'.gitattributes'.length).replace(/\/$/, '')
}

/** `null` is unspecified (`!name`): it is an answer, and ends the search. */
type Value = string | boolean | null
type Assignments = readonly (readonly [name: string, value: Value])[]

interface Rule {
  readonly pattern: Pattern
  readonly assignments: Assignments
}
interface Rules {
  readonly rules: PatternIndex<Rule>
  readonly macros: ReadonlyMap<string, Assignments>
}

/** git leaves out longer lines (`ATTR_MAX_LINE_LENGTH`). */
const lineBytesMax = 2047
const macroPrefix = '[attr]'
const builtInMacros: ReadonlyMap<string, Assignments> = new Map([
  [
    'binary',
    [
      ['diff', false],
      ['merge', false],
      ['text', false],
    ],
  ],
])
const escapes: Record<string, string> = {
  'a': '\x07',
  'b': '\b',
  'f': '\f',
  'n': '\n',
  'r': '\r',
  't': '\t',
  'v': '\v',
  '\\': '\\',
  '"': '"',
}

/** The pattern, unquoted if it is quoted as in C, and what follows it. */
function splitPattern(line: string): [pattern: string, rest: string] {
  const [whole, quoted] = /^"((?:[^"\\]|\\(?:[abfnrtv\\"]|[0-3][0-7]{2}))*)"/.exec(line) ?? []
  if (whole === undefined || quoted === undefined) {
    const [word] = /^[^ \t\r\n]*/.exec(line)!
    return [word, line.slice(word.length)]
  }
  const unquoted = quoted.replace(
    /\\([0-7]{3}|.)/g,
    (_, code: string) => escapes[code] ?? String.fromCharCode(Number.parseInt(code, 8)),
  )
  return [unquoted, line.slice(whole.length)]
}

/** `null` when git would leave the line out because of a name that cannot be. */
function parseAssignments(text: string): Assignments | null {
  const assignments: [string, Value][] = []
  for (const word of text.split(/[ \t\r\n]+/)) {
    if (word === '') continue
    const [, sign, name, value] = /^([-!]?)([\w.][\w.-]*)(?:=(.*))?$/s.exec(word) ?? []
    if (name === undefined) return null
    assignments.push([name, sign === '-' ? false : sign === '!' ? null : (value ?? true)])
  }
  return assignments
}

/** `null` for what matches no file: a negation, a folder, a malformed wildcard. */
function parseRulePattern(text: string): Pattern | null {
  return text.startsWith('!') || text.endsWith('/') ? null : parsePattern(text)
}

function parseRules(text: string): Rules {
  const rules = new PatternIndex<Rule>()
  const macros = new Map(builtInMacros)
  for (const line of toBytes(text)
    .replace(/^\xef\xbb\xbf/, '')
    .split('\n')) {
    const content = line.replace(/^[ \t\r]+/, '')
    if (content === '' || content.startsWith('#') || line.replace(/\r$/, '').length > lineBytesMax) continue
    const [name, rest] = splitPattern(content)
    const assignments = parseAssignments(rest)
    if (!assignments) continue
    const macro =
      name.length > macroPrefix.length && name.startsWith(macroPrefix)
        ? name.slice(macroPrefix.length).replace(/^[ \t\r\n]+/, '')
        : null
    const pattern = macro === null ? parseRulePattern(name) : null
    if (macro !== null && /^[\w.][\w.-]*$/.test(macro)) macros.set(macro, assignments)
    else if (pattern) rules.add(pattern, { pattern, assignments })
  }
  return { rules, macros }
}

/** Why git leaves a line of the file in `folder` out, in words; `null` for a rule, a comment and a blank line. */
export function explainDeadRule(line: string, folder = ''): string | null {
  const bytes = toBytes(line)
    .replace(/^\xef\xbb\xbf/, '')
    .replace(/\r$/, '')
  const content = bytes.replace(/^[ \t\r]+/, '')
  if (content === '' || content.startsWith('#')) return null
  if (bytes.length > lineBytesMax) return `it is longer than ${lineBytesMax.toLocaleString('en-US')} bytes`
  const [name, rest] = splitPattern(content)
  if (parseAssignments(rest) === null)
    return /(^|[ \t])#/.test(rest)
      ? 'a comment needs a line of its own'
      : 'a line holds one pattern, and then names of attributes'
  if (name.startsWith(macroPrefix) && name.length > macroPrefix.length)
    return folder === '' ? null : 'only the file at the top defines macros'
  if (name.startsWith('!')) return 'a pattern cannot be negative'
  if (name.endsWith('/')) return 'the pattern of a folder fits no file in it, where one that ends in /** does'
  return parsePattern(name) === null ? 'its pattern fits no file' : null
}

/** Parsing costs more than matching, and a run asks about many paths with few files. */
const parsed = new Map<string, Rules>()
const parsedMax = 256

function rulesOf(text: string): Rules {
  const known = parsed.get(text)
  if (known) return known
  if (parsed.size >= parsedMax) parsed.clear()
  const rules = parseRules(text)
  parsed.set(text, rules)
  return rules
}

/** Takes what is not decided yet, the last assignment of a line first; a macro that is set brings its own. */
function assign(values: Map<string, Value>, assignments: Assignments, macros: ReadonlyMap<string, Assignments>): void {
  for (const [name, value] of assignments.toReversed()) {
    if (values.has(name)) continue
    values.set(name, value)
    if (value === true) assign(values, macros.get(name) ?? [], macros)
  }
}

/**
 * Whether `filter` is `lfs` for a path. `attributes`: the text of each `.gitattributes` by folder, `''` for the root.
 * The deepest file decides, in it the last rule; only the root's may define macros.
 */
export function isLfsPath(attributes: ReadonlyMap<string, string>, path: string): boolean {
  const bytes = toBytes(path)
  const macros = rulesOf(attributes.get('') ?? '').macros
  const values = new Map<string, Value>()
  for (const folder of ['', ...foldersAbove(path)].toReversed()) {
    const text = attributes.get(folder)
    if (text === undefined) continue
    const below = folder === '' ? bytes : bytes.slice(toBytes(folder).length + 1)
    for (const { pattern, assignments } of rulesOf(text).rules.findCandidates(below)) {
      if (!matchesPattern(pattern, below)) continue
      assign(values, assignments, macros)
      if (values.has('filter')) return values.get('filter') === 'lfs'
    }
  }
  return false
}

/**
 * The root's rule for one path and no other: blanks as a class, since a pattern ends at one, and a slash in front of
 * what a line may not begin with.
 */
export function formatLfsRule(path: string): string {
  const pattern = formatPattern(path).replace(/[ \t\r\n]/g, '[[:space:]]')
  return `${/^["#!\uFEFF]/.test(pattern) ? '/' : ''}${pattern} filter=lfs diff=lfs merge=lfs -text`
}
