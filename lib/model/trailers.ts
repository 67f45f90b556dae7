/**
 * What a commit message says of where its commit comes from. Design, "Sync points". Which lines are trailers is git's
 * rule (`git interpret-trailers`, `git log --format=%(trailers)`), so that people and tools see the ones that count
 * here.
 */
import { parseOnto, type Onto } from './onto.ts'
import { parseCommitLink, type CommitLink } from './repository.ts'
import { sides, sidesOf, valuesOf, type Sides } from './sides.ts'

export type { CommitLink } from './repository.ts'

/** `null` where there is none, where it is malformed, and where a message says two different things. */
export interface Trailers {
  readonly mirroredFrom: CommitLink | null
  readonly mirroredPart: CommitLink | null
  readonly mirroredTree: string | null
  /** On Hugging Face: what the commit was made on, and what it changed. */
  readonly mirroredOnto: Onto | null
  /** The branches that were mirrored; none stands for `main` on both sides. */
  readonly mirroredBranches: Sides<string>
  /** What was mirrored, where that is more than the default. */
  readonly mirroredSet: string | null
  /** Where GitHub's `.lfsconfig` leads to, of a run that saw to it. */
  readonly mirroredLfs: string | null
}

/** The name of a branch that is not written down where both sides' are called so. */
export const branchDefault = 'main'

/**
 * The lines that say for which branches (GitHub's first, one name where both have it) and for which files a copy was
 * made, and where GitHub's LFS objects are; none for what is usual.
 */
export function formatMarks(
  branches: Sides<string>,
  set: string | null,
  lfsUrl: string | null,
): (readonly [key: string, value: string])[] {
  const names = [...new Set(valuesOf(branches))].join(' ')
  return [
    ...(names === branchDefault ? [] : [['Mirrored-Branch', names] as const]),
    ...(set === null ? [] : [['Mirrored-Set', set] as const]),
    ...(lfsUrl === null ? [] : [['Mirrored-Lfs', lfsUrl] as const]),
  ]
}

function parseBranches(value: string): Sides<string> {
  const [one = branchDefault, two = one] = value.split(' ')
  return sidesOf(sides[0]!, one, two)
}

const trailer = /^([A-Za-z0-9-]+)[ \t]*:(.*)$/s
const blank = /^[ \t\r]*$/
/** Lines that git writes itself: beside one of them a quarter of trailers is enough. */
const gitGenerated = /^(?:Signed-off-by: |\(cherry picked from commit )/
const mirrored = /^Mirrored-[A-Za-z0-9-]*[ \t]*:/i
/**
 * What git reads as a trailer and nobody wrote as one: `https://…`, `mailto:…`, `localhost:8080`, with no blank behind
 * the colon.
 */
const bareWord = /^(?![A-Za-z-]+-by:)[A-Za-z0-9-]+:[^ \t\r\n]/i

/** The lines of the last paragraph, if git takes it for trailers; the first paragraph is the title and never is. */
function lastParagraph(message: string): string[] {
  const lines = message.split('\n')
  const titleEnd = lines.findIndex((line) => !line.startsWith('#') && blank.test(line))
  let [trailers, others, continuations, generated, end] = [0, 0, 0, false, 0]
  if (titleEnd < 0) return []
  for (let at = lines.length - 1; at >= titleEnd; at--) {
    const line = lines[at]!
    if (line.startsWith('#')) {
      others += continuations
      continuations = 0
    } else if (blank.test(line)) {
      if (end === 0) continue
      others += continuations
      const isBlock = generated ? trailers * 3 >= others : trailers > 0 && others === 0
      return isBlock ? lines.slice(at + 1, end) : []
    } else {
      end ||= at + 1
      if (gitGenerated.test(line) || trailer.test(line)) {
        generated ||= gitGenerated.test(line)
        trailers++
        continuations = 0
      } else if (/^[ \t\r]/.test(line)) continuations++
      else {
        others += continuations + 1
        continuations = 0
      }
    }
  }
  return []
}

/**
 * Whether new trailers belong into the last paragraph of the message. Not where all that git reads as trailers there
 * are links: git would rewrite `https://…` to `https: //…` when somebody amends the commit with `--trailer`, so they
 * stay a paragraph of their own.
 */
export function endsWithTrailers(message: string): boolean {
  return lastParagraph(message).some((line) => gitGenerated.test(line) || (trailer.test(line) && !bareWord.test(line)))
}

/** Values by key, in order, folded lines joined. */
function listTrailers(message: string): Map<string, string[]> {
  const values = new Map<string, string[]>()
  let last: string[] | null = null
  for (const line of lastParagraph(message)) {
    // What is folded below a comment belongs to it.
    if (line.startsWith('#')) last = null
    if (last && /^[ \t\r]/.test(line)) {
      last.push(`${last.pop()} ${line.trim()}`)
      continue
    }
    const [, key, value] = trailer.exec(line) ?? []
    last = key === undefined ? null : (values.get(key) ?? [])
    if (last === null || key === undefined) continue
    last.push(value!.trim())
    values.set(key, last)
  }
  return values
}

export function parseTrailers(message: string): Trailers {
  // Most commits of a long history say nothing, and that is seen without taking them apart.
  const values = message.includes('Mirrored-') ? listTrailers(message) : new Map<string, string[]>()
  const only = (key: string) => {
    const [value, ...more] = new Set(values.get(key))
    return value !== undefined && more.length === 0 ? value : null
  }
  const tree = only('Mirrored-Tree')
  return {
    mirroredFrom: parseCommitLink(only('Mirrored-From') ?? ''),
    mirroredPart: parseCommitLink(only('Mirrored-Part') ?? ''),
    mirroredTree: tree !== null && /^[0-9a-f]{40}$/.test(tree) ? tree : null,
    mirroredOnto: parseOnto(only('Mirrored-Onto') ?? ''),
    mirroredBranches: parseBranches(only('Mirrored-Branch') ?? branchDefault),
    mirroredSet: only('Mirrored-Set'),
    mirroredLfs: only('Mirrored-Lfs'),
  }
}

/**
 * The body without any `Mirrored-*` line, wherever it stands, and without the blank line that would be left double.
 * Indented lines are people's text.
 */
export function stripTrailers(body: string): string {
  const kept: string[] = []
  let removed = false
  const endsBlank = () => kept.length === 0 || blank.test(kept.at(-1)!)
  for (const line of body.split('\n')) {
    if (mirrored.test(line)) removed = true
    else if (!removed || !blank.test(line) || !endsBlank()) {
      kept.push(line)
      removed &&= blank.test(line)
    }
  }
  if (!removed) return kept.join('\n')
  while (kept.length > 0 && endsBlank()) kept.pop()
  return kept.join('\n')
}

/**
 * Title, body and trailers as paragraphs, a newline at the end; what is empty is left out, blank lines at either end
 * too. Trailers that the body ends with, such as `Co-authored-by`, and the new ones are one paragraph: only the last
 * one counts.
 */
export function formatMessage(
  title: string,
  body: string,
  trailers: readonly (readonly [key: string, value: string])[],
): string {
  // Without a title the trailers would be one, and would not count.
  const paragraphs = [
    title
      .split(/\s*\n\s*/)
      .join(' ')
      .trim() || 'Untitled commit',
    body.replace(/^(?:[ \t\r]*\n)+/, '').trimEnd(),
  ]
  const text = paragraphs.filter((paragraph) => paragraph !== '').join('\n\n')
  if (trailers.length === 0) return `${text}\n`
  const joins = endsWithTrailers(text) && !lastParagraph(text).some((line) => mirrored.test(line))
  return `${text}${joins ? '\n' : '\n\n'}${trailers.map(([key, value]) => `${key}: ${value}`).join('\n')}\n`
}
