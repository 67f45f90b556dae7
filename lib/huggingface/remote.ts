import type { Http } from '../http/http.ts'
import { Lfs } from '../lfs/server.ts'
/** The Hugging Face side: one branch of a dataset, model or Space on the Hub. */
import { MissingTokenError } from '../model/errors.ts'
import type { Remote, Repository, Visibility } from '../model/remote.ts'
import { formatCommitLink, formatRepository } from '../model/repository.ts'
import { readVisibility } from './about.ts'
import { encodePath, repositoryUrl } from './address.ts'
import type { Api } from './api.ts'
import { containsCommit, createBranch } from './branch.ts'
import { readChanges, readIds, readModes } from './changes.ts'
import { prepareCommits } from './commit.ts'
import { readContent } from './content.ts'
import { readEntries } from './entries.ts'
import { EntryCache } from './entry-cache.ts'
import { Folders } from './folders.ts'
import { readHead, readHistory } from './history.ts'
import { commitsPerHour, countGroups, limitsDefault, type Limits } from './parts.ts'
import { parseFrontMatter, readRefusals } from './refusals.ts'
import { readStores } from './stores.ts'
import { countFiles } from './tree.ts'

/** `endpoint` is `HF_ENDPOINT`, `https://huggingface.co` by default. `token` null reads what is public. */
export interface HuggingFaceOptions {
  readonly repository: Repository
  readonly branch: string
  readonly token: string | null
  readonly endpoint: string
  readonly sleep?: (ms: number) => Promise<void>
  readonly limits?: Limits
}

const hourMs = 3_600_000

export function createHuggingFaceRemote(http: Http, options: HuggingFaceOptions): Remote {
  const { repository, branch, token, sleep = http.sleep, limits = limitsDefault } = options
  const endpoint = options.endpoint.replace(/\/+$/, '')
  const where = `huggingface "${formatRepository(repository)}@${branch}"`
  const api: Api = { http, endpoint, repository, branch, token, where, sleep }
  const cache = new EntryCache()
  const folders = new Folders(api, cache)
  const acceptedCards = new Set<string>()
  /**
   * Files that are still read in one request each: `raw` answers with the bytes, `resolve` with a redirect first, but
   * from a larger quota.
   */
  let rawReadsLeft = 2
  /** Paths that it refused as plain files. */
  const objectsOnly = new Set<string>()
  let visibility: Promise<Visibility> | null = null
  /** Of the last hour, by whomever. */
  let recentCommits = 0
  const lfsUrl = `${repositoryUrl(api)}.git/info/lfs`
  const lfs = new Lfs(http, {
    side: 'huggingface',
    url: lfsUrl,
    authorization: token === null ? null : `Bearer ${token}`,
    transfers: ['basic', 'multipart'],
    ref: `refs/heads/${branch}`,
  })
  return {
    side: 'huggingface',
    repository,
    branch,
    lfsUrl,
    keeps: { modes: false, rules: false },
    commitUrl: (oid) => formatCommitLink(endpoint, repository, oid),
    fileUrl: (oid, path) => `${repositoryUrl(api)}/blob/${oid}/${encodePath(path)}`,
    readHistory: async (from) => {
      const history = await readHistory(api, from ?? null)
      if (history.state !== 'branch') return history
      const recent = history.commits.filter(
        ({ committerDate }) => Date.parse(committerDate) > http.now() - hourMs,
      ).length
      // A page of commits that are all younger than an hour says nothing of how many there are.
      recentCommits = recent === history.commits.length && history.readMore !== null ? commitsPerHour : recent
      return history
    },
    readHead: () => readHead(api),
    containsCommit: (name, oid) => containsCommit(api, name, oid),
    readChanges: (from, to, includes) => readChanges(api, cache, from, to, includes),
    readIds: (from, to) => readIds(api, from, to),
    countFiles: (commit, includes, most) => countFiles(api, commit, includes, most),
    readEntries: (commit, paths) => readEntries(api, cache, commit, paths),
    readModes: (commit, paths) => readModes(api, cache, commit, paths),
    readContent: async (commit, path, blob) => {
      const route = rawReadsLeft-- > 0 ? 'raw' : undefined
      const content =
        cache.contents.get(blob.oid) ??
        (await readContent(api, commit, path, blob, cache.find(commit, path)?.byteLength ?? null, route))
      const card = path === 'README.md' ? parseFrontMatter(Buffer.from(content).toString('utf8')) : ''
      if (card !== '') acceptedCards.add(card)
      return content
    },
    openObject: (object, from) => lfs.open(object, from),
    readObject: (object) => lfs.read(object),
    locateObjects: (objects) => lfs.locate(objects),
    readMissing: (objects) => lfs.readMissing(objects),
    readStores: (head, files, attributes) =>
      readStores(
        api,
        cache,
        head,
        files.map((file) => (objectsOnly.has(file.path) ? { ...file, object: true } : file)),
        attributes,
      ),
    readRefusals: async (drafts, standing) => {
      const refusals = await readRefusals(api, drafts, acceptedCards)
      if (refusals.length > 0 || !standing) return refusals
      const inParts =
        countGroups(
          drafts.map(({ store, byteLength }) => (store === 'plain' ? byteLength : 0)),
          limits,
        ) > 1
      return folders.readRefusals(standing.head, [...standing.earlier, ...drafts], inParts)
    },
    readVisibility: () => (visibility ??= readVisibility(api)),
    checkWrite: async (objects = []) => {
      if (token === null)
        throw new MissingTokenError(
          `Cannot write to ${where}: HF_TOKEN is not set; a token with write access to the repository is needed`,
        )
      await (objects.length > 0 ? lfs.checkUpload(objects) : lfs.checkWrite())
    },
    readRules: () => Promise.resolve(null),
    readPresent: () => Promise.resolve(new Set()),
    uploadObjects: (uploads, how) => lfs.upload(uploads, how),
    countCommits: (commits) =>
      commits.reduce((sum, plainByteLengths) => sum + countGroups(plainByteLengths, limits), 0),
    commitsLeft: () => Math.max(0, commitsPerHour - recentCommits),
    createBranch: (oid) => createBranch(api, oid),
    prepare: async (commits, head) =>
      prepareCommits(api, commits, head, limits, (paths) => {
        for (const path of paths) objectsOnly.add(path)
      }),
  }
}
