/**
 * A GitHub in memory: one repository on real git objects, its LFS objects in a storage of another origin, and the
 * answers of github.com as far as they are known. What is uncertain about them is a switch. Not faked:
 * signatures, `GET contents`, git's own protocol.
 *
 * Besides being asked over HTTP it lets a test act as other people: `commit`, `merge`, `forcePush`, `addObject`.
 */
import type { FileEntry, Mode, ObjectStore, Person } from './git.ts'
import type { Role, Server } from './github-call.ts'
import { parseDate } from './github-commits.ts'
import { diffTrees } from './github-diff.ts'
import { mergeBase } from './github-history.ts'
import { formatPointer, GithubRepository } from './github-repository.ts'
import type { LfsObject, StoredFile } from './github-repository.ts'
import { answer } from './github-routes.ts'
import { defaultSwitches } from './github-switches.ts'
import type { Switches } from './github-switches.ts'
import { listRefs, writeTag } from './github-tags.ts'
import { Hub } from './hub.ts'
import type { Clock } from './hub.ts'
import type { Storage } from './storage.ts'

export interface GithubOptions {
  /** `acme/corpus` */
  name: string
  /** `https://api.github.com`, or on a port `<origin>/api/v3` as GitHub Enterprise has it. */
  api: string
  graphql: string
  /** Origin of pages and of LFS batches. */
  web: string
  raw?: string
  /** Origin of `verify`. Default: `https://lfs.github.com`. */
  lfs?: string
  storage: Storage
  clock: Clock
  tokens: ReadonlyMap<string, Role>
  private?: boolean
  /** Whether the repository is still to be made. */
  missing?: boolean
  defaultBranch?: string
  switches?: Partial<Switches>
}

/**
 * What somebody commits at a path. Text or bytes make a plain file, which keeps its mode; `null` deletes; `lfs` makes
 * an object and its pointer. The content of a submodule is the id of its commit.
 */
export type NewContent = string | Buffer | null | { lfs: Buffer } | { mode: Mode; content: string | Buffer }
/**
 * `date` is RFC 3339, and that of the author too unless `author` has one. Without `parents` the commit goes on top of
 * the branch.
 */
export interface UserCommit {
  files: Record<string, NewContent>
  message: string
  author?: { name: string; email: string; date?: string }
  date?: string
  parents?: string[]
}

interface Details {
  message: string
  author: UserCommit['author']
  date: string | undefined
}

export class GithubHub extends Hub {
  readonly server: Server
  readonly repository: GithubRepository

  constructor(server: Server) {
    super((request) => answer(server, request), server.clock)
    this.server = server
    this.repository = server.repository
  }

  /** The hub itself, under the name that `Storage` has for its own. */
  get hub(): Hub {
    return this
  }

  get switches(): Switches {
    return this.server.switches
  }

  /** The object store, for what no route could write. */
  get store(): ObjectStore {
    return this.repository.store
  }

  /** Commit ids by full name. To set one directly leaves no stale answers behind. */
  get refs(): Map<string, string> {
    return this.repository.refs
  }

  #person(author: UserCommit['author'], date: string | undefined): Person {
    const now = { seconds: Math.floor(this.clock.now() / 1000), offset: '+0000' }
    const { name, email, date: own } = author ?? { name: 'somebody', email: 'somebody@example.com' }
    const when = own ?? date
    return { name, email, ...(when === undefined ? now : parseDate(when)) }
  }

  #entry(content: Exclude<NewContent, null>, mode: Mode): FileEntry {
    if (typeof content === 'string' || Buffer.isBuffer(content)) return { mode, oid: this.store.writeBlob(content) }
    if ('lfs' in content) return { mode, oid: this.store.writeBlob(formatPointer(this.addObject(content.lfs))) }
    return {
      mode: content.mode,
      oid: content.mode === '160000' ? content.content.toString() : this.store.writeBlob(content.content),
    }
  }

  /**
   * Commits as somebody with git: on top of the branch, or of any parents. Makes the branch where there is none.
   * Returns the commit's id.
   */
  commit(branch: string, { files, message, author, date, parents }: UserCommit): string {
    const head = this.head(branch)
    const on = parents ?? (head === null ? [] : [head])
    const base = this.repository.tree(on[0] ?? null)
    const before = this.store.readFiles(base)
    const edits = Object.entries(files).map(([path, content]): [string, FileEntry | null] => [
      path,
      content === null ? null : this.#entry(content, before.get(path)?.mode ?? '100644'),
    ])
    return this.#write(branch, this.store.editFiles(base, edits), on, { message, author, date })
  }

  /** Tags as somebody with git, annotated where there is a message; a tag that is there is moved. `commit` null deletes. */
  tag(name: string, commit: string | null, message?: string): void {
    const tagger = this.#person(undefined, undefined)
    const isAnnotated = commit !== null && message !== undefined
    this.repository.moveRef(
      `refs/tags/${name}`,
      isAnnotated ? writeTag(this.store, { name, commit, tagger, message }) : commit,
    )
  }

  /** The commit that each tag comes to. */
  get tags(): Record<string, string> {
    const told = listRefs(this.repository, ['peel', 'ref-prefix refs/tags/']).map((line) => line.trimEnd().split(' '))
    return Object.fromEntries(
      told.map(([oid, ref, peeled]) => [ref!.slice('refs/tags/'.length), peeled?.slice('peeled:'.length) ?? oid!]),
    )
  }

  #write(branch: string, tree: string, parents: string[], { message, author, date }: Details): string {
    const oid = this.store.writeCommit({
      tree,
      parents,
      author: this.#person(author, date),
      committer: this.#person(undefined, date),
      message,
    })
    this.repository.moveRef(`refs/heads/${branch}`, oid)
    return oid
  }

  /**
   * Merges another branch or commit path by path: what that one changed since the merge base is taken, and `files` say
   * what the rest becomes.
   */
  merge(
    branch: string,
    other: string,
    { files = {}, message = `Merge ${other}`, author, date }: Partial<UserCommit> = {},
  ): string {
    const head = this.head(branch)
    const from = this.repository.readCommitId(other, 'fresh')
    if (head === null || from === null)
      throw new Error(`Cannot merge "${other}" into "${branch}": no such ${head === null ? 'branch' : 'commit'}`)
    const base = mergeBase(this.repository, head, from)
    const rows = diffTrees(this.store, this.repository.tree(base), this.repository.tree(from), 'none')
    const edits = rows.map(({ path, after }): [string, FileEntry | null] => [path, after])
    const settled = Object.entries(files).map(([path, content]): [string, FileEntry | null] => [
      path,
      content === null ? null : this.#entry(content, '100644'),
    ])
    return this.#write(branch, this.store.editFiles(this.repository.tree(head), [...edits, ...settled]), [head, from], {
      message,
      author,
      date,
    })
  }

  /** A push with git, forced or not, of a commit that is in `store`; `null` deletes the branch. */
  forcePush(branch: string, oid: string | null): void {
    if (oid !== null) this.store.readCommit(oid)
    this.repository.moveRef(`refs/heads/${branch}`, oid)
  }

  addObject(content: Uint8Array): LfsObject {
    return this.repository.addObject(content)
  }

  /** From now on `former` (such as `acme/old`) is answered with a redirection to this repository. */
  renamedFrom(former: string): void {
    this.server.former.add(former.toLowerCase())
  }

  head(branch: string): string | null {
    return this.repository.head(branch)
  }

  files(branch: string): Map<string, StoredFile> {
    return this.repository.files(branch)
  }

  writeBareRepository(folder: string): void {
    this.repository.writeBareRepository(folder)
  }
}

/** A hub with one repository, empty as a new one: no branch, no commit. */
export function createGithubHub(options: GithubOptions): GithubHub {
  const {
    name,
    api,
    graphql,
    web,
    lfs = 'https://lfs.github.com',
    raw = 'https://raw.githubusercontent.com',
    storage,
    clock,
    tokens,
    private: isPrivate = false,
    missing = false,
    defaultBranch = 'main',
  } = options
  const switches = { ...defaultSwitches(), ...options.switches }
  const repository = new GithubRepository(name, {
    private: isPrivate,
    missing,
    defaultBranch,
    storage,
    clock,
    switches,
  })
  const seen = { former: new Set<string>(), verified: new Set<string>(), windows: new Map(), spent: new Map(), open: 0 }
  return new GithubHub({ api, graphql, web, lfs, raw, storage, clock, switches, tokens, repository, ...seen })
}
