/**
 * The one way for a name, a message or a server's words to be printed: whatever they hold, they stay one line of text
 * in a terminal, in a log of GitHub Actions, and in Markdown. Different texts stay different.
 */

/**
 * What is not seen or moves what is seen: control and format characters (ANSI, bidi, zero-width), line and paragraph
 * separators, lone surrogates, unassigned and private characters, blanks other than a space. The backslash is in it so
 * that no text can look like another's escape.
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
 * The runner of GitHub Actions takes `::name::` after leading blanks and `##[name]` anywhere for commands
 * (actions/runner, `ActionCommand.cs`): both are broken.
 */
function breakCommands(line: string): string {
  return line.replace(/^( *):(?=:)/, '$1\\u{3a}').replace(/#(?=#\[)/g, '\\u{23}')
}

/** The text on one line. */
export function quote(text: string): string {
  return breakCommands(text.replace(unprintable, escape))
}

/**
 * A sentence of our own as one line. The names in it are quoted already, each by `quote` or as JSON, so that their
 * backslashes stay as they are; everything else that could move a cursor or start a workflow command is escaped here
 * once more, should a foreign text have slipped in unquoted.
 */
export function quoteSentence(text: string): string {
  return breakCommands(text.replace(unprintable, (character) => (character === '\\' ? character : escape(character))))
}

/** Renderers give up on longer fences (cmark: 80), and would show what is inside as Markdown. */
const fenceMax = 16

/**
 * The text as a code span, in a paragraph or in a table. A pipe is escaped as `quote` escapes, since Markdown's own way
 * shows a backslash outside of tables and fails behind another backslash. `quoteLine`: `quoteSentence` for a sentence
 * of our own.
 */
export function quoteMarkdown(text: string, quoteLine = quote): string {
  const line = quoteLine(text).replaceAll('|', '\\u{7c}')
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length))
  if (longest >= fenceMax) return `\`${line.replaceAll('`', '\\u{60}')}\``
  const fence = '`'.repeat(longest + 1)
  // A span loses one space at both ends if it has them and is not blank, and may not be empty.
  const padding = /^[` ]|[` ]$|^$/.test(line) ? ' ' : ''
  return `${fence}${padding}${line}${padding}${fence}`
}

/** An argument as every POSIX shell takes it, in letters that are safe to print: `printf` makes what is not. */
export function quoteShell(text: string): string {
  if (quote(text) === text) return `'${text.replaceAll("'", `'\\''`)}'`
  const bytes = Buffer.from(text)
    .toString('latin1')
    .replace(/[^\w ./=,@+:-]/g, (byte) => `\\${byte.charCodeAt(0).toString(8).padStart(3, '0')}`)
  return `"$(printf '${bytes}')"`
}

/** The same, left as it is where a shell takes it for what it is. */
export function quoteArgument(text: string): string {
  return /^[\w./:@=-]+$/.test(text) ? text : quoteShell(text)
}
