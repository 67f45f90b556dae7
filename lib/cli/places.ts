/** Where a run works: the addresses of both services, and the two repositories on them. */
import { UsageError } from '../model/errors.ts'
import type { Repository } from '../model/remote.ts'
import { mapSides, sides, type Sides } from '../model/sides.ts'
import { parseChoice } from './choice.ts'
import { expectPlace, parseGithubId, parseHuggingFaceId } from './repository-id.ts'
import type { ReadVariable } from './token.ts'

/** Addresses without a slash at their end: of GitHub for programs and for people, and of the Hub. */
export interface Servers {
  readonly apiUrl: string
  readonly graphqlUrl: string
  readonly serverUrl: string
  readonly endpoint: string
}

function parseAddress(name: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !/^https?:$/.test(url.protocol) || url.username + url.password + url.search + url.hash !== '') {
    throw new UsageError(`Cannot use ${name}: it is not an http address without credentials`)
  }
  return text.replace(/\/+$/, '')
}

/**
 * GraphQL stands beside REST: `https://api.github.com/graphql`, or `/api/graphql` for `/api/v3` of an Enterprise
 * Server.
 */
function graphqlBeside(apiUrl: string): string {
  return apiUrl.endsWith('/api/v3') ? apiUrl.replace(/v3$/, 'graphql') : `${apiUrl}/graphql`
}

/** Throws a `UsageError` for an address that is none, which is not repeated: it may hold a secret. */
export function parseServers(set: ReadVariable): Servers {
  const address = (name: string, usual: string) => parseAddress(name, set(name) ?? usual)
  const apiUrl = address('GITHUB_API_URL', 'https://api.github.com')
  return {
    apiUrl,
    graphqlUrl: address('GITHUB_GRAPHQL_URL', graphqlBeside(apiUrl)),
    serverUrl: address('GITHUB_SERVER_URL', 'https://github.com'),
    endpoint: address('HF_ENDPOINT', 'https://huggingface.co'),
  }
}

/** The hosts that addresses of each side have; a mirror of the Hub holds what the Hub does. */
function listHosts({ apiUrl, serverUrl, endpoint }: Servers): Sides<readonly string[]> {
  const host = (url: string) => new URL(url).hostname
  const files = host(serverUrl) === 'github.com' ? ['githubusercontent.com'] : []
  return { github: [host(serverUrl), host(apiUrl), ...files], huggingface: [host(endpoint), 'huggingface.co', 'hf.co'] }
}

const example = 'npx tsx sync.ts --github acme/corpus --hf datasets/acme/corpus'

/** What names the repositories: flags and variables, with the type of an id that has none. */
export interface Given {
  readonly github: string | null
  readonly huggingface: string | null
  readonly type: string
}

/** Both repositories, each looked for where the run works, and whether an address names GitHub's branch. Throws a `UsageError`. */
export function parseRepositories(
  { github, huggingface: hub, type }: Given,
  branches: Sides<string>,
  servers: Servers,
): { readonly repositories: Sides<Repository>; readonly namesBranch: boolean } {
  if (!github && !hub)
    throw new UsageError(
      `Which repositories? Give both, such as: ${example} (or set GITHUB_REPOSITORY and HF_REPO), ` +
        'or go to the folder that has .github/hubmirror.yml. --help has more',
    )
  if (!github)
    throw new UsageError(
      'Which GitHub repository? Give --github <owner/repo>, such as --github acme/corpus, or set GITHUB_REPOSITORY',
    )
  if (!hub)
    throw new UsageError('Which Hugging Face repository? Give --hf <id>, such as datasets/acme/corpus, or set HF_REPO')
  const bare = parseChoice('--repo-type', type, ['dataset', 'model', 'space'])
  const named = { github: parseGithubId(github), huggingface: parseHuggingFaceId(hub, bare) }
  const hosts = listHosts(servers)
  for (const side of sides) expectPlace(named[side], { hosts: hosts[side], branch: branches[side] })
  return { repositories: mapSides((side) => named[side].repository), namesBranch: named.github.revision !== null }
}
