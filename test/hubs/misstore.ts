/** A service that stores something else than it was sent, and answers as if all were well. */
import type { FileEntry, ObjectStore } from './git.ts'

/**
 * What it does to a file. `another size`: its pointer names one. `as before`: the change is not made. `others deleted`:
 * another file, which was not to change, is deleted.
 */
export const misstorings = [
  'other bytes',
  'another size',
  'another path',
  'a file less',
  'another mode',
  'as before',
  'others deleted',
] as const

/** `of`: the paths that this may happen to. It happens to the first of them that is written. */
export interface Misstoring {
  how: (typeof misstorings)[number]
  of?: (path: string) => boolean
}

/** What is stored instead of `after`; `after` itself where this does not apply. */
export function misstore(
  store: ObjectStore,
  before: ReadonlyMap<string, FileEntry>,
  after: ReadonlyMap<string, FileEntry>,
  { how, of = () => true }: Misstoring,
): Map<string, FileEntry> {
  const files = new Map(after)
  const changed = [...new Set([...after.keys(), ...before.keys()])].filter(
    (path) =>
      of(path) && (after.get(path)?.oid !== before.get(path)?.oid || after.get(path)?.mode !== before.get(path)?.mode),
  )
  const pointer = /(?<=^version https:\/\/git-lfs\.github\.com\/spec\/v1\noid sha256:[0-9a-f]{64}\nsize )\d+(?=\n$)/
  const text = (path: string) => store.read(after.get(path)!.oid, 'blob').toString('latin1')
  const path = changed.find(
    (one) =>
      how === 'as before' ||
      how === 'others deleted' ||
      (after.has(one) && (how !== 'another size' || pointer.test(text(one)))),
  )
  if (path === undefined) return files
  const file = after.get(path)
  const put = (content: string) =>
    files.set(path, { mode: file!.mode, oid: store.writeBlob(Buffer.from(content, 'latin1')) })
  if (how === 'other bytes')
    put(
      pointer.test(text(path))
        ? text(path).replace(/sha256:./, (start) => (start.endsWith('0') ? 'sha256:1' : 'sha256:0'))
        : `${text(path)}!`,
    )
  else if (how === 'another size') put(text(path).replace(pointer, (size) => `${Number(size) + 1}`))
  else if (how === 'another mode')
    files.set(path, { mode: file!.mode === '100755' ? '100644' : '100755', oid: file!.oid })
  else if (how === 'others deleted')
    files.delete(
      [...after.keys()].find(
        (one) => after.get(one)!.oid === before.get(one)?.oid && !one.endsWith('.gitattributes'),
      ) ?? '',
    )
  else files.delete(path)
  if (how === 'another path') files.set(`${path}.moved`, file!)
  if (how === 'as before' && before.has(path)) files.set(path, before.get(path)!)
  return files
}
