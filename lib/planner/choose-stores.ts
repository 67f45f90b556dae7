/** Makes edits of outcomes: each side says itself how it stores a file. Decision 0005. */
import { attributesFolder, formatLfsRule } from '../gitattributes/rules.ts'
import type { Outcome } from '../merge/outcome.ts'
import type { Facts } from '../merge/questions.ts'
import { nameContent, objectOf, type Content } from '../model/content.ts'
import { isAttributes, isFile, pathsOf, type Entry, type LfsObject } from '../model/entry.ts'
import { cardPath } from '../model/front-matter.ts'
import type { Remote, Store } from '../model/remote.ts'
import type { Side } from '../model/sides.ts'
import { isStoredAsObject, planEdit, type PlannedEdit } from '../plan/edits.ts'
import type { Contents } from './contents.ts'
import type { Start } from './start.ts'

const rootRules = '.gitattributes'

/**
 * What edits are put into: the tree of a commit of the side (null: an empty repository), with what planned commits on
 * top of it have changed.
 */
export interface TreeBefore {
  readonly commit: string | null
  /** What stands at a path; null also where that was not read. */
  readonly find: (path: string) => Entry | null
  /** Texts of the `.gitattributes` files that planned commits write, by folder. */
  readonly rules: ReadonlyMap<string, string>
}

/** The tree of a commit of a side, as far as it was read for the verdict. */
export function treeOf(
  side: Side,
  commit: string | null,
  { start, facts }: { readonly start: Pick<Start, 'heads' | 'changes'>; readonly facts: Facts },
): TreeBefore {
  const isHead = commit === start.heads[side]
  const { card, mirrored } = start.changes
  const changes = isHead ? mirrored[side] : null
  const find = (path: string) =>
    isHead && path === cardPath && card?.side === side
      ? card.stands
      : (changes?.get(path)?.after ?? facts.known({ side, commit, path }))
  return { commit, rules: new Map(), find }
}

/**
 * The edits that outcomes come to as plain files, and what they are put into. `onlyStorage`: the paths of outcomes that
 * have this mark. The outcomes, which may be 100,000, need not be kept any longer.
 */
export interface Plain {
  readonly tree: TreeBefore
  readonly edits: readonly PlannedEdit[]
  readonly onlyStorage: ReadonlySet<string>
}

/** Makes edits of the outcomes of one side, before it says how it stores them. */
export function planPlain(
  { capabilities: { modes } }: Pick<Remote, 'capabilities'>,
  outcomes: readonly Outcome[],
  tree: TreeBefore,
): Plain {
  return {
    tree,
    edits: outcomes.map((outcome) => planEdit(outcome, tree.find, modes)),
    onlyStorage: new Set(pathsOf(outcomes.filter(({ onlyStorage }) => onlyStorage))),
  }
}

/**
 * Whether the same bytes stand there already, stored in the same way. Such an edit must not be written: comparing the
 * commit with its parent would not show it, so that the commit could not be proven.
 */
function changesNothing({ content, store, was }: PlannedEdit): boolean {
  if (content === null || !isFile(was)) return false
  if (store === 'plain') return objectOf(content) === null && nameContent(content) === was.oid
  return store === 'lfs' && was.lfs !== null && objectOf(content)?.oid === was.lfs.oid
}

/** Texts of the `.gitattributes` files that are written by these edits and before them, by folder. */
function listRules(before: TreeBefore['rules'], edits: readonly PlannedEdit[]): Map<string, string> {
  const rules = new Map(before)
  for (const { path, content } of edits)
    if (isAttributes(path)) rules.set(attributesFolder(path), content && 'text' in content ? content.text : '')
  return rules
}

/**
 * What plain edits come to on the side of `remote`, which says how it stores each file. What it holds already is no
 * edit. Where a file must be an object and no rule says so, the root's `.gitattributes` with that rule is the last
 * edit. Costs what `readStores` does, and reading the root's rules where one has to be added.
 */
export async function chooseStores(
  remote: Remote,
  contents: Contents,
  { edits: plain, onlyStorage, tree: { commit, find, rules: before } }: Plain,
): Promise<PlannedEdit[]> {
  // git reads `.gitattributes` files as they are in the tree: as objects they would be no rules.
  const files = plain.filter(({ path, content }) => content !== null && !isAttributes(path))
  const rules = listRules(before, plain)
  contents.expect(files.map(({ content }) => content))
  const read = (content: Content) => contents.read(content)
  const stores = files.length === 0 ? new Map<string, Store>() : await remote.readStores(commit, files, rules, read)
  const edits = plain.flatMap((file) => {
    const store = stores.get(file.path) ?? file.store
    const edit = store === file.store ? file : { ...file, store }
    const isMoved = !onlyStorage.has(edit.path) || isStoredAsObject(edit) === (edit.was?.lfs === null)
    return isMoved && !changesNothing(edit) ? [edit] : []
  })
  const missing = edits.filter(({ store }) => store === 'lfs without a rule').map(({ path }) => formatLfsRule(path))
  if (missing.length > 0) {
    const was = find(rootRules) ?? (await readRoot(remote, commit))
    const place = { side: remote.side, commit: commit!, path: rootRules }
    const text = rules.get('') ?? (was ? Buffer.from(await contents.readEntry(place, was)).toString('utf8') : '')
    const planned = edits.findIndex(({ path }) => path === rootRules)
    const [own] = planned === -1 ? [] : edits.splice(planned, 1)
    const withRules = { text: `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${missing.join('\n')}\n` }
    const outcome = { path: rootRules, to: remote.side, content: withRules, hunks: own?.hunks ?? null }
    edits.push(planEdit(outcome, () => was, remote.capabilities.modes))
  }
  return edits
}

async function readRoot(remote: Remote, commit: string | null): Promise<Entry | null> {
  return commit === null ? null : ((await remote.readEntries(commit, [rootRules])).get(rootRules) ?? null)
}

/** An object and the path of a file that it is. */
export type FileObject = LfsObject & { readonly path: string }

/** The objects among the contents of edits: whose file each is, and whether it is stored as an object. */
export function listObjects(edits: readonly PlannedEdit[]) {
  const objects: { readonly object: FileObject; readonly from: Side; readonly stays: boolean }[] = []
  for (const edit of edits) {
    const { content } = edit
    if (content === null || 'text' in content || content.entry.lfs === null) continue
    const { side: from, path } = content
    objects.push({ object: { ...content.entry.lfs, path }, from, stays: isStoredAsObject(edit) })
  }
  return objects
}
