/** The door that all runs of a command use, and the two remotes of each. */
import type { Storing } from '../github/options.ts'
import { createGithubRemote, type GithubRemote } from '../github/remote.ts'
import { catchFailure } from '../http/answer.ts'
import { Http, type HttpOptions } from '../http/http.ts'
import type { readOidcToken } from '../huggingface/oidc.ts'
import { createHuggingFaceRemote } from '../huggingface/remote.ts'
import type { LfsHome } from '../model/lfs-home.ts'
import type { Remote } from '../model/remote.ts'
import { formatRepository } from '../model/repository.ts'
import { mapSides, type Sides } from '../model/sides.ts'
import type { Unnamed } from '../run/default-branch.ts'
import type { Options } from './options.ts'
import type { Spent } from './status.ts'
import { hubNames, isHub, nameToken } from './token.ts'

/** `secrets` are added to as they become known: what is in it is never printed. */
function openHttp(
  { tokens, oidc, apiUrl, graphqlUrl, serverUrl, endpoint, maxWaitMs }: Options,
  secrets: string[],
  network: Omit<HttpOptions, 'origins' | 'secrets' | 'renew'>,
  keep: (secret: string) => void,
): Http {
  const origin = (url: string) => new URL(url).origin
  secrets.push(...[tokens.github, tokens.huggingface, oidc?.requestToken].filter((token) => typeof token === 'string'))
  const http: Http = new Http({
    ...network,
    secrets,
    budget: { totalMaxMs: maxWaitMs },
    origins: {
      github: [apiUrl, graphqlUrl, serverUrl, ...(oidc ? [oidc.requestUrl] : [])].map(origin),
      huggingface: isHub(origin(endpoint)) ? hubNames : [origin(endpoint)],
    },
    ...(oidc && {
      renew: async (side) =>
        side === 'huggingface' ? `Bearer ${await exchangeToken(http, { ...oidc, endpoint }, keep)}` : null,
    }),
  })
  return http
}

/** Most runs have a token, and load nothing of it. */
async function exchangeToken(...args: Parameters<typeof readOidcToken>): Promise<string> {
  const { readOidcToken: read } = await import('../huggingface/oidc.ts')
  return read(...args)
}

/** The Hub's token, or why there is none: an identity that it takes for no token ends each run but one with `--check`. */
async function readHubToken(
  { oidc, tokens, endpoint, check }: Options,
  http: Http,
  keep: (secret: string) => void,
): Promise<string | null | Error> {
  if (!oidc) return tokens.huggingface
  const token = exchangeToken(http, { ...oidc, endpoint }, keep)
  return check ? catchFailure(token) : token
}

/** Who hears what happens on the way: the run that goes on. */
interface Hearing extends Required<Pick<HttpOptions, 'note' | 'wait' | 'trace'>> {
  /** A secret that nobody else knows of came in. */
  readonly mask: (secret: string) => void
}

/** What the runs of one command share: the way to the network, its limits, the Hub's token, and what is never printed. */
export class Door {
  readonly secrets: string[] = []
  #http: Http | null = null
  #token: Promise<string | null | Error> | null = null
  #hearing: Hearing | null = null
  #github: GithubRemote | null = null
  readonly #keep = (secret: string): void => {
    this.secrets.push(secret)
    this.#hearing!.mask(secret)
  }

  /** Whether a run has begun. */
  get isOpen(): boolean {
    return this.#http !== null
  }

  /** The run with these options goes on from here. */
  enter(options: Options, hearing: Hearing, network: Omit<HttpOptions, 'origins' | 'secrets' | 'renew'>): Http {
    this.#hearing = hearing
    const heard = {
      ...network,
      note: (message: string) => this.#hearing!.note(message),
      wait: (wait: Parameters<Hearing['wait']>[0]) => this.#hearing!.wait(wait),
      ...(options.verbose && { trace: (line: string) => this.#hearing!.trace(line) }),
    }
    this.#http ??= openHttp(options, this.secrets, heard, this.#keep)
    return this.#http
  }

  /** Exchanges the identity of a workflow for a token, once. Throws where it cannot, but for `--check`. */
  readHubToken(options: Options, http: Http): Promise<string | null | Error> {
    this.#token ??= readHubToken(options, http, this.#keep)
    return this.#token
  }

  /** What runs one after the other on one repository of GitHub's have sent there is not sent again. */
  openGithub({ repositories, branches }: Options, storing: Storing, create: () => GithubRemote): GithubRemote {
    const isSame = this.#github?.repository.name === repositories.github.name
    this.#github = isSame ? this.#github!.forNextRun(branches.github, storing) : create()
    return this.#github
  }

  /** What all runs together have sent and received so far. */
  get spent(): Spent {
    const http = this.#http
    if (http === null) return startSpent
    const { requests, bytes, limits, waited } = http
    return {
      requests: { ...requests },
      bytes: { ...bytes },
      limits: mapSides((side) => limits[side].told),
      waitedMs: waited.totalMs,
    }
  }

  /** Ends all requests. */
  close(): void {
    this.#http?.close()
  }
}

const startSpent: Spent = {
  requests: { github: 0, huggingface: 0 },
  bytes: { downloaded: 0, uploaded: 0 },
  limits: mapSides(() => ({})),
  waitedMs: 0,
}

/** The two remotes that the options name, how GitHub's branch is found where they do not, and which tokens are none. */
export async function connect(options: Options, http: Http, door: Door) {
  const token = await door.readHubToken(options, http)
  const isBad = token instanceof Error
  const lfsHome: LfsHome = {
    store: options.lfs === 'huggingface' ? 'huggingface' : null,
    remembers: options.lfs === null ? 'huggingface' : null,
  }
  const { github, huggingface } = createRemotes(options, http, { token: isBad ? null : token, door, lfsHome })
  const show = await chooseShown(options)
  const remotes: Sides<Remote> = {
    github: show(github),
    huggingface: options.filters.frontMatter ? await hideBlock(huggingface) : huggingface,
  }
  const { readDefaultBranch } = github
  const unnamed: Unnamed = { side: 'github', readDefaultBranch, onBranch: (name) => show(github.onBranch(name)) }
  return {
    remotes,
    unnamed,
    openTracker: github.openTracker,
    publishFile: github.publishFile,
    lfsHome,
    badTokens: isBad ? { ...options.badTokens, huggingface: token } : options.badTokens,
  }
}

/** How a remote is shown where its paths have other names. */
async function chooseShown({ filters: { paths } }: Options): Promise<(remote: Remote) => Remote> {
  if (!paths) return (remote) => remote
  const { showPaths } = await import('../lens/paths.ts')
  return (remote) => showPaths(remote, paths)
}

/** Most runs do not need it, and load nothing of it. */
async function hideBlock(remote: Remote): Promise<Remote> {
  const { hideFrontMatter } = await import('../lens/card.ts')
  return hideFrontMatter(remote)
}

function createRemotes(
  options: Options,
  http: Http,
  { token, door, lfsHome }: { readonly token: string | null; readonly door: Door; readonly lfsHome: LfsHome },
) {
  const { oidc, tokens, standIns, repositories, branches, apiUrl, graphqlUrl, serverUrl, endpoint, sdk } = options
  const huggingface = createHuggingFaceRemote(http, {
    repository: repositories.huggingface,
    branch: branches.huggingface,
    token,
    tokenName: nameToken('huggingface', standIns.huggingface, oidc !== null),
    endpoint,
    sdk,
    proposesFrom: options.pullRequest.includes('huggingface') ? formatRepository(repositories.github) : null,
  })
  const storing: Storing = {
    store: () => (lfsHome.store === 'huggingface' ? huggingface : null),
    plainMax: options.store === 'hub' ? 0 : undefined,
    proposesFrom: options.pullRequest.includes('github') ? formatRepository(repositories.huggingface) : null,
  }
  const create = () =>
    createGithubRemote(http, {
      repository: repositories.github,
      branch: branches.github,
      token: tokens.github,
      tokenName: nameToken('github', standIns.github, false),
      apiUrl,
      graphqlUrl,
      serverUrl,
      ...storing,
    })
  return { huggingface, github: door.openGithub(options, storing, create) }
}
