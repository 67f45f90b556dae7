/**
 * Which paths the Hub tracks with LFS, and which it would ignore: git's pattern rules, written apart from the tool's
 * own so that the two can disagree. Sources: gitattributes(5), gitignore(5).
 */

const classes: Record<string, string> = {
  alnum: 'a-zA-Z0-9',
  alpha: 'a-zA-Z',
  blank: ' \\t',
  digit: '0-9',
  lower: 'a-z',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\s',
  upper: 'A-Z',
  xdigit: '0-9a-fA-F',
}

function bracketSource(pattern: string, start: number): { source: string; end: number } | null {
  const negated = pattern[start + 1] === '!' || pattern[start + 1] === '^'
  let source = ''
  for (let at = start + (negated ? 2 : 1), first = true; at < pattern.length; first = false) {
    const named = /^\[:(\w+):\]/.exec(pattern.slice(at))
    if (pattern[at] === ']' && !first) return { source: `(?!/)[${negated ? '^' : ''}${source}]`, end: at }
    if (named) {
      source += classes[named[1]!] ?? ''
      at += named[0].length
    } else {
      if (pattern[at] === '\\') at += 1
      source += /[\\\]^[]/.test(pattern[at] ?? '') ? `\\${pattern[at]}` : (pattern[at] ?? '')
      at += 1
    }
  }
  return null
}

/** The pattern as an expression over a whole path; one without a slash fits the last part of the path only. */
function patternExpression(pattern: string): RegExp {
  const anchored = pattern.includes('/')
  const body = pattern.replace(/^\//, '')
  let source = anchored ? '' : '(?:.*/)?'
  for (let at = 0; at < body.length; at += 1) {
    const rest = body.slice(at)
    const atStart = at === 0 || body[at - 1] === '/'
    if (atStart && rest.startsWith('**/')) {
      source += '(?:.*/)?'
      at += 2
    } else if (atStart && rest === '**') {
      source += '.+'
      at += 1
    } else if (rest[0] === '*') {
      while (body[at + 1] === '*') at += 1
      source += '[^/]*'
    } else if (rest[0] === '?') {
      source += '[^/]'
    } else if (rest[0] === '[') {
      const bracket = bracketSource(body, at)
      source += bracket?.source ?? '\\['
      at = bracket?.end ?? at
    } else {
      if (rest[0] === '\\' && rest.length > 1) at += 1
      source += body[at]!.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`)
    }
  }
  return new RegExp(`^${source}$`, 'su')
}

interface Rule {
  matches: RegExp
  lfs: boolean
}
const parsed = new Map<string, Rule[]>()

/** Rules that say anything of `filter`; the others never matter here. */
function parseRules(text: string): Rule[] {
  const known = parsed.get(text)
  if (known) return known
  const rules: Rule[] = []
  for (const line of text.split(/\r?\n/)) {
    const [, quoted, bare, rest] = /^[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^ \t]+))[ \t]+(.*)$/.exec(line) ?? []
    const pattern = quoted?.replaceAll(/\\(["\\])/g, '$1') ?? bare
    if (pattern === undefined || /^(?:#|!|\[attr\])/.test(pattern) || pattern.endsWith('/')) continue
    const filter = rest!.split(/[ \t]+/).findLast((attribute) => /^[-!]?filter(?:=|$)/.test(attribute))
    if (filter !== undefined) rules.push({ matches: patternExpression(pattern), lfs: filter === 'filter=lfs' })
  }
  parsed.set(text, rules)
  return rules
}

/**
 * `attributes`: the text of each `.gitattributes` by its folder, `''` for the root. The last rule of the deepest file
 * wins.
 */
export function isTrackedByLfs(attributes: ReadonlyMap<string, string>, path: string): boolean {
  const parts = path.split('/')
  for (let depth = parts.length - 1; depth >= 0; depth -= 1) {
    const rules = attributes.get(parts.slice(0, depth).join('/'))
    const below = parts.slice(depth).join('/')
    const rule = rules === undefined ? undefined : parseRules(rules).findLast(({ matches }) => matches.test(below))
    if (rule) return rule.lfs
  }
  return false
}

/** As the Hub writes a rule for one file. */
export function lfsRule(path: string): string {
  return `${path.replaceAll(/[\\*?[]/g, String.raw`\$&`).replaceAll(/\s/g, '[[:space:]]')} filter=lfs diff=lfs merge=lfs -text`
}

/** Whether a `.gitignore` at the root ignores the path: itself, or a folder above it. */
export function isIgnored(ignore: string, path: string): boolean {
  const patterns = ignore
    .split(/\r?\n/)
    .map((line) => line.replace(/(?<!\\)[ \t]+$/, ''))
    .filter((line) => line !== '' && !line.startsWith('#'))
  const parts = path.split('/')
  for (let depth = 1; depth <= parts.length; depth += 1) {
    const prefix = parts.slice(0, depth).join('/')
    const last = patterns.findLast((line) => {
      const pattern = line.replace(/^!/, '')
      return (
        (depth < parts.length || !pattern.endsWith('/')) && patternExpression(pattern.replace(/\/$/, '')).test(prefix)
      )
    })
    if (last !== undefined && !last.startsWith('!')) return true
  }
  return false
}
