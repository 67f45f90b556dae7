/**
 * What every commit of both sides holds, and which of them truly are copies. It is read from git's own objects, and takes no
 * word of the mirror's: each commit that the mirror writes is judged by it.
 */
import { digestEdits } from '../../lib/model/onto.ts'
import { parsePointer } from '../../lib/model/pointer.ts'
import { mapSides, otherSide, sides, type Side, type Sides } from '../../lib/model/sides.ts'
import { parseTrailers } from '../../lib/model/trailers.ts'
import type { Pair } from '../hubs/pair.ts'
import { storeOf } from './git-users.ts'

export const branches = ['main', 'dev'] as const
export type Branch = (typeof branches)[number]
export const paths = ['a.txt', 'b.txt', 'c.txt', 'd/e.txt', 'd/f.txt'] as const

/** By path; null where it is absent. */
export type Held = ReadonlyMap<string, string | null>

const isSame = (one: Held, other: Held) => [...one].every(([path, text]) => other.get(path) === text)

export class Ledger {
  readonly #pair: Pair
  /** Commits that are known, each with what it is a true copy of: a commit of the other side. */
  readonly #originals: Sides<Map<string, string | null>> = mapSides(() => new Map())
  readonly #own = new Set<string>()
  readonly #held = new Map<string, Held>()

  /** Whether the mirror sees a path; of others each side has its own. */
  readonly isShown: (path: string) => boolean

  constructor(pair: Pair, isShown: (path: string) => boolean = () => true) {
    this.#pair = pair
    this.isShown = isShown
  }

  head(side: Side, branch: Branch): string {
    return this.#pair[side].head(branch)!
  }

  heads(branch: Branch): Sides<string> {
    return mapSides((side) => this.head(side, branch))
  }

  /** Ids of what a commit holds, rules left out: each side has its own. */
  #readIds(side: Side, oid: string): Map<string, string> {
    const store = storeOf(this.#pair, side)
    return new Map(
      [...store.readFiles(store.readCommit(oid).tree)]
        .filter(([path]) => path !== '.gitattributes')
        .map(([path, { oid: blob }]) => [path, blob]),
    )
  }

  /** What a commit holds, of LFS objects their contents. */
  read(side: Side, oid: string): Held {
    const known = this.#held.get(oid)
    if (known) return known
    const ids = this.#readIds(side, oid)
    for (const path of ids.keys())
      if (!paths.some((one) => one === path)) throw new Error(`${path} of ${side} was never written by anybody`)
    const held = new Map(paths.map((path) => [path, ids.has(path) ? this.#readBlob(side, ids.get(path)!) : null]))
    this.#held.set(oid, held)
    return held
  }

  #readBlob(side: Side, blob: string): string {
    const bytes = storeOf(this.#pair, side).read(blob, 'blob')
    const pointer = parsePointer(bytes)
    if (pointer === null || 'unreadable' in pointer) return bytes.toString()
    return [...this.#pair.storages[side].objects].find(([key]) => key.endsWith(pointer.oid))![1].toString()
  }

  /** The same, of what is mirrored. */
  readShown(side: Side, oid: string): Held {
    return new Map([...this.read(side, oid)].filter(([path]) => this.isShown(path)))
  }

  /** Whether two commits hold the same of what is mirrored. */
  areAlike(commits: Sides<string>): boolean {
    return isSame(...(sides.map((side) => this.readShown(side, commits[side])) as [Held, Held]))
  }

  /** The mirror's own commits, in the order in which they were seen. */
  listOwn(): readonly string[] {
    return [...this.#own]
  }

  readParents(side: Side, oid: string): readonly string[] {
    return storeOf(this.#pair, side).readCommit(oid).parents
  }

  /** A commit and all that it came after, as `git log` lists them. */
  readLog(side: Side, oid: string): readonly string[] {
    return storeOf(this.#pair, side).readLog(oid)
  }

  /** What the commit is a true copy of; null for any other. Throws where it is nobody's. */
  originalOf(side: Side, oid: string): string | null {
    const original = this.#originals[side].get(oid)
    if (original === undefined) throw new Error(`commit ${oid} of ${side} is nobody's`)
    return original
  }

  /** Whether what a commit says of itself is so: it is what it was written as, and holds what it names. */
  #isTrue(side: Side, oid: string): boolean {
    const { tree, message } = storeOf(this.#pair, side).readCommit(oid)
    const { mirroredFrom, mirroredTree } = parseTrailers(message)
    const other = otherSide[side]
    if (!mirroredFrom || !this.#originals[other].has(mirroredFrom.oid)) return false
    const isAsWritten = side === 'github' ? mirroredTree === tree : this.#isMadeOn(oid)
    return isAsWritten && isSame(this.readShown(side, oid), this.readShown(other, mirroredFrom.oid))
  }

  /** Somebody's commit. Whoever made it, what it says of itself may be true. */
  learn(side: Side, oid: string): void {
    if (this.#originals[side].has(oid)) return
    const { mirroredFrom } = parseTrailers(storeOf(this.#pair, side).readCommit(oid).message)
    this.#originals[side].set(oid, this.#isTrue(side, oid) ? mirroredFrom!.oid : null)
  }

  /** Looks at each commit that the mirror has written since: what it says must be true. */
  learnWritten(): void {
    const open = sides.flatMap((side) => {
      const heads = branches.flatMap((branch) => this.#pair[side].head(branch) ?? [])
      const all = new Set(heads.flatMap((head) => this.readLog(side, head)))
      return [...all]
        .filter((oid) => !this.#originals[side].has(oid))
        .toReversed()
        .map((oid) => ({ side, oid }))
    })
    for (const { side, oid } of open) {
      this.#originals[side].set(oid, null)
      this.#own.add(oid)
    }
    for (const { side, oid } of open) {
      const { parents, message } = storeOf(this.#pair, side).readCommit(oid)
      const { mirroredFrom, mirroredOnto } = parseTrailers(message)
      if (!mirroredFrom) continue
      const isOnParent = side === 'github' || mirroredOnto?.parent === parents[0]
      if (!isOnParent || !this.#isTrue(side, oid))
        throw new Error(`untrue: ${side} ${oid} was not made as it says:\n${message}`)
      this.#originals[side].set(oid, mirroredFrom.oid)
    }
  }

  /** Whether a commit of the Hub's is what the edits that it names make of the commit that it names, in what is mirrored. */
  #isMadeOn(oid: string): boolean {
    const { mirroredOnto } = parseTrailers(storeOf(this.#pair, 'huggingface').readCommit(oid).message)
    if (mirroredOnto === null || !storeOf(this.#pair, 'huggingface').has(mirroredOnto.parent, 'commit')) return false
    const [before, after] = [this.#readIds('huggingface', mirroredOnto.parent), this.#readIds('huggingface', oid)]
    const edits = [...new Set([...before.keys(), ...after.keys()])]
      .filter((path) => this.isShown(path) && before.get(path) !== after.get(path))
      .map((path) => [path, after.get(path) ?? null] as const)
    return mirroredOnto.edits === digestEdits(new Map(edits))
  }

  /**
   * Somebody's commit on the Hub that kept the message and the parent of the mirror's, while both heads name one
   * another: nothing tells it from the mirror's own.
   */
  isUnseen(branch: Branch): boolean {
    const { github, huggingface } = this.heads(branch)
    const [, below] = this.readLog('huggingface', huggingface)
    const { mirroredFrom, mirroredOnto } = parseTrailers(
      storeOf(this.#pair, 'huggingface').readCommit(huggingface).message,
    )
    const isNamed =
      mirroredFrom !== null &&
      this.#originals.github.has(mirroredFrom.oid) &&
      isSame(this.readShown('github', mirroredFrom.oid), this.readShown('github', github))
    return !this.#own.has(huggingface) && isNamed && mirroredOnto?.parent === below
  }

  /** A commit and those below it that hold the same. */
  #listEqualPast(side: Side, oid: string): Set<string> {
    const held = this.readShown(side, oid)
    const equal = new Set([oid])
    for (const one of equal)
      for (const parent of this.readParents(side, one))
        if (isSame(held, this.readShown(side, parent))) equal.add(parent)
    return equal
  }

  /** Whether two commits hold the same, and nothing that is mirrored came from the one to the other. */
  areAlikeByChance(commits: Sides<string>): boolean {
    if (!this.areAlike(commits)) return false
    const equal = mapSides((side) => this.#listEqualPast(side, commits[side]))
    return !sides.some((side) =>
      [...equal[side]].some((oid) => equal[otherSide[side]].has(this.originalOf(side, oid) ?? '')),
    )
  }

  /** Null where both heads hold the same. */
  tellDifference(branch: Branch): string | null {
    const heads = this.heads(branch)
    if (this.areAlike(heads)) return null
    return sides.map((side) => JSON.stringify([...this.readShown(side, heads[side])])).join(' / ')
  }
}
