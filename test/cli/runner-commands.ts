/**
 * What the runner of GitHub Actions makes of what a step leaves, written after its source (actions/runner,
 * `ActionCommand.cs`, `ActionCommandManager.cs`, `FileCommandManager.cs`): commands in its log, and keys in a file.
 */

export interface Command {
  readonly name: string
  readonly properties: Readonly<Record<string, string>>
  readonly data: string
}

/** Names are compared without regard to case. */
const known = new Set([
  'add-mask',
  'add-matcher',
  'add-path',
  'debug',
  'echo',
  'endgroup',
  'error',
  'group',
  'internal-set-repo-path',
  'notice',
  'remove-matcher',
  'save-state',
  'set-env',
  'set-output',
  'stop-commands',
  'warning',
])

const escapes: readonly (readonly [string, string])[] = [
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%3A', ':'],
  ['%2C', ','],
  ['%5D', ']'],
  ['%3B', ';'],
  ['%25', '%'],
]
const unescape = (text: string, which: string) =>
  escapes.reduce((said, [code, means]) => (which.includes(means) ? said.replaceAll(code, means) : said), text)

/** `info`: what stands between the marks of a command. */
function parseInfo(info: string, between: string, escaped: string): Omit<Command, 'data'> | null {
  const [name, ...rest] = info.split(' ') as [string, ...string[]]
  if (!known.has(name.toLowerCase())) return null
  const pairs = rest.join(' ').split(between)
  const properties = pairs.flatMap((pair) => {
    const at = pair.indexOf('=')
    return at > 0 && at < pair.length - 1 ? [[pair.slice(0, at).trim(), unescape(pair.slice(at + 1), escaped)]] : []
  })
  return { name: name.toLowerCase(), properties: Object.fromEntries(properties) }
}

/** `::name key=value,key=value::data`, after any blanks. */
function parseNew(line: string): Command | null {
  const text = line.replace(/^[\s\u0085\ufeff]+/, '')
  const end = text.indexOf('::', 2)
  if (!text.startsWith('::') || end < 0) return null
  const command = parseInfo(text.slice(2, end), ',', '\r\n:,%')
  return command && { ...command, data: unescape(text.slice(end + 2), '\r\n%') }
}

/** `##[name key=value;key=value]data`, anywhere. */
function parseOld(line: string): Command | null {
  const begin = line.indexOf('##[')
  const end = line.indexOf(']', begin)
  if (begin < 0 || end < 0) return null
  const command = parseInfo(line.slice(begin + 3, end), ';', '\r\n;]%')
  return command && { ...command, data: unescape(line.slice(end + 1), '\r\n;]%') }
}

/** All commands in what a step has printed. A lone carriage return ends a line, too. */
export function listCommands(printed: string): Command[] {
  return printed.split(/\r\n|\r|\n/).flatMap((line) => parseNew(line) ?? parseOld(line) ?? [])
}

/** What a file that `GITHUB_OUTPUT` names comes to: `name=value`, or `name<<mark`, lines, and the mark. */
export function parseOutputs(text: string): Record<string, string> {
  const lines = text.split(/\r\n|\r|\n/)
  const found: [string, string][] = []
  while (lines.length > 0) {
    const line = lines.shift()!
    if (line === '') continue
    const [equals, marks] = [line.indexOf('='), line.indexOf('<<')]
    if (equals >= 0 && (marks < 0 || equals < marks)) found.push([line.slice(0, equals), line.slice(equals + 1)])
    else if (marks > 0) {
      const end = lines.indexOf(line.slice(marks + 2))
      if (end < 0) throw new Error(`Nothing ends ${line}`)
      found.push([
        line.slice(0, marks),
        lines
          .splice(0, end + 1)
          .slice(0, -1)
          .join('\n'),
      ])
    } else throw new Error(`Cannot read ${line}`)
  }
  return Object.fromEntries(found)
}
