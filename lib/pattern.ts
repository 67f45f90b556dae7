/** git's patterns for paths, as in `.gitattributes` and `.gitignore`: without a slash for the last part of a path, else for the whole of it. */
import { matchesWildcard, parseWildcard, type Wildcard } from './wildmatch.ts'

/** `suffix`: all that `*suffix` asks for. Texts are bytes, one a character. */
export interface Pattern { readonly anchored: boolean, readonly suffix: string | null, readonly wildcard: Wildcard }

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

/** The pattern for one path and no other: wildcards escaped, a slash in front where the path has none, since it would match in every folder. */
export function formatPattern(path: string): string {
  return `${path.includes('/') ? '' : '/'}${path.replace(/[*?[\\]/g, '\\$&')}`
}
