/**
 * How text that somebody else wrote is printed: names, messages, a server's words. Whatever it holds, it stays one line
 * of text in a terminal, in a log of GitHub Actions and in Markdown, and different texts stay different.
 */

/**
 * Characters that are invisible or move others: control and format characters (ANSI, bidi, zero-width), line and
 * paragraph separators, lone surrogates, unassigned and private characters, blanks other than a space. And the
 * backslash, so that no text looks like the escape of another one.
 */
const unprintable = /[\p{C}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\\]|(?! )\p{Zs}/gu

const short: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\\', '\\\\'],
])

function escape(character: string): string {
  return short.get(character) ?? `\\u{${character.codePointAt(0)!.toString(16)}}`
}

/**
 * Breaks the forms that the runner of GitHub Actions takes for commands in any line of a text: `::name::` after leading
 * blanks, and `##[name]` anywhere (actions/runner, `ActionCommand.cs`; .NET counts U+0085 among the blanks).
 */
export function breakCommands(text: string): string {
  return text.replace(/^((?:[^\S\r\n]|\u0085)*):(?=:)/gm, '$1\\u{3a}').replace(/#(?=#\[)/g, '\\u{23}')
}

/** The text with a `?`, which a glob matches, for each byte of a character that is invisible or moves others. */
export function maskUnprintable(text: string): string {
  return text.replace(unprintable, (character) =>
    character === '\\' ? character : '?'.repeat(Buffer.byteLength(character)),
  )
}

/** The text with an escape for each character that is invisible or moves others. Its backslashes stay as they are. */
export function reveal(text: string): string {
  return text.replace(unprintable, (character) => (character === '\\' ? character : escape(character)))
}

/** The text on one line. */
export function quote(text: string): string {
  return breakCommands(text.replace(unprintable, escape))
}

/**
 * A message of this program on one line. The names in it are quoted already, by `quote` or as JSON, so that their
 * backslashes stay. Everything else is escaped as `quote` does, should foreign text have slipped in unquoted.
 */
export function quoteSentence(text: string): string {
  return breakCommands(reveal(text))
}

/** Renderers give up on long fences (cmark beyond 80 backticks) and show what is inside as Markdown. */
const fenceMax = 16

/**
 * The text as a code span, for paragraphs and tables. A pipe is escaped in the way of `quote`, since Markdown's own way
 * shows a backslash outside of tables and fails behind another backslash. `quoteLine` is `quoteSentence` for messages
 * of this program.
 */
export function quoteMarkdown(text: string, quoteLine = quote): string {
  const line = quoteLine(text).replaceAll('|', '\\u{7c}')
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length))
  if (longest >= fenceMax) return `\`${line.replaceAll('`', '\\u{60}')}\``
  const fence = '`'.repeat(longest + 1)
  // Markdown takes one space away at both ends, and has no empty code spans.
  const padding = /^[` ]|[` ]$|^$/.test(line) ? ' ' : ''
  return `${fence}${padding}${line}${padding}${fence}`
}

/** Lines as a block of code, which none of them ends: its fence is longer than any run of backticks inside. */
export function fenceMarkdown(lines: readonly string[]): string[] {
  const longest = Math.max(0, ...lines.flatMap((line) => (line.match(/`+/g) ?? []).map((run) => run.length)))
  const inside = lines.map((line) => quoteSentence(longest >= fenceMax ? line.replaceAll('`', '\\u{60}') : line))
  const fence = '`'.repeat(longest >= fenceMax ? 3 : Math.max(3, longest + 1))
  return [fence, ...inside, fence]
}

/** Whether the text may be printed as it is. */
export const isPrintable = (text: string) => quoteSentence(text) === text

/** A shell argument for every POSIX shell. Characters that are not safe to print are made by `printf`. */
export function quoteShell(text: string): string {
  if (isPrintable(text)) return `'${text.replaceAll("'", `'\\''`)}'`
  const bytes = Buffer.from(text)
    .toString('latin1')
    .replace(/[^\w ./=,@+:-]/g, (byte) => `\\${byte.charCodeAt(0).toString(8).padStart(3, '0')}`)
  return `"$(printf '${bytes}')"`
}

/** The same, without quotes where a shell needs none. */
export function quoteArgument(text: string): string {
  return /^[\w./:@=-]+$/.test(text) ? text : quoteShell(text)
}
