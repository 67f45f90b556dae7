/**
 * A third service, in memory: each branch is a plain line of commits that tell their trees. The core knows nothing of
 * it, and has to mirror it with any other service all the same.
 */
import { createHash } from 'node:crypto'
import { comparePaths, type Entry } from '../../lib/model/entry.ts'
import { RemoteError } from '../../lib/model/errors.ts'
import { gitBlobId } from '../../lib/model/git-object.ts'
import type { Commit } from '../../lib/model/remote.ts'

export type Files = ReadonlyMap<string, Entry>
export interface Stored extends Commit {
  readonly tree: string
  readonly files: Files
}

export const sha1 = (text: string) => createHash('sha1').update(text).digest('hex')

/** A repository of that service. */
export class LineHub {
  readonly commits = new Map<string, Stored>()
  readonly branches = new Map<string, string>()
  readonly blobs = new Map<string, Uint8Array>()
  readonly objects = new Map<string, Uint8Array>()
  readonly tags = new Map<string, string>()
  /** Thrown by the next publication, once, instead of moving the branch. */
  failure: Error | null = null
  readonly name: string
  constructor(name: string) {
    this.name = name
  }

  at(oid: string): Stored {
    const commit = this.commits.get(oid)
    if (!commit) throw new RemoteError(`Cannot read ${this.name}: it has no commit ${oid}`)
    return commit
  }

  log(head: string | undefined): Stored[] {
    const line: Stored[] = []
    for (let next = head; next !== undefined; next = line.at(-1)!.parents[0]) line.push(this.at(next))
    return line
  }

  add(
    parent: string | null,
    files: Files,
    about: Omit<Commit, 'oid' | 'tree' | 'parents' | 'message'>,
    message: (tree: string) => string,
  ): Stored {
    const rows = [...files].toSorted(([a], [b]) => comparePaths(a, b)).map(([path, { oid }]) => `${oid} ${path}\0`)
    const [tree, parents] = [sha1(rows.join('')), parent === null ? [] : [parent]]
    const commit = { ...about, tree, parents, message: message(tree), files }
    const oid = sha1(JSON.stringify([commit.tree, parents, commit.message, about]))
    this.commits.set(oid, { ...commit, oid })
    return this.at(oid)
  }

  /** Somebody's own commit on `main`; null deletes. Returns its id. */
  commit(
    contents: Readonly<Record<string, string | null>>,
    message = 'Change files',
    date = '2026-10-31T12:34:56Z',
  ): string {
    const head = this.branches.get('main') ?? null
    const files = new Map(head === null ? [] : this.at(head).files)
    for (const [path, text] of Object.entries(contents)) {
      if (text === null) files.delete(path)
      else files.set(path, this.keep(Buffer.from(text)))
    }
    const author = { name: 'Carol', email: 'carol@example.org', date }
    const { oid } = this.add(head, files, { author, committerDate: date }, () => `${message}\n`)
    this.branches.set('main', oid)
    return oid
  }

  keep(bytes: Uint8Array): Entry {
    const oid = gitBlobId(bytes)
    this.blobs.set(oid, bytes)
    return { mode: '100644', oid, byteLength: bytes.length, lfs: null }
  }

  /** The texts that `main` holds, by path. */
  texts(): Record<string, string> {
    const head = this.branches.get('main')
    const files = head === undefined ? [] : [...this.at(head).files]
    const bytesOf = ({ oid, lfs }: Entry) => (lfs ? this.objects.get(lfs.oid) : this.blobs.get(oid))!
    return Object.fromEntries(files.map(([path, entry]) => [path, Buffer.from(bytesOf(entry)).toString('utf8')]))
  }
}
