/** What is found out before a first run, one line each: what is so, what to do about it, and where. */
import { DeniedError, RefusedError } from './errors.ts'
import type { NewVisibility, Visibility } from './visibility.ts'

/** What a finding is about. Its words are part of `--json`. */
export type Topic =
  | 'token'
  | 'repository'
  | 'visibility'
  | 'branch'
  | 'write'
  | 'rules'
  | 'lfs'
  | 'actions'
  | 'limits'
  | 'files'
  | 'run'

/**
 * `fault`: a run would end because of it, with the status `ends`. `unknown`: nobody tells, which is never taken for `ok`;
 * `because` is the finding that has to be settled first, and `ends` is `failed` where a service gave no answer. `say`,
 * `fix` and `link` (an address to click at) are to be quoted before they are shown.
 */
export interface Finding {
  readonly what: Topic
  readonly state: 'ok' | 'warning' | 'fault' | 'unknown'
  readonly say: string
  readonly fix: string | null
  readonly link: string | null
  readonly ends: 'denied' | 'refused' | 'conflict' | 'failed' | null
  readonly because: Topic | null
}

type More = Partial<Pick<Finding, 'fix' | 'link' | 'ends' | 'because'>>

const find = (what: Topic, state: Finding['state'], say: string, more: More): Finding => ({
  what,
  state,
  say,
  fix: null,
  link: null,
  ends: null,
  because: null,
  ...more,
})

/** Nothing stands in the way. */
export const ok = (what: Topic, say: string): Finding => find(what, 'ok', say, {})
/** People should look at it; a run goes on. */
export const warning = (what: Topic, say: string, more: More = {}): Finding => find(what, 'warning', say, more)
/** A run would end with this status. */
export const fault = (what: Topic, ends: Finding['ends'], say: string, more: More = {}): Finding =>
  find(what, 'fault', say, { ...more, ends })
/** Nobody tells. */
export const unknown = (what: Topic, say: string, more: More = {}): Finding => find(what, 'unknown', say, more)

/** What cannot be told before another finding is settled. `cause` completes `not known, because …`. */
export function blocked(topics: readonly Topic[], because: Topic, cause: string): Finding[] {
  return topics.map((what) => unknown(what, `not known, because ${cause}`, { because }))
}

/** The finding for a failure: what a token may not, what a service refuses, or what it did not answer. */
export function judgeFailure(what: Topic, error: Error, more: More = {}): Finding {
  if (error instanceof DeniedError) return fault(what, 'denied', error.message, more)
  if (error instanceof RefusedError) return fault(what, 'refused', error.message, more)
  return unknown(what, error.message, { ends: 'failed' })
}

const dayMs = 86_400_000
/** A token that ends sooner is pointed out. */
const soonDays = 14

/** Whose a token is, and until when. `endMs`: since the epoch, null where the service tells no end. */
export function judgeToken(whose: string, endMs: number | null, nowMs: number, link: string): Finding {
  if (endMs === null) return ok('token', `${whose}; no end is told`)
  const days = Math.floor((endMs - nowMs) / dayMs)
  const end = `${whose}, until ${new Date(endMs).toISOString().slice(0, 10)}`
  if (days >= soonDays) return ok('token', end)
  return warning(
    'token',
    `${end}, which is ${days < 1 ? 'within a day' : days === 1 ? 'tomorrow' : `in ${days} days`}`,
    { fix: 'make another token before it ends, and set it in the place of this one', link },
  )
}

/**
 * The findings on a repository that is missing, and that a run makes. `may`: whether the token may, null where nobody tells.
 */
export function judgeMissing(
  may: true | null | Error,
  {
    visibility,
    tokenName,
    link,
  }: { readonly visibility: NewVisibility; readonly tokenName: string; readonly link: string },
): Finding[] {
  return [
    ok('repository', `it is missing, and --create makes it, ${visibility}`),
    ok('branch', 'a run begins it'),
    may instanceof Error
      ? judgeFailure('write', may, { link })
      : may
        ? ok('write', `${tokenName} may make it`)
        : unknown('write', `nobody tells whether ${tokenName} may make it`, { link }),
    ...blocked(['lfs'], 'repository', 'the repository is still to be made'),
  ]
}

/** Where people go for what an upload was refused for: the page of their tokens, and that of the store. */
export interface UploadLinks {
  readonly fix: string
  readonly token: string
  readonly store: string
}

/**
 * Whether the token may write, and whether the store takes objects. `refusal`: what the store answered when it was asked
 * where an object would be uploaded, which needs the right to write and changes nothing; null where it told.
 */
export function judgeUpload(tokenName: string, refusal: Error | null, { fix, token, store }: UploadLinks): Finding[] {
  if (refusal === null)
    return [ok('write', `${tokenName} may write, by what the LFS store says`), ok('lfs', 'takes objects')]
  if (refusal instanceof DeniedError)
    return [
      fault('write', 'denied', refusal.message, { fix, link: token }),
      ...blocked(['lfs'], 'write', `${tokenName} may not write`),
    ]
  const cause = 'the LFS store, which is asked without writing, does not tell'
  return [
    ...blocked(['write'], 'lfs', cause),
    refusal instanceof RefusedError
      ? warning('lfs', `takes no object: ${refusal.message.replace(/^Cannot [^:]*: /, '')}`, { link: store })
      : unknown('lfs', refusal.message, { ends: 'failed' }),
  ]
}

/** What a service tells of a side. `requestsLeft`: until its limit is counted anew; null where that is not told. */
export interface Diagnosis {
  readonly findings: readonly Finding[]
  readonly visibility: Visibility
  readonly requestsLeft: number | null
}
