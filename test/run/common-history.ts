/**
 * What a run has to come to, as git would say it of one repository: both sides' commits in one history, and `git merge` of the two
 * heads. A copy of the mirror's and its original are one commit there. What people copied with a message that is still true comes
 * after its original. A run of a branch knows the commits of that branch alone, so that a copy counts where the heads contain both.
 *
 * After forced pushes and merges crosswise, commits of one side may come in another order than those of the other one. Then a
 * history in which copies come after their originals is another one, and what git makes of either may be.
 */
import { mapSides, otherSide, sides, type Side, type Sides } from '../../lib/model/sides.ts'
import { ObjectStore, type FileEntry } from '../hubs/git.ts'
import { mergeCommits } from '../merge-tree.ts'
import type { Held, Ledger } from './ledger.ts'

const person = { name: 'Judge', email: 'judge@example.org', seconds: 1_700_000_000, offset: '+0000' }

interface Place {
  readonly side: Side
  readonly oid: string
}
interface Copy {
  readonly copy: Place
  readonly original: Place
}

/** Of one history: what git leaves at each path, and where it leaves a conflict. */
interface Answer {
  readonly texts: Held
  readonly conflicts: ReadonlySet<string>
}

/** What git makes of two heads, in each of the histories that may be theirs. */
export class Merged {
  readonly #ours: Sides<Held>
  readonly #answers: Answer[] = []

  constructor(ours: Sides<Held>) {
    this.#ours = ours
  }

  add(answer: Answer): void {
    this.#answers.push(answer)
  }

  /** Whether git leaves something to settle. */
  get isOpen(): boolean {
    return this.#answers.some(({ conflicts }) => conflicts.size > 0)
  }

  /** What may be at a path. Where there is a conflict that nobody settles, `undefined` is among it. */
  listTexts(path: string, take: Side | null): (string | null | undefined)[] {
    return this.#answers.map(({ texts, conflicts }) => {
      if (!conflicts.has(path)) return texts.get(path) ?? null
      return take === null ? undefined : this.#ours[take].get(path)!
    })
  }
}

export class CommonHistory {
  readonly #ledger: Ledger
  readonly #store = new ObjectStore()
  readonly #asked: { readonly commits: Sides<string>; readonly merged: Merged }[] = []
  readonly #checks: (() => void)[] = []

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  /** What git makes of two heads, known once `settle` was called. */
  merge(heads: Sides<string>): Merged {
    const merged = new Merged(mapSides((side) => this.#ledger.readShown(side, heads[side])))
    for (const commits of this.#write(heads)) this.#asked.push({ commits, merged })
    return merged
  }

  /** Something to look at once git has answered: thousands of merges take as long as one. */
  later(check: () => void): void {
    this.#checks.push(check)
  }

  settle(): void {
    const answers = mergeCommits(
      this.#store,
      this.#asked.map(({ commits }) => commits),
    )
    for (const [index, { merged }] of this.#asked.entries()) {
      const { tree, conflicts } = answers[index]!
      const files = [...this.#store.readFiles(tree)]
      const texts = new Map(files.map(([path, { oid }]) => [path, this.#store.read(oid, 'blob').toString()]))
      merged.add({ texts, conflicts })
    }
    for (const check of this.#checks) check()
  }

  /** Both heads as commits of one history, in each way. */
  #write(heads: Sides<string>): Sides<string>[] {
    const pairs = this.#listPairs(heads)
    const own = this.#ledger.listOwn().filter((oid) => pairs.some(({ copy }) => copy.oid === oid))
    // After `--init`, older copies may be no single commits: the latest sync points count.
    const written: Sides<string>[] = []
    for (let older = 0; written.length === 0 && older < own.length; older++)
      written.push(...this.#writeJoined(heads, pairs, new Set(own.slice(older))))
    return [...written, ...this.#writeJoined(heads, pairs, new Set())]
  }

  /** Nothing where a commit would come after itself. `joins`: copies that are one commit with their originals; others come after them. */
  #writeJoined(heads: Sides<string>, pairs: readonly Copy[], joins: ReadonlySet<string>): Sides<string>[] {
    const joined = new Map<string, readonly Place[]>()
    const after = new Map<string, Place>()
    for (const { copy, original } of pairs) {
      if (joins.has(copy.oid)) {
        const places = new Set([copy, original].flatMap((one) => joined.get(one.oid) ?? [one]))
        for (const { oid } of places) joined.set(oid, [...places])
      } else after.set(copy.oid, original)
    }
    const written = new Map<string, string | null>()
    const write = (place: Place): string | null => {
      const known = written.get(place.oid)
      if (known !== undefined) return known
      const places = joined.get(place.oid) ?? [place]
      for (const { oid } of places) written.set(oid, null)
      const below = places.flatMap(({ side, oid }) => [
        ...this.#ledger.readParents(side, oid).map((parent) => ({ side, oid: parent })),
        ...(after.has(oid) ? [after.get(oid)!] : []),
      ])
      const parents = below.filter(({ oid }) => !places.some((one) => one.oid === oid)).map(write)
      if (parents.includes(null)) return null
      const commit = this.#writeCommit(place, parents as string[])
      for (const { oid } of places) written.set(oid, commit)
      return commit
    }
    const [github, huggingface] = sides.map((side) => write({ side, oid: heads[side] }))
    return github && huggingface ? [{ github, huggingface }] : []
  }

  #writeCommit({ side, oid }: Place, parents: readonly string[]): string {
    const files = [...this.#ledger.readShown(side, oid)].flatMap(([path, text]): [string, FileEntry][] =>
      text === null ? [] : [[path, { mode: '100644', oid: this.#store.writeBlob(text) }]],
    )
    const tree = this.#store.writeFiles(new Map(files))
    const people = { author: person, committer: person }
    return this.#store.writeCommit({ tree, parents: [...new Set(parents)], ...people, message: `${side} ${oid}\n` })
  }

  /**
   * The copies in both histories, each with what it copies. Where there is none, as after a history was written anew, what holds
   * the same may stand for one.
   */
  #listPairs(heads: Sides<string>): readonly Copy[] {
    const past = mapSides((side) => this.#ledger.readLog(side, heads[side]))
    const pairs = sides.flatMap((side) =>
      past[side].flatMap((oid): Copy[] => {
        const [other, original] = [otherSide[side], this.#ledger.originalOf(side, oid)]
        const isThere = original !== null && past[other].includes(original)
        return isThere ? [{ copy: { side, oid }, original: { side: other, oid: original } }] : []
      }),
    )
    if (pairs.length > 0) return pairs
    for (const github of past.github)
      for (const huggingface of past.huggingface)
        if (this.#ledger.areAlike({ github, huggingface }))
          return [{ copy: { side: 'huggingface', oid: huggingface }, original: { side: 'github', oid: github } }]
    return []
  }
}
