/** Trees as git writes them; test/git-wire and test/hubs have real git as the judge. */
import { expect, test } from 'vitest'
import { compareEntries, emptyTreeId, formatTree, gitTreeId, type RawEntry } from '../../lib/model/git-object.ts'

const oid = '01'.repeat(20)
const entry = (name: string | Uint8Array, mode: RawEntry['mode'] = '100644'): RawEntry => ({ name, mode, oid })

test('a folder stands in a tree as if its name ended in a slash, and its mode has no zero in front', () => {
  const body = formatTree([entry('a', '040000'), entry('a0'), entry('a.b')])
  const id = '\x01'.repeat(20)
  expect(body.toString('latin1')).toBe(`100644 a.b\0${id}40000 a\0${id}100644 a0\0${id}`)
})

test('names that are no UTF-8 are ordered by their bytes, also beside others', () => {
  const odd = entry(Buffer.from([0x61, 0xff]))
  const oddFolder = entry(Buffer.from([0x61]), '040000')
  const sorted = [odd, entry('b'), entry('a.b'), oddFolder].toSorted(compareEntries)
  expect(sorted.map(({ name }) => Buffer.from(name).toString('latin1'))).toEqual(['a.b', 'a', 'a\xff', 'b'])
  expect(formatTree([odd]).toString('latin1')).toBe(`100644 a\xff\0${'\x01'.repeat(20)}`)
})

test('a tree without entries has the id that git gives it', () => {
  expect(gitTreeId([])).toBe(emptyTreeId)
})
