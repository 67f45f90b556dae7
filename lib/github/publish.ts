/**
 * Moves the branch, if it is still where it was. GraphQL's `updateRefs` compares and swaps. A plain fast-forward does
 * not: it would undo an owner's rewind, and only stands in where the mutation may not be used, the head read again
 * right before.
 */
import { lagWaitsMs } from '../async/retry.ts'
import { fields } from '../http/json.ts'
import { saysRateLimit } from '../http/rate-limit.ts'
import { MovedError, RefusedError, RemoteError } from '../model/errors.ts'
import { quote } from '../model/quote.ts'
import { ask, isSuccess, type Answer, type Api } from './api.ts'
import { awaitLanding, middleLook, readLanding, shortLook } from './confirm-write.ts'
import { createFailure, createRefusal, formatFact, parseText } from './failure.ts'
import { askGraphql, isRefused, learnRepository, type Reply } from './graphql.ts'
import { movedError } from './history.ts'
import { readRules } from './rules.ts'

/**
 * `unclear`: it may have been done. `vague`: the mutation failed with words that GitHub uses for a timeout, a moved
 * head and a rule alike. `mismatch`: the branch was not where it had to be. `unsaid`: refused without a reason that
 * tells anything, which a lock, a rule or a moved head can be. `impossible`: the mutation as such.
 */
type Outcome =
  | { readonly state: 'done' | 'unclear' | 'vague' | 'mismatch' | 'impossible' }
  | { readonly state: 'unsaid'; readonly error: Error }

interface Move {
  readonly before: string
  readonly after: string
}

const attemptsMax = 3

/**
 * Moves the branch and returns its new head, on top of which somebody else's commits may stand by now. Throws a
 * `MovedError` where nothing was done because the branch is elsewhere.
 */
export async function publish(api: Api, before: string, after: string): Promise<string> {
  const action = `move ${api.where} to ${after.slice(0, 7)}`
  const move = { before, after }
  let unclear = false
  let last: Error | null = null
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    let outcome = await updateBranch(api, action, move)
    // Whether the head has moved is told by a look at it, whether it passes by a second try. What is left is a rule, if
    // there is one.
    if (outcome.state === 'vague' && attempt > 1) outcome = await forwardPastRules(api, action, move)
    if (outcome.state === 'done') return after
    unclear ||= outcome.state === 'unclear'
    // Once it may have been done, the head has the last word, and reads may lag.
    const waitsMs = unclear ? lagWaitsMs : outcome.state === 'mismatch' ? shortLook : middleLook
    const landing = await awaitLanding(api, before, after, waitsMs)
    if (landing.state === 'landed') return after
    if (landing.state === 'moved') throw movedError(action, landing.head, before)
    if (outcome.state === 'mismatch')
      throw new MovedError(
        `Cannot ${action}: GitHub says that its head is no longer ${before.slice(0, 7)}, which the plan was made for`,
      )
    if (outcome.state === 'unsaid') last = outcome.error
  }
  if (last) throw last
  throw new RemoteError(
    `Cannot ${action}: ${attemptsMax} times no clear answer, and the head is still ${before.slice(0, 7)}; run again later`,
  )
}

/**
 * For a branch with rules, REST's plain fast-forward: it names the rule that it refuses for, where the mutation may
 * not. It compares nothing, so an owner's rewind between the look at the head and the next request would be undone; on
 * a branch without rules it tells nothing, and is not tried.
 */
async function forwardPastRules(api: Api, action: string, move: Move): Promise<Outcome> {
  const rules = await readRules(api)
  if (rules.length === 0) return { state: 'unclear' }
  const outcome = await forwardBranch(api, action, move)
  if (outcome.state !== 'unsaid') return outcome
  throw new RefusedError(
    `${outcome.error.message}; the branch has rules (${rules.map(quote).join(', ')}): ` +
      `allow the mirror's user to bypass them, or mirror another branch with --branch`,
  )
}

async function updateBranch(api: Api, action: string, move: Move): Promise<Outcome> {
  try {
    const outcome = await swapBranch(api, action, move)
    return outcome.state === 'impossible' ? await forwardBranch(api, action, move) : outcome
  } catch (error) {
    // Without an answer nobody knows; what GitHub did say is another kind of error, or has a status.
    if (error instanceof RemoteError && error.status === null) return { state: 'unclear' }
    throw error
  }
}

async function swapBranch(api: Api, action: string, { before, after }: Move): Promise<Outcome> {
  if (api.memory.repositoryId === null) await learnRepository(api)
  if (api.memory.graphqlRefused || api.memory.repositoryId === null) return { state: 'impossible' }
  const update = { name: `refs/heads/${api.branch}`, beforeOid: before, afterOid: after, force: false }
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

async function forwardBranch(api: Api, action: string, { before, after }: Move): Promise<Outcome> {
  const landing = await readLanding(api, before, after)
  if (landing.state === 'landed') return { state: 'done' }
  if (landing.state === 'moved') return { state: 'mismatch' }
  const answer = await ask(() =>
    api.once.rest.git.updateRef({ ...api.ownerAndRepo, ref: `heads/${api.branch}`, sha: after, force: false }),
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
