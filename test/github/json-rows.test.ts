/** The objects of a long list, read out of JSON that comes in pieces, against node's own parser. */
import { describe, expect, it } from 'vitest'
import { readJsonRows } from '../../lib/github/json-rows.ts'
import fc from '../random.ts'

async function read(bytes: Buffer, pieceLength: number): Promise<{ rows: unknown[]; rest: unknown }> {
  const rows: unknown[] = []
  const pieces = async function* () {
    for (let at = 0; at < bytes.length; at += pieceLength) yield bytes.subarray(at, at + pieceLength)
  }
  const rest = await readJsonRows(pieces(), 'tree', (row) => rows.push(row))
  return { rows, rest }
}

/** Strings full of what ends objects and lists elsewhere. */
const odd = fc.string({
  unit: fc.constantFrom('"', '\\', '{', '}', '[', ']', ',', ':', '\n', 'é', '💀', 'a', ' '),
  maxLength: 8,
})
const value = fc.oneof(odd, fc.integer(), fc.constant(null), fc.boolean(), fc.array(odd, { maxLength: 2 }))
const flat = fc.dictionary(odd, value, { maxKeys: 4, noNullPrototype: true })
const row = fc.oneof(flat, fc.dictionary(odd, fc.oneof(value, flat), { maxKeys: 3, noNullPrototype: true }))

describe('a long list in JSON', () => {
  it('gives each object as node parses it, wherever the pieces end, and the document without them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 6 }),
        odd,
        fc.constantFrom(undefined, 1, '\t'),
        fc.integer({ min: 1, max: 40 }),
        async (tree, sha, indent, pieceLength) => {
          const bytes = Buffer.from(JSON.stringify({ sha, tree, truncated: true }, null, indent))
          const expected = JSON.parse(bytes.toString()) as { tree: unknown[] }
          expect(await read(bytes, pieceLength)).toEqual({ rows: expected.tree, rest: { ...expected, tree: [] } })
        },
      ),
    )
  })

  it('takes no document for whole that is cut, wherever it is', async () => {
    const bytes = Buffer.from('{"sha": "a", "tree": [{"path": "a}", "size": 1}, {"path": "b"}], "truncated": false}')
    for (let length = 0; length < bytes.length; length++)
      await expect(read(bytes.subarray(0, length), 7), String(length)).rejects.toThrow(SyntaxError)
  })

  it.each(['[1]', '[{"a":1},null]', '[[{"a":1}]]', '[{"a":1}', '[{"a":1}]]', '[{"a":1}{"b":2},]'])(
    'refuses a list of something else: %s',
    async (list) => {
      await expect(read(Buffer.from(`{"tree": ${list}}`), 5)).rejects.toThrow(SyntaxError)
    },
  )

  it('has a document without that list as it is', async () => {
    expect(await read(Buffer.from('{"message": "Not Found", "tree": null}'), 3)).toEqual({
      rows: [],
      rest: { message: 'Not Found', tree: null },
    })
  })
})
