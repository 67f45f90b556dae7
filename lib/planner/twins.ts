/** Finds the commits of the other side that hold the files of a tagged commit, reading as little of the histories as tells. */
import type { Proofs } from '../history/sync-points.ts'
import { readableAncestors, type Listing } from '../history/topology.ts'
import { findTwinnedAncestor, findTwins, type Twin, type Twins } from '../history/twins.ts'
import { rolesOf } from '../model/capabilities.ts'
import type { History, Remote } from '../model/remote.ts'
import { awaitSides, mapSides, sides, type Side, type Sides } from '../model/sides.ts'
import type { Counterparts } from '../plan/tags.ts'
import type { Filters } from '../view/filters.ts'
import { Contents } from './contents.ts'
import { readProof } from './read-base.ts'
import { readHeadView } from './read-view.ts'

/** Commits whose files are compared with those of an earlier one, at a request each. */
const comparedMax = 100

const emptyListing: Listing = { commits: [], complete: true }

/** What the commits of a branch say, as far as they were read. `behind`: those with a twin, and all before these. */
interface Known {
  readonly twins: Twins
  readonly listed: Sides<ReadonlySet<string>>
  readonly behind: Sides<ReadonlySet<string>>
}

/** The histories of one pair of branches. */
class Branch {
  readonly remotes: Sides<Remote>
  readonly #proofs: Proofs
  readonly #more: Record<Side, (() => Promise<History>) | null> = { ...mapSides(() => null) }
  #listings: Sides<Listing> = mapSides(() => emptyListing)
  #known: Known | null = null

  constructor(remotes: Sides<Remote>, proofs: Proofs) {
    this.remotes = remotes
    this.#proofs = proofs
  }

  get listings(): Sides<Listing> {
    return this.#listings
  }

  get known(): Known {
    return (this.#known ??= this.#learn())
  }

  #learn(): Known {
    const listings = this.#listings
    const twins = findTwins(listings, this.#proofs, rolesOf(this.remotes).first)
    return {
      twins,
      listed: mapSides((side) => new Set(listings[side].commits.map(({ oid }) => oid))),
      behind: mapSides((side) => readableAncestors(listings[side].commits, ...twins[side].keys())),
    }
  }

  /** Another commit was read, or something was proven. */
  forget(): void {
    this.#known = null
  }

  /** Reads the newest commits. A side without the branch has none. */
  async begin(): Promise<void> {
    const histories = await awaitSides((side) => {
      const { branch } = this.remotes[side]
      // Where nobody had to know its name, the default branch is called so.
      return this.remotes[side].readHistory(branch === 'HEAD' ? branch : undefined)
    })
    for (const side of sides) this.#add(side, emptyListing, histories[side])
  }

  /** Reads older commits of the side of which fewer were read; false where there are none within `most` commits. */
  async readMore(most: number): Promise<boolean> {
    const open = sides.filter((side) => this.#more[side] && this.#listings[side].commits.length < most)
    const [side] = open.toSorted((a, b) => this.#listings[a].commits.length - this.#listings[b].commits.length)
    if (!side) return false
    this.#add(side, this.#listings[side], await this.#more[side]!())
    return true
  }

  #add(side: Side, before: Listing, history: History): void {
    if (history.state !== 'branch') return
    this.#more[side] = history.readMore
    const listing = { commits: [...before.commits, ...history.commits], complete: history.readMore === null }
    this.#listings = { ...this.#listings, [side]: listing }
    this.forget()
  }
}

/** What is known of tagged commits. It grows while more is read. */
export class TwinFinder {
  readonly #branches: readonly Branch[]
  readonly #filters: Filters
  readonly #isWhole: boolean
  readonly #proofs = new Map<string, boolean | null>()
  /** Commits that were compared with an earlier one: that one where both hold the same files, else null. */
  readonly #alike = mapSides(() => new Map<string, string | null>())
  #includes: Promise<(path: string) => boolean> | null = null
  #isOpen = false
  #isRead = false

  constructor(
    pairs: readonly Sides<Remote>[],
    { filters, isWhole }: { readonly filters: Filters; readonly isWhole: boolean },
  ) {
    this.#branches = pairs.map((remotes) => new Branch(remotes, this.#proofs))
    this.#filters = filters
    this.#isWhole = isWhole
  }

  /** Undefined where more has to be read to tell. */
  readonly find = (side: Side, commit: string): Counterparts | undefined => {
    const twins = this.#findTwins(side, commit)
    if (twins) return twins.map((twin) => twin.commit)
    if (!this.#isRead) return undefined
    if (!this.#branches.some(({ known }) => known.listed[side].has(commit)))
      return this.#isWhole ? 'elsewhere' : 'waiting'
    return this.#isNew(side, commit) ? 'waiting' : 'no copy'
  }

  #findTwins(side: Side, commit: string): readonly Twin[] | null {
    const alike = this.#alike[side].get(commit) ?? commit
    const found = this.#branches.flatMap(({ known: { twins } }) => [
      twins[side].get(commit) ?? twins[side].get(alike) ?? null,
    ])
    return found.find((twins) => twins !== null) ?? null
  }

  /** Whether a branch holds it, and no commit with a twin descends from it, so that it may get one yet. */
  #isNew(side: Side, commit: string): boolean {
    return this.#branches.some(({ known }) => known.listed[side].has(commit) && !known.behind[side].has(commit))
  }

  /** Reads the newest commits of all branches, once. */
  async open(): Promise<void> {
    if (this.#isOpen) return
    this.#isOpen = true
    for (const branch of this.#branches) await branch.begin()
  }

  /** Reads until it is known of each of these commits, or nothing more can be: at most `most` commits of a side. */
  async read(asked: Sides<ReadonlySet<string>>, most: number): Promise<void> {
    await this.open()
    const isOpen = () =>
      sides.some((side) =>
        [...asked[side]].some((commit) => this.#findTwins(side, commit) === null && !this.#isNew(side, commit)),
      )
    for (const branch of this.#branches) while (isOpen() && (await branch.readMore(most)));
    for (const side of sides) for (const commit of asked[side]) await this.#compare(side, commit)
    this.#isRead = true
  }

  /** A commit that changes nothing of what is mirrored has no copy of its own: it holds the files of one before it. */
  async #compare(side: Side, commit: string): Promise<void> {
    const alike = this.#alike[side]
    if (this.#findTwins(side, commit) || alike.has(commit) || alike.size >= comparedMax) return
    for (const branch of this.#branches) {
      const before = findTwinnedAncestor(branch.listings[side], branch.known.twins[side], commit)
      if (before === null) continue
      const changes = await branch.remotes[side].readChanges(before, commit, await this.#readIncludes(branch))
      alike.set(commit, changes.length === 0 ? before : null)
      return
    }
  }

  #readIncludes({ listings, remotes }: Branch): Promise<(path: string) => boolean> {
    const heads = mapSides((side) => listings[side].commits[0]?.oid ?? null)
    const reading = { remotes, contents: new Contents(remotes), options: { filters: this.#filters } }
    return (this.#includes ??= readHeadView(heads, reading).then(({ includes }) => includes))
  }

  /** Proves the twin that was taken for a commit; false where it is none, and another answer has to be taken. */
  async prove(side: Side, commit: string, twin: string): Promise<boolean> {
    const open = this.#findTwins(side, commit)?.find((one) => one.commit === twin)?.open ?? null
    if (open === null || this.#proofs.has(open.commit)) return true
    const proof = await readProof(this.#branches[0]!.remotes[open.side], open.commit, open.onto)
    this.#proofs.set(open.commit, proof)
    if (proof === false) for (const branch of this.#branches) branch.forget()
    return proof !== false
  }

  /** The newest commit of a side that has a twin; null where none is known. */
  findNewest(side: Side): string | null {
    for (const { listings, known } of this.#branches) {
      const newest = listings[side].commits.find(({ oid }) => known.twins[side].has(oid))
      if (newest) return newest.oid
    }
    return null
  }
}
