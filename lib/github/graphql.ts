/** GraphQL, which answers with status 200 whatever happened. */
import { saysRateLimit } from '../rate-limit.ts'
import { ask, type Answer, type Api } from './api.ts'
import { parseText } from './failure.ts'
import { fields } from './row.ts'

/** `type` is GitHub's, as `FORBIDDEN`; empty where it gives none. */
export interface Complaint { readonly type: string, readonly message: string }

/** `status` is HTTP's. `data` is what came beside the errors, if anything did. */
export interface Reply { readonly status: number, readonly headers: Headers, readonly data: unknown, readonly complaints: readonly Complaint[] }

/** Throws what `http` throws when there is no answer. */
export async function askGraphql(api: Api, query: string, variables: Record<string, unknown>, repeat: boolean): Promise<Reply> {
  const { graphql } = repeat ? api.repeating : api.once
  const answer = await ask(async () => {
    try {
      const data = await graphql<unknown>({ ...variables, query, baseUrl: api.graphqlUrl, url: api.graphqlUrl })
      return { status: 200, headers: {}, data: { data } }
    } catch (error) {
      const { name, headers, response } = fields(error)
      if (name !== 'GraphqlResponseError') throw error
      return { status: 200, headers: fields(headers), data: response }
    }
  })
  return parseReply(answer)
}

function parseReply({ status, headers, data: body }: Answer): Reply {
  const { data, errors } = fields(body)
  if (status !== 200) return { status, headers, data: null, complaints: [{ type: '', message: parseText(body) }] }
  const complaints = (Array.isArray(errors) ? errors : []).map((error) => {
    const { type, message, extensions } = fields(error)
    const { code } = fields(extensions)
    return { type: typeof type === 'string' ? type : typeof code === 'string' ? code : '', message: typeof message === 'string' ? message : '' }
  })
  return { status, headers, data: data ?? null, complaints }
}

/** The `repository` of a query's answer, or `null` where GraphQL does not tell and REST has to be asked. */
export async function queryRepository(api: Api, parameters: string, selection: string, variables: Record<string, unknown>): Promise<Record<string, unknown> | null> {
  if (api.token === null || api.memory.graphqlRefused) return null
  const query = `query($owner: String!, $name: String!${parameters}) { repository(owner: $owner, name: $name) { id ${selection} } }`
  const reply = await askGraphql(api, query, { owner: api.place.owner, name: api.place.repo, ...variables }, true)
  const repository = fields(reply.data)['repository']
  const { id } = fields(repository)
  if (typeof id === 'string') api.memory.repositoryId = id
  if (reply.complaints.length === 0 && typeof id === 'string') return fields(repository)
  if (isRefused(reply)) api.memory.graphqlRefused = true
  return null
}

/** Asking again would not help: the token may not, or the service does not know what is asked for. */
export function isRefused({ status, headers, complaints }: Reply): boolean {
  const text = complaints.map(({ message }) => message).join(' ')
  if (saysRateLimit(status, headers, text)) return false
  if (status === 403 || status === 404) return true
  return complaints.some(({ type, message }) => ['FORBIDDEN', 'INSUFFICIENT_SCOPES', 'undefinedField'].includes(type) || /doesn't exist on type|isn't a defined|not accessible by/i.test(message))
}
