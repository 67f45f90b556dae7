/**
 * Wildcards as git matches them (wildmatch.c with WM_PATHNAME). The time is bounded by the length of the pattern times
 * that of the text, since all states are followed at once. Pattern and text have a character for each byte of their
 * UTF-8, since `?` and `[…]` match one byte.
 */

/**
 * `star` stays within a folder, `stars` crosses folders. `folders` takes no byte: it goes on either to the `stars` and
 * the slash behind it, or past both.
 */
type Step = { readonly kind: 'star' | 'stars' | 'folders' } | SetStep
/** A set of bytes. `only`: its single member, a space if it holds blanks alone, `null` for any other set. */
interface SetStep {
  readonly kind: 'set'
  readonly bytes: Uint8Array
  readonly only: string | null
}

/** The text before the first wildcard, and the steps from there on. */
export interface Wildcard {
  readonly literal: string
  readonly steps: readonly Step[]
}

/** The characters of the C locale, as git's own `ctype.c` has them. */
const classes: ReadonlyMap<string, RegExp> = new Map([
  ['alnum', /[0-9A-Za-z]/],
  ['alpha', /[A-Za-z]/],
  ['blank', /[ \t]/],
  ['cntrl', /\p{Cc}/u],
  ['digit', /[0-9]/],
  ['graph', /[!-~]/],
  ['lower', /[a-z]/],
  ['print', /[ -~]/],
  ['punct', /[!-/:-@[-`{-~]/],
  ['space', /[ \t\n\r]/],
  ['upper', /[A-Z]/],
  ['xdigit', /[0-9A-Fa-f]/],
])

function setOf(matches: (byte: number) => boolean): SetStep {
  // No wildcard matches a slash.
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => Number(byte !== 0x2f && matches(byte)))
  const isBlank =
    bytes.includes(1) && bytes.every((is, byte) => is === 0 || /[ \t\n\r]/.test(String.fromCharCode(byte)))
  return { kind: 'set', bytes, only: isBlank ? ' ' : null }
}

/** Made once for each byte, since a file of rules is full of them. */
const literals = Array.from({ length: 256 }, (_, byte): SetStep => {
  const bytes = new Uint8Array(256)
  bytes[byte] = 1
  return { kind: 'set', bytes, only: /[ \t\n\r]/.test(String.fromCharCode(byte)) ? ' ' : String.fromCharCode(byte) }
})
const blanks = setOf((byte) => classes.get('space')!.test(String.fromCharCode(byte)))
const blanksText = '[[:space:]]'

/** A bracket expression from its `[` on; `null` where it is malformed, so that the pattern matches nothing. */
function parseBracket(pattern: string, start: number): { step: Step; end: number } | null {
  if (pattern.startsWith(blanksText, start)) return { step: blanks, end: start + blanksText.length - 1 }
  const members = new Uint8Array(256)
  let at = start + 1
  const negated = pattern[at] === '!' || pattern[at] === '^'
  if (negated) at++
  let previous = -1
  for (let first = true; first || pattern[at] !== ']'; first = false, at++) {
    const character = pattern[at]
    if (character === undefined) return null
    const isClass = character === '[' && pattern[at + 1] === ':'
    const ends = isClass ? pattern.indexOf(']', at + 2) : 0
    if (character === '-' && previous >= 0 && at + 1 < pattern.length && pattern[at + 1] !== ']') {
      at += pattern[at + 1] === '\\' ? 2 : 1
      if (at >= pattern.length) return null
      members.fill(1, previous, Math.max(previous, pattern.charCodeAt(at) + 1))
      previous = -1
    } else if (ends < 0) return null
    else if (isClass && ends > at + 2 && pattern[ends - 1] === ':') {
      const named = classes.get(pattern.slice(at + 2, ends - 1))
      if (!named) return null
      for (let byte = 0; byte < 128; byte++) if (named.test(String.fromCharCode(byte))) members[byte] = 1
      at = ends
      previous = -1
    } else {
      if (character === '\\') at++
      if (at >= pattern.length) return null
      previous = pattern.charCodeAt(at)
      members[previous] = 1
    }
  }
  return { step: setOf((byte) => Boolean(members[byte]) !== negated), end: at }
}

/** A run of stars from `start` to `end` (excluded). It crosses folders only where it is a whole part of the path. */
function parseStars(pattern: string, start: number, end: number): Step[] {
  const next = pattern[end]
  const isWhole =
    (start === 0 || pattern[start - 1] === '/') &&
    (next === undefined || next === '/' || pattern.startsWith('\\/', end))
  if (end - start === 1 || !isWhole) return [{ kind: 'star' }]
  return next === '/' ? [{ kind: 'folders' }, { kind: 'stars' }] : [{ kind: 'stars' }]
}

/**
 * Returns `null` for a pattern that matches nothing. git compares the text before the first wildcard by itself, so that
 * stars right behind it count as the beginning of a pattern: `data**` followed by `/x` crosses folders.
 */
export function parseWildcard(pattern: string): Wildcard | null {
  const literal = /^[^*?[\\]*/.exec(pattern)![0]
  const rest = pattern.slice(literal.length)
  const steps: Step[] = []
  for (let at = 0; at < rest.length; at++) {
    const character = rest[at]!
    if (character === '*') {
      const start = at
      while (rest[at + 1] === '*') at++
      steps.push(...parseStars(rest, start, at + 1))
    } else if (character === '?') steps.push(setOf(() => true))
    else if (character === '[') {
      const bracket = parseBracket(rest, at)
      if (!bracket) return null
      steps.push(bracket.step)
      at = bracket.end
    } else if (character !== '\\') steps.push(literals[character.charCodeAt(0)]!)
    else if (++at < rest.length) steps.push(literals[rest.charCodeAt(at)]!)
    else return null
  }
  return { literal, steps }
}

/** Adds the states that are reached without a byte: past stars, and past `**` with its slash. */
function advance(states: Uint8Array, steps: readonly Step[]): void {
  for (let index = 0; index < steps.length; index++) {
    const { kind } = steps[index]!
    if (!states[index] || kind === 'set') continue
    states[index + 1] = 1
    if (kind === 'folders') states[index + 3] = 1
  }
}

/** Whether the wildcard matches the whole text. */
export function matchesWildcard({ literal, steps }: Wildcard, text: string): boolean {
  if (!text.startsWith(literal)) return false
  if (steps.length === 0) return text.length === literal.length
  // Most texts are told by their last byte.
  const last = steps.at(-1)!
  if (last.kind === 'set' && (text.length === literal.length || !last.bytes[text.charCodeAt(text.length - 1)]))
    return false
  let states = new Uint8Array(steps.length + 1)
  let next = new Uint8Array(steps.length + 1)
  states[0] = 1
  for (let at = literal.length; at < text.length; at++) {
    advance(states, steps)
    const byte = text.charCodeAt(at)
    next.fill(0)
    let alive = false
    for (let index = 0; index < steps.length; index++) {
      if (!states[index]) continue
      const step = steps[index]!
      if (step.kind === 'set') {
        if (!step.bytes[byte]) continue
        next[index + 1] = 1
      } else {
        if (step.kind === 'folders' || (step.kind === 'star' && byte === 0x2f)) continue
        next[index] = 1
      }
      alive = true
    }
    if (!alive) return false
    ;[states, next] = [next, states]
  }
  advance(states, steps)
  return states[steps.length] === 1
}
