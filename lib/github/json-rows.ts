/**
 * Parses JSON with one long list of objects as it comes, a piece at a time. A listing of a hundred thousand files has 30 MB,
 * and as much again once it is parsed, most of which nobody needs. Here the objects of a piece can be collected before the
 * next piece comes.
 */
import { StringDecoder } from 'node:string_decoder'
import { fields, parseJson } from '../http/json.ts'

/**
 * Calls `take` with each object of the first list named `list`. Returns the whole document, in which this list is empty.
 * @throws {SyntaxError} For what is no JSON, ends early, or has anything else than objects in the list.
 */
export async function readJsonRows(
  body: AsyncIterable<Uint8Array>,
  list: string,
  take: (row: object) => void,
): Promise<unknown> {
  const decoder = new StringDecoder('utf8')
  const begin = new RegExp(String.raw`"${list}"\s*:\s*\[`)
  /** The text before the first object; `null` until it has come. */
  let head: string | null = null
  /** The text after the last object that was taken. */
  let rest = ''
  /** How long `rest` has to be before it is parsed: a shorter text was seen to hold no whole object. */
  let lengthMin = 0
  const takeAll = (rows: readonly unknown[]) => {
    for (const row of rows) {
      if (typeof row !== 'object' || row === null || Array.isArray(row))
        throw new SyntaxError(`"${list}" holds something else than objects`)
      take(row)
    }
  }
  for await (const chunk of body) {
    rest += decoder.write(chunk as Buffer)
    if (head === null) {
      const found = begin.exec(rest)
      if (found === null) continue
      head = rest.slice(0, found.index + found[0].length)
      rest = rest.slice(head.length)
    }
    if (rest.length < lengthMin) continue
    // This may be inside of a string or of an inner object. Then the text before it is no JSON, and more has to come.
    const end = rest.lastIndexOf('},') + 1
    const rows = end === 0 ? undefined : parseJson(`[${rest.slice(0, end)}]`)
    lengthMin = Array.isArray(rows) ? 0 : 2 * rest.length
    if (!Array.isArray(rows)) continue
    takeAll(rows)
    rest = rest.slice(end + 1)
  }
  const document: unknown = JSON.parse((head ?? '') + rest + decoder.end())
  const last = fields(document)[list]
  if (Array.isArray(last)) takeAll(last.splice(0))
  return document
}
