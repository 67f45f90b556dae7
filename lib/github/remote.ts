/** The GitHub side: one branch of a repository. */
import type { Http, Policy } from '../http/http.ts'
import { encodePath } from '../http/request.ts'
import { services } from '../http/services.ts'
import { createObjectStore } from '../lfs/objects.ts'
import { Lfs } from '../lfs/server.ts'
import type { Mode } from '../model/entry.ts'
import type { Remote, Repository } from '../model/remote.ts'
import { formatCommitLink, formatRepository } from '../model/repository.ts'
import { createAbout, readDefaultBranch, readVisibility, type About } from './about.ts'
import { createOctokit, type Api } from './api.ts'
import { checkWrite, containsCommit, createBranch } from './branch.ts'
import { capabilities } from './capabilities.ts'
import { countFiles, readChanges } from './changes.ts'
import { readBlob, readPlainRange } from './content.ts'
import { readEntries } from './entries.ts'
import { guesses } from './guesses.ts'
import { pickCommits, readHead, readHistory } from './history.ts'
import { countSeeds } from './initial-commit.ts'
import type { Tracker } from './issues.ts'
import { Memory } from './memory.ts'
import { prepareCommits } from './new-commit.ts'
import type { Place } from './questions.ts'
import { readRefusals } from './refusals.ts'
import { readRules } from './rules.ts'
import { plainObjectMax, readStores } from './stores.ts'
import { createTagStore } from './tags.ts'
import { readPresent } from './tree-entries.ts'

/**
 * The addresses are `https://api.github.com`, `https://api.github.com/graphql` and `https://github.com`, or an Enterprise
 * Server's. With `token` null only public repositories can be read. `tokenName`: what messages call the token, where it is
 * not that of its own variable.
 */
export interface GithubOptions {
  readonly repository: Repository
  readonly branch: string
  readonly token: string | null
  readonly tokenName?: string | undefined
  readonly apiUrl: string
  readonly graphqlUrl: string
  readonly serverUrl: string
  /** Where LFS objects are stored by now, if not at GitHub. */
  readonly store?: FindStore
  /** Bytes of the largest LFS object of the other side's that becomes a plain file where no rule says more. */
  readonly plainMax?: number | undefined
}

type Store = Pick<
  Remote,
  'openObject' | 'readObject' | 'readRange' | 'locateObjects' | 'readMissing' | 'uploadObjects' | 'checkWrite'
>

/** How objects are stored, which may differ between mirrors of one repository. */
export type Storing = Pick<GithubOptions, 'store' | 'plainMax'>

/** The store in the place of GitHub's own; null where that is used. */
type FindStore = () => Store | null

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
}

/** The remote of one branch of a repository on GitHub. Makes no request by itself. */
export function createGithubRemote(http: Http, options: GithubOptions): GithubRemote {
  const api = createApi(http, options)
  return createRemote(api, createAbout(api), options)
}

function createRemote(api: Api, about: About, options: GithubOptions): GithubRemote {
  const { repository, branch } = api
  const serverUrl = withoutSlash(options.serverUrl)
  const lfsUrl = `${api.gitUrl}/info/lfs`
  const lfs = createLfs(api, lfsUrl)
  const own = createStore(lfs)
  const store = () => options.store?.() ?? own
  return {
    side: 'github',
    service: services.github.name,
    repository,
    branch,
    lfsUrl,
    capabilities,
    guesses,
    tags: createTagStore(api),
    commitUrl: (oid) => formatCommitLink(serverUrl, repository, oid),
    fileUrl: (oid, path) => `${serverUrl}/${repository.name}/blob/${oid}/${encodePath(path)}`,
    readHistory: (from) => readHistory(api, from ?? null),
    readHead: () => readHead(api),
    pickCommits: (head, commits, places) => pickCommits(api, head, commits, places),
    containsCommit: (name, oid) => containsCommit(api, name, oid),
    readChanges: (from, to, includes) => readChanges(api, from, to, includes),
    readIds: async (from, to) =>
      new Map((await readChanges(api, from, to, () => true)).map(({ path, after }) => [path, after?.oid ?? null])),
    countFiles: (commit, includes, most) => countFiles(api, commit, includes, most),
    readEntries: (commit, paths) => readEntries(api, commit, paths),
    readModes: (commit, paths) => readModes(api, commit, paths),
    findContent: (oid) => api.memory.findContent(oid),
    readContent: (_, path, { oid }) => readBlob(api, oid, path),
    readRange: async (file, from, to) =>
      file.entry.lfs ? ((await store().readRange?.(file, from, to)) ?? null) : readPlainRange(api, file, from, to),
    openObject: (object, from) => store().openObject(object, from),
    readObject: (object) => store().readObject(object),
    locateObjects: (objects) => store().locateObjects(objects),
    readMissing: (objects) => store().readMissing(objects),
    uploadObjects: (uploads, how) => store().uploadObjects(uploads, how),
    readStores: (head, files, attributes) =>
      readStores(api, head, files, { attributes, plainMax: options.plainMax ?? plainObjectMax }),
    readRefusals: async (drafts) => readRefusals(drafts),
    ...createFirst(api, about, lfs, { serverUrl, usesStore: () => store() === own }),
    readVisibility: () => readVisibility(api, about),
    isPublic: () => api.memory.isPublic,
    checkWrite: async (objects = []) => {
      await checkWrite(api, about)
      if (objects.length > 0) await store().checkWrite(objects)
    },
    readRules: () => readRules(api),
    readPresent: (oids) => readPresent(api, oids),
    countCommits: (commits, head) => commits.length + (head === null ? countSeeds(commits) : 0),
    commitsLeft: () => Infinity,
    createBranch: (oid) => createBranch(api, oid),
    prepare: (commits, head) => prepareCommits(api, commits, head),
    ...createOthers(api, about, options),
  }
}

/** What leads to other branches. */
function createOthers(api: Api, about: About, options: GithubOptions): Omit<GithubRemote, keyof Remote> {
  return {
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
  }
}

/** The same repository, on another branch. */
function moveTo(api: Api, branch: string, memory: Memory): Api {
  return { ...api, branch, memory, where: placeOf(api.repository, branch) }
}

/** What messages call the branch. */
const placeOf = (repository: Repository, branch: string) => `GitHub "${formatRepository(repository)}@${branch}"`

/** The modes of what is at paths. */
async function readModes(api: Api, commit: string, paths: readonly string[]): Promise<Map<string, Mode>> {
  const entries = await readEntries(api, commit, paths)
  return new Map([...entries].flatMap(([path, entry]) => (entry ? [[path, entry.mode] as const] : [])))
}

const withoutSlash = (url: string) => url.replace(/\/+$/, '')

function createApi(http: Http, options: GithubOptions): Api {
  const { repository, branch, token, tokenName, apiUrl, graphqlUrl, serverUrl } = options
  const [owner, repo] = repository.name.split('/') as [string, string]
  const octokit = (policy: Policy) => createOctokit(http, { token, apiUrl: withoutSlash(apiUrl), policy })
  return {
    http,
    repository,
    ownerAndRepo: { owner, repo },
    branch,
    token,
    tokenName: tokenName ?? services.github.tokenVariable,
    graphqlUrl,
    gitUrl: `${withoutSlash(serverUrl)}/${repository.name}.git`,
    gitAuthorization: token === null ? null : `Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`,
    where: placeOf(repository, branch),
    repeating: octokit({ repeat: true }),
    querying: octokit({ repeat: true, failuresMax: 2 }),
    once: octokit({ repeat: false }),
    memory: new Memory(),
  }
}

/** GitHub's own LFS server. */
function createLfs({ http, branch, tokenName, gitAuthorization }: Api, url: string): Lfs {
  return new Lfs(http, {
    side: 'github',
    url,
    authorization: gitAuthorization,
    tokenName,
    transfers: ['basic'],
    ref: `refs/heads/${branch}`,
  })
}

/** What is asked and done before a repository is mirrored for the first time. Its modules are loaded when somebody does. */
function createFirst(
  api: Api,
  about: About,
  lfs: Lfs,
  place: Omit<Place, 'webUrl' | 'creates'>,
): Pick<Remote, 'readDiagnosis' | 'checkCreate' | 'createRepository'> {
  const webUrl = `${place.serverUrl}/${api.repository.name}`
  return {
    readDiagnosis: async (creates) => {
      const { diagnose } = await import('./diagnosis.ts')
      return diagnose(api, about, () => lfs.checkWrite(), { ...place, webUrl, creates })
    },
    checkCreate: async (visibility) => {
      const { checkCreate } = await import('./create.ts')
      return checkCreate(api, visibility)
    },
    createRepository: async (visibility) => {
      const { createRepository } = await import('./create.ts')
      return createRepository(api, about, visibility)
    },
  }
}

function createStore(lfs: Lfs): Store {
  return { ...createObjectStore(lfs), checkWrite: (objects = []) => lfs.checkUpload(objects) }
}
