/**
 * What was read of both sides beyond their lists of changes, and what the core still asks for. The core never reads: it
 * names the questions whose answers would change its verdict, the caller answers them all at once, and the core starts
 * again.
 */
import type { Blob, Entry, Mode } from '../model/entry.ts'
import { mapSides, valuesOf, type Sides, type Side } from '../model/sides.ts'

/**
 * `entry`: what stands at the path. `mode`: whether that is a file indeed, where the service's entries only guess.
 * `below`: the files under it. `bytes`, `text`: a blob, null if it is no text. `sha256`: its object id.
 */
export type Question =
  | (Place & { readonly about: 'entry' })
  | (Place & { readonly about: 'mode' })
  | (Place & { readonly about: 'below' })
  | (Place & { readonly about: 'bytes'; readonly blob: Blob })
  | (Place & { readonly about: 'text'; readonly blob: Blob })
  | (Place & { readonly about: 'sha256'; readonly blob: Blob })

/** A blob in its place: content is named by its id, but the Hub reads it by commit and path. */
export interface Place {
  readonly side: Side
  readonly commit: string
  readonly path: string
}

/**
 * A value for each place. One key made of side, commit and path would be a new string, as long as all three, at every
 * look.
 */
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
}

function noPlaces(): Record<Question['about'], Places<true>> {
  return {
    entry: new Places(),
    mode: new Places(),
    below: new Places(),
    bytes: new Places(),
    text: new Places(),
    sha256: new Places(),
  }
}

export class Facts {
  readonly #entries = new Places<Entry | null>()
  readonly #modes = new Places<true>()
  readonly #below = new Places<readonly string[]>()
  readonly #bytes = new Map<string, Uint8Array>()
  readonly #texts = new Map<string, string | null>()
  readonly #hashes = new Map<string, string>()
  #questions: Question[] = []
  #asked = noPlaces()

  learnEntry(place: Place, entry: Entry | null): void {
    this.#entries.set(place, entry)
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

  #answer<T>(answer: T | undefined, question: Question): T | undefined {
    if (answer === undefined && !this.#asked[question.about].get(question)) {
      this.#asked[question.about].set(question, true)
      this.#questions.push(question)
    }
    return answer
  }

  /** Each of these is `undefined` until the question, which is noted, has been answered. */
  entry(side: Side, commit: string | null, path: string): Entry | null | undefined {
    if (commit === null) return null
    const known = this.#entries.get({ side, commit, path })
    return known === undefined ? this.#answer<Entry | null>(known, { about: 'entry', side, commit, path }) : known
  }

  /** What is known of a path without asking; null also where nothing is. */
  known({ side, commit, path }: Omit<Place, 'commit'> & { readonly commit: string | null }): Entry | null {
    return commit === null ? null : (this.#entries.get({ side, commit, path }) ?? null)
  }

  /** Whether any entry of a commit is known. */
  knowsEntries(side: Side, commit: string): boolean {
    return this.#entries.hasAny(side, commit)
  }

  /** What stands at a path, its mode told by the service and not guessed. */
  entryWithMode(side: Side, commit: string | null, path: string): Entry | null | undefined {
    const entry = this.entry(side, commit, path)
    if (!entry || commit === null || entry.mode !== '100644' || entry.lfs !== null) return entry
    return this.#answer(this.#modes.get({ side, commit, path }) ? entry : undefined, {
      about: 'mode',
      side,
      commit,
      path,
    })
  }

  /** The text with this git id, if it was read; null also where it was none. */
  knownText(oid: string): string | null {
    return this.#texts.get(oid) ?? null
  }

  below(side: Side, commit: string, path: string): readonly string[] | undefined {
    return this.#answer(this.#below.get({ side, commit, path }), { about: 'below', side, commit, path })
  }

  bytes(place: Place, blob: Blob): Uint8Array | undefined {
    return this.#answer(this.#bytes.get(blob.oid), { about: 'bytes', ...place, blob })
  }

  text(place: Place, blob: Blob): string | null | undefined {
    return this.#answer(this.#texts.get(blob.oid), { about: 'text', ...place, blob })
  }

  sha256(place: Place, blob: Blob): string | undefined {
    return this.#answer(this.#hashes.get(blob.oid), { about: 'sha256', ...place, blob })
  }

  /** The questions since the last call; none means that the verdict stands. */
  takeQuestions(): Question[] {
    const questions = this.#questions
    this.#questions = []
    this.#asked = noPlaces()
    return questions
  }

  /**
   * Whether two entries hold the same bytes: by git id in one representation, by SHA-256 between a plain file and an
   * object.
   */
  sameContent(a: Entry | null, at: Place, b: Entry | null, bt: Place): boolean | undefined {
    if (a === null || b === null) return a === b
    if (a.oid === b.oid) return true
    if (a.byteLength !== b.byteLength) return false
    if (a.lfs && b.lfs) return a.lfs.oid === b.lfs.oid
    if (!a.lfs && !b.lfs) return false
    const hash = a.lfs ? this.sha256(bt, b) : this.sha256(at, a)
    return hash === undefined ? undefined : hash === (a.lfs ?? b.lfs)!.oid
  }

  /** The same of what both sides hold. */
  sameOnBoth(entries: Sides<Entry | null>, places: Sides<Place>): boolean | undefined {
    const [a, b] = valuesOf(entries)
    const [at, bt] = valuesOf(places)
    return this.sameContent(a, at, b, bt)
  }
}
