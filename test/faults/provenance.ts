/**
 * Whether a history that is not the undisturbed one is as good. What is left of a series of copies after a break may be
 * grouped otherwise, under another title; but both sides hold the same in the end, and whatever says that it is a copy is one.
 */
import { createHash } from 'node:crypto'
import { parsePointer } from '../../lib/model/pointer.ts'
import { otherSide, sides, type Side } from '../../lib/model/sides.ts'
import { parseTrailers } from '../../lib/model/trailers.ts'
import type { ObjectStore } from '../hubs/git.ts'
import type { Pair } from '../hubs/pair.ts'
import { readCommits, refsOf, storeOf } from './state.ts'

/** What each path holds that is mirrored without options: the SHA-256 of the file, wherever its bytes are. */
function readShown(store: ObjectStore, tree: string): string {
  const files = [...store.readFiles(tree)].filter(
    ([path, { mode }]) => !/^\.github\/|(?:^|\/)\.gitattributes$|^\.lfsconfig$/.test(path) && mode.startsWith('100'),
  )
  const rows = files.map(([path, { oid }]) => {
    const content = store.read(oid, 'blob')
    const pointer = parsePointer(content)
    return `${path} ${pointer && 'oid' in pointer ? pointer.oid : createHash('sha256').update(content).digest('hex')}`
  })
  return rows.toSorted().join('\n')
}

/** Commits that hold what each of their parents holds. */
function countEmpty(pair: Pair, side: Side): number {
  const store = storeOf(pair, side)
  const isEmpty = (oid: string) => {
    const { tree, parents } = store.readCommit(oid)
    return parents.length > 0 && parents.every((parent) => store.readCommit(parent).tree === tree)
  }
  return [...readCommits(pair, side)].filter(isEmpty).length
}

const isProposal = (ref: string) => /^refs\/(?:pr|heads\/mirror)\//.test(ref)

/** What each reference holds, by its tree; proposals too, unless they may have been made anew. */
const heldBy = (pair: Pair, side: Side, proposes: boolean) =>
  [...refsOf(pair, side)]
    .filter(([ref, oid]) => storeOf(pair, side).type(oid) === 'commit' && !(proposes && isProposal(ref)))
    .map(([ref, oid]) => `${side} ${ref} ${storeOf(pair, side).readCommit(oid).tree}`)
    .toSorted()

interface Allowed {
  readonly isPlain?: boolean | undefined
  readonly proposes: boolean
  readonly mayMergeMore?: boolean
}

/**
 * What is not as it should be; empty where nothing is. `isPlain`: the run shows all that can be mirrored, as it is. `proposes`:
 * a proposal that could not be read is made anew, and one that was merged unseen is copied as any commit. `mayMergeMore`:
 * somebody wrote meanwhile, which may take one more merge.
 */
export function compareHistories(
  pair: Pair,
  undisturbed: Pair,
  { isPlain = true, proposes, mayMergeMore = false }: Allowed,
): string[] {
  return sides.flatMap((side) => {
    const [store, other] = [storeOf(pair, side), storeOf(pair, otherSide[side])]
    const wrong: string[] = []
    const [held, wanted] = [heldBy(pair, side, proposes), heldBy(undisturbed, side, proposes)]
    if (held.join() !== wanted.join()) wrong.push(`${side} holds ${held.join()} in the place of ${wanted.join()}`)
    if (!proposes && !mayMergeMore && readCommits(pair, side).size > readCommits(undisturbed, side).size)
      wrong.push(`${side} has more commits than it should have`)
    if (countEmpty(pair, side) > countEmpty(undisturbed, side)) wrong.push(`${side} has an empty commit`)
    const copied = new Set<string>()
    for (const oid of readCommits(pair, side, (ref) => !proposes || !isProposal(ref))) {
      const { message, tree } = store.readCommit(oid)
      const original = parseTrailers(message).mirroredFrom?.oid
      if (original === undefined) continue
      if (copied.has(original)) wrong.push(`${side} has two copies of ${original}`)
      copied.add(original)
      if (!other.has(original, 'commit')) wrong.push(`${side}: ${oid} names ${original}, which is nowhere`)
      else if (isPlain && readShown(store, tree) !== readShown(other, other.readCommit(original).tree))
        wrong.push(`${side}: ${oid} is no copy of ${original}`)
    }
    return wrong
  })
}
