/** The batch request of the git-lfs protocol and its answer, with the Hub's `multipart` transfer. Source: git-lfs `docs/api/batch.md`. */
import type { LfsObject } from './entry.ts'

export type Operation = 'download' | 'upload'
export type Transfer = 'basic' | 'multipart'

/** Where to do the next step, and with exactly which headers. `goodUntilMs` is in ms since the epoch, `null` where nothing says it. */
export interface Action { readonly href: URL, readonly headers: Headers, readonly goodUntilMs: number | null }

/** What the server says of one object. An upload without any action: it has the object already. */
export interface ObjectAnswer {
  readonly object: LfsObject
  readonly transfer: Transfer
  readonly download: Action | null
  readonly upload: Action | null
  readonly verify: Action | null
  readonly error: { readonly code: number, readonly message: string } | null
}

export const batchMax = 100
/** So much of its time an address must have left to be used. */
const spareMs = 30_000
export const contentType = 'application/vnd.git-lfs+json'

export function formatBatch(operation: Operation, objects: readonly LfsObject[], transfers: readonly Transfer[], ref: string): string {
  const sizes = objects.map(({ oid, byteLength }) => ({ oid, size: byteLength }))
  return JSON.stringify({ operation, transfers, ref: { name: ref }, hash_algo: 'sha256', objects: sizes })
}

/** One answer for each object that was asked for, in that order; or a sentence on what is wrong with the text. `nowMs` is when it was asked for. */
export function parseBatch(text: string, objects: readonly LfsObject[], transfers: readonly Transfer[], nowMs: number): ObjectAnswer[] | string {
  const batch = parseJson(text)
  if (!isRecord(batch) || !Array.isArray(batch.objects)) return 'the answer is not a batch'
  const transfer = transfers.find(known => known === (batch.transfer ?? 'basic'))
  if (transfer === undefined) return 'the answer is for a transfer that was not offered'
  const rows = new Map<unknown, Record<string, unknown>>(batch.objects.filter(isRecord).map(row => [row.oid, row]))
  const answers: ObjectAnswer[] = []
  for (const object of objects) {
    const row = rows.get(object.oid)
    if (row === undefined) return `the answer leaves out object ${object.oid}`
    const actions = isRecord(row.actions) ? row.actions : {}
    const [download, upload, verify] = [parseAction(actions.download, nowMs), parseAction(actions.upload, nowMs), parseAction(actions.verify, nowMs)]
    if (download === 'broken' || upload === 'broken' || verify === 'broken') {
      return `the answer for object ${object.oid} has an action that HTTP does not allow`
    }
    answers.push({ object, transfer, download, upload, verify, error: parseObjectError(row.error) })
  }
  return answers
}

/** The addresses of the parts, in order, and the length of all but the last; or a sentence on what is wrong with the action. */
export function parseParts({ headers }: Action, byteLength: number): { readonly hrefs: readonly URL[], readonly partByteLength: number } | string {
  const partByteLength = Number(headers.get('chunk_size'))
  if (!Number.isSafeInteger(partByteLength) || partByteLength <= 0) return 'its parts have no length'
  const numbers = [...headers.keys()].filter(key => /^\d+$/.test(key)).toSorted((a, b) => Number(a) - Number(b))
  const count = Math.ceil(byteLength / partByteLength)
  if (numbers.length !== count || numbers.some((key, index) => Number(key) !== index + 1)) {
    return `${numbers.length} addresses for the ${count} parts of ${partByteLength} bytes that ${byteLength} bytes take`
  }
  const hrefs = numbers.map(key => headers.get(key)!)
  if (!hrefs.every(href => URL.canParse(href))) return 'a part has no address'
  return { hrefs: hrefs.map(href => new URL(href)), partByteLength }
}

/** Whether an address may still be used. */
export function isGood({ goodUntilMs }: Action, nowMs: number): boolean {
  return goodUntilMs === null || nowMs + spareMs < goodUntilMs
}

function parseAction(action: unknown, nowMs: number): Action | null | 'broken' {
  if (action === undefined || action === null) return null
  if (!isRecord(action) || typeof action.href !== 'string' || !URL.canParse(action.href)) return 'broken'
  try {
    const href = new URL(action.href)
    const headers = new Headers((action.header ?? {}) as Record<string, string>)
    return { href, headers, goodUntilMs: parseEnd(action, nowMs) ?? parseSignature(href, nowMs) ?? parseSignature(headers.get('00001'), nowMs) }
  } catch {
    return 'broken'
  }
}

/** As git-lfs reads it: seconds from now come before a date, as clocks may differ; 0 says nothing. */
function parseEnd({ expires_in: seconds, expires_at: date }: Record<string, unknown>, nowMs: number): number | null {
  if (typeof seconds === 'number' && seconds !== 0) return nowMs + seconds * 1000
  const end = typeof date === 'string' ? Date.parse(date) : Number.NaN
  return Number.isNaN(end) || end <= 0 ? null : end
}

/** The Hub says it in the signed address alone, S3's way: seconds from when it was signed. */
function parseSignature(href: URL | string | null, nowMs: number): number | null {
  if (href === null || !URL.canParse(String(href))) return null
  const seconds = new URL(href).searchParams.get('X-Amz-Expires')
  return seconds !== null && /^\d+$/.test(seconds) ? nowMs + Number(seconds) * 1000 : null
}

function parseObjectError(error: unknown): ObjectAnswer['error'] {
  if (!isRecord(error)) return null
  return { code: Number(error.code) || 0, message: String(error.message ?? '') }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
