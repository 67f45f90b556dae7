/**
 * Which paths git would hand to git-lfs: what the rules of `.gitattributes` files say of the attribute `filter`, by
 * gitattributes(5) and git's attr.c. "Rules by folder" are the texts of such files by the folder they stand in, `''`
 * for the root.
 */
import { foldersAbove } from '../model/entry.ts'
import { quotedStart, unquote } from '../model/quoted-name.ts'
import {
  findOnlyPath,
  formatPattern,
  matchesPattern,
  parsePattern,
  PatternIndex,
  toBytes,
  type Pattern,
} from './pattern.ts'

/** The folder that the `.gitattributes` file at a path stands in, `''` for the root. */
export function attributesFolder(path: string): string {
  return path.slice(0, -'.gitattributes'.length).replace(/\/$/, '')
}

/** The path of the `.gitattributes` file in a folder, `''` for the root; the inverse. */
export function attributesPath(folder: string): string {
  return folder === '' ? '.gitattributes' : `${folder}/.gitattributes`
}

/** Rules by folder. */
export type Attributes = ReadonlyMap<string, string>

/** What a rule says of an attribute. `null` stands for `!name`, "unspecified", which ends the search like any value. */
type Value = string | boolean | null
type Assignments = readonly (readonly [name: string, value: Value])[]

/** A line of a file: a pattern and attributes. `line` is its text, a character for each byte. */
interface Rule {
  readonly pattern: Pattern
  readonly assignments: Assignments
  readonly line: string
}
/** A name for several assignments. `line` is the text that defines it, '' where git itself does. */
interface Macro {
  readonly assignments: Assignments
  readonly line: string
}
interface Rules {
  readonly rules: PatternIndex<Rule>
  readonly macros: ReadonlyMap<string, Macro>
}

/** git ignores longer lines (`ATTR_MAX_LINE_LENGTH`). */
const lineBytesMax = 2047
const macroPrefix = '[attr]'
const builtInMacros: ReadonlyMap<string, Macro> = new Map([
  ['binary', { assignments: parseAssignments('-diff -merge -text')!, line: '' }],
])

/** The pattern, unquoted where it is quoted as in C, and the rest of the line. */
function splitPattern(line: string): [pattern: string, rest: string] {
  const quoted = quotedStart.exec(line)?.[0]
  if (quoted !== undefined) return [unquote(quoted), line.slice(quoted.length)]
  const [word] = /^[^ \t\r\n]*/.exec(line)!
  return [word, line.slice(word.length)]
}

/** What a line assigns; null where git ignores it, because a name in it is none that an attribute can have. */
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

/** The pattern of a rule; null for what matches no file: a negation, a folder, a malformed wildcard. */
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
    if (macro !== null && /^[\w.][\w.-]*$/.test(macro)) macros.set(macro, { assignments, line: content })
    else if (pattern) rules.add(pattern, { pattern, assignments, line: content })
  }
  return { rules, macros }
}

/** Attributes that git and its hosts define. Nobody makes a macro of such a name. */
const knownAttributes = new RegExp(
  `^(?:${[
    'text|eol|crlf|diff|merge|filter|binary|ident|delta|whitespace|encoding|working-tree-encoding',
    'conflict-marker-size|lockable|export-.*|linguist-.*',
  ].join('|')})$`,
)

/** Whether a line may say something of `filter`: it names `filter`, defines a macro, or may use one. */
export function mayFilter(line: string): boolean {
  return (
    line.startsWith(macroPrefix) || namesAttribute(line, (name) => name === 'filter' || !knownAttributes.test(name))
  )
}

/** Whether the meaning of a file may depend on macros, which only the file in the root defines. */
export function mayUseMacros(text: string): boolean {
  return text.split('\n').some((line) => namesAttribute(line, (name) => !knownAttributes.test(name)))
}

function namesAttribute(line: string, isMeant: (name: string) => boolean): boolean {
  const content = line.replace(/^[ \t\r]+/, '')
  return !content.startsWith('#') && (parseAssignments(splitPattern(content)[1]) ?? []).some(([name]) => isMeant(name))
}

/** Why git ignores a line of the file in `folder`, in words; `null` for a rule, a comment and a blank line. */
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

/** Parsed files by their text: parsing costs more than matching, and a run asks few files about many paths. */
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

/**
 * Adds the values that are not decided yet, the last assignment of the line first. A macro that is set adds its own.
 */
function assign(values: Map<string, Value>, assignments: Assignments, macros: ReadonlyMap<string, Macro>): void {
  for (const [name, value] of assignments.toReversed()) {
    if (values.has(name)) continue
    values.set(name, value)
    if (value === true) assign(values, macros.get(name)?.assignments ?? [], macros)
  }
}

/**
 * The value of `filter` for a path; `undefined` where no rule says. The file in the deepest folder decides, in it the
 * last rule; only the file in the root may define macros. `visit` is called with every rule that matches, up to the one
 * that decides.
 */
function findFilter(
  attributes: Attributes,
  path: string,
  visit?: (folder: string, rule: Rule) => void,
): Value | undefined {
  const bytes = toBytes(path)
  const macros = rulesOf(attributes.get('') ?? '').macros
  const values = new Map<string, Value>()
  for (const folder of ['', ...foldersAbove(path)].toReversed()) {
    const text = attributes.get(folder)
    if (text === undefined) continue
    const below = folder === '' ? bytes : bytes.slice(toBytes(folder).length + 1)
    for (const rule of rulesOf(text).rules.findCandidates(below)) {
      if (!matchesPattern(rule.pattern, below)) continue
      visit?.(folder, rule)
      assign(values, rule.assignments, macros)
      if (values.has('filter')) return values.get('filter')
    }
  }
  return undefined
}

/** Whether git would hand a path to git-lfs. `attributes`: rules by folder. */
export function isLfsPath(attributes: Attributes, path: string): boolean {
  return attributes.size > 0 && findFilter(attributes, path) === 'lfs'
}

/** A line of the file in `folder`, a character for each byte. */
export interface RuleLine {
  readonly folder: string
  readonly line: string
}

/** The value of `filter` for a path, in the words of `git check-attr`; `null` where no rule says. */
export function readFilter(attributes: Attributes, path: string): string | null {
  const value = findFilter(attributes, path)
  if (value === undefined || typeof value === 'string') return value ?? null
  return value === null ? 'unspecified' : value ? 'set' : 'unset'
}

/**
 * The lines that take part in the value of `filter` for a path: the one that decides, and those that define, set or
 * unset a macro on the way to it.
 */
export function listDecidingLines(attributes: Attributes, path: string): RuleLine[] {
  const { macros } = rulesOf(attributes.get('') ?? '')
  const lines: RuleLine[] = []
  findFilter(attributes, path, (folder, { assignments, line }) => {
    const usesMacro = assignments.some(([name]) => macros.get(name)?.line)
    if (usesMacro || assignments.some(([name]) => name === 'filter')) lines.push({ folder, line })
    for (const macro of usesMacro ? macros.values() : []) if (macro.line) lines.push({ folder: '', line: macro.line })
  })
  return lines
}

/**
 * Whether one of the lines of the file in `folder` matches a path. A line that defines a macro matches all below the
 * folder, since it may say something of any of them.
 */
export function createRuleMatcher(lines: Iterable<string>, folder: string): (path: string) => boolean {
  const { rules, macros } = parseRules([...lines].join('\n'))
  const definesMacro = [...macros.values()].some(({ line }) => line !== '')
  const start = folder === '' ? '' : `${folder}/`
  return (path) => {
    if (!path.startsWith(start)) return false
    const below = toBytes(path.slice(start.length))
    return definesMacro || rules.findCandidates(below).some(({ pattern }) => matchesPattern(pattern, below))
  }
}

/** The one path, relative to the file's folder, that a rule without wildcards names; `null` for any other line. */
export function findNamedPath(line: string): string | null {
  const content = toBytes(line).replace(/^[ \t\r]+/, '')
  if (content === '' || content.startsWith('#') || content.startsWith(macroPrefix)) return null
  const pattern = parseRulePattern(splitPattern(content)[0])
  const name = pattern && findOnlyPath(pattern)
  return name ? Buffer.from(name, 'latin1').toString('utf8') : null
}

/**
 * The line for the root's file that keeps one path, and no other, in LFS. Blanks become a class, since a pattern ends
 * at a blank; a slash goes before a character that a line may not begin with.
 */
export function formatLfsRule(path: string): string {
  const pattern = formatPattern(path).replace(/[ \t\r\n]/g, '[[:space:]]')
  return `${/^["#!\uFEFF]/.test(pattern) ? '/' : ''}${pattern} filter=lfs diff=lfs merge=lfs -text`
}
