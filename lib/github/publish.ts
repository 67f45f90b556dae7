/**
 * Moves the branch to a new commit if its head is still the one that the plan was made for. GraphQL's `updateRefs` compares
 * and swaps in one step. REST's fast-forward only makes sure that the new commit contains the head, so it would undo a
 * rewind: it is used where the mutation cannot be, right after a look at the head.
 */
import { lagWaitsMs, lookUntil } from '../async/retry.ts'
import { isSuccess } from '../http/answer.ts'
import { fields } from '../http/json.ts'
import { saysRateLimit } from '../http/rate-limit.ts'
import { MovedError, RefusedError, RemoteError } from '../model/errors.ts'
import { quote } from '../model/quote.ts'
import { ask, once, type Answer, type Api } from './api.ts'
import { awaitLanding, middleLook, readLanding, shortLook } from './confirm-write.ts'
import { createFailure, createRefusal, formatFact, parseText, refusePushes } from './failure.ts'
import { askGraphql, isRefused, learnRepository, type Reply } from './graphql.ts'
import { movedError } from './history.ts'
import { pushHead } from './push.ts'
import { readRules } from './rules.ts'

/**
 * What an answer to an update says. `unclear`: the branch may have been moved. `vague`: the words are those that GitHub uses
 * for a timeout, a moved head and a rule alike. `mismatch`: the head was another one. `unsaid`: refused for a reason that
 * is not told, as for a lock, a rule or a moved head. `impossible`: the mutation cannot be used.
 */
type Outcome =
  | { readonly state: 'done' | 'unclear' | 'vague' | 'mismatch' | 'impossible' }
  | { readonly state: 'unsaid'; readonly error: Error }

/** From the commit `before` to the commit `after`. `action` completes `Cannot …`. */
interface Move {
  readonly action: string
  readonly before: string
  readonly after: string
  /** Also where `after` does not contain `before`. */
  readonly force: boolean
}

/** Three attempts, right after one another: each ends with a look at the head, which waits where it has to. */
const betweenAttemptsMs = [0, 0]

/**
 * Moves the branch from the commit `before` to `after`, and returns `after`; others may have put commits on top of it by
 * then. Throws a `MovedError`, and has changed nothing, where the head is another commit. `force`: for a branch of the mirror's
 * own, where `after` need not contain `before`.
 */
export async function publish(api: Api, before: string, after: string, force = false): Promise<string> {
  const action = `move ${api.where} to ${after.slice(0, 7)}`
  const move = { action, before, after, force }
  let isUnclear = false
  let refusal: Error | null = null
  const attemptMove = async (attempt: number): Promise<boolean> => {
    let outcome = await updateBranch(api, move)
    // A look at the head has told that it did not move, and a timeout would be over by now: a rule is left.
    if (outcome.state === 'vague' && attempt > 1) outcome = await forwardPastRules(api, move)
    if (outcome.state === 'done') return true
    isUnclear ||= outcome.state === 'unclear'
    // After an update that may have been made, what is read of the head may lag behind it.
    const waitsMs = isUnclear ? lagWaitsMs : outcome.state === 'mismatch' ? shortLook : middleLook
    const landing = await awaitLanding(api, before, after, waitsMs)
    if (landing.state === 'landed') return true
    if (landing.state === 'moved') throw movedError(action, landing.head, before)
    if (outcome.state === 'mismatch')
      throw new MovedError(
        `Cannot ${action}: GitHub says that its head is no longer ${before.slice(0, 7)}, which the plan was made for`,
      )
    if (outcome.state === 'unsaid') refusal = outcome.error
    return false
  }
  const isMoved = (moved: boolean) => moved
  if (await lookUntil(attemptMove, isMoved, { waitsMs: betweenAttemptsMs, sleep: api.http.sleep })) return after
  throw (
    refusal ??
    new RemoteError(
      `Cannot ${action}: 3 times no clear answer, and the head is still ${before.slice(0, 7)}; run again later`,
    )
  )
}

/**
 * Moves the branch from the commit `before` to `after`, which the pack brings, in one request. False, and has changed nothing,
 * where a push does not do it: `publish` does then, or its refusal tells why not. Throws as that does where the head moved.
 */
export async function publishPack(api: Api, before: string, after: string, pack: Buffer): Promise<boolean> {
  const outcome = await pushHead(api, { before, after }, pack)
  if (outcome === 'done') return true
  if (outcome === 'refused') {
    refusePushes(api)
    return false
  }
  // A push that is sent twice is declined the second time. One that arrives later yet makes the same commit.
  const landing = await awaitLanding(api, before, after, outcome === 'unclear' ? middleLook : shortLook)
  if (landing.state === 'moved') throw movedError(`move ${api.where} to ${after.slice(0, 7)}`, landing.head, before)
  api.memory.headPushDeclined = landing.state === 'still'
  return landing.state === 'landed'
}

/**
 * A fast-forward by REST, for a branch with rules: its refusal names the rule, which the mutation's may not do. A rewind
 * between the look at the head and this request would be undone, so it is not tried on a branch without rules, where it
 * could not tell anything new.
 */
async function forwardPastRules(api: Api, move: Move): Promise<Outcome> {
  const rules = await readRules(api)
  if (rules.length === 0) return { state: 'unclear' }
  const outcome = await forwardBranch(api, move)
  if (outcome.state !== 'unsaid') return outcome
  throw new RefusedError(
    `${outcome.error.message}; the branch has rules (${rules.map(quote).join(', ')}): ` +
      `allow the mirror's user to bypass them, or propose with --pull-request github`,
  )
}

async function updateBranch(api: Api, move: Move): Promise<Outcome> {
  try {
    const outcome = await swapBranch(api, move)
    if (outcome.state !== 'impossible') return outcome
    const forwarded = await forwardBranch(api, move)
    // REST would overwrite whatever is there by then.
    if (move.force && forwarded.state === 'mismatch')
      throw new RefusedError(
        `Cannot ${move.action}: GitHub's GraphQL cannot be used, which alone moves a branch by compare-and-swap; delete that ` +
          'branch on GitHub, and the next run makes it',
      )
    return forwarded
  } catch (error) {
    // There was no answer: an error that GitHub's words have made is of another kind, or has a status.
    if (error instanceof RemoteError && error.status === null) return { state: 'unclear' }
    throw error
  }
}

async function swapBranch(api: Api, { action, before, after, force }: Move): Promise<Outcome> {
  if (api.memory.repositoryId === null) await learnRepository(api)
  if (api.memory.graphqlRefused || api.memory.repositoryId === null) return { state: 'impossible' }
  const update = { name: `refs/heads/${api.branch}`, beforeOid: before, afterOid: after, force }
  const input = { repositoryId: api.memory.repositoryId, refUpdates: [update] }
  const mutation = 'mutation($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }'
  return judgeReply(api, action, await askGraphql(api, mutation, { input }, false))
}

function judgeReply(api: Api, action: string, reply: Reply): Outcome {
  const { status, headers, data, complaints } = reply
  const text = complaints.map(({ message }) => message).join(': ')
  const types = new Set(complaints.map(({ type }) => type))
  if (status === 200 && complaints.length === 0 && fields(data)['updateRefs']) return { state: 'done' }
  const isLimited =
    saysRateLimit(status, headers, text) ||
    types.has('RATE_LIMITED') ||
    (status === 200 && /\brate limit\b/i.test(text))
  if (status === 401 || isLimited)
    throw createFailure(api, action, { status: isLimited ? 429 : status, headers, data: text }, 'write')
  if (isRefused(reply) || types.has('NOT_FOUND')) return { state: 'impossible' }
  if (status !== 200 || complaints.every(({ message }) => message === '') || types.has('RESOURCE_LIMITS_EXCEEDED'))
    return { state: 'unclear' }
  if (types.has('INTERNAL') || /something went wrong|timed? ?out|timeout/i.test(text)) return { state: 'vague' }
  if (
    types.has('STALE_DATA') ||
    /expected .*(?:to point|to be at)|but it did not|before ?oid|fast.?forward|is at [0-9a-f]{40}|stale/i.test(text)
  )
    return { state: 'mismatch' }
  const refusal = createRefusal(action, null, text)
  if (refusal) throw refusal
  return { state: 'unsaid', error: new RefusedError(formatFact(action, null, text)) }
}

async function forwardBranch(api: Api, { action, before, after }: Move): Promise<Outcome> {
  const landing = await readLanding(api, before, after)
  if (landing.state === 'landed') return { state: 'done' }
  if (landing.state === 'moved') return { state: 'mismatch' }
  const answer = await ask(
    api,
    'PATCH /repos/{owner}/{repo}/git/refs/{ref}',
    { ref: `heads/${api.branch}`, sha: after, force: false },
    once,
  )
  return judgeAnswer(api, action, after, answer)
}

function judgeAnswer(api: Api, action: string, after: string, answer: Answer): Outcome {
  if (isSuccess(answer)) return { state: fields(fields(answer.data)['object'])['sha'] === after ? 'done' : 'unclear' }
  if (answer.status === 408 || answer.status >= 500) return { state: 'unclear' }
  const text = parseText(answer.data)
  if (answer.status === 422 && /fast.?forward|Reference does not exist/i.test(text)) return { state: 'mismatch' }
  const error = createFailure(api, action, answer, 'write')
  // What was just written may not have reached every server.
  const unsaid =
    answer.status === 409 ||
    (answer.status === 422 &&
      /cannot be updated|update failed|Object does not exist/i.test(text) &&
      createRefusal(action, 422, text) === null)
  if (unsaid) return { state: 'unsaid', error }
  throw error
}
