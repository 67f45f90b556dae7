/** What people do to two mirrored repositories with git, in browsers and by hand. */
import { otherSide, type Side } from '../../lib/model/sides.ts'
import type { Pair } from '../hubs/pair.ts'
import {
  amendHead,
  cherryPick,
  commitTo,
  mergeInto,
  pushTo,
  rebase,
  revert,
  squashMerge,
  storeOf,
} from './git-users.ts'
import type { Branch, Ledger } from './ledger.ts'

/** `nth`: which of the latest commits, or whose; `skew`: days by which the clock is wrong. */
export type Act = {
  readonly kind:
    | 'write'
    | 'delete'
    | 'copy by hand'
    | 'revert'
    | 'merge'
    | 'squash merge'
    | 'cherry-pick'
    | 'amend'
    | 'reword'
    | 'rebase'
    | 'paste'
    | 'paste on the web'
    | 'super-squash'
    | 'rewind'
  readonly side: Side
  readonly branch: Branch
  readonly path: string
  readonly nth: number
  readonly skew: number
}
/** Does it, if it makes sense there, and tells the ledger. `number`: makes a text that nobody else writes. */
export function act(pair: Pair, ledger: Ledger, number: number, { kind, side, branch, path, nth, skew }: Act): void {
  const store = storeOf(pair, side)
  const head = ledger.head(side, branch)
  const seconds = Math.floor(pair.clock.now() / 1_000) + skew * 86_400
  const log = store.readLog(head)
  const pick = log[nth % log.length]!
  const other = branch === 'main' ? 'dev' : 'main'
  const now = ledger.read(side, head)
  const own = (oid: string | null) => oid !== null && ledger.learn(side, oid)
  const text = `${path} ${number}\n`
  const elsewhere = storeOf(pair, otherSide[side]).readLog(ledger.head(otherSide[side], branch))
  const pasted = () =>
    nth % 2 === 0
      ? store.readCommit(pick).message
      : storeOf(pair, otherSide[side]).readCommit(elsewhere[nth % elsewhere.length]!).message
  if (kind === 'write') own(commitTo(pair, side, branch, { [path]: text }, { seconds, message: `Write ${text}` }))
  if (kind === 'delete' && now.get(path) !== null && [...now.values()].filter((held) => held !== null).length > 2)
    own(commitTo(pair, side, branch, { [path]: null }, { seconds, message: `Delete ${path}` }))
  if (kind === 'copy by hand') {
    const there = ledger.read(otherSide[side], ledger.head(otherSide[side], branch)).get(path)!
    if (there !== now.get(path))
      own(commitTo(pair, side, branch, { [path]: there }, { seconds, message: `Copy ${path} by hand` }))
  }
  if (kind === 'revert' && store.readCommit(pick).parents.length === 1)
    own(revert(pair, side, branch, pick, { seconds }))
  // Git refuses to merge histories that have nothing in common, as after a super-squash.
  const theirs = store.readAncestors(ledger.head(side, other))
  const isRelated = [...store.readAncestors(head)].some((oid) => theirs.has(oid))
  if (kind === 'merge' && isRelated && !store.readAncestors(head).has(ledger.head(side, other)))
    own(mergeInto(pair, side, branch, other, {}, { seconds }))
  if (kind === 'squash merge' && isRelated) own(squashMerge(pair, side, branch, other, { seconds }))
  if (kind === 'cherry-pick') {
    const from = store.readLog(ledger.head(side, nth % 2 === 0 ? branch : other))
    const origin = from[nth % from.length]!
    if (store.readCommit(origin).parents.length === 1) own(cherryPick(pair, side, branch, origin, { seconds }))
  }
  if (kind === 'amend' && log.length > 1) own(amendHead(pair, side, branch, { [path]: text }))
  if (kind === 'reword' && log.length > 1) {
    const { message, parents, tree, author } = store.readCommit(head)
    own(
      commitTo(
        pair,
        side,
        branch,
        {},
        { parents, tree, seconds: author.seconds, message: `Say it better: ${message}` },
      ),
    )
  }
  if (kind === 'rebase') {
    // The latest commits once more, without one of them.
    const count = 1 + (nth % 3)
    const line = log.slice(0, count + 1)
    if (
      log.length > count + 1 &&
      line.every((oid, index) => {
        const { parents } = store.readCommit(oid)
        return parents.length === 1 && (index === count || parents[0] === log[index + 1])
      })
    ) {
      const kept = log.slice(0, count).toReversed()
      rebase(pair, side, branch, store.readCommit(log[count]!).parents[0]!, kept).forEach(own)
    }
  }
  if (kind === 'paste') own(commitTo(pair, side, branch, { [path]: text }, { seconds, message: pasted() }))
  if (kind === 'paste on the web')
    own(
      side === 'github'
        ? commitTo(pair, side, branch, { [path]: text }, { message: pasted() })
        : pair.huggingface.commit(branch, { files: { [path]: text }, message: pasted(), user: 'alice' }),
    )
  // What was never mirrored and equals something of GitHub's by chance cannot be told from a copy of that once it is
  // squashed: decision 0013.
  const isChance = (oid: string) => ledger.areAlikeByChance({ github: oid, huggingface: head })
  if (kind === 'super-squash' && side === 'huggingface' && !elsewhere.some(isChance)) {
    const title = nth % 3 === 0 ? 'Tidy up' : `Super-squash branch '${branch}' using huggingface_hub`
    own(pair.huggingface.superSquash(branch, title))
  }
  if (kind === 'rewind' && log.length > 1 + (nth % 3)) pushTo(pair, side, branch, log[1 + (nth % 3)]!)
}
