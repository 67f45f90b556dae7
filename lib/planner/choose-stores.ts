/** How one side will store what a commit brings: its own word, and the rule that the commit has to bring along. */
import { attributesFolder, formatLfsRule } from '../gitattributes/rules.ts'
import type { Outcome } from '../merge/outcome.ts'
import { nameContent, objectOf, type Content } from '../model/content.ts'
import { isFile, type Entry, type LfsObject } from '../model/entry.ts'
import type { Remote } from '../model/remote.ts'
import type { Side } from '../model/sides.ts'
import { isAttributes } from '../model/view.ts'
import { chooseModes, isStoredAsObject, openEdit, type PlannedEdit } from '../plan/edits.ts'
import type { Contents } from './contents.ts'

/**
 * What the commit goes on: a commit of that side, null where there is none, and what planned commits between the two
 * change.
 */
export interface Standing {
  readonly at: string | null
  /** Null also where it was not read. */
  readonly wasAt: (path: string) => Entry | null
  /** Texts of `.gitattributes` files by folder. */
  readonly rules: ReadonlyMap<string, string>
}

/**
 * Whether the very same thing stands there already, stored the same way. A commit must not list it among its edits:
 * comparing the commit with its parent would not find it, and the commit would not be what it says of itself.
 */
function changesNothing({ content, store, was }: PlannedEdit): boolean {
  if (content === null || was === null || !isFile(was)) return false
  if (store === 'plain') return objectOf(content) === null && nameContent(content) === was.oid
  return store === 'lfs' && was.lfs !== null && objectOf(content)?.oid === was.lfs.oid
}

/** The texts of the rules, by folder, that a side holds once these outcomes are written, as far as they are known. */
function listRules(before: Standing['rules'], outcomes: readonly Outcome[]): Map<string, string> {
  const rules = new Map(before)
  for (const { path, content } of outcomes)
    if (isAttributes(path)) rules.set(attributesFolder(path), content && 'text' in content ? content.text : '')
  return rules
}

/**
 * The edits that the outcomes come to on the side of `remote`: it says how each file is stored. What it holds already is
 * no edit. Where a file must be an object and no rule says so, the rule is added to the root's `.gitattributes`, as the
 * last edit.
 */
export async function chooseStores(
  remote: Remote,
  contents: Contents,
  outcomes: readonly Outcome[],
  { at, wasAt, rules: before }: Standing,
): Promise<PlannedEdit[]> {
  const open = outcomes.map((outcome) => openEdit(outcome, wasAt(outcome.path)))
  // Rules are read by git as they lie in the tree: as an object they would be no rules, so nobody is asked about them.
  const files = open.filter(({ path, content }) => content !== null && !isAttributes(path))
  const rules = listRules(before, outcomes)
  const read = (content: Content) => contents.read(content)
  const stores = files.length === 0 ? new Map() : await remote.readStores(at, files, rules, read)
  for (const edit of files) edit.store = stores.get(edit.path) ?? 'plain'
  const edits = open.filter((edit, index) => {
    const isMoved = !outcomes[index]!.onlyStorage || isStoredAsObject(edit) === (edit.was?.lfs === null)
    return isMoved && !changesNothing(edit)
  })
  const missing = edits.filter(({ store }) => store === 'lfs without a rule').map(({ path }) => formatLfsRule(path))
  if (missing.length > 0) await addRules(missing)
  if (remote.capabilities.modes) chooseModes(edits)
  return edits

  async function addRules(lines: readonly string[]): Promise<void> {
    const path = '.gitattributes'
    const planned = edits.findIndex((edit) => edit.path === path)
    const [own] = planned === -1 ? [] : edits.splice(planned, 1)
    const was = wasAt(path) ?? (at === null ? null : ((await remote.readEntries(at, [path])).get(path) ?? null))
    const text =
      rules.get('') ??
      (was && at
        ? Buffer.from(await contents.readEntry({ side: remote.side, commit: at, path }, was)).toString('utf8')
        : '')
    const withRules = `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${lines.join('\n')}\n`
    edits.push(openEdit({ path, to: remote.side, content: { text: withRules }, hunks: own?.hunks ?? null }, was))
  }
}

/** The objects among what a side gets, whose file at which path each is, and whether it stays an object there. */
export function listObjects(
  edits: readonly PlannedEdit[],
): { readonly object: LfsObject; readonly from: Side; readonly path: string; readonly stays: boolean }[] {
  const objects = []
  for (const edit of edits) {
    const { content } = edit
    if (content === null || 'text' in content || content.entry.lfs === null) continue
    const { from, path } = content
    objects.push({ object: { ...content.entry.lfs, path }, from, path, stays: isStoredAsObject(edit) })
  }
  return objects
}
