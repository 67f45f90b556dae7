/** What the Hub's answers look like, whatever the route: JSON bodies, refusals, byte ranges. */
import { createHash } from 'node:crypto'
import { Response } from './message.ts'

/** A refusal on its way out of a route: `{"error": message}` on the API, plain text on `resolve` and `raw`. */
export class Refusal extends Error {
  readonly status: number
  readonly code: string | null
  readonly headers: Record<string, string>
  constructor(status: number, message: string, code: string | null = null, headers: Record<string, string> = {}) {
    super(message)
    this.status = status
    this.code = code
    this.headers = headers
  }
}

export const wrongCredentials = 'Invalid username or password.'

export function unauthorized(message = wrongCredentials): Refusal {
  return new Refusal(401, message, null, {
    'WWW-Authenticate': 'Bearer realm="Authentication required", charset="UTF-8"',
  })
}

export function noEntry(message: string, headers: Record<string, string> = {}): Refusal {
  return new Refusal(404, message, 'EntryNotFound', headers)
}

export function noRevision(revision: string): Refusal {
  return new Refusal(404, `Invalid rev id: ${revision}`, 'RevisionNotFound')
}

/** The text of the Hub's schema checker for a body of the wrong type. */
export function wrongBody(status = 400): Refusal {
  return new Refusal(status, '✖ Invalid input\n  → at paths')
}

export function json(value: unknown, status = 200, headers: Record<string, string> = {}): Response {
  const body = Buffer.from(JSON.stringify(value))
  const hash = createHash('sha1').update(body).digest('base64').slice(0, 27)
  return new Response(body, {
    status,
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': `${body.length}`,
      'ETag': `W/"${body.length.toString(16)}-${hash}"`,
      ...headers,
    },
  })
}

export function text(body: string, status = 200, headers: Record<string, string> = {}): Response {
  const bytes = Buffer.from(body)
  return new Response(bytes, {
    status,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': `${bytes.length}`, ...headers },
  })
}

/** A refusal as its route words it. Headers are Latin-1, so the message's other characters are lost there. */
export function refusalAnswer(refusal: Refusal, asText: boolean): Response {
  const headers = {
    ...refusal.headers,
    ...(refusal.code === null ? {} : { 'X-Error-Code': refusal.code }),
    'X-Error-Message': refusal.message.replaceAll(/[^\x20-\x7e]/g, ' ').trim(),
  }
  return asText
    ? text(refusal.message, refusal.status, headers)
    : json({ error: refusal.message }, refusal.status, headers)
}

/** Bytes, or the part of them that `Range` asks for. */
export function byteRange(body: Buffer, range: string | null, headers: Record<string, string>): Response {
  const all = { 'Accept-Ranges': 'bytes', ...headers }
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? []
  if (first === undefined || last === undefined || first + last === '') {
    return new Response(new Uint8Array(body), { headers: { ...all, 'Content-Length': `${body.length}` } })
  }
  const start = first === '' ? Math.max(0, body.length - Number(last)) : Number(first)
  const end = first === '' || last === '' ? body.length : Math.min(body.length, Number(last) + 1)
  if (start >= end)
    return new Response(null, {
      status: 416,
      headers: { ...all, 'Content-Range': `bytes */${body.length}`, 'Content-Length': '0' },
    })
  return new Response(new Uint8Array(body.subarray(start, end)), {
    status: 206,
    headers: {
      ...all,
      'Content-Length': `${end - start}`,
      'Content-Range': `bytes ${start}-${end - 1}/${body.length}`,
    },
  })
}

/** A path in an address: every segment encoded, slashes kept. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}
