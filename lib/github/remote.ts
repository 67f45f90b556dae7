/** The GitHub side: one branch of a repository. */
import { createLate } from '../async/late.ts'
import type { Http } from '../http/http.ts'
import { encodePath } from '../http/request.ts'
import { services } from '../http/services.ts'
import { lateMethods } from '../model/late-methods.ts'
import type { Remote, Repository } from '../model/remote.ts'
import { formatCommitLink, formatRepository } from '../model/repository.ts'
import { createAbout, readDefaultBranch, type About } from './about.ts'
import type { Api } from './api.ts'
import type { Published } from './badge-branch.ts'
import { capabilities } from './capabilities.ts'
import { pickCommits, readHead, readHistory } from './history.ts'
import type { Tracker } from './issues.ts'
import { Memory } from './memory.ts'
import type { GithubOptions, Storing } from './options.ts'
import type { Work } from './work.ts'

/** The remote of a branch, and the way to those of others. */
export interface GithubRemote extends Remote {
  /** Shares all that was read of the repository: for the same run. */
  readonly onBranch: (name: string) => GithubRemote
  /** Knows what the repository holds, so that nothing is sent twice: for the next run of the same command. */
  readonly forNextRun: (name: string, storing: Storing) => GithubRemote
  /** What the default branch is called; null where GitHub does not tell. Costs a request unless another one has told it. */
  readonly readDefaultBranch: () => Promise<string | null>
  /** The issues that this tool keeps there. Its module is loaded when somebody asks. */
  readonly openTracker: () => Promise<Tracker>
  /** Puts a file on another branch. Returns why it does not; null where it is there. */
  readonly publishFile: (branch: string, file: Published) => Promise<string | null>
}

/** The remote of one branch of a repository on GitHub. Makes no request by itself. */
export function createGithubRemote(http: Http, options: GithubOptions): GithubRemote {
  const api = createApi(http, options)
  return createRemote(api, createAbout(api), options)
}

/** The Hub answers the last two without asking anybody: it has no rules of branches that can be read. */
const laterMethods = [...lateMethods, 'readRules', 'readPresent'] as const
const tagMethods = ['read', 'isThere', 'readMessage', 'readUsed', 'write'] as const

function createRemote(api: Api, about: About, options: GithubOptions): GithubRemote {
  const { repository, branch } = api
  const serverUrl = withoutSlash(options.serverUrl)
  const load = async () => {
    const { createWork } = await import('./work.ts')
    return createWork(api, about, options)
  }
  const loadTags = async () => {
    const { createTagStore } = await import('./tags.ts')
    return createTagStore(api)
  }
  return {
    side: 'github',
    service: services.github.name,
    repository,
    branch,
    lfsUrl: `${api.git.url}/info/lfs`,
    capabilities,
    tags: {
      ...createLate(loadTags, tagMethods),
      records: createLate(async () => (await loadTags()).records!, ['read', 'write']),
    },
    commitUrl: (oid) => formatCommitLink(serverUrl, repository, oid),
    fileUrl: (oid, path) => `${serverUrl}/${repository.name}/blob/${oid}/${encodePath(path)}`,
    readHistory: (from) => readHistory(api, from ?? null),
    readHead: () => readHead(api),
    pickCommits: (head, commits, places) => pickCommits(api, head, commits, places),
    expectContents: (blobs) => {
      for (const { oid, byteLength } of blobs) api.memory.expected.set(oid, byteLength)
    },
    findContent: (oid) => api.memory.findContent(oid),
    isPublic: () => api.memory.isPublic,
    countCommits: (commits, head) => commits.length + (head === null ? countSeeds(commits) : 0),
    commitsLeft: async () => Infinity,
    ...createLate<Work, (typeof laterMethods)[number]>(load, laterMethods),
    ...createOthers(api, about, options),
  }
}

/** How many commits the first commit of an empty repository adds: none where it is one file and others follow it, else one. */
function countSeeds(commits: readonly { readonly edits: readonly unknown[] }[]): number {
  return commits.length > 1 && commits[0]!.edits.length === 1 ? 0 : Math.min(commits.length, 1)
}

/** What leads to other branches. */
function createOthers(
  api: Api,
  about: About,
  options: GithubOptions,
): Omit<GithubRemote, keyof Remote> & Pick<Remote, 'proposals'> {
  const { proposesFrom: other } = options
  const loadProposals = async () => {
    const { createProposals } = await import('./pulls.ts')
    return createProposals(api, other!, (name) => moveTo(api, name, api.memory))
  }
  return {
    ...(other && { proposals: createLate(loadProposals, ['list', 'readCommits', 'propose']) }),
    onBranch: (name) => createRemote(moveTo(api, name, api.memory), about, options),
    forNextRun: (name, storing) => {
      const next = moveTo(api, name, new Memory(api.memory))
      return createRemote(next, createAbout(next), { ...options, ...storing })
    },
    readDefaultBranch: () => readDefaultBranch(api, about),
    openTracker: async () => {
      const { createTracker } = await import('./issues.ts')
      return createTracker(api)
    },
    publishFile: async (name, file) => {
      const { publishFile } = await import('./badge-branch.ts')
      return publishFile(moveTo(api, name, api.memory), file)
    },
  }
}

/** The same repository, on another branch. */
function moveTo(api: Api, branch: string, memory: Memory): Api {
  return Object.assign(Object.create(api) as Api, { branch, memory, where: placeOf(api.repository, branch) })
}

/** What messages call the branch. */
const placeOf = (repository: Repository, branch: string) => `GitHub "${formatRepository(repository)}@${branch}"`

const withoutSlash = (url: string) => url.replace(/\/+$/, '')

function createApi(http: Http, options: GithubOptions): Api {
  const { repository, branch, token, tokenName, apiUrl, graphqlUrl, serverUrl } = options
  const [owner, repo] = repository.name.split('/') as [string, string]
  return {
    http,
    repository,
    ownerAndRepo: { owner, repo },
    branch,
    token,
    tokenName: tokenName ?? services.github.tokenVariable,
    apiUrl: withoutSlash(apiUrl),
    graphqlUrl,
    git: {
      http,
      side: 'github' as const,
      url: `${withoutSlash(serverUrl)}/${repository.name}.git`,
      authorization: token === null ? null : `Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`,
    },
    where: placeOf(repository, branch),
    memory: new Memory(),
  }
}
