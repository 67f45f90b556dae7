/**
 * The objects of a long list, one after the other, out of JSON that comes in pieces. The listing of a hundred thousand
 * files is 30 MB of text and as much again when it is parsed, most of it addresses that nobody reads: this way each
 * object is garbage before the next piece comes. Parsers that look at every character in JavaScript take ten times as
 * long as node's own, so only the ends of the objects are looked for here.
 */

const text = String.raw`"(?:[^"\\]|\\.)*"`
const flat = String.raw`\{(?:[^{}"]|${text})*\}`
/**
 * An object that may hold objects, but no deeper ones. No two of the alternatives begin alike, so that nothing is tried
 * twice.
 */
const nextRow = new RegExp(String.raw`\{(?:[^{}"]|${text}|${flat})*\}`, 'ys')

/**
 * Gives each object of the first list with the name `list` to `take`. Answers with the whole document, in which that
 * list is empty.
 * @throws {SyntaxError} For what is no JSON, ends early, or has something else in the list than such objects.
 */
export async function readJsonRows(
  body: AsyncIterable<Uint8Array>,
  list: string,
  take: (row: unknown) => void,
): Promise<unknown> {
  const decoder = new TextDecoder()
  const begin = new RegExp(String.raw`"${list}"\s*:\s*\[`)
  let head: string | null = null
  let rest = ''
  const read = (piece: string) => {
    rest += piece
    if (head === null) {
      const found = begin.exec(rest)
      if (found === null) return
      head = rest.slice(0, found.index + found[0].length)
      rest = rest.slice(head.length)
    }
    let end = 0
    for (;;) {
      let start = end
      while (/[\s,]/.test(rest.charAt(start))) start += 1
      nextRow.lastIndex = start
      if (!nextRow.test(rest)) break
      end = nextRow.lastIndex
      take(JSON.parse(rest.slice(start, end)))
    }
    rest = rest.slice(end)
  }
  for await (const chunk of body) read(decoder.decode(chunk, { stream: true }))
  read(decoder.decode())
  const document = JSON.parse((head ?? '') + rest) as Record<string, unknown> | null
  const left = document?.[list]
  if (Array.isArray(left) && left.length > 0) throw new SyntaxError(`"${list}" holds something else than objects`)
  return document
}
