/** The Hugging Face side: one branch of a dataset, model or Space on the Hub. */
import { createLate } from '../async/late.ts'
import type { Http } from '../http/http.ts'
import { encodePath } from '../http/request.ts'
import { services } from '../http/services.ts'
import { lateMethods } from '../model/late-methods.ts'
import type { History, Remote, Repository } from '../model/remote.ts'
import { formatCommitLink, formatRepository } from '../model/repository.ts'
import { repositoryUrl } from './address.ts'
import type { Api } from './api.ts'
import { capabilities } from './capabilities.ts'
import { commitsPerHour, countParts, limitsDefault, type Limits } from './commit-parts.ts'
import { EntryCache } from './entry-cache.ts'
import { readHead, readHistory } from './history.ts'
import type { Work } from './work.ts'

/**
 * `endpoint` is the Hub's address, as `https://huggingface.co`. With `token` null only public repositories can be read.
 * `tokenName`: what messages call the token, where it is not that of its own variable.
 */
export interface HuggingFaceOptions {
  readonly repository: Repository
  readonly branch: string
  readonly token: string | null
  readonly tokenName?: string | undefined
  readonly endpoint: string
  /** What a Space runs that is made. */
  readonly sdk?: string | null
  readonly limits?: Limits
  /** The other repository's name, where its changes are proposed to the branch; null where they are written. */
  readonly proposesFrom?: string | null
}

const hourMs = 3_600_000

/** The remote for one branch of a repository on the Hub. */
export function createHuggingFaceRemote(http: Http, options: HuggingFaceOptions): Remote {
  const { repository, branch, limits = limitsDefault, sdk = null, proposesFrom: other = null } = options
  const api = createApi(http, options)
  const { readHistory: read, commitsLeft } = createHistoryReader(api)
  const load = async () => {
    const { createWork } = await import('./work.ts')
    return createWork(api, limits, { sdk, other, commitsLeft })
  }
  const loadTags = async () => {
    const { createTagStore } = await import('./tags.ts')
    return createTagStore(api)
  }
  return {
    side: 'huggingface',
    service: services.huggingface.name,
    repository,
    branch,
    lfsUrl: `${repositoryUrl(api)}.git/info/lfs`,
    capabilities,
    tags: { ...createLate(loadTags, ['read', 'isThere', 'readMessage', 'readUsed', 'write']), records: null },
    commitUrl: (oid) => formatCommitLink(api.endpoint, repository, oid),
    fileUrl: (oid, path) => `${repositoryUrl(api)}/blob/${oid}/${encodePath(path)}`,
    readHistory: read,
    commitsLeft,
    readHead: () => readHead(api),
    expectContents: (blobs) => {
      for (const { oid, byteLength } of blobs) api.cache.expected.set(oid, byteLength)
    },
    findContent: (oid) => api.cache.contents.get(oid) ?? null,
    // No answer that a run needs anyway tells it.
    isPublic: () => null,
    readRules: () => Promise.resolve(null),
    readPresent: () => Promise.resolve(new Set()),
    countCommits: (commits) => commits.reduce((sum, { edits }) => sum + countParts(edits, limits), 0),
    ...createLate<Work, (typeof lateMethods)[number]>(load, lateMethods),
    ...(other !== null && {
      proposals: createLate(
        async () => (await load()).openProposals(),
        ['list', 'readCommits', 'propose', 'offer', 'withdraw'],
      ),
    }),
  }
}

function createApi(http: Http, { repository, branch, token, tokenName, endpoint }: HuggingFaceOptions): Api {
  return {
    http,
    endpoint: endpoint.replace(/\/+$/, ''),
    repository,
    branch,
    token,
    tokenName: tokenName ?? services.huggingface.tokenVariable,
    where: `Hugging Face "${formatRepository(repository)}@${branch}"`,
    cache: new EntryCache(),
  }
}

/** Reads histories, and counts how many commits of the latest one were made within the last hour. */
function createHistoryReader(api: Api): Pick<Remote, 'readHistory' | 'commitsLeft'> {
  let latest: History | null = null
  let left: Promise<number> | null = null
  const count = async () => {
    const sinceMs = api.http.now() - hourMs
    let room = commitsPerHour
    for (let page = latest; page?.state === 'branch' && room > 0;) {
      const { commits, readMore } = page
      const recent = commits.filter(({ committerDate }) => Date.parse(committerDate) > sinceMs).length
      room -= recent
      page = recent === commits.length && readMore ? await readMore() : null
    }
    return Math.max(0, room)
  }
  return {
    readHistory: async (from) => {
      const history = await readHistory(api, from ?? null)
      if (history.state === 'branch') [latest, left] = [history, null]
      return history
    },
    commitsLeft: () => (left ??= count()),
  }
}
