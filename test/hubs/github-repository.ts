/** What one repository on GitHub holds: git objects, refs, and the LFS objects that are in the storage for it. */
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { emptyTreeOid, ObjectStore } from './git.ts'
import type { FileEntry, Mode } from './git.ts'
import type { Switches } from './github-switches.ts'
import type { Clock } from './hub.ts'
import type { LfsObject, Storage } from './storage.ts'

export type { LfsObject }

/** `content` is the object's bytes where the file is kept as LFS. */
export interface StoredFile {
  mode: Mode
  oid: string
  content: Buffer
  lfs: LfsObject | null
}

export interface StoredIssue {
  readonly number: number
  title: string
  body: string
  state: 'open' | 'closed'
  labels: string[]
  readonly comments: string[]
  readonly author: { readonly login: string; readonly association: string }
  /** How many lists do not have it yet. */
  unseenLists: number
  /** Whether it is a pull request, which the list of issues has, too. */
  readonly isPull: boolean
}

/** A pull request. */
export interface Pull {
  readonly number: number
  title: string
  body: string
  state: 'open' | 'closed'
  /** The commit of the target by which it was merged. */
  merged: string | null
  head: string
  readonly branch: string
  target: string
  /** Lists that do not show it yet. */
  unseen: number
}

const pointerFormat = /^version https:\/\/git-lfs\.github\.com\/spec\/v1\noid sha256:([0-9a-f]{64})\nsize (\d+)\n$/

export function formatPointer({ oid, byteLength }: LfsObject): Buffer {
  return Buffer.from(`version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${byteLength}\n`)
}

export class GithubRepository {
  readonly name: string
  readonly id = 1_296_269
  readonly nodeId = 'R_kgDOABPHjQ'
  private: boolean
  /** Not made yet. */
  isMissing: boolean
  /** Answers that are still to see nothing of it. */
  unseenReads = 0
  defaultBranch: string
  /** Whether the first branch becomes the default one, as in a repository that the API has made. */
  takesFirstBranch = false
  readonly store = new ObjectStore()
  /** Pull requests, the oldest first. */
  readonly pulls: Pull[] = []
  /** Full names to object ids, as they are. */
  readonly refs = new Map<string, string>()
  /** SHA-256 of the LFS objects that GitHub counts as its own. */
  readonly present = new Set<string>()
  readonly issues: StoredIssue[] = []
  readonly labels = new Set<string>()
  readonly storage: Storage
  readonly clock: Clock
  readonly switches: Switches
  readonly #stale = new Map<string, { oid: string | null; reads: number }>()

  constructor(
    name: string,
    options: {
      private: boolean
      missing: boolean
      defaultBranch: string
      storage: Storage
      clock: Clock
      switches: Switches
    },
  ) {
    this.name = name
    this.private = options.private
    this.isMissing = options.missing
    this.defaultBranch = options.defaultBranch
    this.storage = options.storage
    this.clock = options.clock
    this.switches = options.switches
  }

  /** Issues and pull requests share their numbers. */
  addIssue(issue: Pick<StoredIssue, 'title' | 'body' | 'labels'> & Partial<StoredIssue>): StoredIssue {
    const rest = { number: this.issues.length + 1, state: 'open', unseenLists: 0, isPull: false } as const
    const author = { login: 'stranger', association: 'NONE' }
    const stored: StoredIssue = { ...rest, author, comments: [], ...issue }
    this.issues.push(stored)
    return stored
  }

  // Refs

  get isEmpty(): boolean {
    return ![...this.refs.keys()].some((name) => name.startsWith('refs/heads/'))
  }

  head(branch: string): string | null {
    return this.refs.get(`refs/heads/${branch}`) ?? null
  }

  /** Moves or makes a ref; `null` takes it away. */
  moveRef(name: string, oid: string | null): void {
    const before = this.refs.get(name) ?? null
    this.#stale.delete(name)
    if (this.takesFirstBranch && this.isEmpty && name.startsWith('refs/heads/'))
      this.defaultBranch = name.slice('refs/heads/'.length)
    if (oid === null) this.refs.delete(name)
    else this.refs.set(name, oid)
    if (before !== oid && this.switches.staleReads > 0)
      this.#stale.set(name, { oid: before, reads: this.switches.staleReads })
  }

  /** Where a ref is, or where it was as long as answers are stale. */
  readRef(name: string, freshness: 'fresh' | 'stale'): string | null {
    const old = freshness === 'stale' ? this.#stale.get(name) : undefined
    if (!old) return this.refs.get(name) ?? null
    old.reads -= 1
    if (old.reads === 0) this.#stale.delete(name)
    return old.oid
  }

  /** The object that a branch, tag, full ref name or id names. */
  readRevision(revision: string, freshness: 'fresh' | 'stale' = 'stale'): string | null {
    if (/^[0-9a-f]{40}$/.test(revision)) return this.store.type(revision) === null ? null : revision
    if (revision === 'HEAD') return this.readRef(`refs/heads/${this.defaultBranch}`, freshness)
    const short = [`refs/tags/${revision}`, `refs/heads/${revision}`]
    const names = [
      revision,
      `refs/${revision}`,
      ...(this.switches.ambiguousName === 'tag' ? short : short.toReversed()),
    ]
    for (const name of names) {
      const isKnown = this.refs.has(name) || this.#stale.has(name)
      if (isKnown) return this.readRef(name, freshness)
    }
    return null
  }

  readCommitId(revision: string, freshness: 'fresh' | 'stale' = 'stale'): string | null {
    const oid = this.readRevision(revision, freshness)
    return oid !== null && this.store.has(oid, 'commit') ? oid : null
  }

  tree(commit: string | null): string {
    return commit === null ? emptyTreeOid : this.store.readCommit(commit).tree
  }

  // LFS objects

  key(oid: string): string {
    return `alambic/media/${this.id}/${oid.slice(0, 2)}/${oid.slice(2, 4)}/${oid}`
  }

  /** Whether its bytes are in the storage, verified or not. */
  isStored({ oid, byteLength }: LfsObject): boolean {
    return this.storage.objects.get(this.key(oid))?.length === byteLength
  }

  hasObject(object: LfsObject): boolean {
    return this.isStored(object) && (this.switches.lfsPresentAfter === 'upload' || this.present.has(object.oid))
  }

  addObject(content: Uint8Array): LfsObject {
    const oid = createHash('sha256').update(content).digest('hex')
    this.storage.objects.set(this.key(oid), Buffer.from(content))
    this.present.add(oid)
    return { oid, byteLength: content.length }
  }

  /** The object that a file's blob points to, `null` if it is no pointer. */
  pointer({ mode, oid }: FileEntry): LfsObject | null {
    if (mode !== '100644' && mode !== '100755') return null
    const blob = this.store.read(oid, 'blob')
    if (blob.length > 200) return null
    const [, sha256, byteLength] = pointerFormat.exec(blob.toString()) ?? []
    return sha256 === undefined ? null : { oid: sha256, byteLength: Number(byteLength) }
  }

  // Inspection

  /** What stands on a branch. Throws where a pointer's object is missing. */
  files(branch: string): Map<string, StoredFile> {
    const stored = new Map<string, StoredFile>()
    for (const [path, { mode, oid }] of this.store.readFiles(this.tree(this.head(branch)))) {
      const lfs = this.pointer({ mode, oid })
      const content = lfs
        ? this.storage.objects.get(this.key(lfs.oid))
        : mode === '160000'
          ? Buffer.alloc(0)
          : this.store.read(oid, 'blob')
      if (!content)
        throw new Error(
          `Cannot read "${path}" of ${this.name}@${branch}: its LFS object ${lfs!.oid} is not in the storage`,
        )
      stored.set(path, { mode, oid, content, lfs })
    }
    return stored
  }

  /** For real git and git-lfs to judge: a bare repository with its objects beside it. */
  writeBareRepository(folder: string): void {
    this.store.writeBareRepository(folder, this.refs, `refs/heads/${this.defaultBranch}`)
    for (const oid of this.present) {
      const file = join(folder, 'lfs', 'objects', oid.slice(0, 2), oid.slice(2, 4), oid)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, this.storage.objects.get(this.key(oid))!)
    }
  }
}
