/**
 * The objects of a long list, read out of JSON that comes in pieces. The listing of a hundred thousand files is 30 MB of
 * text and as much again when it is parsed, most of it addresses that nobody reads: this way the objects of a piece are
 * garbage before the next piece comes.
 */
import { StringDecoder } from 'node:string_decoder'
import { fields, parseJson } from '../http/json.ts'

/**
 * Gives each object of the first list with the name `list` to `take`. Answers with the whole document, in which that
 * list is empty.
 * @throws {SyntaxError} For what is no JSON, ends early, or has something else in the list than objects.
 */
export async function readJsonRows(
  body: AsyncIterable<Uint8Array>,
  list: string,
  take: (row: object) => void,
): Promise<unknown> {
  const decoder = new StringDecoder('utf8')
  const begin = new RegExp(String.raw`"${list}"\s*:\s*\[`)
  /** What stands before the first object; `null` while it has not come. */
  let head: string | null = null
  let rest = ''
  /** Shorter texts are not looked at again: they had no end of an object, or not one that could be told. */
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
    // Where this is inside of a string or of an inner object, what stands before it is no JSON.
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
