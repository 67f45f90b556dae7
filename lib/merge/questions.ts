/**
 * What the merge knows of both sides beyond their lists of changes, and what it still has to ask. It never reads: it
 * notes the questions on whose answers its verdict depends, the caller answers all of them at once, and it starts again.
 */
import type { Place } from '../model/content.ts'
import type { BareEntry, Entry, Mode } from '../model/entry.ts'
import { mapSides, valuesOf, type Sides, type Side } from '../model/sides.ts'

/**
 * `entry`: what stands at a path. `mode`: its real mode, where the service's entries only guess. `below`: the paths of
 * the files under it. `bytes`, `text`: a blob's content; the text is null if it is none. `sha256`: the id that a plain
 * file would have as an LFS object.
 */
export type Question =
  | (Place & { readonly about: 'entry' })
  | (Place & { readonly about: 'mode' })
  | (Place & { readonly about: 'below' })
  | (Place & { readonly about: 'bytes'; readonly blob: BareEntry })
  | (Place & { readonly about: 'text'; readonly blob: BareEntry })
  | (Place & { readonly about: 'sha256'; readonly blob: BareEntry })

/** A value for each place, in maps of maps: one key made of side, commit and path would be a new string at every look. */
class Places<T> {
  readonly #sides = mapSides(() => new Map<string, Map<string, T>>())

  get({ side, commit, path }: Place): T | undefined {
    return this.#sides[side].get(commit)?.get(path)
  }

  hasAny(side: Side, commit: string): boolean {
    return this.#sides[side].has(commit)
  }

  set({ side, commit, path }: Place, value: T): void {
    const values = this.#sides[side].get(commit)
    if (values) values.set(path, value)
    else this.#sides[side].set(commit, new Map([[path, value]]))
  }

  /** Takes the map itself where it can: there may be 100,000 paths. */
  adopt(side: Side, commit: string, values: Map<string, T>): void {
    const known = this.#sides[side].get(commit)
    if (known) for (const [path, value] of values) known.set(path, value)
    else this.#sides[side].set(commit, values)
  }
}

/** The answers so far, and the questions since the last `takeQuestions`. */
export class Facts {
  readonly #entries = new Places<Entry | null>()
  readonly #modes = new Places<true>()
  readonly #below = new Places<readonly string[]>()
  readonly #bytes = new Map<string, Uint8Array>()
  readonly #texts = new Map<string, string | null>()
  readonly #hashes = new Map<string, string>()
  #questions: Question[] = []
  #asked = new Map<Question['about'], Places<true>>()

  /** What stands at paths of a commit. The map is the facts' own from then on. */
  learnEntries(side: Side, commit: string, entries: Map<string, Entry | null>): void {
    this.#entries.adopt(side, commit, entries)
  }
  /** From now on the entry has this mode. */
  learnMode(place: Place, mode: Mode | null): void {
    const entry = this.#entries.get(place)
    if (entry && mode) this.#entries.set(place, { ...entry, mode })
    this.#modes.set(place, true)
  }

  learnBelow(place: Place, paths: readonly string[]): void {
    this.#below.set(place, paths)
  }
  learnBytes(oid: string, bytes: Uint8Array): void {
    this.#bytes.set(oid, bytes)
  }
  learnText(oid: string, text: string | null): void {
    this.#texts.set(oid, text)
  }
  learnSha256(oid: string, sha256: string): void {
    this.#hashes.set(oid, sha256)
  }

  /** The answer, or `undefined` and the question noted, once. */
  #answer<T>(answer: T | undefined, question: Question): T | undefined {
    const asked = this.#asked.get(question.about) ?? new Places()
    if (answer !== undefined || asked.get(question)) return answer
    this.#asked.set(question.about, asked)
    asked.set(question, true)
    this.#questions.push(question)
    return undefined
  }

  /** What stands at a path, null for nothing. This and what follows is `undefined` until the noted question is answered. */
  entry(side: Side, commit: string | null, path: string): Entry | null | undefined {
    if (commit === null) return null
    const known = this.#entries.get({ side, commit, path })
    return known === undefined ? this.#answer<Entry | null>(known, { about: 'entry', side, commit, path }) : known
  }

  /** What is known of a path without asking; null also where nothing is known. */
  known({ side, commit, path }: Omit<Place, 'commit'> & { readonly commit: string | null }): Entry | null {
    return commit === null ? null : (this.#entries.get({ side, commit, path }) ?? null)
  }

  /** Whether any entry of a commit is known. */
  knowsEntries(side: Side, commit: string): boolean {
    return this.#entries.hasAny(side, commit)
  }

  /** As `entry`, with its real mode. */
  entryWithMode(side: Side, commit: string | null, path: string): Entry | null | undefined {
    const entry = this.entry(side, commit, path)
    if (!entry || commit === null || entry.mode !== '100644' || entry.lfs !== null) return entry
    const question: Question = { about: 'mode', side, commit, path }
    return this.#answer(this.#modes.get(question) ? entry : undefined, question)
  }

  /** The text with this git id; null where it was not read, or was no text. */
  knownText(oid: string): string | null {
    return this.#texts.get(oid) ?? null
  }

  below(side: Side, commit: string, path: string): readonly string[] | undefined {
    const question: Question = { about: 'below', side, commit, path }
    return this.#answer(this.#below.get(question), question)
  }

  bytes(place: Place, blob: BareEntry): Uint8Array | undefined {
    return this.#answer(this.#bytes.get(blob.oid), { about: 'bytes', ...place, blob })
  }

  text(place: Place, blob: BareEntry): string | null | undefined {
    return this.#answer(this.#texts.get(blob.oid), { about: 'text', ...place, blob })
  }

  sha256(place: Place, blob: BareEntry): string | undefined {
    return this.#answer(this.#hashes.get(blob.oid), { about: 'sha256', ...place, blob })
  }

  /** The questions since the last call; if there are none, the verdict stands. */
  takeQuestions(): Question[] {
    const questions = this.#questions
    this.#questions = []
    this.#asked = new Map()
    return questions
  }

  /** Whether two entries hold the same bytes: by their ids; by SHA-256 where one is a plain file and one an object. */
  sameContent(a: Entry | null, at: Place, b: Entry | null, bt: Place): boolean | undefined {
    if (a === null || b === null) return a === b
    if (a.oid === b.oid) return true
    if (a.byteLength !== b.byteLength) return false
    if (a.lfs && b.lfs) return a.lfs.oid === b.lfs.oid
    if (!a.lfs && !b.lfs) return false
    const hash = a.lfs ? this.sha256(bt, b) : this.sha256(at, a)
    return hash === undefined ? undefined : hash === (a.lfs ?? b.lfs)!.oid
  }

  /** The same for an entry of each side. */
  sameOnBoth(entries: Sides<Entry | null>, places: Sides<Place>): boolean | undefined {
    const [a, b] = valuesOf(entries)
    const [at, bt] = valuesOf(places)
    return this.sameContent(a, at, b, bt)
  }
}
