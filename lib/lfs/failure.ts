/** Refusals of LFS servers and their storage, as errors that say what to do. */
import { parseJson } from '../http/json.ts'
import { formatRetry, parseWait, saysRateLimit } from '../http/rate-limit.ts'
import { services } from '../http/services.ts'
import { formatObject, type LfsObject } from '../model/entry.ts'
import { DeniedError, IntegrityError, RefusedError, RemoteError } from '../model/errors.ts'
import { quote } from '../model/quote.ts'
import type { Side, Sides } from '../model/sides.ts'
import type { Operation } from './batch.ts'

/** An answer that is no success, its text read. */
export interface ErrorAnswer {
  readonly host: string
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/**
 * A request to an address that a batch gave was refused. `stale`: the address has expired, and a new batch gives another.
 * `transient`: the same request may work after `waitMs`, or after a moment where that is `null`. `action` completes
 * `Cannot …`.
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

/** `action` completes `Cannot …` where a batch was asked for something else than a transfer. */
interface AskedBatch extends Asked {
  readonly hasToken: boolean
  readonly action?: string | undefined
}

/** The error for a batch that is refused as a whole. */
export function batchFailure(asked: AskedBatch, answered: ErrorAnswer, nowMs: number): Error {
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

/** Whether a server says that it lacks an object: 404 in git-lfs `docs/api/batch.md`, and GitHub answers 410 too. */
export function isMissing(code: number): boolean {
  return code === 404 || code === 410
}

/** All failures in one error, of the kind that most needs somebody to act. One that is no known failure comes alone. */
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
 * Why a service refuses, by its answer's text: the message of JSON, code and message of storage's XML, else the first 300
 * characters; on one line, and quoted.
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

/** An advice for both sides' messages: only GitHub can be mirrored without LFS objects. */
const withoutLfs: Sides<string> = {
  github: ', or run with --lfs huggingface, which keeps LFS objects on Hugging Face alone',
  huggingface: '',
}

/** What to do about an object that is refused: it is too large, or not what its pointer says. */
function adviseRefused(side: Side, { code, message }: { readonly code: number; readonly message: string }): string {
  if (code === 413 || /less than|too (?:large|big)|exceed|maximum|at most|limit/i.test(message))
    return `Make the file smaller or split it${withoutLfs[side]}.`
  return 'Its pointer may name a size that the object does not have: commit the file itself again.'
}

/** The error for what neither a token nor another run changes: used up storage, a repository without LFS; else `null`. */
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
