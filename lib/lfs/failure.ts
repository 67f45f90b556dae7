/** What LFS servers and their storage refuse, as errors that say what to do. */
import type { HeaderLines } from '../http/headers.ts'
import { parseJson } from '../http/json.ts'
import { formatRetry, parseWait, saysRateLimit } from '../http/rate-limit.ts'
import { services } from '../http/services.ts'
import { formatObject, type LfsObject } from '../model/entry.ts'
import { DeniedError, IntegrityError, RefusedError, RemoteError } from '../model/errors.ts'
import { quote } from '../model/quote.ts'
import type { Side, Sides } from '../model/sides.ts'
import type { Operation } from './batch.ts'

/** An answer that is no success, with its text. */
export interface ErrorAnswer {
  readonly host: string
  readonly status: number
  readonly headers: HeaderLines
  readonly text: string
}

/**
 * Storage refused a request to an address that a batch gave. `stale`: the address may have expired, and a new batch gives
 * another. `transient`: the same request may succeed after `waitMs`, or after any wait where that is `null`. `action`
 * completes `Cannot …`.
 */
export class StorageError extends RemoteError {
  readonly stale: boolean
  readonly transient: boolean
  readonly waitMs: number | null
  constructor(action: string, { host, status, headers, text }: ErrorAnswer, nowMs: number) {
    const next = saysRateLimit(status, headers, text)
      ? `Too much was asked of it in a short time: run again ${formatRetry(status, headers, text, nowMs)}.`
      : 'Run again; if this stays, the storage of the service is at fault.'
    super(`Cannot ${action} at ${host}: ${status} ${formatReason(text)}. ${next}`, status)
    const code = /<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? ''
    this.stale = [401, 403, 404, 410].includes(status) || code === 'ExpiredToken'
    this.transient =
      [408, 429, 500, 502, 503, 504].includes(status) ||
      ['RequestTimeout', 'BadDigest', 'XAmzContentSHA256Mismatch'].includes(code)
    this.waitMs = parseWait(status, headers, text, nowMs)
  }
}

/** What the token must be; it goes on from the token's name. */
const needs: Record<Operation, Sides<string>> = {
  download: { github: 'must be allowed to read it (`contents: read`)', huggingface: 'must be allowed to read it' },
  upload: {
    github: 'must be allowed to write it (`contents: write`)',
    huggingface: 'must be a token with write access to it',
  },
}

/** Which server was asked, with which token, and for what. */
interface Asked {
  readonly side: Side
  readonly tokenName: string
  readonly operation: Operation
}

/**
 * The error for a batch that is refused as a whole. `action` completes `Cannot …`; by default it says that objects cannot
 * be uploaded or downloaded.
 */
export function batchFailure(
  asked: Asked & { readonly hasToken: boolean; readonly action?: string | undefined },
  answered: ErrorAnswer,
  nowMs: number,
): Error {
  const { side, operation, tokenName, hasToken, action = `${operation} LFS objects at` } = asked
  const { host, status, headers, text } = answered
  const fact = `Cannot ${action} ${host}: ${status} ${formatReason(text)}`
  if (saysRateLimit(status, headers, text))
    return new RemoteError(
      `${fact}. ${services[side].name} asks for fewer requests: run again ${formatRetry(status, headers, text, nowMs)}.`,
      status,
    )
  const refusal = createRefusal(fact, asked, status, text)
  if (refusal !== null) return refusal
  if (status === 401 || status === 403 || status === 404) {
    const token = hasToken ? '' : ' No token was given.'
    return new DeniedError(`${fact}.${token} The repository must exist, and ${tokenName} ${needs[operation][side]}.`)
  }
  return new RemoteError(`${fact}. Run again later.`, status)
}

/** The error for an object that a batch refuses. */
export function objectFailure(
  asked: Asked & { readonly host: string },
  object: LfsObject,
  error: { readonly code: number; readonly message: string },
): Error {
  const { side, operation, tokenName, host } = asked
  const fact = `Cannot ${operation} ${formatObject(object)} at ${host}: ${error.code} ${formatReason(error.message)}`
  if (isMissing(error.code)) {
    return new RemoteError(
      `${fact}. Push the object to ${services[side].name} with \`git lfs push --all\`, or commit the file again.`,
      error.code,
    )
  }
  if (error.code === 422 || error.code === 413) return new RefusedError(`${fact}. ${adviseRefused(side, error)}`)
  const refusal = createRefusal(fact, asked, error.code, error.message)
  if (refusal !== null) return refusal
  if (error.code === 401 || error.code === 403)
    return new DeniedError(`${fact}. For this repository ${tokenName} ${needs[operation][side]}.`)
  return new RemoteError(`${fact}. Run again later.`, error.code)
}

/** Whether an object's error says that the server lacks it: 404 by git-lfs `docs/api/batch.md`; GitHub also answers 410. */
export function isMissing(code: number): boolean {
  return code === 404 || code === 410
}

/**
 * One error that tells all failures, of the kind that is named first below. An error of an unknown kind, a mistake of the
 * program, is returned alone.
 */
export function joinFailures(failures: readonly Error[]): Error {
  const known = [DeniedError, RefusedError, IntegrityError, RemoteError]
  const foreign = failures.find((failure) => !known.some((kind) => failure instanceof kind))
  const only = foreign ?? (failures.length === 1 ? failures[0] : undefined)
  if (only !== undefined) return only
  const Failure = known.find((kind) => failures.some((failure) => failure instanceof kind)) ?? RemoteError
  return new Failure(
    [`${failures.length} LFS objects failed:`, ...failures.map(({ message }) => `- ${message}`)].join('\n'),
  )
}

/**
 * The reason that an answer's text gives, quoted and on one line: `message` or `error` of JSON, code and message of XML, or
 * else the first 300 characters.
 */
function formatReason(text: string): string {
  const json = /"(?:message|error)"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(text)?.[1]
  const xml = [/<Code>([^<]*)<\/Code>/.exec(text)?.[1], /<Message>([^<]*)<\/Message>/.exec(text)?.[1]].filter(
    (part) => part !== undefined,
  )
  const reason = json !== undefined ? String(parseJson(json) ?? json) : xml.length > 0 ? xml.join(': ') : text
  const line = reason
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .replace(/\.$/, '')
  return line === '' ? '(no reason given)' : quote(line.length > 300 ? `${line.slice(0, 300)}…` : line)
}

/** The end of an advice: a refusal of GitHub's LFS can be avoided by `--lfs huggingface`. */
const withoutLfs: Sides<string> = {
  github: ', or run with --lfs huggingface, which keeps LFS objects on Hugging Face alone',
  huggingface: '',
}

/** What to do about an object that is refused for being too large, or for another length than its pointer says. */
function adviseRefused(side: Side, { code, message }: { readonly code: number; readonly message: string }): string {
  if (code === 413 || /less than|too (?:large|big)|exceed|maximum|at most|limit/i.test(message))
    return `Make the file smaller or split it${withoutLfs[side]}.`
  return 'Its pointer may name a size that the object does not have: commit the file itself again.'
}

/** The error for a refusal that neither a token nor another run changes: no storage left, no LFS here. `null` for others. */
function createRefusal(fact: string, { side, operation }: Asked, status: number, text: string): RefusedError | null {
  const without =
    withoutLfs[side] === '' || operation === 'upload'
      ? withoutLfs[side]
      : `${withoutLfs[side]} (what only ${services[side].name} has can still not be read there)`
  if (status === 403 && /public fork/i.test(text)) {
    return new RefusedError(
      `${fact}. A public fork takes no new LFS objects: mirror the repository that it was forked from${withoutLfs[side]}.`,
    )
  }
  if (status === 403 && /is disabled/i.test(text))
    return new RefusedError(
      `${fact}. Switch LFS on in the settings of the repository on ${services[side].name}${without}.`,
    )
  if (status === 507 || status === 509 || (status === 403 && /quota|budget|billing|storage limit/i.test(text))) {
    return new RefusedError(
      `${fact}. Who pays for the repository has to raise its LFS quota on ${services[side].name}${without}.`,
    )
  }
  return null
}
