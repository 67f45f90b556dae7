/** Finds pointers that new rules would leave without their rule. */
import { attributesFolder, mayFilter } from '../gitattributes/rules.ts'
import { isAttributes, isFile, pathsOf, type Entry } from '../model/entry.ts'
import type { Draft, Remote } from '../model/remote.ts'
import { otherSide, type Side } from '../model/sides.ts'
import type { PlannedEdit } from '../plan/edits.ts'
import type { Contents } from './contents.ts'
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

interface Asking {
  readonly head: string
  readonly drafts: readonly Draft[]
  readonly attributes: ReadonlyMap<string, string>
  readonly contents: Contents
}

/** Those of the pointers that no rule keeps. Rules may stand above what is shown, so that the side itself says it. */
async function readPlain(remote: Remote, { head, drafts, attributes, contents }: Asking): Promise<Draft[]> {
  const stores = await remote.readStores(head, drafts, attributes, (content) => contents.read(content))
  return drafts.filter(({ path }) => stores.get(path) !== 'lfs')
}

/**
 * Paths that the side `to` holds as pointers, that the other side holds as plain files, and that the edits take out of
 * LFS without bringing their bytes: clones would get the pointer's text. Where both sides hold pointers they stay equal.
 * What is not mirrored no edit brings, so that its rules have to stay.
 * Costs a listing of the side, only where a rule may take a path out of LFS.
 */
export async function findLostRules(
  to: Side,
  edits: readonly PlannedEdit[],
  { heads, changes }: Pick<Start, 'heads' | 'changes'>,
  { remotes, contents, options }: Planning,
): Promise<string[]> {
  const [head, there] = [heads[to], heads[otherSide[to]]]
  const { includes } = changes.view
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
  const isKept = (path: string) => !edited.has(path)
  const pointers = (await remotes[to].readChanges(null, head, isKept)).flatMap(({ path, after }): Draft[] =>
    after?.lfs ? [{ path, content: { side: to, commit: head, path, entry: after }, store: 'lfs', was: after }] : [],
  )
  const listPlain = (drafts: readonly Draft[], attributes: ReadonlyMap<string, string>) =>
    readPlain(remotes[to], { head, drafts, attributes, contents })
  const lost = await listPlain(pointers, now)
  if (lost.length === 0) return []
  const outside = lost.filter(({ path }) => !includes(path))
  const hadNone = new Set(outside.length === 0 ? [] : await listPlain(outside, new Map()))
  const found = await remotes[otherSide[to]].readEntries(there, pathsOf(lost).filter(includes))
  const stripped = lost.filter((draft) => {
    const entry = found.get(draft.path) ?? null
    return includes(draft.path) ? isFile(entry) && entry.lfs === null : !hadNone.has(draft)
  })
  // A log that everybody reads names nothing of what is not mirrored.
  const nameOf = (path: string) => (options.publicLog && !includes(path) ? 'a path that is left out' : path)
  return [...new Set(pathsOf(stripped).map(nameOf))]
}
