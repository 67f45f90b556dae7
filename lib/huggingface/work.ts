/** What the Hugging Face side does where there is something to do: reading files, and writing. */
import { BlobFetcher } from '../git-wire/blob-fetcher.ts'
import type { GitServer } from '../git-wire/server.ts'
import { createObjectStore } from '../lfs/objects.ts'
import { Lfs } from '../lfs/server.ts'
import type { LfsObject } from '../model/entry.ts'
import { MissingTokenError } from '../model/errors.ts'
import { withProposal } from '../model/guesses.ts'
import type { Remote } from '../model/remote.ts'
import type { Visibility } from '../model/visibility.ts'
import { readVisibility } from './about.ts'
import { repositoryUrl } from './address.ts'
import type { Api } from './api.ts'
import { containsCommit, createBranch } from './branch.ts'
import { capabilities } from './capabilities.ts'
import { readChanges, readIds, readModes } from './changes.ts'
import { countParts, type Limits } from './commit-parts.ts'
import { prepareCommits } from './commit.ts'
import { rawReadsMax, readContent, readPlainRange } from './content.ts'
import { countFiles, readEntries } from './entries.ts'
import { Folders } from './folders.ts'
import { createGuesses, proposing } from './guesses.ts'
import { readRefusals } from './refusals.ts'
import { readStores } from './stores.ts'

export type Work = ReturnType<typeof createWork>

/**
 * The methods of a remote that a run with nothing to do does not call. `sdk`: what a Space runs that is made. `other`: the
 * repository whose changes are proposed; null where they are written.
 */
export function createWork(
  api: Api,
  limits: Limits,
  {
    sdk,
    other,
    commitsLeft,
  }: { readonly sdk: string | null; readonly other: string | null; readonly commitsLeft: () => Promise<number> },
) {
  const lfs = createLfs(api, `${repositoryUrl(api)}.git/info/lfs`)
  const folders = new Folders(api)
  /** Paths that the Hub has refused as plain files. */
  const objectsOnly = new Set<string>()
  const refused = (paths: readonly string[]) => paths.forEach((path) => objectsOnly.add(path))
  let visibility: Promise<Visibility> | null = null
  return {
    loadGuesses: async () => {
      const guesses = createGuesses(await commitsLeft())
      return other === null ? guesses : withProposal(guesses, proposing)
    },
    containsCommit: (name, oid) => containsCommit(api, name, oid),
    readChanges: (from, to, includes, tell) => readChanges(api, from, to, { includes, tell }),
    readIds: (from, to) => readIds(api, from, to),
    countFiles: (commit, includes, most) => countFiles(api, commit, includes, most),
    readEntries: (commit, paths) => readEntries(api, commit, paths),
    readModes: (commit, paths) => readModes(api, commit, paths),
    readContent: createContentReader(api),
    ...createFileStore(api, lfs),
    readStores: (head, files, attributes, read) => readStores(api, head, attributes, { files, read, objectsOnly }),
    readRefusals: async (drafts, read, standing) => {
      const refusals = await readRefusals(api, drafts, read)
      if (refusals.length > 0 || !standing) return refusals
      return folders.readRefusals(standing.head, [...standing.earlier, ...drafts], countParts(drafts, limits) > 1)
    },
    ...createFirst(api, lfs, sdk),
    readVisibility: () => (visibility ??= readVisibility(api)),
    // Whoever proposes need not be allowed to write.
    checkWrite: async (objects = []) => {
      if (other === null || objects.length > 0) await checkWrite(api, lfs, objects)
    },
    createBranch: (oid) => createBranch(api, oid),
    prepare: async (commits, head) => prepareCommits(api, commits, head, { limits, refused }),
    openProposals: async () => {
      const { createProposals } = await import('./pulls.ts')
      return createProposals(api, `Mirror ${other}`, (own, commits, head) =>
        prepareCommits(own, commits, head, { limits, refused }),
      )
    },
  } satisfies Partial<Remote> & Record<'openProposals', unknown>
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

function createLfs({ http, branch, token, tokenName }: Api, url: string): Lfs {
  return new Lfs(http, {
    side: 'huggingface',
    url,
    authorization: token === null ? null : `Bearer ${token}`,
    tokenName,
    transfers: ['basic', 'multipart'],
    batchMax: capabilities.objectsMax,
    ref: `refs/heads/${branch}`,
  })
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

/** The repository as git reaches it, which takes a token as anybody's password. */
function gitServer(api: Api): GitServer {
  const { http, token } = api
  const authorization = token === null ? null : `Basic ${Buffer.from(`user:${token}`).toString('base64')}`
  return { http, side: 'huggingface', url: `${repositoryUrl(api)}.git`, authorization }
}

function createContentReader(api: Api): Remote['readContent'] {
  const { contents, expected } = api.cache
  const fetcher = new BlobFetcher(gitServer(api), {
    expected,
    find: (oid) => contents.get(oid) ?? null,
    keep: (oid, content) => contents.set(oid, content),
  })
  let rawReadsLeft = rawReadsMax
  return async (commit, path, { oid }) => {
    const fetched = contents.get(oid) ?? (await fetcher.find(oid))
    if (fetched) return fetched
    const route = rawReadsLeft-- > 0 ? 'raw' : undefined
    const byteLength = api.cache.find(commit, path)?.byteLength ?? null
    return readContent(api, { commit, path, oid, byteLength }, route)
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
