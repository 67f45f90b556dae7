/**
 * The batch request of the git-lfs protocol and its answer, with the Hub's `multipart` transfer. Source: git-lfs
 * `docs/api/batch.md`.
 */
import { HeaderMap } from '../http/headers.ts'
import { fields, parseJson } from '../http/json.ts'
import { formatObject, type LfsObject } from '../model/entry.ts'
import { IntegrityError } from '../model/errors.ts'

/** Which addresses a batch asks for. */
export type Operation = 'download' | 'upload'
/** How bytes are sent: in one request, or in several by the Hub's own transfer. */
export type Transfer = 'basic' | 'multipart'

/**
 * An address for bytes, and the headers that a request to it needs. It expires at `goodUntilMs`, in ms since the epoch by
 * this machine's clock; `null` where nothing tells when.
 */
export interface Action {
  readonly href: URL
  readonly headers: HeaderMap
  readonly goodUntilMs: number | null
}

/** What a server says of one object. Asked for an upload, it gives no action for an object that it has. */
export interface ObjectAnswer {
  readonly object: LfsObject
  readonly transfer: Transfer
  readonly download: Action | null
  readonly upload: Action | null
  readonly verify: Action | null
  readonly error: { readonly code: number; readonly message: string } | null
}

/** How many objects every server takes in a batch: as many as git-lfs asks for. */
export const batchSure = 100
/** So long before an address expires, another one is asked for. */
const spareMs = 30_000
/** The media type of requests to an LFS server, and of its answers. */
export const contentType = 'application/vnd.git-lfs+json'

/** The body of a batch request. `ref` is a full name, such as `refs/heads/main`. */
export function formatBatch(
  operation: Operation,
  objects: readonly LfsObject[],
  transfers: readonly Transfer[],
  ref: string,
): string {
  const sizes = objects.map(({ oid, byteLength }) => ({ oid, size: byteLength }))
  return JSON.stringify({ operation, transfers, ref: { name: ref }, hash_algo: 'sha256', objects: sizes })
}

/** When a batch was asked for, in ms since the epoch, by this machine's clock and by the server's. */
interface AskedAt {
  readonly nowMs: number
  readonly serverMs: number
}

/** The answers for the objects, in their order; or what is wrong with the text, in words that complete a sentence. */
export function parseBatch(
  text: string,
  objects: readonly LfsObject[],
  transfers: readonly Transfer[],
  at: AskedAt,
): ObjectAnswer[] | string {
  const { objects: rows, transfer: told } = fields(parseJson(text))
  if (!Array.isArray(rows)) return 'the answer is not a batch'
  const transfer = transfers.find((known) => known === (told ?? 'basic'))
  if (transfer === undefined) return 'the answer is for a transfer that was not offered'
  const rowOf = new Map(rows.map(fields).map((row) => [row.oid, row]))
  const answers: ObjectAnswer[] = []
  for (const object of objects) {
    const row = rowOf.get(object.oid)
    if (row === undefined) return `the answer leaves out object ${object.oid}`
    const actions = fields(row.actions)
    const [download, upload, verify] = [
      parseAction(actions.download, at),
      parseAction(actions.upload, at),
      parseAction(actions.verify, at),
    ]
    if (download === 'broken' || upload === 'broken' || verify === 'broken') {
      return `the answer for object ${object.oid} has an action that HTTP does not allow`
    }
    answers.push({ object, transfer, download, upload, verify, error: parseObjectError(row.error) })
  }
  return answers
}

/**
 * The addresses for the parts of an upload, in order, and how long each part but the last is; or what is wrong with the
 * action, in words that complete a sentence. The Hub gives them as headers: `chunk_size`, and a number for each part.
 */
export function parseParts(
  { headers }: Action,
  byteLength: number,
): { readonly hrefs: readonly URL[]; readonly partByteLength: number } | string {
  const partByteLength = Number(headers.get('chunk_size'))
  if (!Number.isSafeInteger(partByteLength) || partByteLength <= 0) return 'its parts have no length'
  const numbers = [...headers.keys()].filter((key) => /^\d+$/.test(key)).toSorted((a, b) => Number(a) - Number(b))
  const count = Math.ceil(byteLength / partByteLength)
  if (numbers.length !== count || numbers.some((key, index) => Number(key) !== index + 1)) {
    return `${numbers.length} addresses for the ${count} parts of ${partByteLength} bytes that ${byteLength} bytes take`
  }
  const hrefs = numbers.map((key) => headers.get(key)!)
  if (!hrefs.every((href) => URL.canParse(href))) return 'a part has no address'
  return { hrefs: hrefs.map((href) => new URL(href)), partByteLength }
}

/** Whether an address may still be used. */
export function isGood({ goodUntilMs }: Action, nowMs: number): boolean {
  return goodUntilMs === null || nowMs + spareMs < goodUntilMs
}

function parseAction(action: unknown, at: AskedAt): Action | null | 'broken' {
  if (action === undefined || action === null) return null
  const { href: address, header, ...rest } = fields(action)
  if (typeof address !== 'string' || !URL.canParse(address)) return 'broken'
  try {
    const href = new URL(address)
    const headers = new HeaderMap((header ?? {}) as Record<string, string>)
    const ends = [parseEnd(rest, at), parseSignature(href, at), parseSignature(headers.get('00001'), at)].filter(
      (end) => end !== null,
    )
    return { href, headers, goodUntilMs: ends.length === 0 ? null : Math.min(...ends) }
  } catch {
    return 'broken'
  }
}

/** When an action says that it expires. As in git-lfs, `expires_in` comes before `expires_at`, and 0 s says nothing. */
function parseEnd({ expires_in: seconds, expires_at: date }: Record<string, unknown>, at: AskedAt): number | null {
  if (typeof seconds === 'number' && seconds !== 0) return at.nowMs + seconds * 1000
  return typeof date === 'string' ? toLocal(Date.parse(date), at) : null
}

/**
 * When a signed address expires, by its query; the first of these moments: `X-Amz-Expires` of S3, in seconds after
 * `X-Amz-Date`, and the same of Google; `Expires` of CloudFront, in seconds since the epoch, or the same in its `Policy`;
 * `se` of Azure, a date; `expiration`, a date, of the address by which the Hub completes an upload in parts.
 */
function parseSignature(address: URL | string | null, at: AskedAt): number | null {
  if (address === null || !URL.canParse(String(address))) return null
  const query = new URL(address).searchParams
  const seconds = (text: string | null | undefined) => (/^\d+$/.test(text ?? '') ? Number(text) * 1000 : Number.NaN)
  const signedMs = (name: string) => {
    const ms = Date.parse(
      (query.get(name) ?? '').replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'),
    )
    return Number.isNaN(ms) ? at.serverMs : ms
  }
  const policy = Buffer.from((query.get('Policy') ?? '').replaceAll('~', '/'), 'base64').toString('latin1')
  const ends = [
    signedMs('X-Amz-Date') + seconds(query.get('X-Amz-Expires')),
    signedMs('X-Goog-Date') + seconds(query.get('X-Goog-Expires')),
    seconds(query.get('Expires') ?? /"DateLessThan"\s*:\s*\{\s*"AWS:EpochTime"\s*:\s*(\d+)/.exec(policy)?.[1]),
    Date.parse(query.get('se') ?? ''),
    Date.parse(query.get('expiration') ?? ''),
  ]
    .map((end) => toLocal(end, at))
    .filter((end) => end !== null)
  return ends.length === 0 ? null : Math.min(...ends)
}

/** A moment of the server's clock in this machine's clock; `null` for none, and for the year 1, with which some mean none. */
function toLocal(ms: number, { nowMs, serverMs }: AskedAt): number | null {
  return Number.isNaN(ms) || ms <= 0 ? null : ms - serverMs + nowMs
}

function parseObjectError(error: unknown): ObjectAnswer['error'] {
  if (typeof error !== 'object' || error === null) return null
  const { code, message } = fields(error)
  return { code: Number(code) || 0, message: String(message ?? '') }
}

/**
 * The objects without empty ones and without repetitions.
 * @throws {IntegrityError} For two objects of one name and different lengths.
 */
export function unique(objects: readonly LfsObject[]): LfsObject[] {
  const byOid = new Map<string, LfsObject>()
  for (const object of objects) {
    const known = byOid.get(object.oid)
    if (known !== undefined && known.byteLength !== object.byteLength) {
      const fact = `two pointers say ${known.byteLength} and ${object.byteLength} bytes`
      throw new IntegrityError(
        `Cannot tell the length of ${formatObject(object)}: ${fact}. One of them is damaged: commit its file again.`,
      )
    }
    if (object.byteLength > 0) byOid.set(object.oid, object)
  }
  return [...byOid.values()]
}
