/**
 * What GitHub's answers look like, whatever the route: JSON with an ETag, the envelope of its refusals, paged lists.
 */
import { createHash } from 'node:crypto'
import type { Person } from './git.ts'
import { Response } from './message.ts'

const documentation = 'https://docs.github.com'

export interface RefusalDetails {
  errors?: unknown
  metadata?: unknown
  documentation?: string
  headers?: Record<string, string>
}

/** A refusal on its way out of a route. `documentation` null: the route's own page. */
export class Refusal extends Error {
  readonly status: number
  readonly errors: unknown
  readonly metadata: unknown
  readonly documentation: string | null
  readonly headers: Record<string, string>
  constructor(status: number, message: string, more: RefusalDetails = {}) {
    super(message)
    this.status = status
    this.errors = more.errors
    this.metadata = more.metadata
    this.documentation = more.documentation ?? null
    this.headers = more.headers ?? {}
  }
}

/** What a route answers; `content` as bytes is sent as it is, a string as text, anything else as JSON. */
export interface Answer {
  status: number
  content: unknown
  headers: Record<string, string>
}

export function json(content: unknown, status = 200, headers: Record<string, string> = {}): Answer {
  return { status, content, headers }
}

export const notFound = () => new Refusal(404, 'Not Found')
export const badCredentials = () => new Refusal(401, 'Bad credentials', { documentation: '/rest' })
export const requiresAuthentication = () => new Refusal(401, 'Requires authentication', { documentation: '/rest' })

/**
 * The body of a refusal; `status` in it is a string. `anchor` is the route's page, such as `git/refs#get-a-reference`.
 */
export function refusalAnswer(
  { message, status, errors, metadata, documentation: page, headers }: Refusal,
  anchor: string | null,
): Answer {
  const path = page ?? (anchor === null ? '/rest' : `/rest/${anchor}`)
  const url = path.startsWith('/') ? documentation + path : path
  const more = { ...(errors !== undefined && { errors }), ...(metadata !== undefined && { metadata }) }
  return { status, headers, content: { message, documentation_url: url, status: `${status}`, ...more } }
}

function encode({ content }: Answer): { body: Buffer; type: string } {
  if (Buffer.isBuffer(content)) return { body: content, type: 'application/vnd.github.raw+json; charset=utf-8' }
  if (typeof content === 'string')
    return { body: Buffer.from(content), type: 'application/vnd.github.sha; charset=utf-8' }
  return { body: Buffer.from(JSON.stringify(content)), type: 'application/json; charset=utf-8' }
}

/** The answer as it is sent: `304` where the client has it already. */
export function toResponse(request: Request, answer: Answer): Response {
  const { status, content, headers } = answer
  if (content === null) return new Response(null, { status, headers })
  const { body, type } = encode(answer)
  const isRead = request.method === 'GET' && status === 200
  // A commit asked for as its id has that id as its tag: a client need not have asked before.
  const tag = `"${typeof content === 'string' ? content : createHash('sha256').update(body).digest('hex')}"`
  const etag = isRead && typeof content !== 'string' ? `W/${tag}` : tag
  const own = {
    'Content-Type': type,
    'Content-Length': `${body.length}`,
    ...(status < 300 && { ETag: etag }),
    ...headers,
  }
  const known = new Set(
    (request.headers.get('if-none-match') ?? '').split(/, */).map((each) => each.replace(/^W\//, '')),
  )
  if (isRead && (known.has(tag) || known.has(tag.slice(1, -1)))) {
    return new Response(null, { status: 304, headers: { ETag: etag, ...headers } })
  }
  return new Response(request.method === 'HEAD' ? null : new Uint8Array(body), { status, headers: own })
}

/** GitHub shows dates in UTC whatever offset the object has. */
export function formatDate({ seconds }: Person): string {
  return new Date(seconds * 1000).toISOString().replace('.000', '')
}

export interface Page<T> {
  items: T[]
  page: number
  headers: Record<string, string>
}

/** `page` and `per_page`, and a `Link` to the next, last, first and previous pages. */
export function paginate<T>(url: URL, address: string, items: readonly T[], perPageDefault = 30): Page<T> {
  const number = (name: string, fallback: number) =>
    Math.max(1, Math.trunc(Number(url.searchParams.get(name) ?? fallback)) || fallback)
  const perPage = url.searchParams.has('per_page') ? Math.min(100, number('per_page', perPageDefault)) : perPageDefault
  const page = number('page', 1)
  const last = Math.max(1, Math.ceil(items.length / perPage))
  const link = (to: number, rel: string) => {
    const query = new URLSearchParams(url.search)
    query.set('page', `${to}`)
    return `<${address}?${query.toString()}>; rel="${rel}"`
  }
  const forward = page < last ? [link(page + 1, 'next'), link(last, 'last')] : []
  const links = page > 1 ? [link(page - 1, 'prev'), ...forward, link(1, 'first')] : forward
  return {
    items: items.slice((page - 1) * perPage, page * perPage),
    page,
    headers: links.length > 0 ? { Link: links.join(', ') } : {},
  }
}
