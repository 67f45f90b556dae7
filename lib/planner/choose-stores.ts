/** How one side will store what a commit brings: its own word, and the rule that the commit has to bring along. */
import { attributesFolder, formatLfsRule } from '../gitattributes/rules.ts'
import type { Outcome } from '../merge/outcome.ts'
import { isFile, type Entry, type LfsObject } from '../model/entry.ts'
import { gitBlobId } from '../model/git-object.ts'
import type { Draft, Remote } from '../model/remote.ts'
import type { Side } from '../model/sides.ts'
import { isAttributes } from '../model/view.ts'
import type { Stored } from '../plan/commits.ts'
import { contentByteLength } from '../plan/plan.ts'
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
function changesNothing({ outcome: { content }, store, was }: Stored): boolean {
  if (content === null || was === null || !isFile(was)) return false
  if ('text' in content) return store === 'plain' && gitBlobId(Buffer.from(content.text)) === was.oid
  if (store === 'plain') return content.entry.lfs === null && content.entry.oid === was.oid
  return store === 'lfs' && was.lfs !== null && content.entry.lfs?.oid === was.lfs.oid
}

/**
 * Decides with the host how each file is stored; where it must be an object and no rule says so, the rule is added to
 * the same commit.
 */
export async function chooseStores(
  remote: Remote,
  contents: Contents,
  outcomes: readonly Outcome[],
  { at, wasAt, rules: before }: Standing,
): Promise<Stored[]> {
  // Rules are read by git as they lie in the tree: as an object they would be no rules, so nobody is asked about them.
  const files = outcomes.flatMap(({ path, content }) => {
    if (content === null || isAttributes(path)) return []
    const was = wasAt(path)
    const object = 'entry' in content && content.entry.lfs !== null
    const readSample = async () => (await contents.read(content)).subarray(0, 512)
    return [
      {
        path,
        byteLength: contentByteLength(content),
        object,
        was: was ? (was.lfs ? ('lfs' as const) : ('plain' as const)) : null,
        readSample,
      },
    ]
  })
  const rules = new Map([
    ...before,
    ...outcomes.flatMap(({ path, content }) =>
      isAttributes(path) ? [[attributesFolder(path), content && 'text' in content ? content.text : ''] as const] : [],
    ),
  ])
  const stores = files.length === 0 ? new Map() : await remote.readStores(at, files, rules)
  const stored = outcomes
    .map((outcome): Stored => ({
      outcome,
      store: outcome.content && (stores.get(outcome.path) ?? 'plain'),
      was: wasAt(outcome.path),
    }))
    .filter(({ outcome, store, was }) => !outcome.onlyStorage || (store === 'plain') !== (was?.lfs === null))
    .filter((one) => !changesNothing(one))
  const missingRules = stored
    .filter(({ store }) => store === 'lfs without a rule')
    .map(({ outcome }) => formatLfsRule(outcome.path))
  if (missingRules.length === 0) return stored
  const path = '.gitattributes'
  const planned = stored.find(({ outcome }) => outcome.path === path)
  const was = wasAt(path) ?? (at === null ? null : ((await remote.readEntries(at, [path])).get(path) ?? null))
  const text =
    rules.get('') ??
    (was && at
      ? Buffer.from(await contents.readEntry({ side: remote.side, commit: at, path }, was)).toString('utf8')
      : '')
  const withRules = `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${missingRules.join('\n')}\n`
  return [
    ...stored.filter((one) => one !== planned),
    {
      store: 'plain',
      was,
      outcome: { path, to: remote.side, content: { text: withRules }, hunks: planned?.outcome.hunks ?? null },
    },
  ]
}

/** For the host to say what it would refuse. */
export function listDrafts(stored: readonly Stored[], contents: Contents): Draft[] {
  return stored.map(({ outcome: { path, content }, store }) => ({
    path,
    store: store === null ? null : store === 'plain' ? 'plain' : 'lfs',
    byteLength: content ? contentByteLength(content) : 0,
    read: () => (content ? contents.read(content) : Promise.resolve(new Uint8Array())),
  }))
}

/** The objects among what a side gets, whose file at which path each is, and whether it stays an object there. */
export function listObjects(
  stored: readonly Stored[],
): { readonly object: LfsObject; readonly from: Side; readonly path: string; readonly stays: boolean }[] {
  return stored.flatMap(({ outcome: { content }, store }) =>
    content && 'entry' in content && content.entry.lfs
      ? [
          {
            object: { ...content.entry.lfs, path: content.path },
            from: content.from,
            path: content.path,
            stays: store !== 'plain',
          },
        ]
      : [],
  )
}
