/** What the GitHub side does where there is something to do: reading files, and writing. */
import { createObjectStore } from '../lfs/objects.ts'
import { Lfs } from '../lfs/server.ts'
import type { Mode } from '../model/entry.ts'
import { withProposal } from '../model/guesses.ts'
import type { Remote } from '../model/remote.ts'
import { readVisibility, type About } from './about.ts'
import type { Api } from './api.ts'
import { checkWrite, containsCommit, createBranch } from './branch.ts'
import { countFiles, readChanges } from './changes.ts'
import { readBlob, readPlainRange } from './content.ts'
import { readEntries } from './entries.ts'
import { guesses, proposing } from './guesses.ts'
import { prepareCommits } from './new-commit.ts'
import type { GithubOptions, Store } from './options.ts'
import type { Place } from './questions.ts'
import { readRefusals } from './refusals.ts'
import { readRules } from './rules.ts'
import { plainObjectMax, readStores } from './stores.ts'
import { readPresent } from './tree-entries.ts'

export type Work = ReturnType<typeof createWork>

/** The methods of a remote that a run with nothing to do does not call. */
export function createWork(api: Api, about: About, options: GithubOptions) {
  const lfs = createLfs(api, `${api.git.url}/info/lfs`)
  const own = createStore(lfs)
  const store = () => options.store?.() ?? own
  return {
    loadGuesses: async () => (options.proposesFrom ? withProposal(guesses, proposing) : guesses),
    containsCommit: (name, oid) => containsCommit(api, name, oid),
    readChanges: (from, to, includes, tell) => readChanges(api, from, to, { includes, tell }),
    readIds: async (from, to) =>
      new Map(
        (await readChanges(api, from, to, { includes: () => true })).map(({ path, after }) => [
          path,
          after?.oid ?? null,
        ]),
      ),
    countFiles: (commit, includes, most) => countFiles(api, commit, includes, most),
    readEntries: (commit, paths) => readEntries(api, commit, paths),
    readModes: (commit, paths) => readModes(api, commit, paths),
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
    ...createFirst(api, about, lfs, {
      serverUrl: options.serverUrl.replace(/\/+$/, ''),
      usesStore: () => store() === own,
      proposes: Boolean(options.proposesFrom),
    }),
    readVisibility: () => readVisibility(api, about),
    checkWrite: async (objects = []) => {
      await checkWrite(api, about)
      if (objects.length > 0) await store().checkWrite(objects)
    },
    readRules: () => readRules(api),
    readPresent: (oids) => readPresent(api, oids),
    createBranch: (oid) => createBranch(api, oid),
    prepare: (commits, head, check) => prepareCommits(api, commits, head, check),
  } satisfies Partial<Remote>
}

/** The modes of what is at paths. */
async function readModes(api: Api, commit: string, paths: readonly string[]): Promise<Map<string, Mode>> {
  const entries = await readEntries(api, commit, paths)
  return new Map([...entries].flatMap(([path, entry]) => (entry ? [[path, entry.mode] as const] : [])))
}

/** GitHub's own LFS server. */
function createLfs({ http, branch, tokenName, git }: Api, url: string): Lfs {
  return new Lfs(http, {
    side: 'github',
    url,
    authorization: git.authorization,
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
