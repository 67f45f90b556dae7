/**
 * What every commit of both sides holds, and who had seen what when it was made (`versions.ts`). It is read from git's
 * own objects, and takes no word of the mirror's: each commit that the mirror writes is judged by it.
 */
import { digestEdits } from '../../lib/model/onto.ts'
import { otherSide, sides, type Side, type Sides } from '../../lib/model/sides.ts'
import { parseTrailers } from '../../lib/model/trailers.ts'
import type { Pair } from '../hubs/pair.ts'
import { storeOf } from './git-users.ts'
import { follow, gaveWayOnce, givesWay, Version } from './versions.ts'

export const branches = ['main', 'dev'] as const
export type Branch = (typeof branches)[number]
export const paths = ['a.txt', 'b.txt', 'c.txt', 'd/e.txt', 'd/f.txt'] as const

export type Versions = ReadonlyMap<string, Version>
interface Source {
  readonly side: Side
  readonly versions: Versions
}

/**
 * `began`: the side that `--init` was told is right, or `union`; `take`: whose version was taken. A run that was killed
 * leaves what is not finished.
 */
export interface Leave {
  readonly began: Side | 'union' | null
  readonly take: Side | null
  readonly killed: boolean
}

export class Ledger {
  readonly #pair: Pair
  readonly #known = { github: new Map<string, Versions>(), huggingface: new Map<string, Versions>() }
  readonly #own = new Set<string>()
  readonly #absent: Versions = new Map(paths.map((path) => [path, new Version(null, [])]))

  /** Whether the mirror sees a path; of others each side has its own. */
  readonly isShown: (path: string) => boolean

  constructor(pair: Pair, isShown: (path: string) => boolean = () => true) {
    this.#pair = pair
    this.isShown = isShown
  }

  #shown(side: Side, oid: string): string {
    return [...this.readIds(side, oid)]
      .filter(([path]) => this.isShown(path))
      .toSorted()
      .toString()
  }

  absent(path: string): Version {
    return this.#absent.get(path)!
  }

  head(side: Side, branch: Branch): string {
    return this.#pair[side].head(branch)!
  }

  /** Ids of what a commit holds, rules left out: each side has its own. */
  readIds(side: Side, oid: string): Map<string, string> {
    const store = storeOf(this.#pair, side)
    return new Map(
      [...store.readFiles(store.readCommit(oid).tree)]
        .filter(([path]) => path !== '.gitattributes')
        .map(([path, { oid: blob }]) => [path, blob]),
    )
  }

  readTexts(side: Side, oid: string): Map<string, string | null> {
    const ids = this.readIds(side, oid)
    for (const path of ids.keys())
      if (!paths.some((one) => one === path)) throw new Error(`${path} of ${side} was never written by anybody`)
    return new Map(
      paths.map((path) => [
        path,
        ids.has(path) ? storeOf(this.#pair, side).read(ids.get(path)!, 'blob').toString() : null,
      ]),
    )
  }

  /**
   * What somebody made on top of these versions of a path. What was cherry-picked, squashed or copied is its author's
   * own, as git sees it too.
   */
  learn(side: Side, oid: string, seen: (path: string) => readonly Version[]): void {
    if (this.#known[side].has(oid)) return
    const { mirroredFrom, mirroredTree } = parseTrailers(storeOf(this.#pair, side).readCommit(oid).message)
    const original = mirroredFrom && this.#known[otherSide[side]].get(mirroredFrom.oid)
    const isTrue =
      side === 'github' ? mirroredTree === storeOf(this.#pair, side).readCommit(oid).tree : this.#isMadeOn(oid)
    // Whoever made it, what it says of itself may be true.
    this.#known[side].set(
      oid,
      new Map(
        [...this.readTexts(side, oid)].map(([path, text]) => [
          path,
          follow(text, [...seen(path), ...(original && isTrue && this.isShown(path) ? [original.get(path)!] : [])]),
        ]),
      ),
    )
  }

  versions(side: Side, oid: string | undefined): Versions {
    const versions = oid === undefined ? this.#absent : this.#known[side].get(oid)
    if (!versions) throw new Error(`commit ${oid} of ${side} is nobody's`)
    return versions
  }

  /**
   * Everything that one commit of the mirror's holds comes from what stood there and what it copies, and nothing went
   * that somebody had made without knowing what came instead. What is not shown comes from the first source alone.
   */
  #judge(side: Side, oid: string, sources: readonly Source[], { began, take }: Leave): Versions {
    return new Map(
      [...this.readTexts(side, oid)].map(([path, text]) => {
        const all = sources
          .slice(0, this.isShown(path) ? sources.length : 1)
          .map((source) => ({ side: source.side, version: source.versions.get(path)! }))
        const kept = all.filter(({ version }) => version.text === text)
        const tell = () =>
          `${path} is ${JSON.stringify(text)} in ${oid} of ${side}, of ${all.map((one) => `${one.side} ${JSON.stringify(one.version.text)}`).join(', ')}`
        if (kept.length === 0) throw new Error(`made up: ${tell()}`)
        for (const { side: from, version } of all) {
          const mayGo =
            kept.some((one) => givesWay(version, one.version)) ||
            (take !== null && from !== take) ||
            (began === 'union' && (version.text === null || kept.some((one) => gaveWayOnce(version, one.version)))) ||
            (began !== null && began !== 'union' && from !== began)
          if (!mayGo) throw new Error(`lost without a word: ${tell()}`)
        }
        return [
          path,
          follow(
            text,
            all.map(({ version }) => version),
          ),
        ]
      }),
    )
  }

  /**
   * Looks at each commit that the mirror has written since: what it says must be true, and nothing that stood on the
   * branch may be lost.
   */
  look(branch: Branch, before: Sides<string>, leave: Leave): void {
    this.#learnWritten(leave)
    for (const side of sides) {
      const head = this.head(side, branch)
      if (!storeOf(this.#pair, side).readAncestors(head).has(before[side]))
        throw new Error(`${branch} of ${side} was forced`)
      const sources = [
        { side, versions: this.versions(side, before[side]) },
        { side: otherSide[side], versions: this.versions(side, head) },
      ]
      const versions = this.#judge(side, head, sources, leave)
      if (head !== before[side] && !leave.killed) this.#known[side].set(head, versions)
    }
  }

  #learnWritten(leave: Leave): void {
    const isNew = (side: Side) =>
      [
        ...new Set(
          branches.flatMap((branch) =>
            this.#pair[side].head(branch) === null ? [] : storeOf(this.#pair, side).readLog(this.head(side, branch)),
          ),
        ),
      ]
        .filter((oid) => !this.#known[side].has(oid))
        .toReversed()
    let open = sides.flatMap((side) => isNew(side).map((oid) => ({ side, oid })))
    while (open.length > 0) {
      const left = open.filter(({ side, oid }) => !this.#lookAt(side, oid, leave))
      if (left.length === open.length)
        throw new Error(
          `says that it mirrors what is not there: ${left.map(({ side, oid }) => `${side} ${storeOf(this.#pair, side).readCommit(oid).message}`).join('; ')}`,
        )
      open = left
    }
  }

  /** Whether a commit of the Hub's is what the edits that it names make of the commit that it names. */
  #isMadeOn(oid: string): boolean {
    const { mirroredOnto } = parseTrailers(storeOf(this.#pair, 'huggingface').readCommit(oid).message)
    if (mirroredOnto === null || !storeOf(this.#pair, 'huggingface').has(mirroredOnto.parent, 'commit')) return false
    const [before, after] = [this.readIds('huggingface', mirroredOnto.parent), this.readIds('huggingface', oid)]
    const edits = [...new Set([...before.keys(), ...after.keys()])]
      .filter((path) => before.get(path) !== after.get(path))
      .map((path) => [path, after.get(path) ?? null] as const)
    return mirroredOnto.edits === digestEdits(new Map(edits))
  }

  #lookAt(side: Side, oid: string, leave: Leave): boolean {
    const other = otherSide[side]
    const { parents, message } = storeOf(this.#pair, side).readCommit(oid)
    const { mirroredFrom, mirroredOnto } = parseTrailers(message)
    const named = mirroredFrom && this.#known[other].get(mirroredFrom.oid)
    if (parents.some((parent) => !this.#known[side].has(parent)) || named === undefined) return false
    if (mirroredFrom) {
      const [here, there] = [this.#shown(side, oid), this.#shown(other, mirroredFrom.oid)]
      if (here !== there)
        throw new Error(
          `untrue: ${side} ${oid} says that it mirrors ${mirroredFrom.oid}, and holds ${here} against ${there}`,
        )
    }
    if (side === 'huggingface' && mirroredFrom && !(mirroredOnto?.parent === parents[0] && this.#isMadeOn(oid)))
      throw new Error(`untrue: ${oid} was not made as it says:\n${message}`)
    // A merge's second parent is the copy of the Hub's head.
    const sources = parents.map((parent, index): Source => ({
      side: index === 0 ? side : other,
      versions: this.#known[side].get(parent)!,
    }))
    // A copy is its original, which may be one of many that go over one by one: only the last of them is what its side
    // comes to.
    const judged = named && parents.length < 2 ? this.#take(side, oid, named) : this.#judge(side, oid, sources, leave)
    this.#known[side].set(oid, judged)
    this.#own.add(oid)
    return true
  }

  /** What a copy holds: its original's versions, and of what is not shown those of the commit below it. */
  #take(side: Side, oid: string, original: Versions): Versions {
    const below = this.versions(side, storeOf(this.#pair, side).readCommit(oid).parents[0])
    return new Map(
      [...this.readTexts(side, oid)].map(([path, text]) => {
        if (!this.isShown(path) && below.get(path)!.text !== text)
          throw new Error(`${path} is not shown and ${JSON.stringify(text)} in ${oid} of ${side}`)
        return [path, (this.isShown(path) ? original : below).get(path)!]
      }),
    )
  }

  /**
   * Somebody's commit on the Hub that kept the message and the parent of the mirror's, while both heads name one
   * another: nothing tells it from the mirror's own.
   */
  isUnseen(branch: Branch): boolean {
    const head = this.head('huggingface', branch)
    const [, below] = storeOf(this.#pair, 'huggingface').readLog(head)
    const { mirroredFrom, mirroredOnto } = parseTrailers(storeOf(this.#pair, 'huggingface').readCommit(head).message)
    const github = storeOf(this.#pair, 'github')
    const isNamed =
      mirroredFrom !== null &&
      github.has(mirroredFrom.oid, 'commit') &&
      this.#shown('github', mirroredFrom.oid) === this.#shown('github', this.head('github', branch))
    return !this.#own.has(head) && isNamed && mirroredOnto?.parent === below
  }

  /** A run said that it made both heads equal: from now on either knows what the other knew. */
  join(branch: Branch): void {
    const heads = sides.map((side) => this.versions(side, this.head(side, branch)))
    const joined = new Map(
      paths.filter(this.isShown).map((path) => [
        path,
        follow(
          heads[0]!.get(path)!.text,
          heads.map((one) => one.get(path)!),
        ),
      ]),
    )
    for (const [index, side] of sides.entries())
      this.#known[side].set(this.head(side, branch), new Map([...heads[index]!, ...joined]))
  }

  /** Null where both heads hold the same. */
  tellDifference(branch: Branch): string | null {
    const [github, huggingface] = sides.map((side) => this.#shown(side, this.head(side, branch)))
    return github === huggingface ? null : `${github} / ${huggingface}`
  }
}
