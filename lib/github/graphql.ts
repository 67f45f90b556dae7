/**
 * Queries to GitHub's GraphQL API. It answers status 200 even for errors, and may answer a part of a large query. Queries are
 * made smaller until they are answered; what cannot be asked at all is left to REST.
 */
import { isUnclear } from '../http/answer.ts'
import { HeaderMap, type HeaderLines } from '../http/headers.ts'
import { fields } from '../http/json.ts'
import { saysRateLimit } from '../http/rate-limit.ts'
import { hideSecrets } from '../http/redact.ts'
import { BrokenError } from '../model/errors.ts'
import { once, querying, send, type Answer, type Api } from './api.ts'
import { parseText } from './failure.ts'

/**
 * An error within a reply. `type` is GitHub's, as `FORBIDDEN`; empty where there is none. `path` leads to what is missing in
 * the data; empty where that is not told.
 */
interface Complaint {
  readonly type: string
  readonly message: string
  readonly path: readonly string[]
}

/** A reply. `status` is that of HTTP, 0 where no answer came. `data` is null where there is none. */
export interface Reply {
  readonly status: number
  readonly headers: HeaderLines
  readonly data: unknown
  readonly complaints: readonly Complaint[]
}

/**
 * A question about the repository: parameters of the query, what to select, and the variables. `answerPaths[n]` is the path
 * of fields from the repository to the answer for the n-th item.
 */
export interface Question {
  readonly parameters: string
  readonly selection: string
  readonly variables: Record<string, unknown>
  readonly answerPaths: readonly (readonly string[])[]
}

/**
 * Fields that each query asks for too: they tell whether the repository can be written, whether it is public, and what its
 * default branch is called.
 */
const standing: readonly string[] = ['isArchived', 'isDisabled', 'isPrivate', 'viewerPermission', 'defaultBranchRef']

/** After so many queries in a row without an answer to any item, their size is not the reason. */
const emptyMax = 5
/** A run does not remember a smaller size of queries: a service may be in trouble for a moment. */
const keptItemsMin = 16

/**
 * The reply to a query. Where there is no answer, the error of `http` is thrown. `repeat`: to send the query twice does no harm.
 */
export async function askGraphql(
  api: Api,
  query: string,
  variables: Record<string, unknown>,
  repeat: boolean,
): Promise<Reply> {
  const request = { method: 'POST', url: api.graphqlUrl, body: JSON.stringify({ query, variables }) }
  const { complaints, ...reply } = parseReply(await send(api, request, repeat ? querying : once))
  const hide = (message: string) => api.http.redact(message, hideSecrets)
  return { ...reply, complaints: complaints.map(({ type, message, path }) => ({ type, path, message: hide(message) })) }
}

function parseReply({ status, headers, data: body }: Answer): Reply {
  if (status !== 200)
    return { status, headers, data: null, complaints: [{ type: '', message: parseText(body), path: [] }] }
  const { data, errors } = fields(body)
  // An answer of another shape tells neither that something was done nor what was wrong.
  if (errors !== undefined && errors !== null && !Array.isArray(errors))
    return { status, headers, data: null, complaints: [] }
  return { status, headers, data: data ?? null, complaints: (errors ?? []).map(parseComplaint) }
}

function parseComplaint(error: unknown): Complaint {
  const { type, message, path, extensions } = fields(error)
  const { code } = fields(extensions)
  return {
    type: typeof type === 'string' ? type : typeof code === 'string' ? code : '',
    message: typeof message === 'string' ? message : '',
    path: Array.isArray(path) ? path.map(String) : [],
  }
}

/** Asks for the repository's id, which `memory` keeps. */
export async function learnRepository(api: Api): Promise<void> {
  const reply = await queryRepository(api, { parameters: '', selection: '', variables: {}, answerPaths: [] })
  if (reply && isRefused(reply)) api.memory.graphqlRefused = true
}

/** How items are asked for: `form` makes one question of at most `itemsMax` items. */
interface Batching<T> {
  readonly itemsMax: number
  readonly form: (batch: readonly T[]) => Question
  /** Items that are given up where a query with them is not answered, or where the service lacks a field of them. */
  readonly isOptional?: (item: T) => boolean
  /** Whether an older Enterprise Server may lack a field that each item asks for. */
  readonly isNew?: boolean
}

/**
 * The answers for items; items without an answer are missing, and have to be asked for by REST. An answer is kept whatever
 * the rest of the reply says. Items that a service at its limits has left out are asked for again in queries of half the
 * size.
 */
export async function queryItems<T>(
  api: Api,
  items: readonly T[],
  { itemsMax, form, isOptional = () => false, isNew = false }: Batching<T>,
): Promise<Map<T, unknown>> {
  const told = new Map<T, unknown>()
  const mayLack = (item: T) => isNew || isOptional(item)
  let open = api.memory.schemaIsOld ? items.filter((item) => !mayLack(item)) : items
  let size = Math.min(itemsMax, api.memory.queryItemsMax)
  for (let empty = 0; open.length > 0 && empty < emptyMax;) {
    const batch = open.slice(0, size)
    const question = form(batch)
    const reply = await readReply(api, question, batch.length > 1 && empty + 1 < emptyMax)
    if (reply === null) break
    if (isRefused(reply)) {
      // An older Enterprise Server may lack a field of optional or new items.
      if (!isUnknownField(reply) || !batch.some(mayLack)) {
        api.memory.graphqlRefused = true
        break
      }
      api.memory.schemaIsOld = true
      open = open.filter((item) => !mayLack(item))
      continue
    }
    for (const [index, item] of batch.entries())
      if (isTold(reply, question.answerPaths[index]!)) told.set(item, findAnswer(reply, question.answerPaths[index]!))
    const rest = batch.filter((item) => !told.has(item))
    const isEmpty = rest.length === batch.length
    if (isEmpty && !isOverloaded(reply)) break
    empty = isEmpty ? empty + 1 : 0
    open = open.slice(batch.length)
    if (isEmpty && batch.some(isOptional)) {
      open = [...rest, ...open].filter((item) => !isOptional(item))
      continue
    }
    // An item that gets no answer in a query of its own will never get one.
    if (rest.length === 0 || batch.length === 1 || !isOverloaded(reply)) continue
    size = Math.max(batch.length - rest.length, Math.ceil(batch.length / 2))
    api.memory.queryItemsMax = Math.min(api.memory.queryItemsMax, Math.max(size, keptItemsMin))
    open = [...rest, ...open]
  }
  return told
}

/**
 * The reply to a question; null where GraphQL cannot be used. If the query can be made smaller (`halves`), a connection that
 * breaks counts as a reply without data.
 */
async function readReply(api: Api, question: Question, halves: boolean): Promise<Reply | null> {
  try {
    return await queryRepository(api, question)
  } catch (error) {
    if (!halves || !(error instanceof BrokenError)) throw error
    return { status: 0, headers: new HeaderMap(), data: null, complaints: [] }
  }
}

async function queryRepository(api: Api, question: Question): Promise<Reply | null> {
  const { parameters, selection, variables } = question
  if (api.token === null || api.memory.graphqlRefused) return null
  const beside = api.memory.knowsStanding ? standing : []
  const selected = beside.length === 0 ? '' : `${beside.join(' ')} { name }`
  const query =
    `query($owner: String!, $name: String!${parameters}) ` +
    `{ repository(owner: $owner, name: $name) { id ${selected} ${selection} } }`
  const { owner, repo: name } = api.ownerAndRepo
  const { complaints, ...reply } = await askGraphql(api, query, { owner, name, ...variables }, true)
  const told = fields(fields(reply.data)['repository'])
  const { id, isArchived, isDisabled, isPrivate, viewerPermission, defaultBranchRef } = told
  if (typeof id === 'string') api.memory.repositoryId = id
  api.memory.seemsWritable ||=
    isArchived === false && isDisabled === false && viewerPermission !== 'READ' && viewerPermission !== 'TRIAGE'
  if (typeof isPrivate === 'boolean') api.memory.isPublic = !isPrivate
  const { name: defaultBranch } = fields(defaultBranchRef)
  if (typeof defaultBranch === 'string') api.memory.defaultBranch = defaultBranch
  // A server that lacks one of these fields, or does not tell it, is asked again without them.
  const isAboutThese = complaints.some(({ message }) => beside.some((field) => message.includes(field)))
  if (isAboutThese && isUnknownField({ ...reply, complaints })) {
    api.memory.knowsStanding = false
    return queryRepository(api, question)
  }
  const isBeside = ({ path: [first, field] }: Complaint) => first === 'repository' && standing.includes(field ?? '')
  return { ...reply, complaints: complaints.filter((one) => !isBeside(one)) }
}

/** Whether the answer at a path is complete: no complaint is about the path, a part of it, or anything below. */
function isTold(reply: Reply, answerPath: readonly string[]): boolean {
  const whole = ['repository', ...answerPath]
  if (typeof fields(fields(reply.data)['repository'])['id'] !== 'string') return false
  // A complaint without a path may be about anything that is missing.
  return reply.complaints.every(({ path }) =>
    path.length === 0
      ? isKnown(findAnswer(reply, answerPath))
      : path.slice(0, whole.length).some((name, index) => name !== whole[index]),
  )
}

function isKnown(value: unknown): boolean {
  return value !== null && value !== undefined
}

/** What the data holds at a path; `undefined` where an object on the way there is missing. */
function findAnswer({ data }: Reply, answerPath: readonly string[]): unknown {
  return ['repository', ...answerPath].reduce<unknown>((value, name) => fields(value)[name], data)
}

/** Whether a smaller query may be answered: GitHub ends a query that asks for too much, or takes longer than ten seconds. */
function isOverloaded({ status, complaints }: Reply): boolean {
  return (
    status === 0 ||
    isUnclear({ status }) ||
    complaints.some(
      ({ type, message }) =>
        type === 'RESOURCE_LIMITS_EXCEEDED' ||
        /resource limits|something went wrong|timed? ?out|timeout/i.test(message),
    )
  )
}

/** Whether the query will never be answered: the token may not ask, or the service lacks a field. */
export function isRefused(reply: Reply): boolean {
  const { status, headers, complaints } = reply
  const text = complaints.map(({ message }) => message).join(' ')
  if (saysRateLimit(status, headers, text)) return false
  if (status === 403 || status === 404) return true
  return (
    isUnknownField(reply) ||
    complaints.some(
      ({ type, message }) => ['FORBIDDEN', 'INSUFFICIENT_SCOPES'].includes(type) || /not accessible by/i.test(message),
    )
  )
}

function isUnknownField({ complaints }: Reply): boolean {
  return complaints.some(
    ({ type, message }) =>
      type === 'undefinedField' || /doesn't exist on type|isn't a defined|^Cannot query field/i.test(message),
  )
}
