/**
 * git's patterns for paths, as in `.gitattributes` and `.gitignore`: without a slash for the last part of a path, else
 * for the whole of it.
 */
import { matchesWildcard, parseWildcard, type Wildcard } from './wildmatch.ts'

/** `suffix`: all that `*suffix` asks for. Texts are bytes, one a character. */
export interface Pattern {
  readonly anchored: boolean
  readonly suffix: string | null
  readonly wildcard: Wildcard
}

export function toBytes(text: string): string {
  return Buffer.from(text).toString('latin1')
}

/** `null` for a malformed wildcard, which matches nothing. */
export function parsePattern(text: string): Pattern | null {
  const wildcard = parseWildcard(text.startsWith('/') ? text.slice(1) : text)
  const suffix = /^\*([^*?[\\/]*)$/.exec(text)?.[1] ?? null
  return wildcard && { anchored: text.includes('/'), suffix, wildcard }
}

/** `path` from where the pattern stands. */
export function matchesPattern({ anchored, suffix, wildcard }: Pattern, path: string): boolean {
  const basename = path.slice(path.lastIndexOf('/') + 1)
  return suffix === null ? matchesWildcard(wildcard, anchored ? path : basename) : basename.endsWith(suffix)
}

/**
 * Values by pattern, the latest first. A file of rules may name 60,000 paths one by one, as the Hub writes them: so
 * most patterns are found by how they begin or end instead of being tried one after the other.
 */
export class PatternIndex<T> {
  readonly #values: T[] = []
  /** By all that a pattern asks for, by its beginning, and by its end: of whole paths (anchored) or of last parts. */
  readonly #whole = { path: new Keys(), basename: new Keys() }
  readonly #beginning = { path: new Keys(), basename: new Keys() }
  readonly #ending = new Keys()

  add(pattern: Pattern, value: T): void {
    const at = this.#values.push(value) - 1
    if (pattern.suffix !== null) return this.#ending.add(pattern.suffix, at)
    const { key, isWhole } = readBeginning(pattern.wildcard)
    const keys = isWhole ? this.#whole : this.#beginning
    keys[pattern.anchored ? 'path' : 'basename'].add(key, at)
  }

  /** All values whose pattern may match the path (in bytes): `matchesPattern` tells. */
  findCandidates(path: string): T[] {
    const basename = path.slice(path.lastIndexOf('/') + 1)
    const names = { path: joinBlanks(path), basename: joinBlanks(basename) }
    const found = [this.#whole.path.find(names.path), this.#whole.basename.find(names.basename)]
    for (const kind of ['path', 'basename'] as const) {
      for (const length of this.#beginning[kind].lengths)
        if (length <= names[kind].length) found.push(this.#beginning[kind].find(names[kind].slice(0, length)))
    }
    for (const length of this.#ending.lengths)
      if (length <= basename.length) found.push(this.#ending.find(basename.slice(basename.length - length)))
    return found
      .flat()
      .toSorted((a, b) => b - a)
      .map((at) => this.#values[at]!)
  }
}

/** Positions by text, and which lengths the texts have. */
class Keys {
  readonly lengths = new Set<number>()
  readonly #positions = new Map<string, number[]>()

  add(key: string, at: number): void {
    this.lengths.add(key.length)
    const positions = this.#positions.get(key)
    if (positions) positions.push(at)
    else this.#positions.set(key, [at])
  }

  find(key: string): readonly number[] {
    return this.#positions.get(key) ?? []
  }
}

/** Blanks are one and the same in a key, since rules name them by a class. */
function joinBlanks(text: string): string {
  return text.replace(/[\t\n\r]/g, ' ')
}

/** The bytes that every match begins with, blanks joined, and whether there is nothing else in it. */
function readBeginning({ literal, steps }: Wildcard): { key: string; isWhole: boolean } {
  let key = joinBlanks(literal)
  for (const step of steps) {
    const only = step.kind === 'set' ? step.only : null
    if (only === null) return { key, isWhole: false }
    key += only
  }
  return { key, isWhole: true }
}

/**
 * The one path (in bytes) that a pattern without wildcards fits, beside those with other blanks; `null` for any other.
 */
export function findOnlyPath({ wildcard }: Pattern): string | null {
  const { key, isWhole } = readBeginning(wildcard)
  return isWhole ? key : null
}

/**
 * The pattern for one path and no other: wildcards escaped, a slash in front where the path has none, since it would
 * match in every folder.
 */
export function formatPattern(path: string): string {
  return `${path.includes('/') ? '' : '/'}${path.replace(/[*?[\\]/g, '\\$&')}`
}
