/** The two remotes of a run and the door that both use. */
import { createGithubRemote } from '../github/remote.ts'
import { catchFailure } from '../http/answer.ts'
import { Http, type HttpOptions } from '../http/http.ts'
import { readOidcToken } from '../huggingface/oidc.ts'
import { createHuggingFaceRemote } from '../huggingface/remote.ts'
import type { Options } from './options.ts'
import { hubNames, isHub, nameToken } from './token.ts'

/** `secrets` are added to as they become known: what is in it is never printed. */
export function openHttp(
  { tokens, oidc, apiUrl, graphqlUrl, serverUrl, endpoint }: Options,
  secrets: string[],
  network: Omit<HttpOptions, 'origins' | 'secrets' | 'renew'>,
): Http {
  const origin = (url: string) => new URL(url).origin
  secrets.push(...[tokens.github, tokens.huggingface, oidc?.requestToken].filter((token) => typeof token === 'string'))
  const http: Http = new Http({
    ...network,
    secrets,
    origins: {
      github: [apiUrl, graphqlUrl, serverUrl, ...(oidc ? [oidc.requestUrl] : [])].map(origin),
      huggingface: isHub(origin(endpoint)) ? hubNames : [origin(endpoint)],
    },
    ...(oidc && {
      renew: async (side) =>
        side === 'huggingface' ? `Bearer ${await readOidcToken(http, { ...oidc, endpoint }, secrets)}` : null,
    }),
  })
  return http
}

/** The Hub's token, or why there is none: an identity that it takes for no token ends each run but one with `--check`. */
async function readHubToken(
  { oidc, tokens, endpoint, check }: Options,
  http: Http,
  secrets: string[],
): Promise<string | null | Error> {
  if (!oidc) return tokens.huggingface
  const token = readOidcToken(http, { ...oidc, endpoint }, secrets)
  return check ? catchFailure(token) : token
}

/** The two remotes that the options name, and which tokens are none. Exchanges the identity of a workflow for a token. */
export async function connect(options: Options, http: Http, secrets: string[]) {
  const token = await readHubToken(options, http, secrets)
  const isBad = token instanceof Error
  return {
    remotes: createRemotes(options, http, isBad ? null : token),
    badTokens: isBad ? { ...options.badTokens, huggingface: token } : options.badTokens,
  }
}

function createRemotes(
  { oidc, tokens, standIns, repositories, branches, apiUrl, graphqlUrl, serverUrl, endpoint, lfs }: Options,
  http: Http,
  token: string | null,
) {
  const huggingface = createHuggingFaceRemote(http, {
    repository: repositories.huggingface,
    branch: branches.huggingface,
    token,
    tokenName: nameToken('huggingface', standIns.huggingface, oidc !== null),
    endpoint,
  })
  const store = lfs === 'huggingface' ? huggingface : null
  return {
    huggingface,
    github: createGithubRemote(http, {
      repository: repositories.github,
      branch: branches.github,
      token: tokens.github,
      tokenName: nameToken('github', standIns.github, false),
      apiUrl,
      graphqlUrl,
      serverUrl,
      store,
    }),
  }
}
