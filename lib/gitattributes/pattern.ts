/**
 * git's patterns for paths, as `.gitattributes` and `.gitignore` have them. One without a slash is for the last part of
 * a path, any other for the whole path. Patterns and paths are strings with a character for each byte of their UTF-8.
 */
import { nameOf } from '../model/entry.ts'
import { matchesWildcard, parseWildcard, type Wildcard } from './wildmatch.ts'

/**
 * `anchored`: it is for the whole path. `suffix`: for a pattern such as `*.csv`, what follows the star; else `null`.
 */
export interface Pattern {
  readonly anchored: boolean
  readonly suffix: string | null
  readonly wildcard: Wildcard
}

/** The UTF-8 of a text, a character for each byte. */
export function toBytes(text: string): string {
  return Buffer.from(text).toString('latin1')
}

/** The pattern that a text is; null for a malformed wildcard, which matches nothing. */
export function parsePattern(text: string): Pattern | null {
  const wildcard = parseWildcard(text.startsWith('/') ? text.slice(1) : text)
  const suffix = /^\*([^*?[\\/]*)$/.exec(text)?.[1] ?? null
  return wildcard && { anchored: text.includes('/'), suffix, wildcard }
}

/** Whether a pattern matches a path, which is relative to the folder of the pattern's file. */
export function matchesPattern({ anchored, suffix, wildcard }: Pattern, path: string): boolean {
  const basename = nameOf(path)
  return suffix === null ? matchesWildcard(wildcard, anchored ? path : basename) : basename.endsWith(suffix)
}

/**
 * Values by pattern. A file of rules may name 60,000 paths one by one, as Hugging Face writes them, so that most
 * patterns are looked up by how they begin or end instead of being tried one after the other.
 */
export class PatternIndex<T> {
  readonly #values: T[] = []
  /** Patterns without wildcards, those that begin without one, and `*suffix`; for whole paths and for last parts. */
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

  /** The values whose patterns may match, the latest first; `matchesPattern` has the last word. */
  findCandidates(path: string): T[] {
    const basename = nameOf(path)
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

/** Indices of values by key, and the lengths of the keys. */
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

/** All blanks become a space, since rules name blanks by a class that matches any of them. */
function joinBlanks(text: string): string {
  return text.replace(/[\t\n\r]/g, ' ')
}

/** What every match begins with, and whether that is the whole match. */
function readBeginning({ literal, steps }: Wildcard): { key: string; isWhole: boolean } {
  let key = joinBlanks(literal)
  for (const step of steps) {
    const only = step.kind === 'set' ? step.only : null
    if (only === null) return { key, isWhole: false }
    key += only
  }
  return { key, isWhole: true }
}

/** The one path that a pattern without wildcards matches, with spaces for all blanks; `null` for any other pattern. */
export function findOnlyPath({ wildcard }: Pattern): string | null {
  const { key, isWhole } = readBeginning(wildcard)
  return isWhole ? key : null
}

/** The pattern that matches one path alone: wildcards are escaped, and a path without a slash gets one in front. */
export function formatPattern(path: string): string {
  return `${path.includes('/') ? '' : '/'}${path.replace(/[*?[\\]/g, '\\$&')}`
}
