/**
 * What one repository of the Hub holds: git objects, branches and tags, and the LFS objects that are in the storage for
 * it.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { emptyTreeOid, ObjectStore } from './git.ts'
import type { FileEntry, Mode, Person } from './git.ts'
import { writeTag } from './github-tags.ts'
import type { Clock } from './hub.ts'
import { noRevision } from './huggingface-answer.ts'
import { refsOf } from './huggingface-fetch.ts'
import type { HubPull, Switches } from './huggingface-switches.ts'
import type { LfsObject, Storage } from './storage.ts'

export type { LfsObject }

export type RepositoryType = 'datasets' | 'models' | 'spaces'
/** `content` is the object's bytes where the file is kept as LFS. */
export interface StoredFile {
  mode: Mode
  oid: string
  content: Buffer
  lfs: LfsObject | null
}
/** `user` as the Hub calls them; a user of elsewhere, who pushed with git, has another e-mail address. */
export interface Committer {
  user: string
  email?: string
  date?: Date
}

const pointerFormat = /^version https:\/\/git-lfs\.github\.com\/spec\/v1\noid sha256:([0-9a-f]{64})\nsize (\d+)\n$/

export function formatPointer({ oid, byteLength }: LfsObject): Buffer {
  return Buffer.from(`version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${byteLength}\n`)
}

const defaultAttributes = {
  datasets: readFileSync(new URL('dataset.gitattributes', import.meta.url)),
  models: readFileSync(new URL('model.gitattributes', import.meta.url)),
  spaces: readFileSync(new URL('model.gitattributes', import.meta.url)),
}

const spaceReadme = '---\ntitle: Space\nemoji: 🪞\ncolorFrom: blue\ncolorTo: green\nsdk: SDK\npinned: false\n---\n'

export class HubRepository {
  readonly type: RepositoryType
  readonly name: string
  private: boolean
  /** What a Space runs. */
  sdk = 'static'
  /** Answers that are still to see nothing of it. */
  unseenReads = 0
  readonly git = new ObjectStore()
  /** Heads by name; those of pull requests by their ref. */
  readonly branches = new Map<string, string>()
  /** The oldest first. */
  readonly pulls: HubPull[] = []
  /** The commits of tags, and the objects of those that are annotated, by name. */
  readonly tags = new Map<string, string>()
  readonly tagObjects = new Map<string, string>()
  readonly storage: Storage
  readonly clock: Clock
  readonly switches: Switches
  /** A commit whose answer was given up, and that is not done yet. */
  late: { readonly atMs: number; readonly land: () => void } | null = null
  readonly #stale = new Map<string, { oid: string; reads: number }>()
  readonly #files = new Map<string, ReadonlyMap<string, FileEntry>>()

  /** `id` is `datasets/acme/corpus`, `models/…` or `spaces/…`. */
  constructor(id: string, options: { private: boolean; storage: Storage; clock: Clock; switches: Switches }) {
    const [type, ...name] = id.split('/')
    if ((type !== 'datasets' && type !== 'models' && type !== 'spaces') || name.length !== 2)
      throw new Error(`Not the id of a repository: "${id}"`)
    this.type = type
    this.name = name.join('/')
    this.private = options.private
    this.storage = options.storage
    this.clock = options.clock
    this.switches = options.switches
  }

  get id(): string {
    return `${this.type}/${this.name}`
  }

  /** The commit that every new repository has; `files` stand beside the default `.gitattributes`, or replace it. */
  writeInitialCommit(user: string, files: ReadonlyMap<string, Buffer> = new Map()): string {
    const contents = new Map<string, Buffer>([['.gitattributes', defaultAttributes[this.type]]])
    if (this.type === 'spaces') contents.set('README.md', Buffer.from(spaceReadme.replace('SDK', this.sdk)))
    for (const [path, content] of files) contents.set(path, content)
    const entries = [...contents].map(([path, content]): [string, FileEntry] => [
      path,
      { mode: '100644', oid: this.git.writeBlob(content) },
    ])
    return this.writeCommit('main', new Map(entries), { message: 'initial commit', user })
  }

  /** Does what is due by now. */
  landLate(nowMs: number): void {
    if (this.late === null || this.late.atMs > nowMs) return
    const { land } = this.late
    this.late = null
    land()
  }

  // Objects

  key(oid: string): string {
    return `${this.id}/${oid}`
  }

  /** Where an object's bytes are read, for an hour. */
  signDownload(oid: string): { href: string } {
    const { signs, downloadOrigin } = this.switches
    return this.storage.sign('GET', this.key(oid), {
      expiresMs: 3_600_000,
      form: signs,
      origin: downloadOrigin ?? this.storage.origin,
    })
  }

  hasObject({ oid, byteLength }: LfsObject): boolean {
    return this.storage.objects.get(this.key(oid))?.length === byteLength
  }

  addObject(content: Uint8Array): LfsObject {
    const oid = createHash('sha256').update(content).digest('hex')
    this.storage.objects.set(this.key(oid), Buffer.from(content))
    return { oid, byteLength: content.length }
  }

  /** Blobs that came as LFS files. */
  readonly pointers = new Set<string>()

  /** The object that a file's blob points to, `null` if it is no pointer. */
  pointer({ mode, oid }: FileEntry): LfsObject | null {
    if ((mode !== '100644' && mode !== '100755') || (this.switches.pointersAreText && !this.pointers.has(oid)))
      return null
    const blob = this.git.read(oid, 'blob')
    if (blob.length > 200) return null
    const [, sha256, byteLength] = pointerFormat.exec(blob.toString()) ?? []
    return sha256 === undefined ? null : { oid: sha256, byteLength: Number(byteLength) }
  }

  /** Length of the content, as listings give it. */
  byteLength(file: FileEntry): number {
    if (file.mode === '160000' || file.mode === '040000') return 0
    return this.pointer(file)?.byteLength ?? this.git.read(file.oid, 'blob').length
  }

  // Commits and branches

  /** The head as it is, whatever stale answers say. */
  head(branch: string): string | null {
    return this.branches.get(branch) ?? null
  }

  /** Moves or makes a branch; `null` takes it away. */
  move(branch: string, oid: string | null): void {
    const before = this.head(branch)
    this.#stale.delete(branch)
    if (oid === null) this.branches.delete(branch)
    else this.branches.set(branch, oid)
    if (before !== null && oid !== null && this.switches.staleReads > 0)
      this.#stale.set(branch, { oid: before, reads: this.switches.staleReads })
  }

  /** The commit that a branch, tag or commit id names; `stale` for the routes whose answers lag behind. */
  readRevision(revision: string, freshness: 'fresh' | 'stale' = 'fresh'): string {
    const branch = revision.replace(/^refs\/heads\//, '')
    const tag = this.tags.get(revision.replace(/^refs\/tags\//, ''))
    if (tag !== undefined && this.switches.ambiguousName === 'tag') return tag
    const head = this.head(branch)
    const old = this.#stale.get(branch)
    if (head !== null && freshness === 'stale' && old) {
      old.reads -= 1
      if (old.reads === 0) this.#stale.delete(branch)
      return old.oid
    }
    const oid = head ?? tag ?? (this.#isReadable(revision) ? revision : null)
    if (oid === null) throw noRevision(revision)
    return oid
  }

  #isReadable(oid: string): boolean {
    if (!this.git.has(oid, 'commit')) return false
    return (
      this.switches.readsUnreachable ||
      [...this.branches.values(), ...this.tags.values()].some((tip) => this.git.readAncestors(tip).has(oid))
    )
  }

  /** What the reference of each tag holds. */
  get tagRefs(): ReadonlyMap<string, string> {
    return new Map([...this.tags, ...this.tagObjects])
  }

  /** Makes or moves a tag, annotated where there is a message; `commit` null deletes it. */
  tag(name: string, commit: string | null, message: string | null = null, user = 'somebody'): void {
    this.tags.delete(name)
    this.tagObjects.delete(name)
    if (commit === null) return
    this.tags.set(name, commit)
    const tagger = this.person({ user })
    if (message !== null) this.tagObjects.set(name, writeTag(this.git, { name, commit, tagger, message }))
  }

  tree(commit: string): string {
    return this.git.readCommit(commit).tree
  }

  /** All files of a commit; the few that were read last are kept. */
  readFiles(commit: string): ReadonlyMap<string, FileEntry> {
    const tree = this.tree(commit)
    const files = this.#files.get(tree) ?? this.git.readFiles(tree)
    this.#files.delete(tree)
    this.#files.set(tree, files)
    if (this.#files.size > 4) this.#files.delete(this.#files.keys().next().value!)
    return files
  }

  person({ user, email = `${user}@users.noreply.huggingface.co`, date }: Committer): Person {
    return { name: user, email, seconds: Math.floor((date?.getTime() ?? this.clock.now()) / 1000), offset: '+0000' }
  }

  /** A commit on top of the branch, which moves to it. */
  writeCommit(
    branch: string,
    files: Map<string, FileEntry>,
    { message, ...committer }: Committer & { message: string },
  ): string {
    const head = this.head(branch)
    const person = this.person(committer)
    const tree = files.size === 0 ? emptyTreeOid : this.git.writeFiles(files)
    const oid = this.git.writeCommit({
      tree,
      parents: head === null ? [] : [head],
      author: person,
      committer: person,
      message,
    })
    this.move(branch, oid)
    return oid
  }

  /** Replaces a branch by one commit that has its tree and no history. */
  superSquash(branch: string, message: string, user: string): string {
    const head = this.head(branch)
    if (head === null) throw noRevision(branch)
    const files = new Map(this.readFiles(head))
    this.branches.delete(branch)
    const oid = this.writeCommit(branch, files, { message, user })
    this.branches.set(branch, head)
    this.move(branch, oid)
    return oid
  }

  // Inspection

  /** What stands on a branch. Throws where a pointer's object is missing. */
  files(branch: string): Map<string, StoredFile> {
    const head = this.head(branch)
    const stored = new Map<string, StoredFile>()
    for (const [path, { mode, oid }] of head === null ? [] : this.readFiles(head)) {
      const lfs = this.pointer({ mode, oid })
      const content = lfs
        ? this.storage.objects.get(this.key(lfs.oid))
        : mode === '160000'
          ? Buffer.alloc(0)
          : this.git.read(oid, 'blob')
      if (!content)
        throw new Error(
          `Cannot read "${path}" of ${this.id}@${branch}: its LFS object ${lfs!.oid} is not in the storage`,
        )
      stored.set(path, { mode, oid, content, lfs })
    }
    return stored
  }

  /** For real git and git-lfs to judge: a bare repository with its objects beside it. */
  writeBareRepository(folder: string): void {
    this.git.writeBareRepository(folder, refsOf(this))
    const prefix = this.key('')
    for (const [key, content] of this.storage.objects) {
      const oid = key.slice(prefix.length)
      if (!key.startsWith(prefix) || !/^[0-9a-f]{64}$/.test(oid)) continue
      const file = join(folder, 'lfs', 'objects', oid.slice(0, 2), oid.slice(2, 4), oid)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, content)
    }
  }
}
