import { expect, test } from 'vitest'
import { noteLookalikes } from '../../lib/merge/lookalikes.ts'
import type { Change } from '../../lib/model/entry.ts'
import { act, expectInSync, startMirrored } from '../run/mirror-setup.ts'

const change = (path: string, kind: 'add' | 'modify' | 'delete'): Change => {
  const entry = { mode: '100644' as const, oid: 'a'.repeat(40), byteLength: 1, lfs: null }
  return { path, before: kind === 'add' ? null : entry, after: kind === 'delete' ? null : entry }
}
const map = (...changes: Change[]) => new Map(changes.map((one) => [one.path, one]))
const note = (github: Change[], huggingface: Change[]) =>
  noteLookalikes({ github: map(...github), huggingface: map(...huggingface) })

test('names that differ in case or accents alone are told where one of them is new', () => {
  expect(note([change('a/Data.csv', 'add')], [change('a/data.csv', 'add')])).toEqual([
    expect.stringMatching(/^"a\/Data\.csv" and "a\/data\.csv": /),
  ])
  expect(note([change('\u00e9', 'add'), change('e\u0301', 'modify')], [])).toHaveLength(1)
  expect(note([change('Data.csv', 'modify')], [change('data.csv', 'modify')])).toEqual([])
  expect(note([change('Data.csv', 'add'), change('data.csv', 'delete')], [])).toEqual([])
  expect(note([change('same.csv', 'add')], [change('same.csv', 'add')])).toEqual([])
  expect(note([change('b/x', 'add')], [change('a/X', 'add')])).toEqual([])
  expect(
    note(
      Array.from({ length: 7 }, (_, index) => change(`x${index}`, 'add')),
      Array.from({ length: 7 }, (_, index) => change(`X${index}`, 'add')),
    ),
  ).toEqual([expect.stringContaining(', 2 more: ')])
})

test('both are mirrored, and the plan says so', async () => {
  const pair = await startMirrored({ 'a.txt': 'a\n' })
  act(pair, 'github', { 'Data.csv': 'a\n' })
  act(pair, 'huggingface', { 'data.csv': 'b\n' })
  expect(await pair.run()).toMatchObject({
    exitCode: 0,
    out: expect.stringMatching(/^note: "Data\.csv" and "data\.csv": /m),
  })
  await expectInSync(pair)
})
