/** Names that git puts in quotes, as C writes strings. A text has a character for each byte of its UTF-8. */

/** A quoted name at the start of a text. */
export const quotedStart = /^"(?:[^"\\]|\\(?:[abfnrtv\\"]|[0-3][0-7]{2}))*"/

const [letters, meanings] = ['abfnrtv', '\x07\b\f\n\r\t\v']

/** The name that `quotedStart` found, without its quotes and escapes. */
export function unquote(quoted: string): string {
  return quoted
    .slice(1, -1)
    .replace(/\\([0-7]{3}|.)/g, (_, code: string) =>
      code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8)) : (meanings[letters.indexOf(code)] ?? code),
    )
}
