/**
 * A Hugging Face Hub in memory: repositories on real git objects, large files in a storage of another origin, and the
 * answers of huggingface.co as far as they are known. What is uncertain about them is a switch. Not faked: pull
 * requests, gating, webhooks.
 *
 * Besides being asked over HTTP it lets a test act as other people: `commit` as they do in a browser, `gitPush`,
 * `superSquash`.
 */
import { Cas } from './cas.ts'
import type { Mode, ObjectStore } from './git.ts'
import { Hub } from './hub.ts'
import type { Clock } from './hub.ts'
import type { Role, Server } from './huggingface-call.ts'
import { applyEdits, checkPush, readAttributes, wantsLfs } from './huggingface-edits.ts'
import type { Edit } from './huggingface-edits.ts'
import { HubRepository } from './huggingface-repository.ts'
import type { LfsObject, StoredFile } from './huggingface-repository.ts'
import { answer } from './huggingface-routes.ts'
import { defaultSwitches } from './huggingface-switches.ts'
import type { Switches } from './huggingface-switches.ts'
import type { Storage } from './storage.ts'

export interface HuggingFaceOptions {
  /** `datasets/acme/corpus`, `models/acme/m` or `spaces/acme/s`. */
  id: string
  origin: string
  storage: Storage
  /** Where Xet's chunks go. */
  cas?: Cas
  clock: Clock
  tokens: ReadonlyMap<string, Role>
  /** Whose tokens these are. */
  user: string
  private?: boolean
  /** Whether the repository is still to be made. */
  missing?: boolean
  switches?: Partial<Switches>
}

/** What somebody commits at a path. Text or bytes are stored as the rules of the Hub say; `null` deletes. */
export type NewContent = string | Buffer | null | { lfs: Buffer } | { mode: Mode; content: string | Buffer }
export interface UserCommit {
  files: Record<string, NewContent>
  message: string
  user?: string
  email?: string
  date?: Date
}

export class HuggingFaceHub extends Hub {
  readonly server: Server
  readonly repository: HubRepository

  constructor(server: Server, repository: HubRepository) {
    super((request) => answer(server, request), server.clock)
    this.server = server
    this.repository = repository
  }

  get switches(): Switches {
    return this.server.switches
  }

  /** The object store, for commits that no route could write; `gitPush` puts them on a branch. */
  get git(): ObjectStore {
    return this.repository.git
  }

  /** Commits as the web page does, with its LFS rules, its edits of `.gitattributes` and its hooks. Returns the id. */
  commit(branch: string, { files, message, user = 'somebody', email, date }: UserCommit): string {
    const { repository } = this
    const head = repository.readRevision(`refs/heads/${branch}`)
    const before = repository.readFiles(head)
    const attributes = readAttributes(repository, before)
    // How files are stored is decided by the rules that the same commit brings, as for clients of the Hub.
    const own = files['.gitattributes']
    const rules = own !== null && typeof own === 'object' && 'mode' in own ? own.content : own
    if (typeof rules === 'string' || Buffer.isBuffer(rules)) attributes.set('', rules.toString())
    const edits = Object.entries(files).map(([path, content]): Edit => {
      if (content === null) return { path, deletes: 'entry' }
      if (typeof content === 'object' && 'lfs' in content)
        return { path, mode: null, lfs: repository.addObject(content.lfs) }
      if (typeof content === 'object' && 'mode' in content)
        return { path, mode: content.mode, content: Buffer.from(content.content) }
      const bytes = Buffer.from(content)
      const isLfs = bytes.length > 0 && wantsLfs(attributes, path, bytes.length, bytes)
      return isLfs ? { path, mode: null, lfs: repository.addObject(bytes) } : { path, mode: null, content: bytes }
    })
    const after = applyEdits(repository, before, edits)
    checkPush(repository, before, after, branch)
    return repository.writeCommit(branch, after, {
      message,
      user,
      ...(email !== undefined && { email }),
      ...(date && { date }),
    })
  }

  /** A push with git, forced or not, of a commit that is in `git`; `null` deletes the branch. */
  gitPush(branch: string, oid: string | null): void {
    if (oid !== null) this.git.readCommit(oid)
    this.repository.move(branch, oid)
  }

  /** Tags as somebody with git does; a tag that is there is moved. `commit` null deletes. */
  tag(name: string, commit: string | null, message?: string): void {
    this.repository.tag(name, commit, message)
  }

  get tags(): Record<string, string> {
    return Object.fromEntries(this.repository.tags)
  }

  superSquash(branch: string, message: string): string {
    return this.repository.superSquash(branch, message, 'somebody')
  }

  addObject(content: Uint8Array): LfsObject {
    return this.repository.addObject(content)
  }

  /** From now on `former` (such as `datasets/acme/old`) is answered with a redirection to this repository. */
  renamedFrom(former: string): void {
    this.server.moved.set(former.toLowerCase(), this.repository.id)
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

/** A hub with one repository, as new: branch `main`, one `initial commit`, the default `.gitattributes`. */
export function createHuggingFaceHub(options: HuggingFaceOptions): HuggingFaceHub {
  const { id, origin, storage, clock, tokens, user, cas = new Cas('https://cas-server.xethub.hf.co', clock) } = options
  const switches = { ...defaultSwitches(), ...options.switches }
  const repository = new HubRepository(id, { private: options.private ?? false, storage, clock, switches })
  const own = new Map([[id.toLowerCase(), repository]])
  if (!options.missing) repository.writeInitialCommit(user)
  const server: Server = {
    origin,
    storage,
    cas,
    clock,
    switches,
    tokens,
    user,
    repositories: options.missing ? new Map() : own,
    unborn: options.missing ? own : new Map(),
    moved: new Map(),
    uploads: new Map(),
    verified: new Set(),
    commitTimes: new Map(),
    windows: new Map(),
  }
  return new HuggingFaceHub(server, repository)
}
