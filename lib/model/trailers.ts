/**
 * The trailers by which a commit's message says where the commit comes from. Design, "Sync points". Which lines are
 * trailers is decided as git does (`git interpret-trailers`, `git log --format=%(trailers)`), so that people and tools
 * see the same ones.
 */
import { parseOnto, type Onto } from './onto.ts'
import type { NewCommit } from './remote.ts'
import { parseCommitLink, type CommitLink } from './repository.ts'
import { sides, sidesOf, valuesOf, type Sides } from './sides.ts'
import { formatRange, parseRange } from './undo-range.ts'

/** A value is `null` where the trailer is absent or malformed, and where the message has it twice and differently. */
export interface Trailers {
  readonly mirroredFrom: CommitLink | null
  readonly mirroredPart: CommitLink | null
  readonly mirroredTree: string | null
  /** On Hugging Face: the parent of the commit, and a digest of what it changed. */
  readonly mirroredOnto: Onto | null
  /** Of a run that made several copies, what its last one copies: on all of them but that one. */
  readonly mirroredUntil: CommitLink | null
  /** Which of the mirror's commits it takes back. */
  readonly mirroredUndo: ReturnType<typeof parseRange>
  /** The branches that were mirrored; `main` on both sides where the trailer is absent. */
  readonly mirroredBranches: Sides<string>
  /** The name of the view that was mirrored, where that is not the default one. */
  readonly mirroredSet: string | null
  /** The LFS server that the run had put into a side's `.lfsconfig`. */
  readonly mirroredLfs: string | null
}

/** Where both branches have this name the trailer is left out. */
const branchDefault = 'main'

/**
 * The trailers for the branches (those of `sides` in order, one name where both have it), for the view, and for the LFS
 * server in `.lfsconfig`. What is usual is left out.
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

/**
 * The trailer by which a commit is known as the mirror's; null where it has none. `isLast`: no part of the same commit
 * follows.
 */
export function formatRecord(
  { mirrors, part, undoes = null }: Pick<NewCommit, 'mirrors' | 'part' | 'undoes'>,
  isLast: boolean,
): readonly [key: string, value: string] | null {
  if (undoes !== null) return ['Mirrored-Undo', formatRange(undoes, isLast)]
  if (!isLast) return ['Mirrored-Part', part]
  return mirrors === null ? null : ['Mirrored-From', mirrors]
}

function parseBranches(value: string): Sides<string> {
  const [one = branchDefault, two = one] = value.split(' ')
  return sidesOf(sides[0], one, two)
}

const trailer = /^([A-Za-z0-9-]+)[ \t]*:(.*)$/s
const blank = /^[ \t\r]*$/
/** Lines that git itself writes. A paragraph with one of them is trailers if a quarter of its lines are. */
const gitGenerated = /^(?:Signed-off-by: |\(cherry picked from commit )/
const mirrored = /^Mirrored-[A-Za-z0-9-]*[ \t]*:/i
/** What git reads as a trailer though nobody meant one: `https://…`, `mailto:…`, `localhost:8080`. */
const bareWord = /^(?![A-Za-z-]+-by:)[A-Za-z0-9-]+:[^ \t\r\n]/i

/** The lines of the last paragraph if git takes it for trailers, else none. The title never is. */
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
 * Whether new trailers belong into the last paragraph of the message. They do not where its only trailers are links:
 * when somebody amends the commit with `--trailer`, git would rewrite `https://…` to `https: //…`.
 */
export function endsWithTrailers(message: string): boolean {
  return lastParagraph(message).some((line) => gitGenerated.test(line) || (trailer.test(line) && !bareWord.test(line)))
}

/** The values of each key in order, with folded lines joined. */
function listTrailers(message: string): Map<string, string[]> {
  const values = new Map<string, string[]>()
  let last: string[] | null = null
  for (const line of lastParagraph(message)) {
    // Lines that are folded below a comment belong to it.
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

/** Reads all trailers of the mirror. */
export function parseTrailers(message: string): Trailers {
  // Most commits of a long history have none, and are asked again with each page of it.
  return message.includes('Mirrored-') ? parseValues(listTrailers(message)) : noTrailers
}

function parseValues(values: ReadonlyMap<string, readonly string[]>): Trailers {
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
    mirroredUntil: parseCommitLink(only('Mirrored-Until') ?? ''),
    mirroredUndo: parseRange(only('Mirrored-Undo') ?? ''),
    mirroredBranches: parseBranches(only('Mirrored-Branch') ?? branchDefault),
    mirroredSet: only('Mirrored-Set'),
    mirroredLfs: only('Mirrored-Lfs'),
  }
}

const noTrailers = parseValues(new Map())

/**
 * The trailers of a commit. In the message of a squash those of the squashed commits stand amid others; there the ones count that
 * record this commit's own tree.
 */
export function parseOwnTrailers({
  message,
  tree,
}: {
  readonly message: string
  readonly tree: string | null
}): Trailers {
  const at = tree === null ? -1 : message.lastIndexOf(`\nMirrored-Tree: ${tree}`)
  const length = at < 0 ? -1 : message.slice(at + 1).search(/\n\s*\n/)
  return parseTrailers(length < 0 ? message : message.slice(0, at + 1 + length))
}

/**
 * The body without `Mirrored-*` lines, wherever they stand, and without the second of two blank lines where one was
 * taken out between. Indented lines stay, since people wrote them.
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
 * A commit message: title, body and trailers as paragraphs, with a newline at the end. Where the body ends in trailers,
 * such as `Co-authored-by`, the new ones join them, since git reads only the last paragraph.
 */
export function formatMessage(
  title: string,
  body: string,
  trailers: readonly (readonly [key: string, value: string])[],
): string {
  // Without a title the trailers would become the title.
  const heading = title.replaceAll(/\s*\n\s*/g, ' ').trim() || 'Untitled commit'
  const paragraphs = [heading, body.replace(/^(?:[ \t\r]*\n)+/, '').trimEnd()]
  const text = paragraphs.filter((paragraph) => paragraph !== '').join('\n\n')
  if (trailers.length === 0) return `${text}\n`
  const joins = endsWithTrailers(text) && !lastParagraph(text).some((line) => mirrored.test(line))
  return `${text}${joins ? '\n' : '\n\n'}${trailers.map(([key, value]) => `${key}: ${value}`).join('\n')}\n`
}
