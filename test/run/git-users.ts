/** What people do with git on either side: cherry-picks, amends, merges and pushes, with whatever their clock says. */
import type { Side } from '../../lib/model/sides.ts'
import type { FileEntry, ObjectStore } from '../hubs/git.ts'
import type { Pair } from '../hubs/pair.ts'

export type Texts = Readonly<Record<string, string | null>>

export const storeOf = (pair: Pair, side: Side): ObjectStore =>
  side === 'github' ? pair.github.store : pair.huggingface.git

/** A push, forced or not; null deletes the branch. */
export function pushTo(pair: Pair, side: Side, branch: string, oid: string | null): void {
  if (side === 'github') pair.github.forcePush(branch, oid)
  else pair.huggingface.gitPush(branch, oid)
}

interface Details {
  readonly parents?: readonly string[]
  readonly seconds?: number
  readonly message?: string
  readonly tree?: string
}

/** A commit on the branch, or on other parents, with the first one's files changed. */
export function commitTo(
  pair: Pair,
  side: Side,
  branch: string,
  files: Texts,
  { parents, seconds, message = 'Change with git', tree }: Details = {},
): string {
  const store = storeOf(pair, side)
  const head = pair[side].head(branch)
  const on = [...(parents ?? (head === null ? [] : [head]))]
  const before = tree ?? (on[0] === undefined ? store.writeFiles(new Map()) : store.readCommit(on[0]).tree)
  const edits = Object.entries(files).map(([path, text]): [string, FileEntry | null] => [
    path,
    text === null ? null : { mode: '100644', oid: store.writeBlob(text) },
  ])
  const person = {
    name: 'Gita',
    email: 'gita@example.org',
    seconds: seconds ?? Math.floor(pair.clock.now() / 1_000),
    offset: '+0000',
  }
  const oid = store.writeCommit({
    tree: edits.length === 0 ? before : store.editFiles(before, edits),
    parents: on,
    author: person,
    committer: person,
    message,
  })
  pushTo(pair, side, branch, oid)
  return oid
}

function changesOf(store: ObjectStore, from: string | undefined, to: string): [string, FileEntry | null][] {
  const [before, after] = [
    from === undefined ? new Map<string, FileEntry>() : store.readFiles(store.readCommit(from).tree),
    store.readFiles(store.readCommit(to).tree),
  ]
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path)?.oid !== after.get(path)?.oid)
    .map((path) => [path, after.get(path) ?? null])
}

/** `git cherry-pick`: what a commit changed, once more, with its message. Null where that is nothing there, as git makes no such commit. */
export function cherryPick(pair: Pair, side: Side, branch: string, oid: string, details: Details = {}): string | null {
  const store = storeOf(pair, side)
  const {
    parents: [parent],
    message,
  } = store.readCommit(oid)
  const on = details.parents?.[0] ?? pair[side].head(branch)!
  const { tree: before } = store.readCommit(on)
  const tree = store.editFiles(before, changesOf(store, parent, oid))
  if (tree === before) return null
  return commitTo(pair, side, branch, {}, { message, tree, parents: [on], ...details })
}

/** `git commit --amend` and a forced push: the head's message, parents and author, other files. */
export function amendHead(pair: Pair, side: Side, branch: string, files: Texts): string {
  const { message, parents, tree, author } = storeOf(pair, side).readCommit(pair[side].head(branch)!)
  return commitTo(pair, side, branch, files, { message, parents, tree, seconds: author.seconds })
}

/**
 * `git merge` of a branch or commit: what it changed since the latest common commit, and what settles the rest. Moves
 * the branch on where that is all.
 */
export function mergeInto(
  pair: Pair,
  side: Side,
  branch: string,
  other: string,
  files: Texts = {},
  details: Details = {},
): string {
  const store = storeOf(pair, side)
  const [head, from] = [pair[side].head(branch)!, pair[side].head(other) ?? other]
  const [ours, theirs] = [store.readAncestors(head), store.readAncestors(from)]
  if (theirs.has(head)) {
    pushTo(pair, side, branch, from)
    return from
  }
  const common = [...ours].filter((oid) => theirs.has(oid))
  const base = common.find((oid) => common.every((one) => one === oid || !store.readAncestors(one).has(oid)))
  return commitTo(pair, side, branch, files, {
    message: `Merge ${other}`,
    parents: [head, from],
    tree: store.editFiles(store.readCommit(head).tree, changesOf(store, base, from)),
    ...details,
  })
}

/**
 * `git revert`: what a commit changed is taken back where nothing else has changed it since. Null where nothing is left
 * to take back.
 */
export function revert(pair: Pair, side: Side, branch: string, oid: string, details: Details = {}): string | null {
  const store = storeOf(pair, side)
  const head = store.readCommit(pair[side].head(branch)!)
  const {
    parents: [parent],
    message,
  } = store.readCommit(oid)
  const [before, after, now] = [
    parent === undefined ? new Map<string, FileEntry>() : store.readFiles(store.readCommit(parent).tree),
    store.readFiles(store.readCommit(oid).tree),
    store.readFiles(head.tree),
  ]
  const edits = changesOf(store, parent, oid)
    .filter(([path]) => now.get(path)?.oid === after.get(path)?.oid)
    .map(([path]): [string, FileEntry | null] => [path, before.get(path) ?? null])
  if (edits.length === 0) return null
  return commitTo(
    pair,
    side,
    branch,
    {},
    {
      message: `Revert "${message.split('\n')[0]}"\n\nThis reverts commit ${oid}.\n`,
      tree: store.editFiles(head.tree, edits),
      ...details,
    },
  )
}

/**
 * `git rebase --onto`: commits one after the other, each with its message, on top of another commit, without those that change
 * nothing there; then a forced push.
 */
export function rebase(pair: Pair, side: Side, branch: string, onto: string, oids: readonly string[]): string[] {
  const store = storeOf(pair, side)
  const made: string[] = []
  for (const oid of oids) {
    const parents = [made.at(-1) ?? onto]
    const { seconds } = store.readCommit(oid).author
    const picked = cherryPick(pair, side, branch, oid, { parents, seconds })
    if (picked !== null) made.push(picked)
  }
  pushTo(pair, side, branch, made.at(-1) ?? onto)
  return made
}

/** `git merge --squash`, or GitHub's button of that name: one commit, and all messages in its own. */
export function squashMerge(
  pair: Pair,
  side: Side,
  branch: string,
  other: string,
  details: Details = {},
): string | null {
  const store = storeOf(pair, side)
  const [head, from] = [pair[side].head(branch)!, pair[side].head(other)!]
  const [ours, theirs] = [store.readAncestors(head), store.readLog(from)]
  const brought = theirs.filter((oid) => !ours.has(oid))
  const base = theirs.find((oid) => ours.has(oid))
  if (brought.length === 0) return null
  const message = [
    `Squash ${other}`,
    ...brought.toReversed().map((oid) => store.readCommit(oid).message.trimEnd()),
  ].join('\n\n')
  return commitTo(
    pair,
    side,
    branch,
    {},
    {
      message: `${message}\n`,
      tree: store.editFiles(store.readCommit(head).tree, changesOf(store, base, from)),
      ...details,
    },
  )
}
