/** Folders in the bytes of git's tree objects, against lists of rows. */
import { describe, expect, it } from 'vitest'
import { diffFolders, FolderBuilder, type ListedFolder } from '../../lib/github/listed-folder.ts'
import type { FolderRow } from '../../lib/github/schema.ts'
import { gitTreeId } from '../../lib/model/git-object.ts'
import fc from '../random.ts'

/** Names of which one is the start of another, with what stands before and after a slash in git's order. */
const someName = fc.string({
  unit: fc.constantFrom('a', 'b', '.', '0', '-', 'é', '💀', '\uffff', ' '),
  minLength: 1,
  maxLength: 4,
})
const row = fc.record({
  name: someName,
  mode: fc.constantFrom('100644' as const, '100755' as const, '120000' as const, '160000' as const, '040000' as const),
  oid: fc.constantFrom('0'.repeat(40), '20'.repeat(20), 'ab'.repeat(20)),
  byteLength: fc.nat(3),
})
const rows = fc.uniqueArray(row, { selector: (one) => one.name, maxLength: 8 })

function build(folder: readonly FolderRow[]): ListedFolder {
  const builder = new FolderBuilder()
  for (const one of folder) builder.add(one.name, one)
  return builder.build()
}

const sort = (folder: Iterable<FolderRow>) => [...folder].toSorted((a, b) => (a.name < b.name ? -1 : 1))

describe('a folder that was listed', () => {
  it('holds its rows and has its id, in whatever order they came', () => {
    fc.assert(
      fc.property(rows, someName, (folder, asked) => {
        const listed = build(folder)
        expect(listed.oid).toBe(gitTreeId(folder))
        expect(sort(listed)).toEqual(sort(folder))
        expect(listed.size).toBe(folder.length)
        expect(sort(listed.listFolders())).toEqual(sort(folder.filter(({ mode }) => mode === '040000')))
        expect(listed.find(asked)).toEqual(folder.find((one) => one.name === asked))
      }),
    )
  })

  it('differs from another one where a name has another mode or id', () => {
    fc.assert(
      fc.property(rows, rows, (before, after) => {
        const told = [...diffFolders(build(before), build(after))]
        const isIn = (folder: readonly FolderRow[], { name, mode, oid }: FolderRow) =>
          folder.some((one) => one.name === name && one.mode === mode && one.oid === oid)
        expect(sort(told.flatMap(({ was }) => was ?? []))).toEqual(sort(before.filter((one) => !isIn(after, one))))
        expect(sort(told.flatMap(({ is }) => is ?? []))).toEqual(sort(after.filter((one) => !isIn(before, one))))
        for (const { was, is } of told) if (was && is) expect(was.name).toBe(is.name)
        const pairs = told.flatMap(({ was, is }) => (was && is ? [was.name] : []))
        const areAlike = (a: FolderRow, b: FolderRow) => (a.mode === '040000') === (b.mode === '040000')
        expect(pairs.toSorted()).toEqual(
          before
            .filter((a) => after.some((b) => a.name === b.name && areAlike(a, b)) && !isIn(after, a))
            .map((one) => one.name)
            .toSorted(),
        )
      }),
    )
  })
})
