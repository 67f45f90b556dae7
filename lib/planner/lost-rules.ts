/** Finds pointers that new rules would leave without their rule. */
import { attributesFolder, mayFilter } from '../gitattributes/rules.ts'
import { isAttributes, isFile, pathsOf, type Entry } from '../model/entry.ts'
import type { Draft } from '../model/remote.ts'
import { otherSide, type Side } from '../model/sides.ts'
import type { PlannedEdit } from '../plan/edits.ts'
import type { Planning } from './planning.ts'
import type { Start } from './start.ts'

/** Whether a rule can only bring files into LFS. */
const bringsIn = (line: string) => /\sfilter=lfs(?=\s|$)/.test(line) && !/[-!]filter|^\[attr\]/.test(line)

/** Whether some path may be no LFS path any more: false where only rules were added that bring files into LFS. */
function mayLose(before: string, after: string): boolean {
  const were = before.split('\n').filter(mayFilter)
  const known = new Set(were)
  const are = after.split('\n').filter((line) => mayFilter(line) && !(bringsIn(line) && !known.has(line)))
  return were.join('\n') !== are.join('\n')
}

/**
 * Paths that the side `to` holds as pointers, that the other side holds as plain files, and that the edits take out of
 * LFS without bringing their bytes: clones would get the pointer's text. Where both sides hold pointers they stay equal.
 * Costs a listing of the side, only where a rule may take a path out of LFS.
 */
export async function findLostRules(
  to: Side,
  edits: readonly PlannedEdit[],
  { heads, changes }: Pick<Start, 'heads' | 'changes'>,
  { remotes, contents }: Planning,
): Promise<string[]> {
  const [head, there] = [heads[to], heads[otherSide[to]]]
  const rules = edits.filter(({ path }) => isAttributes(path))
  if (head === null || there === null || !remotes[to].capabilities.rules || rules.length === 0) return []
  const read = async (path: string, entry: Entry | null) =>
    isFile(entry) ? Buffer.from(await contents.readEntry({ side: to, commit: head, path }, entry)).toString('utf8') : ''
  const changed = await Promise.all(
    rules.map(async ({ path, content, was }) => ({
      folder: attributesFolder(path),
      before: await read(path, was),
      after: content === null ? '' : Buffer.from(await contents.read(content)).toString('utf8'),
    })),
  )
  if (!changed.some(({ before, after }) => mayLose(before, after))) return []
  const now = new Map(changed.map(({ folder, after }) => [folder, after] as const))
  const edited = new Set(pathsOf(edits))
  const isKept = (path: string) => changes.view.includes(path) && !edited.has(path)
  const pointers = (await remotes[to].readChanges(null, head, isKept)).flatMap(({ path, after }): Draft[] =>
    after?.lfs ? [{ path, content: { side: to, commit: head, path, entry: after }, store: 'lfs', was: after }] : [],
  )
  // Rules may stand above what is shown, so that the side itself says what is left of them.
  const stores = await remotes[to].readStores(head, pointers, now, (content) => contents.read(content))
  const lost = pathsOf(pointers).filter((path) => stores.get(path) !== 'lfs')
  if (lost.length === 0) return []
  const found = await remotes[otherSide[to]].readEntries(there, lost)
  return lost.filter((path) => {
    const entry = found.get(path) ?? null
    return isFile(entry) && entry.lfs === null
  })
}
