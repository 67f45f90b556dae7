/** Which differences a list of changed paths may not leave out. */
import { expect, test } from 'vitest'
import { isComplete, type Folder } from '../../lib/model/complete.ts'
import { foldersOf, type Mode } from '../../lib/model/entry.ts'
import { ObjectStore, type FileEntry } from '../hubs/git.ts'
import fc, { runs } from '../random.ts'

const names = fc.constantFrom('a', 'b', 'c')
const paths = fc.array(names, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'))
const worlds = fc.dictionary(
  paths,
  fc.tuple(fc.constantFrom('1', '2'), fc.constantFrom('100644', '100755', '120000')),
  { maxKeys: 7 },
)

/** A file and a folder of one name: the first that comes is there. */
function write(
  store: ObjectStore,
  world: Record<string, [string, string]>,
): { files: Map<string, FileEntry>; tree: string } {
  const files = new Map<string, FileEntry>()
  for (const [path, [content, mode]] of Object.entries(world)) {
    if ([...files.keys()].some((other) => other.startsWith(`${path}/`) || path.startsWith(`${other}/`))) continue
    files.set(path, { mode: mode as FileEntry['mode'], oid: store.writeBlob(content) })
  }
  return { files, tree: store.writeFiles(files) }
}

function readFolders(store: ObjectStore, root: string): (folder: string) => Folder | null {
  return (folder) => {
    let oid: string | undefined = root
    for (const name of folder === '' ? [] : folder.split('/'))
      oid = oid && store.readTree(oid).find((entry) => entry.name === name && entry.mode === '040000')?.oid
    return oid === undefined
      ? null
      : {
          oid,
          entries: new Map(
            store.readTree(oid).map(({ name, mode, oid: id }) => [name, { mode: mode as Mode, oid: id }]),
          ),
        }
  }
}

test('a list of all that differs between two commits is complete, and none that lacks one of its paths', () => {
  fc.assert(
    fc.property(worlds, worlds, (old, now) => {
      const store = new ObjectStore()
      const [before, after] = [write(store, old), write(store, now)]
      const changed = [...new Set([...before.files.keys(), ...after.files.keys()])].filter((path) => {
        const [was, is] = [before.files.get(path), after.files.get(path)]
        return was?.oid !== is?.oid || was?.mode !== is?.mode
      })
      const [readBefore, readAfter] = [readFolders(store, before.tree), readFolders(store, after.tree)]
      expect(isComplete(new Set(changed), { get: readBefore }, { get: readAfter })).toBe(true)
      for (const path of changed)
        expect(
          isComplete(new Set(changed.filter((other) => other !== path)), { get: readBefore }, { get: readAfter }),
        ).toBe(false)
      // A folder that is not known proves nothing.
      for (const folder of foldersOf(changed))
        expect(
          isComplete(
            new Set(changed),
            { get: readBefore },
            { get: (each) => (each === folder ? undefined : readAfter(each)) },
          ),
        ).toBe(false)
    }),
    { numRuns: runs(300) },
  )
})

test('a folder that is another than its parent names proves nothing', () => {
  const entry = (mode: Mode, digit: string) => ({ mode, oid: digit.repeat(40) })
  const root = (digit: string): Folder => ({ oid: null, entries: new Map([['d', entry('040000', digit)]]) })
  const folder = (digit: string, file: string): Folder => ({
    oid: digit.repeat(40),
    entries: new Map([['x', entry('100644', file)]]),
  })
  const read = (digit: string, inner: Folder | null) => (path: string) => (path === '' ? root(digit) : inner)
  expect(isComplete(new Set(['d/x']), { get: read('1', folder('1', 'a')) }, { get: read('2', folder('2', 'b')) })).toBe(
    true,
  )
  expect(isComplete(new Set(['d/x']), { get: read('1', folder('1', 'a')) }, { get: read('2', folder('3', 'b')) })).toBe(
    false,
  )
  expect(isComplete(new Set(['d/x']), { get: read('1', folder('1', 'a')) }, { get: read('2', null) })).toBe(false)
})
