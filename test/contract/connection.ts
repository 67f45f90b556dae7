/** How the contract suite reaches a service: the same for a fake on a port and for the real one. */
import { parseOptions, type Environment, type Options } from '../../lib/cli/options.ts'
import { createGithubRemote } from '../../lib/github/remote.ts'
import { dropBody } from '../../lib/http/body.ts'
import { Http, type HttpOptions } from '../../lib/http/http.ts'
import { createHuggingFaceRemote } from '../../lib/huggingface/remote.ts'
import type { Remote, Store } from '../../lib/model/remote.ts'
import { formatRepository } from '../../lib/model/repository.ts'
import type { Side, Sides } from '../../lib/model/sides.ts'
import type { Visibility } from '../../lib/model/visibility.ts'
import type { Misstoring } from '../hubs/misstore.ts'

/** What a service does in its own way, where the contract leaves it open. */
export interface Traits {
  /** Whether a commit keeps the author and the date that it is given. */
  readonly authors: boolean
  /** Whether the history tells trees. */
  readonly trees: boolean
  /** Whether a commit may have several parents. */
  readonly merges: boolean
  /** Whether bytes that are no text may be a plain file. */
  readonly plainBytes: boolean
  /**
   * Whether `checkWrite` finds out that a token may only read, or leaves that to `prepare`, which shows nothing either.
   */
  readonly probes: boolean
  /** How it has to store the files that `contract-stores.ts` asks about. */
  readonly stores: Readonly<Record<string, Store>>
}

/** Another token (`null` is none) or branch than the suite's. */
export interface Choice {
  readonly token?: string | null
  readonly branch?: string
}

/**
 * `set`: what a fake stores otherwise than it was sent. `compares`: it tells what a commit changed, so that paths that
 * were not to change are seen too.
 */
export interface Misstores {
  readonly set: (what: Misstoring | null) => void
  readonly compares: boolean
}

export interface Connection {
  readonly traits: Traits
  /** A remote on the repository that remembers nothing of the others. */
  readonly connect: (choice?: Choice) => Remote
  readonly sleep: (ms: number) => Promise<void>
  /** Name of the folder, and of the branches, that the suite may touch. */
  readonly scratch: string
  /** `weak`: one that may not write; `null` is none at all. */
  readonly tokens: { readonly good: string; readonly wrong: string; readonly weak: string | null }
  /** A branch that is not there is no failure. */
  readonly deleteBranch: (name: string) => Promise<void>
  /** Who can see the repository; null where the suite was not told. */
  readonly visibility: Visibility | null
  readonly close: () => Promise<void>
  /** A real service cannot be told to. */
  readonly misstores?: Misstores
}

export interface Network extends Pick<HttpOptions, 'fetch' | 'sleep' | 'note'> {
  readonly visibility?: Sides<Visibility>
  readonly close?: () => Promise<void>
}

const traits: Sides<Traits> = {
  github: {
    authors: true,
    trees: true,
    merges: true,
    plainBytes: true,
    probes: false,
    stores: {
      'empty': 'plain',
      'text': 'plain',
      'bytes': 'plain',
      'large text': 'plain',
      'ruled text': 'lfs',
      'small object': 'plain',
      'kept object': 'lfs without a rule',
      'large object': 'lfs without a rule',
    },
  },
  huggingface: {
    authors: false,
    trees: false,
    merges: false,
    plainBytes: false,
    probes: true,
    stores: {
      'empty': 'plain',
      'text': 'plain',
      'bytes': 'lfs',
      'large text': 'lfs',
      'ruled text': 'lfs',
      'small object': 'lfs',
      'kept object': 'lfs',
      'large object': 'lfs',
    },
  },
}

const wrongToken = 'wrong_0123456789abcdefghijklmnop'

/** Where each side's branches are deleted, which the tool itself never does. */
const branchUrl: Sides<(options: Options, name: string) => string> = {
  github: ({ apiUrl, repositories }, name) => `${apiUrl}/repos/${repositories.github.name}/git/refs/heads/${name}`,
  huggingface: ({ endpoint, repositories }, name) =>
    `${endpoint}/api/${formatRepository(repositories.huggingface)}/branch/${encodeURIComponent(name)}`,
}

/**
 * `env` as the command reads it, and the variables for the weak tokens. `scratch` must be a branch name's and a
 * folder's name at once.
 */
export function openConnections(
  env: Environment,
  scratch: string,
  { visibility, close = () => Promise.resolve(), ...network }: Network = {},
): Sides<Connection> {
  const [options] = parseOptions([], env) as readonly [Options]
  const weak = { github: env['LIVE_GITHUB_READ_TOKEN'] || null, huggingface: env['LIVE_HF_READ_TOKEN'] || null }
  const { apiUrl, graphqlUrl, serverUrl, endpoint, repositories, branches, tokens } = options
  const origin = (url: string) => new URL(url).origin
  const http = new Http({
    origins: { github: [apiUrl, graphqlUrl, serverUrl].map(origin), huggingface: [origin(endpoint)] },
    secrets: [tokens.github, tokens.huggingface, weak.github, weak.huggingface, wrongToken].filter(
      (token) => token !== null,
    ),
    ...network,
  })
  const create: Sides<(choice: Choice) => Remote> = {
    github: ({ token = tokens.github, branch = branches.github }) =>
      createGithubRemote(http, { repository: repositories.github, branch, token, apiUrl, graphqlUrl, serverUrl }),
    huggingface: ({ token = tokens.huggingface, branch = branches.huggingface }) =>
      createHuggingFaceRemote(http, { repository: repositories.huggingface, branch, token, endpoint }),
  }
  const open = (side: Side): Connection => ({
    traits: traits[side],
    connect: (choice = {}) => create[side](choice),
    sleep: http.sleep,
    scratch: `${scratch}-${side}`,
    tokens: { good: tokens[side] ?? '', wrong: wrongToken, weak: weak[side] },
    deleteBranch: async (name) => {
      const answer = await http.fetch(side, { repeat: true })(branchUrl[side](options, name), {
        method: 'DELETE',
        headers: { authorization: `Bearer ${tokens[side]}` },
      })
      dropBody(answer)
    },
    visibility: visibility?.[side] ?? null,
    close,
  })
  return { github: open('github'), huggingface: open('huggingface') }
}
