/** Requests as the services' own pages describe them, for what the command never asks. */
import { parseOptions, type Environment, type Options } from '../../lib/cli/options.ts'
import { formatRepository } from '../../lib/model/repository.ts'
import type { Side, Sides } from '../../lib/model/sides.ts'
import type { Connection } from '../contract/connection.ts'

export interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Null where it is no JSON. */
  readonly json: unknown
}
/** `body`: an object goes as JSON, a text as lines of JSON, bytes as they are. `token` null: without one. */
export interface Sent {
  readonly body?: object | string | Uint8Array<ArrayBuffer>
  readonly type?: string
  readonly token?: string | null
  readonly headers?: Record<string, string>
}
export type Ask = (method: string, url: string, sent?: Sent) => Promise<Answered>

export interface Scene {
  readonly env: Environment
  readonly connections: Sides<Connection>
  readonly ask: Sides<Ask>
  /** Where a repository's own addresses begin: of its API, and of git. */
  readonly api: Sides<string>
  readonly git: Sides<string>
  readonly graphql: string
  /** What is large is divided by it, for services that have no use for large things. */
  readonly scale: number
}

const typeOf = (body: Sent['body']) =>
  typeof body === 'string'
    ? 'application/x-ndjson'
    : body instanceof Uint8Array
      ? 'application/octet-stream'
      : 'application/json'

function createAsk(network: typeof fetch, own: string | null, format: (token: string) => string): Ask {
  return async (method, url, { body, type = typeOf(body), token = own, headers = {} } = {}) => {
    const answer = await network(url, {
      method,
      headers: {
        'user-agent': 'hubmirror',
        ...(token !== null && { authorization: format(token) }),
        ...(body !== undefined && { 'content-type': type }),
        ...headers,
      },
      ...(body !== undefined && {
        body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
      }),
    })
    const text = await answer.text()
    let json: unknown = null
    try {
      json = JSON.parse(text)
    } catch {
      // Some answers are no JSON.
    }
    return { status: answer.status, headers: answer.headers, text, json }
  }
}

/** `env` as the command reads it. */
export function openScene(env: Environment, connections: Sides<Connection>, network: typeof fetch): Scene {
  const [options] = parseOptions([], env) as readonly [Options]
  const { apiUrl, graphqlUrl, serverUrl, endpoint, repositories, tokens } = options
  const { name, type } = repositories.huggingface
  const bearer = (token: string) => `Bearer ${token}`
  return {
    env,
    connections,
    ask: {
      github: createAsk(network, tokens.github, bearer),
      huggingface: createAsk(network, tokens.huggingface, bearer),
    },
    api: {
      github: `${apiUrl}/repos/${repositories.github.name}`,
      huggingface: `${endpoint}/api/${formatRepository(repositories.huggingface)}`,
    },
    git: {
      github: `${serverUrl}/${repositories.github.name}.git`,
      huggingface: `${endpoint}/${type === 'model' ? name : `${type}s/${name}`}.git`,
    },
    graphql: graphqlUrl,
    scale: Number(env['LIVE_SCALE'] || 1),
  }
}

const lfsType = 'application/vnd.git-lfs+json'

/** A batch of LFS objects. git-lfs sends its token as a password. */
export function askBatch(
  { ask, git }: Scene,
  side: Side,
  operation: 'upload' | 'download',
  objects: readonly { readonly oid: string; readonly size: number }[],
  { token = '', ...sent }: Sent = {},
): Promise<Answered> {
  return ask[side]('POST', `${git[side]}/info/lfs/objects/batch`, {
    body: { operation, transfers: ['basic', 'multipart'], hash_algo: 'sha256', objects },
    type: lfsType,
    headers: { accept: lfsType },
    ...(token === null && { token }),
    ...sent,
  })
}

/** As many objects as nobody has. */
export function listAbsent(count: number): { oid: string; size: number }[] {
  return Array.from({ length: count }, (_, index) => ({ oid: index.toString(16).padStart(64, 'a'), size: 42 }))
}

/** The first number, from the largest on, that is taken; null where none is. `seen` has the status of each. */
export async function findLargest(
  sizes: readonly number[],
  ask: (size: number) => Promise<Answered>,
): Promise<{ readonly largest: number | null; readonly seen: string }> {
  const seen: string[] = []
  for (const size of sizes.toSorted((a, b) => b - a)) {
    const { status } = await ask(size)
    seen.push(`${size}: ${status}`)
    if (status < 300) return { largest: size, seen: seen.join(', ') }
  }
  return { largest: null, seen: seen.join(', ') }
}
