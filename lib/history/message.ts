/** Titles, bodies and authors of copies, from those of the commits that they copy. */
import { mirrorIdentity } from '../model/mirror-identity.ts'
import type { Author, Commit, Repository } from '../model/remote.ts'
import { sameRepository } from '../model/repository.ts'
import { endsWithTrailers, parseTrailers, stripTrailers } from '../model/trailers.ts'
import { stopClosing } from './closing-words.ts'
import { readableAncestors, type Listing } from './topology.ts'

/** More commits than these are counted in a copy's body, not listed. */
export const listedMax = 50
/** More authors than these are not credited on one commit. */
const creditedMax = 20

export interface Message {
  readonly title: string
  readonly body: string
  readonly author: Author | null
  readonly date: string
}

/** Title and body of a message, without the mirror's own trailers. */
export function splitMessage(message: string): { title: string; body: string } {
  const [title = '', ...rest] = message.split('\n')
  const body = stripTrailers(rest.join('\n'))
  return { title: title.trim() || 'Untitled commit', body: body.replace(/^\s*\n/, '').trimEnd() }
}

/**
 * People's own commits after the base, newest first: no copies of commits of `other` nor parts of them, no merges that the
 * mirror made, and nothing of `undone` (what was undone, and the commits that did it). After the base a commit is a copy
 * only if its tree proves it: people copy messages with their trailers.
 */
export function listOriginals(
  { commits }: Listing,
  base: string | null,
  other: Repository,
  undone: ReadonlySet<string> = new Set(),
): Commit[] {
  const before = base === null ? new Set<string>() : readableAncestors(commits, base)
  return commits.filter(({ oid, message, author, tree }) => {
    const { mirroredFrom, mirroredPart, mirroredTree } = parseTrailers(message)
    const link = mirroredFrom ?? mirroredPart
    const isCopy = mirroredFrom === null || base === null || (tree !== null && tree === mirroredTree)
    return (
      !before.has(oid) &&
      !undone.has(oid) &&
      author.email !== mirrorIdentity.email &&
      !(link && isCopy && sameRepository(link.repository, other))
    )
  })
}

/** The latest of some dates (RFC 3339), compared as instants since offsets differ; the epoch where there are none. */
export function latestDate(dates: readonly string[]): string {
  return dates.toSorted((a, b) => Date.parse(b) - Date.parse(a))[0] ?? '1970-01-01T00:00:00Z'
}

/** `Co-authored-by` trailers, each author once. Names that would break a trailer are left out. */
function credit(authors: readonly Author[]): string[] {
  const lines = new Set(
    authors
      .filter(({ name, email }) => name && email && !/[<>\n]/.test(name + email))
      .map(({ name, email }) => `Co-authored-by: ${name} <${email}>`),
  )
  return [...lines].slice(0, creditedMax)
}

/**
 * How a copy is described. `from`: what it copies, as people call it. `credited`: trailers name the authors, since the
 * side that gets it cannot set one. `closes`: that side closes issues where a message says so. `complete`: there are no
 * older originals that were not read.
 */
export interface CopyOf {
  readonly from: string
  readonly credited: boolean
  readonly closes: boolean
  readonly complete: boolean
  readonly fallbackDate: string
}

/** The message of one copy. A single original keeps its title, body, author and date; several are listed. */
export function describeCopy(
  originals: readonly Commit[],
  { from, credited, closes, complete, fallbackDate }: CopyOf,
): Message {
  const [newest, ...older] = originals
  if (!newest) return { title: `Mirror ${from}`, body: '', author: null, date: fallbackDate }
  const single = older.length === 0 && complete ? splitMessage(newest.message) : null
  const lines = originals
    .slice(0, listedMax)
    .map(({ oid, message, author }) => `- ${oid.slice(0, 7)} ${splitMessage(message).title} (${author.name})`)
  if (originals.length > listedMax) lines.push(`- and ${originals.length - listedMax} more`)
  else if (!complete) lines.push('- and older ones')
  const trailers = credited ? credit(originals.map(({ author }) => author)) : []
  const body = [
    single ? single.body : lines.join('\n'),
    trailers.filter((line) => !single?.body.includes(line)).join('\n'),
  ].filter(Boolean)
  // Trailers are read from the last paragraph alone, so that the original's and ours have to be in one.
  const joined = single && endsWithTrailers(`${single.title}\n\n${single.body}`) ? body.join('\n') : body.join('\n\n')
  const title = single ? single.title : complete ? `Mirror ${originals.length} commits from ${from}` : `Mirror ${from}`
  // An issue's number in an original means one of the other side, and must not close one here.
  const written = (text: string) => (closes ? stopClosing(text) : text)
  return {
    title: written(title),
    body: written(joined),
    author: credited ? null : newest.author,
    date: newest.committerDate,
  }
}
