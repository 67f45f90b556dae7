/** Commits as objects: `git/commits`, byte for byte as the request says, and their two shapes in JSON. */
import type { Person } from './git.ts'
import { formatDate, json, notFound, Refusal } from './github-answer.ts'
import type { Answer } from './github-answer.ts'
import { formatValue, readJson, requireString } from './github-call.ts'
import type { Call } from './github-call.ts'
import type { GithubRepository } from './github-repository.ts'

const latest = Date.parse('2100-01-01T00:00:00Z') / 1000
const unsigned = { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null }

/** Node ids are opaque; these tell what they are of. */
export function nodeId(kind: string, name: string): string {
  return `${kind}_${Buffer.from(name).toString('base64url')}`
}

export function repositoryUrl({ server, repository }: Pick<Call, 'server' | 'repository'>): string {
  return `${server.api}/repos/${repository.name}`
}

export function webUrl({ server, repository }: Pick<Call, 'server' | 'repository'>): string {
  return `${server.web}/${repository.name}`
}

function formatPerson(person: Person): { name: string; email: string; date: string } {
  return { name: person.name, email: person.email, date: formatDate(person) }
}

/** The commit as `git/commits` shows it. */
export function gitCommitJson(call: Call, oid: string): Record<string, unknown> {
  const { tree, parents, author, committer, message } = call.repository.store.readCommit(oid)
  const api = repositoryUrl(call)
  return {
    sha: oid,
    node_id: nodeId('C', oid),
    url: `${api}/git/commits/${oid}`,
    html_url: `${webUrl(call)}/commit/${oid}`,
    author: formatPerson(author),
    committer: formatPerson(committer),
    tree: { sha: tree, url: `${api}/git/trees/${tree}` },
    message,
    parents: parents.map((sha) => ({
      sha,
      url: `${api}/git/commits/${sha}`,
      html_url: `${webUrl(call)}/commit/${sha}`,
    })),
    verification: unsigned,
  }
}

/** The commit as listings and comparisons show it. */
export function commitJson(call: Call, oid: string): Record<string, unknown> {
  const { store } = call.repository
  const { author, committer, tree, message, url, html_url: page, node_id: id } = gitCommitJson(call, oid)
  const api = repositoryUrl(call)
  return {
    sha: oid,
    node_id: id,
    commit: { author, committer, message, tree, url, comment_count: 0, verification: unsigned },
    url: `${api}/commits/${oid}`,
    html_url: page,
    comments_url: `${api}/commits/${oid}/comments`,
    author: null,
    committer: null,
    parents: store
      .readCommit(oid)
      .parents.map((sha) => ({ sha, url: `${api}/commits/${sha}`, html_url: `${webUrl(call)}/commit/${sha}` })),
  }
}

export function readGitCommit(call: Call): Answer {
  if (!call.repository.store.has(call.path, 'commit')) throw notFound()
  return json(gitCommitJson(call, call.path))
}

export function defaultPerson({ clock }: Pick<GithubRepository, 'clock'>): Person {
  return { name: 'octocat', email: 'octocat@github.com', seconds: Math.floor(clock.now() / 1000), offset: '+0000' }
}

/** RFC 3339 with its offset kept; what lies before 1970 becomes 1970. */
export function parseDate(date: string): Pick<Person, 'seconds' | 'offset'> {
  const [, sign] = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.exec(date) ?? []
  const seconds = Math.floor(Date.parse(date) / 1000)
  if (sign === undefined || Number.isNaN(seconds))
    throw new Refusal(422, `Invalid request.\n\n${date} is not a valid date-time.`)
  if (seconds >= latest) throw new Refusal(500, '')
  return { seconds: Math.max(0, seconds), offset: sign.toUpperCase() === 'Z' ? '+0000' : sign.replace(':', '') }
}

export function parsePerson(body: Record<string, unknown>, role: 'author' | 'committer', fallback: Person): Person {
  const value = body[role]
  if (value === undefined) return fallback
  if (typeof value !== 'object' || value === null) {
    throw new Refusal(422, `Invalid request.\n\nFor 'properties/${role}', ${formatValue(value)} is not an object.`)
  }
  const person = value as Record<string, unknown>
  const field = (name: string) => {
    const text = requireString(person, name)
    if (text === '')
      throw new Refusal(422, 'Validation Failed', { errors: [{ resource: role, code: 'missing_field', field: name }] })
    // git's own lines end and are quoted with these.
    return text.replaceAll(/[<>\n]/g, '').trim()
  }
  const { seconds, offset } = person.date === undefined ? fallback : parseDate(requireString(person, 'date'))
  return { name: field('name'), email: field('email'), seconds, offset }
}

function parseParents({ store }: GithubRepository, parents: unknown): string[] {
  if (parents === undefined) return []
  if (!Array.isArray(parents))
    throw new Refusal(422, `Invalid request.\n\nFor 'properties/parents', ${formatValue(parents)} is not an array.`)
  return parents.map((parent: unknown) => {
    if (typeof parent !== 'string' || !/^[0-9a-f]{40}$/.test(parent)) throw new Refusal(500, '')
    if (!store.has(parent, 'commit')) throw new Refusal(422, 'Parent SHA does not exist or is not a commit object')
    return parent
  })
}

export async function createGitCommit(call: Call): Promise<Answer> {
  const { repository } = call
  const body = await readJson(call.request)
  const message = requireString(body, 'message')
  const tree = requireString(body, 'tree')
  if (!/^[0-9a-f]{40}$/.test(tree))
    throw new Refusal(422, 'The tree parameter must be exactly 40 characters and contain only [0-9a-f].')
  if (!repository.store.has(tree, 'tree')) throw new Refusal(422, 'Tree SHA does not exist')
  const author = parsePerson(body, 'author', defaultPerson(repository))
  const committer = parsePerson(body, 'committer', author)
  const oid = repository.store.writeCommit({
    tree,
    parents: parseParents(repository, body.parents),
    author,
    committer,
    message,
  })
  return json(gitCommitJson(call, oid), 201, { Location: `${repositoryUrl(call)}/git/commits/${oid}` })
}
