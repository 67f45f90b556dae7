/** Repositories as people write and paste them: ids, addresses of their pages, and addresses that git takes. */
import { UsageError } from '../model/errors.ts'
import type { Repository } from '../model/remote.ts'
import { formatRepository } from '../model/repository.ts'
import { otherSide, type Sides } from '../model/sides.ts'

/** A repository, and what else the text names from which it was read. */
export interface NamedRepository {
  readonly repository: Repository
  /** Of an address, in small letters without `www.` and port; null of an id, and where ssh has a name of its own for it. */
  readonly host: string | null
  /** A branch or commit, and maybe a path behind it: `main/data/a.csv` of `…/blob/main/data/a.csv`. */
  readonly revision: string | null
}

type HubType = 'dataset' | 'model' | 'space'

/** `parts` are those of the path, or of the id. */
interface Address {
  readonly isAddress: boolean
  readonly host: string | null
  readonly parts: readonly string[]
}

const withScheme = /^(?:git\+)?(https?|ssh|git):\/\/(?:([^/\s]*)@)?([\w.-]+|\[[^\]]*\])(?::\d*)?(\/.*)?$/i
/** `git@github.com:acme/corpus.git`, also with a slash for the colon, and `github.com:acme/corpus`. */
const ofSsh = /^(?:[\w.-]+@([\w.-]+)[:/](?:\d+\/(?=[^/]+\/[^/]))?|([\w.-]+):(?!\d|\/\/))(.*)$/
const hfScheme = /^hf:\/\//i
/** Pages of a branch or commit, and of what is in it. */
const pageOfRevision = /^(?:tree|blob|raw|resolve|commits?|edit|blame|releases\/tag)\/(.+)$/
/** Other pages, which may follow an id that is no address. */
const otherPage = /^(?:actions|discussions|issues|pulls|releases|settings|viewer|wiki)(?:\/|$)/

const isName = (part: string | undefined): part is string =>
  part !== undefined && /^[\w.-]+$/.test(part) && part !== '.' && part !== '..'

/** What is no encoding stays as it is, and is no name then. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function splitPath(path: string): string[] {
  return path
    .split('/')
    .filter((part) => part !== '')
    .map(decode)
}

/** What stands around an id where it is copied: quotation marks, `git clone`, `Datasets:` above a page, blanks. */
function unwrap(text: string): string {
  return text
    .trim()
    .replace(/^(?:git|gh repo) clone\s+/, '')
    .replace(/^["'`“‘<(]+|["'`”’>),;.]+$/g, '')
    .replace(/[?#].*$/s, '')
    .replace(/^(dataset|model|space)s?:\s*(?=[^/\s])/i, '$1s/')
    .replaceAll(/\s*\/\s*/g, '/')
    .trim()
}

/** Null for an address with a password or a token in it, and for one that may have such. */
function parseAddress(text: string): Address | null {
  const address = (host: string | undefined, path: string) => {
    const name = host?.toLowerCase().replace(/^www\./, '') ?? ''
    return { isAddress: true, host: name.includes('.') ? name : null, parts: splitPath(path) }
  }
  const bare = unwrap(text)
  if (hfScheme.test(bare)) return address('huggingface.co', bare.replace(hfScheme, ''))
  const [, scheme, user, host, path = ''] = withScheme.exec(bare) ?? []
  if (scheme !== undefined)
    return user !== undefined && (/^http/i.test(scheme) || user.includes(':')) ? null : address(host, path)
  const [, withUser, alone, behind] = ofSsh.exec(bare) ?? []
  if (behind !== undefined) return address(withUser ?? alone, behind)
  const parts = splitPath(bare)
  const [, first] = /^([\w-]+\.[\w.-]+)(?::\d+)?$/.exec(parts[0] ?? '') ?? []
  return parts.length > 2 && first ? address(first, parts.slice(1).join('/')) : { isAddress: false, host: null, parts }
}

/** Reads `owner/name`, `owner/name@revision`, and what stands behind them in an address. */
function parseName([owner, named = '', ...more]: readonly string[], isAddress: boolean) {
  const [name, ...after] = named.split('@')
  const repo = name?.replace(/\.git$/i, '')
  const rest = more.join('/')
  const revision = after.length > 0 ? [after.join('@'), ...more].join('/') : (pageOfRevision.exec(rest)?.[1] ?? null)
  if (!isName(owner) || !isName(repo) || (rest !== '' && revision === null && !isAddress && !otherPage.test(rest)))
    return null
  return { owner, name: `${owner}/${repo}`, revision: revision?.replace(/^refs\/heads\//, '') ?? null }
}

const noPassword = 'an address with a user or a password in it is not taken, give the id alone'

/** The first part of addresses whose pages are of no repository. GitHub's owners have no dots. */
const noGithubOwner =
  /\.|^(?:apps|collections|enterprises|explore|features|login|marketplace|new|organizations|orgs|search|settings|sponsors|topics|users)$/
const noHubOwner =
  /^(?:blog|buckets|collections|docs|join|kernels|learn|login|new|organizations|papers|posts|settings|tasks|huggingface\.co|hf\.co)$/i

/** Old addresses on the Hub have no owner: `https://huggingface.co/gpt2/tree/main`. */
const noHubName = /\/(?:tree|blob|raw|resolve|commits?|discussions|edit|settings|viewer)$/

/** The parts from the owner on, of addresses that GitHub has beside its pages: of its API, and of files alone. */
function findOwner({ host, parts: [first = '', second = '', ...more] }: Address): string[] {
  if (host?.startsWith('api.') && first === 'repos') return [second, ...more]
  return [first, second, ...(host === 'raw.githubusercontent.com' ? ['raw', ...more] : more)]
}

/** Reads `owner/repo`, or the address of the repository, of one of its pages, or for git. Throws a `UsageError` for anything else. */
export function parseGithubId(text: string): NamedRepository {
  const address = parseAddress(text)
  const found = address && parseName(findOwner(address), address.isAddress)
  if (!address || !found || noGithubOwner.test(found.owner) || address.host === 'gist.github.com') {
    const isHub = hubTypes.has(address?.parts[0]?.toLowerCase() ?? '') && address?.parts.length === 3
    throw new UsageError(
      `Cannot read the GitHub repository ${JSON.stringify(text)}: it is not owner/repo; ` +
        (address === null
          ? noPassword
          : isHub
            ? 'it looks like one on Hugging Face, which --hf or HF_REPO takes'
            : 'give --github owner/repo or set GITHUB_REPOSITORY, such as --github acme/corpus'),
    )
  }
  const { name, revision } = found
  return { repository: { side: 'github', type: 'repository', name }, host: address.host, revision }
}

const hubTypes: ReadonlyMap<string, HubType> = new Map([
  ['datasets', 'dataset'],
  ['models', 'model'],
  ['spaces', 'space'],
  ['dataset', 'dataset'],
  ['model', 'model'],
  ['space', 'space'],
])

/**
 * Reads `datasets/a/b`, `models/a/b`, `spaces/a/b`, the address of the repository, of one of its pages, or for git, or
 * `a/b`, which is of the type `bare`; in an address `a/b` is a model. Throws a `UsageError` for anything else.
 */
export function parseHuggingFaceId(text: string, bare: HubType): NamedRepository {
  const address = parseAddress(text)
  const { isAddress = false, host = null, parts: all = [] } = address ?? {}
  const parts = isAddress && all[0] === 'api' ? all.slice(1) : all
  const first = parts[0]?.toLowerCase() ?? ''
  // An owner may be called `model`, and none is called `models`.
  const type = parts.length > 2 || first.endsWith('s') ? hubTypes.get(first) : undefined
  const found = parseName(type ? parts.slice(1) : parts, isAddress)
  if (!found || noHubOwner.test(found.owner) || (isAddress && noHubName.test(found.name)))
    throw new UsageError(
      `Cannot read the Hugging Face repository ${JSON.stringify(text)}: ` +
        'it is not datasets/owner/name, models/owner/name or spaces/owner/name; ' +
        (address === null ? noPassword : 'give one as --hf or HF_REPO, such as --hf datasets/acme/corpus'),
    )
  const { name, revision } = found
  return { repository: { side: 'huggingface', type: type ?? (isAddress ? 'model' : bare), name }, host, revision }
}

const isOn = (host: string, hosts: readonly string[]) =>
  hosts.some((known) => host === known || host.endsWith(`.${known}`))

/** Where a run looks for a repository: on hosts of the service, subdomains included, and on the branch. */
export interface Place {
  readonly hosts: readonly string[]
  readonly branch: string
}

/**
 * Refuses an address that leads elsewhere: nobody who pastes a page of another branch, or of another service, is served
 * by what the run would mirror instead. Throws a `UsageError`.
 */
export function expectPlace({ repository, host, revision }: NamedRepository, { hosts, branch }: Place): void {
  const [flag, otherFlag] = [flags[repository.side], flags[otherSide[repository.side]]]
  const id = formatRepository(repository)
  if (host !== null && !isOn(host, hosts))
    throw new UsageError(
      `Cannot use the address for ${flag.id}: it is on ${host}, and this run looks for it on ${hosts[0]}. ` +
        (isOn(host, otherFlag.hosts)
          ? `Give it as ${otherFlag.id}`
          : `Give the repository there, such as ${flag.id} ${id}; another server is set by ${flag.server}`),
    )
  if (revision === null || revision === branch || revision.startsWith(`${branch}/`)) return
  const other = /^[\w.-]+$/.test(revision) && !/^[0-9a-f]{7,}$/.test(revision) ? ` ${revision}` : ''
  throw new UsageError(
    `Cannot use the address for ${flag.id}: it names ${JSON.stringify(revision)}, and this run mirrors the branch ` +
      `${JSON.stringify(branch)}. Give the id alone, ${flag.id} ${id}, and the branch as ${flag.branch}${other}`,
  )
}

interface Flag {
  readonly id: string
  readonly branch: string
  readonly server: string
  readonly hosts: readonly string[]
}

const flags: Sides<Flag> = {
  github: { id: '--github', branch: '--branch', server: 'GITHUB_SERVER_URL and GITHUB_API_URL', hosts: ['github.com'] },
  huggingface: { id: '--hf', branch: '--hf-branch', server: 'HF_ENDPOINT', hosts: ['huggingface.co', 'hf.co'] },
}
