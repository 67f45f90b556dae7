/** What a copy says of the commits it stands for. */
import { mirrorIdentity } from '../model/mirror-identity.ts'
import type { Author, Commit, Repository } from '../model/remote.ts'
import { sameRepository } from '../model/repository.ts'
import { endsWithTrailers, parseTrailers, stripTrailers } from '../model/trailers.ts'
import { readableAncestors, type Listing } from './base.ts'
import { stopClosing } from './closing-words.ts'

/** Commits listed one by one in a copy's body; more than that are counted. */
const listedMax = 50
/** Authors credited on one commit. */
const creditedMax = 20

export interface Message {
  readonly title: string
  readonly body: string
  readonly author: Author | null
  readonly date: string
}

/** Title and body of a message, the mirror's own trailers taken out. */
export function splitMessage(message: string): { title: string; body: string } {
  const [title = '', ...rest] = message.split('\n')
  return {
    title: title.trim() || 'Untitled commit',
    body: stripTrailers(rest.join('\n'))
      .replace(/^\s*\n/, '')
      .trimEnd(),
  }
}

/**
 * The users' own commits after the base, newest first: neither copies of the other side's commits, nor parts of them,
 * nor the mirror's merges. After the base a copy is only what its own tree proves; another commit with such a trailer
 * is somebody's who copied the message.
 */
export function listOriginals({ commits }: Listing, base: string | null, other: Repository): Commit[] {
  const before = base === null ? new Set<string>() : readableAncestors(commits, base)
  return commits.filter(({ oid, message, author, tree }) => {
    const { mirroredFrom, mirroredPart, mirroredTree } = parseTrailers(message)
    const link = mirroredFrom ?? mirroredPart
    const isCopy = mirroredFrom === null || base === null || (tree !== null && tree === mirroredTree)
    return (
      !before.has(oid) &&
      author.email !== mirrorIdentity.email &&
      !(link && isCopy && sameRepository(link.repository, other))
    )
  })
}

/** RFC 3339 compared as instants, since offsets differ. */
export function latestDate(dates: readonly string[]): string {
  return dates.toSorted((a, b) => Date.parse(b) - Date.parse(a))[0] ?? '1970-01-01T00:00:00Z'
}

function credit(authors: readonly Author[]): string[] {
  const lines = new Set(
    authors
      .filter(({ name, email }) => name && email && !/[<>\n]/.test(name + email))
      .map(({ name, email }) => `Co-authored-by: ${name} <${email}>`),
  )
  return [...lines].slice(0, creditedMax)
}

/**
 * `complete`: there are no older ones that were not read. `closes`: the side that gets the copy closes issues where a
 * message says so.
 */
export interface CopyOf {
  readonly from: string
  readonly credited: boolean
  readonly closes: boolean
  readonly complete: boolean
  readonly fallbackDate: string
}

/**
 * One copy of several commits. A single one keeps its title, body, author and date; several are listed. `credited`: the
 * side that gets the copy cannot set an author, so that a trailer names them.
 */
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
  // Trailers that the original ended with and ours have to be one paragraph.
  const joined = single && endsWithTrailers(`${single.title}\n\n${single.body}`) ? body.join('\n') : body.join('\n\n')
  const title = single ? single.title : complete ? `Mirror ${originals.length} commits from ${from}` : `Mirror ${from}`
  // What was meant is a number of the other side's, if anything there.
  const written = (text: string) => (closes ? stopClosing(text) : text)
  return {
    title: written(title),
    body: written(joined),
    author: credited ? null : newest.author,
    date: newest.committerDate,
  }
}
