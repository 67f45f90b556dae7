/** The Hugging Face side: one branch of a dataset, model or Space on the Hub. */
import type { Http } from '../http/http.ts'
import { encodePath } from '../http/request.ts'
import { services } from '../http/services.ts'
import { createObjectStore } from '../lfs/objects.ts'
import { Lfs } from '../lfs/server.ts'
import { contentByteLength } from '../model/content.ts'
import type { LfsObject } from '../model/entry.ts'
import { MissingTokenError } from '../model/errors.ts'
import type { Commit, Draft, Remote, Repository } from '../model/remote.ts'
import { formatCommitLink, formatRepository } from '../model/repository.ts'
import type { Visibility } from '../model/visibility.ts'
import { readVisibility } from './about.ts'
import { repositoryUrl } from './address.ts'
import type { Api } from './api.ts'
import { containsCommit, createBranch } from './branch.ts'
import { capabilities } from './capabilities.ts'
import { readChanges, readIds, readModes } from './changes.ts'
import { commitsPerHour, countGroups, limitsDefault, type Limits } from './commit-parts.ts'
import { prepareCommits } from './commit.ts'
import { readContent, readPlainRange } from './content.ts'
import { readEntries } from './entries.ts'
import { EntryCache } from './entry-cache.ts'
import { Folders } from './folders.ts'
import { guesses } from './guesses.ts'
import { readHead, readHistory } from './history.ts'
import { readRefusals } from './refusals.ts'
import { readStores } from './stores.ts'
import { createTagStore } from './tags.ts'
import { countFiles } from './tree.ts'

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
}

const hourMs = 3_600_000

/** The remote for one branch of a repository on the Hub. */
export function createHuggingFaceRemote(http: Http, options: HuggingFaceOptions): Remote {
  const { repository, branch, limits = limitsDefault, sdk = null } = options
  const api = createApi(http, options)
  const lfsUrl = `${repositoryUrl(api)}.git/info/lfs`
  const lfs = createLfs(api, lfsUrl)
  const folders = new Folders(api)
  /** Paths that the Hub has refused as plain files. */
  const objectsOnly = new Set<string>()
  const countParts = (edits: readonly Draft[]) =>
    countGroups(
      edits.map(({ store, content }) => (store === 'plain' ? contentByteLength(content) : 0)),
      limits,
    )
  let visibility: Promise<Visibility> | null = null
  return {
    side: 'huggingface',
    service: services.huggingface.name,
    repository,
    branch,
    lfsUrl,
    capabilities,
    guesses,
    tags: createTagStore(api),
    commitUrl: (oid) => formatCommitLink(api.endpoint, repository, oid),
    fileUrl: (oid, path) => `${repositoryUrl(api)}/blob/${oid}/${encodePath(path)}`,
    ...createHistoryReader(api),
    readHead: () => readHead(api),
    containsCommit: (name, oid) => containsCommit(api, name, oid),
    readChanges: (from, to, includes) => readChanges(api, from, to, includes),
    readIds: (from, to) => readIds(api, from, to),
    countFiles: (commit, includes, most) => countFiles(api, commit, includes, most),
    readEntries: (commit, paths) => readEntries(api, commit, paths),
    readModes: (commit, paths) => readModes(api, commit, paths),
    readContent: createContentReader(api),
    findContent: (oid) => api.cache.contents.get(oid) ?? null,
    ...createFileStore(api, lfs),
    readStores: (head, files, attributes, read) => readStores(api, head, attributes, { files, read, objectsOnly }),
    readRefusals: async (drafts, read, standing) => {
      const refusals = await readRefusals(api, drafts, read)
      if (refusals.length > 0 || !standing) return refusals
      return folders.readRefusals(standing.head, [...standing.earlier, ...drafts], countParts(drafts) > 1)
    },
    ...createFirst(api, lfs, sdk),
    readVisibility: () => (visibility ??= readVisibility(api)),
    // No answer that a run needs anyway tells it.
    isPublic: () => null,
    checkWrite: (objects = []) => checkWrite(api, lfs, objects),
    readRules: () => Promise.resolve(null),
    readPresent: () => Promise.resolve(new Set()),
    countCommits: (commits) => commits.reduce((sum, { edits }) => sum + countParts(edits), 0),
    createBranch: (oid) => createBranch(api, oid),
    prepare: async (commits, head) =>
      prepareCommits(api, commits, head, {
        limits,
        refused: (paths) => paths.forEach((path) => objectsOnly.add(path)),
      }),
  }
}

/** What is asked and done before a repository is mirrored for the first time. Its modules are loaded when somebody does. */
function createFirst(
  api: Api,
  lfs: Lfs,
  sdk: string | null,
): Pick<Remote, 'readDiagnosis' | 'checkCreate' | 'createRepository'> {
  const check = async () => {
    const { checkCreate } = await import('./create.ts')
    return checkCreate(api, sdk)
  }
  return {
    readDiagnosis: async (creates) => {
      const { diagnose } = await import('./diagnosis.ts')
      return diagnose(api, () => lfs.checkWrite(), { webUrl: repositoryUrl(api), creates, checkCreate: check })
    },
    checkCreate: check,
    createRepository: async (visibility) => {
      const { createRepository } = await import('./create.ts')
      return createRepository(api, visibility, sdk)
    },
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

function createLfs({ http, branch, token, tokenName }: Api, url: string): Lfs {
  return new Lfs(http, {
    side: 'huggingface',
    url,
    authorization: token === null ? null : `Bearer ${token}`,
    tokenName,
    transfers: ['basic', 'multipart'],
    ref: `refs/heads/${branch}`,
  })
}

/** Reads histories, and counts how many commits of them were made within the last hour. */
function createHistoryReader(api: Api): Pick<Remote, 'readHistory' | 'commitsLeft'> {
  let recentCommits = 0
  return {
    readHistory: async (from) => {
      const history = await readHistory(api, from ?? null)
      if (history.state !== 'branch') return history
      const isRecent = ({ committerDate }: Commit) => Date.parse(committerDate) > api.http.now() - hourMs
      const recent = history.commits.filter(isRecent).length
      // If all commits of the first page are younger than an hour, there may be more of them.
      recentCommits = recent === history.commits.length && history.readMore !== null ? commitsPerHour : recent
      return history
    },
    commitsLeft: () => Math.max(0, commitsPerHour - recentCommits),
  }
}

/** The methods for LFS objects, and parts of plain files. */
function createFileStore(api: Api, lfs: Lfs): ReturnType<typeof createObjectStore> {
  const objects = createObjectStore(lfs)
  return {
    ...objects,
    readRange: (file, from, to) =>
      file.entry.lfs ? objects.readRange(file, from, to) : readPlainRange(api, file, from, to),
  }
}

function createContentReader(api: Api): Remote['readContent'] {
  /** Files that are still read by `raw`, in one request each. `resolve` redirects, but its limit of requests is larger. */
  let rawReadsLeft = 2
  return async (commit, path, { oid }) => {
    const route = rawReadsLeft-- > 0 ? 'raw' : undefined
    const byteLength = api.cache.find(commit, path)?.byteLength ?? null
    return api.cache.contents.get(oid) ?? (await readContent(api, { commit, path, oid, byteLength }, route))
  }
}

/** Throws where the token may not write, or where the LFS server would refuse one of the objects. */
async function checkWrite(api: Api, lfs: Lfs, objects: readonly LfsObject[]): Promise<void> {
  if (api.token === null)
    throw new MissingTokenError(
      `Cannot write to ${api.where}: HF_TOKEN is not set; a token with write access to the repository is needed`,
    )
  await (objects.length > 0 ? lfs.checkUpload(objects) : lfs.checkWrite())
}
