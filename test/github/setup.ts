/** A fake GitHub with one repository and the remote that talks to it, in one process and in virtual time. */
import { parseGithubId } from '../../lib/cli/repository-id.ts'
import type { GithubOptions } from '../../lib/github/options.ts'
import { createGithubRemote } from '../../lib/github/remote.ts'
import { Http } from '../../lib/http/http.ts'
import type { Remote } from '../../lib/model/remote.ts'
import { objectId } from '../hubs/git.ts'
import type { Switches } from '../hubs/github-switches.ts'
import { createGithubHub, type GithubHub, type NewContent } from '../hubs/github.ts'
import { VirtualClock, type Fault } from '../hubs/hub.ts'
import { Request } from '../hubs/message.ts'
import { commitMaker } from '../hubs/new-commits.ts'
import { Storage } from '../hubs/storage.ts'

export const apiUrl = 'https://api.github.com'

export const serverUrl = 'https://github.com'

export const writer = 'ghp_writer0123456789'

export const reader = 'ghp_reader0123456789'

const storageOrigin = 'https://github-cloud.s3.amazonaws.com'

const name = 'acme/corpus'

function createRemote(http: Http, more: Partial<GithubOptions>): Remote {
  return createGithubRemote(http, {
    repository: parseGithubId(name).repository,
    branch: 'main',
    token: writer,
    apiUrl,
    graphqlUrl: `${more.apiUrl ?? apiUrl}/graphql`,
    serverUrl,
    ...more,
  })
}

/** A remote whose requests all go through this function, for answers that the hub does not give. */
export function connectThrough(
  network: (request: Request) => Response | Promise<Response>,
  more: Partial<GithubOptions> = {},
): { readonly http: Http; readonly remote: Remote } {
  const http = new Http({
    fetch: async (input, init) => network(new Request(input, init)),
    origins: { github: [more.apiUrl ?? apiUrl, serverUrl], huggingface: [] },
    secrets: [writer],
  })
  return { http, remote: createRemote(http, more) }
}

export interface World {
  readonly hub: GithubHub
  readonly clock: VirtualClock
  readonly http: Http
  readonly remote: Remote
  /** Another remote on the same hub, which knows nothing yet. */
  readonly connect: (options?: Partial<GithubOptions>) => Remote
  /** `METHOD path` of what the hub was asked since the last call, the repository left out. */
  readonly takeRequests: () => string[]
  /** A commit of somebody else on `main`. */
  readonly commit: (files: Record<string, NewContent>, message?: string) => string
}

export function startWorld(options: { readonly private?: boolean; readonly switches?: Partial<Switches> } = {}): World {
  const clock = new VirtualClock()
  const storage = new Storage(storageOrigin, clock)
  const hub = createGithubHub({
    name,
    api: apiUrl,
    graphql: `${apiUrl}/graphql`,
    web: serverUrl,
    storage,
    clock,
    tokens: new Map([
      [writer, 'write'],
      [reader, 'read'],
    ]),
    ...options,
  })
  const network: typeof fetch = (input, init) => {
    const request = new Request(input, init)
    return new URL(request.url).origin === storageOrigin ? storage.hub.fetch(request) : hub.fetch(request)
  }
  const http = new Http({
    fetch: network,
    sleep: (ms) => clock.sleep(ms),
    now: () => clock.now(),
    origins: { github: [apiUrl, serverUrl], huggingface: [] },
    secrets: [writer, reader],
    random: () => 0,
  })
  const connect = (more: Partial<GithubOptions> = {}) => createRemote(http, more)
  let taken = 0
  const takeRequests = () => {
    const requests = hub.requests.slice(taken)
    taken = hub.requests.length
    return requests.map(
      ({ method, url }) => `${method} ${decodeURIComponent(new URL(url).pathname).replace(`/repos/${name}/`, '')}`,
    )
  }
  const commit = (files: Record<string, NewContent>, message = 'Change') => {
    clock.pass(60_000)
    return hub.commit('main', { files, message })
  }
  return { hub, clock, http, remote: connect(), connect, takeRequests, commit }
}

export function link(digit: string): string {
  return `https://huggingface.co/datasets/acme/corpus/commit/${digit.repeat(40)}`
}

export const newCommit = commitMaker(link)

export function blobId(content: string | Buffer): string {
  return objectId('blob', Buffer.from(content))
}

/** The contents of a branch by path, as text. */
export function texts(hub: GithubHub, branch = 'main'): Record<string, string> {
  return Object.fromEntries([...hub.files(branch)].map(([path, { content }]) => [path, content.toString('utf8')]))
}

/** A fault at requests of one method whose address has this in it. */
export function at(method: string, part: string, fault: Omit<Fault, 'on'>): Fault {
  return { ...fault, on: (request) => request.method === method && decodeURIComponent(request.url).includes(part) }
}

export const bin = (text: string) => Buffer.from(`\0${text}`)
