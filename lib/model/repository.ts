/** Names of repositories and links to their commits, as people and trailers write them. */
import { UsageError } from './errors.ts'
import type { Repository } from './remote.ts'

/** A commit of a repository, from a link to it. `oid` is 40 hex. */
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

/** What the Hub's own links begin with: models have no prefix there. */
const linkPrefix: Record<Repository['type'], string> = {
  repository: '',
  model: '',
  dataset: 'datasets/',
  space: 'spaces/',
}

const hubHosts = new Set(['huggingface.co', 'www.huggingface.co', 'hf.co'])

function isName(part: string | undefined): part is string {
  return part !== undefined && /^[\w.-]+$/.test(part) && part !== '.' && part !== '..'
}

/** The path of a repository's own page, or of a plain id, as its parts. */
function splitId(text: string): string[] {
  return text
    .trim()
    .replace(/^https?:\/\/[^/\s@]+\//i, '')
    .replace(/\/$/, '')
    .split('/')
}

/** From `owner/repo` or `https://<host>/owner/repo[.git]`; throws a `UsageError`. */
export function parseGithubId(text: string): Repository {
  const [owner, repo, ...more] = splitId(text)
  const name = repo?.replace(/\.git$/, '')
  if (!isName(owner) || !isName(name) || more.length > 0) {
    throw new UsageError(
      `Cannot read the GitHub repository ${JSON.stringify(text)}: ` +
        'it is not owner/repo; give --github owner/repo or set GITHUB_REPOSITORY',
    )
  }
  return { side: 'github', type: 'repository', name: `${owner}/${name}` }
}

/**
 * From `datasets/a/b`, `models/a/b`, `spaces/a/b`, the address of its page, or `a/b`: that is what `bare` says, except
 * in an address, where it is a model. Throws a `UsageError`.
 */
export function parseHuggingFaceId(text: string, bare: HubType): Repository {
  const parts = splitId(text)
  const prefixed = parts.length === 3 ? hubTypes.get(parts[0]!) : undefined
  const [owner, name, ...more] = prefixed ? parts.slice(1) : parts
  if (!isName(owner) || !isName(name) || more.length > 0) {
    throw new UsageError(
      `Cannot read the Hugging Face repository ${JSON.stringify(text)}: ` +
        'it is not datasets/owner/name, models/owner/name or spaces/owner/name; give one as --hf or HF_REPO',
    )
  }
  return {
    side: 'huggingface',
    type: prefixed ?? (/^\s*https?:/i.test(text) ? 'model' : bare),
    name: `${owner}/${name}`,
  }
}

/** `server` is the address of the site that people visit, such as `https://github.com`. */
export function formatCommitLink(server: string, { type, name }: Repository, oid: string): string {
  return `${server.replace(/\/+$/, '')}/${linkPrefix[type]}${name}/commit/${oid}`
}

/**
 * Reads what `formatCommitLink` wrote, whatever the host and port; `null` when it is anything else. A path without a
 * prefix is a GitHub repository or a Hub model: only the Hub's own hosts tell them apart, and `sameRepository` does
 * not.
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

/** By the path of their links, case folded: a host can be renamed, and tells nothing. */
export function sameRepository(a: Repository, b: Repository): boolean {
  const key = ({ type, name }: Repository) => `${linkPrefix[type]}${name}`.toLowerCase()
  return key(a) === key(b)
}

/** `owner/repo` on GitHub, `datasets/owner/name`, `models/owner/name` or `spaces/owner/name` on Hugging Face. */
export function formatRepository({ type, name }: Repository): string {
  return type === 'repository' ? name : `${type}s/${name}`
}
