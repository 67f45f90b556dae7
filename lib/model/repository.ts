/** Names of repositories and links to their commits, as trailers and reports write them. */
import type { Repository } from './remote.ts'

/** What a link to a commit says. `oid` is 40 hex digits. */
export interface CommitLink {
  readonly repository: Repository
  readonly oid: string
}

type HubType = 'dataset' | 'model' | 'space'

const hubTypes: ReadonlyMap<string, HubType> = new Map([
  ['datasets', 'dataset'],
  ['models', 'model'],
  ['spaces', 'space'],
])

const hubHosts = new Set(['huggingface.co', 'www.huggingface.co', 'hf.co'])

function isName(part: string | undefined): part is string {
  return part !== undefined && /^[\w.-]+$/.test(part) && part !== '.' && part !== '..'
}

/** The path of a repository's address, as in `datasets/acme/corpus`; models have no prefix on Hugging Face. */
export function repositoryPath(repository: Repository): string {
  return repository.type === 'model' ? repository.name : formatRepository(repository)
}

/** A link to a commit. `server` is the address that people visit, such as `https://github.com`. */
export function formatCommitLink(server: string, repository: Repository, oid: string): string {
  return `${server.replace(/\/+$/, '')}/${repositoryPath(repository)}/commit/${oid}`
}

/**
 * Reads what `formatCommitLink` wrote, whatever the host and port; `null` for anything else. A path without a prefix is
 * a GitHub repository or a model: the hosts of Hugging Face tell them apart, and `sameRepository` does not need to.
 */
export function parseCommitLink(url: string): CommitLink | null {
  const [, host, path, oid] = /^https?:\/\/([^/\s@?#]+)\/([^\s?#]+)\/commit\/([0-9a-f]{40})$/.exec(url) ?? []
  if (host === undefined || path === undefined || oid === undefined) return null
  const parts = path.split('/')
  const [prefix, owner, name] = [parts.at(-3), parts.at(-2), parts.at(-1)]
  if (!isName(owner) || !isName(name)) return null
  const prefixed = prefix === 'models' ? undefined : hubTypes.get(prefix ?? '')
  const type = prefixed ?? (hubHosts.has(host.replace(/:\d+$/, '').toLowerCase()) ? 'model' : 'repository')
  return { repository: { side: type === 'repository' ? 'github' : 'huggingface', type, name: `${owner}/${name}` }, oid }
}

/**
 * Whether two are the same, by the paths of their links without regard to case. A host may be renamed and is ignored.
 */
export function sameRepository(a: Repository, b: Repository): boolean {
  return repositoryPath(a).toLowerCase() === repositoryPath(b).toLowerCase()
}

/** A repository as people write it: `owner/repo`, `datasets/owner/name`, `models/owner/name`, `spaces/owner/name`. */
export function formatRepository({ type, name }: Repository): string {
  return type === 'repository' ? name : `${type}s/${name}`
}
