/**
 * A git object store in memory: true blob, tree and commit ids, and a bare repository on disk when real git is to
 * judge. Formats: git's `Documentation/gitformat-*`; ids are SHA-1 over `<type> <length>\0<body>`.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { deflateSync } from 'node:zlib'

export type ObjectType = 'blob' | 'tree' | 'commit' | 'tag'
export type Mode = '100644' | '100755' | '120000' | '160000' | '040000'
export interface TreeEntry {
  readonly name: string
  readonly mode: Mode
  readonly oid: string
}
export interface FileEntry {
  readonly mode: Mode
  readonly oid: string
}
/** `seconds` since the epoch, `offset` as git writes it (`+0000`). */
export interface Person {
  name: string
  email: string
  seconds: number
  offset: string
}
export interface Commit {
  tree: string
  parents: string[]
  author: Person
  committer: Person
  message: string
}

export const emptyTreeOid = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

/** Ids of the objects in `body`'s own name: what `git hash-object -t <type>` prints. */
export function objectId(type: ObjectType, body: Uint8Array): string {
  return createHash('sha1').update(`${type} ${body.length}\0`).update(body).digest('hex')
}

/** git sorts a tree's entries by bytes, a directory as if its name ended in a slash. */
function byTreeOrder(a: TreeEntry, b: TreeEntry): number {
  const key = (entry: TreeEntry) => Buffer.from(entry.mode === '040000' ? `${entry.name}/` : entry.name)
  return Buffer.compare(key(a), key(b))
}

/** The folders in which a path is: of `a/b/c` these are `a/b` and `a`. */
function listFolders(path: string): string[] {
  const above = path.split('/').slice(0, -1)
  return above.map((_, index) => above.slice(0, index + 1).join('/'))
}

/** An object, and what was parsed of it: a walk asks for the same ones over and over, and copies of a store share them. */
interface Held {
  readonly type: ObjectType
  readonly body: Buffer
  commit?: Commit
  entries?: readonly TreeEntry[]
}

/** A history is asked for page by page: what a walk has found is kept, for a few commits at a time. */
function keepWalk<T>(walks: Map<string, T>, oid: string, found: T): T {
  if (walks.size === 4) walks.clear()
  walks.set(oid, found)
  return found
}

export class ObjectStore {
  readonly #objects = new Map<string, Held>()
  readonly #ancestors = new Map<string, ReadonlySet<string>>()
  readonly #logs = new Map<string, readonly string[]>()

  constructor() {
    this.write('tree', Buffer.alloc(0))
  }

  write(type: ObjectType, body: Uint8Array): string {
    const oid = objectId(type, body)
    if (!this.#objects.has(oid)) this.#objects.set(oid, { type, body: Buffer.from(body) })
    return oid
  }

  /** Takes an object away again. */
  forget(oid: string): void {
    this.#objects.delete(oid)
    for (const walks of [this.#ancestors, this.#logs]) walks.clear()
  }

  /** All that another store holds. Returns the ids of what was not here. */
  copy(other: ObjectStore): string[] {
    const added: string[] = []
    for (const [oid, object] of other.#objects)
      if (!this.#objects.has(oid)) {
        this.#objects.set(oid, object)
        added.push(oid)
      }
    return added
  }

  /** What another store holds, and nothing else. */
  become(other: ObjectStore): void {
    for (const held of [this.#objects, this.#ancestors, this.#logs]) held.clear()
    this.copy(other)
  }

  type(oid: string): ObjectType | null {
    return this.#objects.get(oid)?.type ?? null
  }

  has(oid: string, type: ObjectType): boolean {
    return this.type(oid) === type
  }

  /** Body of an object; throws when it is absent or of another type. */
  read(oid: string, type: ObjectType): Buffer {
    return this.#find(oid, type).body
  }

  #find(oid: string, type: ObjectType): Held {
    const object = this.#objects.get(oid)
    if (object?.type !== type)
      throw new Error(`Cannot read ${type} ${oid}: ${object ? `it is a ${object.type}` : 'no such object'}`)
    return object
  }

  writeBlob(content: Uint8Array | string): string {
    return this.write('blob', typeof content === 'string' ? Buffer.from(content) : content)
  }

  writeTree(entries: readonly TreeEntry[]): string {
    const parts = entries
      .toSorted(byTreeOrder)
      .flatMap(({ mode, name, oid }) => [Buffer.from(`${mode.replace(/^0/, '')} ${name}\0`), Buffer.from(oid, 'hex')])
    return this.write('tree', Buffer.concat(parts))
  }

  readTree(oid: string): readonly TreeEntry[] {
    const held = this.#find(oid, 'tree')
    held.entries ??= this.#parseTree(held.body)
    return held.entries
  }

  #parseTree(body: Buffer): TreeEntry[] {
    const entries: TreeEntry[] = []
    for (let at = 0; at < body.length;) {
      const space = body.indexOf(0x20, at)
      const nul = body.indexOf(0, space)
      entries.push({
        mode: body.toString('latin1', at, space).padStart(6, '0') as Mode,
        name: body.toString('utf8', space + 1, nul),
        oid: body.toString('hex', nul + 1, nul + 21),
      })
      at = nul + 21
    }
    return entries
  }

  /** Every file below a tree by path, in git's order. Submodules are files of mode 160000. */
  readFiles(treeOid: string, prefix = ''): Map<string, FileEntry> {
    const files = new Map<string, FileEntry>()
    for (const { name, mode, oid } of this.readTree(treeOid)) {
      if (mode === '040000') for (const [path, file] of this.readFiles(oid, `${prefix}${name}/`)) files.set(path, file)
      else files.set(prefix + name, { mode, oid })
    }
    return files
  }

  /** The tree that holds just these files; directories come from the paths, empty ones do not exist. */
  writeFiles(files: Map<string, FileEntry>): string {
    const entries: TreeEntry[] = []
    const below = new Map<string, Map<string, FileEntry>>()
    for (const [path, file] of files) {
      const slash = path.indexOf('/')
      if (slash < 0) entries.push({ name: path, ...file })
      else {
        const name = path.slice(0, slash)
        if (!below.has(name)) below.set(name, new Map())
        below.get(name)!.set(path.slice(slash + 1), file)
      }
    }
    for (const [name, inner] of below) entries.push({ name, mode: '040000', oid: this.writeFiles(inner) })
    return this.writeTree(entries)
  }

  /** A tree edited by path: a file put (whatever stood at, above or below it makes way), or taken out with `null`. */
  editFiles(treeOid: string, edits: Iterable<[string, FileEntry | null]>): string {
    const files = this.readFiles(treeOid)
    const folders = new Set([...files.keys()].flatMap(listFolders))
    for (const [path, file] of edits) {
      files.delete(path)
      if (!file) continue
      const above = listFolders(path)
      for (const folder of above) {
        files.delete(folder)
        folders.add(folder)
      }
      if (folders.has(path)) for (const other of files.keys()) if (other.startsWith(`${path}/`)) files.delete(other)
      files.set(path, file)
    }
    return this.writeFiles(files)
  }

  /** The message is stored byte for byte. */
  writeCommit({ tree, parents, author, committer, message }: Commit): string {
    const person = (role: string, { name, email, seconds, offset }: Person) =>
      `${role} ${name} <${email}> ${seconds} ${offset}\n`
    return this.write(
      'commit',
      Buffer.from(
        `tree ${tree}\n${parents.map((parent) => `parent ${parent}\n`).join('')}${person('author', author)}${person('committer', committer)}\n${message}`,
      ),
    )
  }

  readCommit(oid: string): Commit {
    const held = this.#find(oid, 'commit')
    held.commit ??= this.#parseCommit(held.body)
    return held.commit
  }

  #parseCommit(body: Buffer): Commit {
    const text = body.toString('utf8')
    const end = text.indexOf('\n\n')
    const headers = text.slice(0, end).split('\n')
    const all = (key: string) =>
      headers.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1))
    const person = (key: string): Person => {
      const [, name, email, seconds, offset] = /^(.*?) ?<(.*?)> (\d+) ([+-]\d{4})$/.exec(all(key)[0] ?? '') ?? []
      return { name: name ?? '', email: email ?? '', seconds: Number(seconds), offset: offset ?? '+0000' }
    }
    return {
      tree: all('tree')[0]!,
      parents: all('parent'),
      author: person('author'),
      committer: person('committer'),
      message: text.slice(end + 2),
    }
  }

  /** A commit and all that can be reached from it. */
  readAncestors(oid: string): ReadonlySet<string> {
    const known = this.#ancestors.get(oid)
    if (known) return known
    const seen = new Set<string>()
    const queue = [oid]
    for (let next = queue.pop(); next; next = queue.pop()) {
      if (seen.has(next)) continue
      seen.add(next)
      queue.push(...this.readCommit(next).parents)
    }
    return keepWalk(this.#ancestors, oid, seen)
  }

  /**
   * `git log`: from `oid` back, newest committer date first, never a parent before all of its children that are listed.
   */
  readLog(oid: string): readonly string[] {
    const known = this.#logs.get(oid)
    if (known) return known
    const children = new Map<string, number>()
    const reachable = this.readAncestors(oid)
    for (const id of reachable)
      for (const parent of this.readCommit(id).parents) children.set(parent, (children.get(parent) ?? 0) + 1)
    const ready = [oid]
    const log: string[] = []
    while (ready.length > 0) {
      ready.sort((a, b) => this.readCommit(b).committer.seconds - this.readCommit(a).committer.seconds)
      const next = ready.shift()!
      log.push(next)
      for (const parent of this.readCommit(next).parents) {
        const left = children.get(parent)! - 1
        children.set(parent, left)
        if (left === 0) ready.push(parent)
      }
    }
    return keepWalk(this.#logs, oid, log)
  }

  /**
   * Writes everything as loose objects of a bare repository, so that real git can judge it. `refs` maps full names to
   * commit ids.
   */
  writeBareRepository(folder: string, refs: ReadonlyMap<string, string>, head = 'refs/heads/main'): void {
    for (const [oid, { type, body }] of this.#objects) {
      const file = join(folder, 'objects', oid.slice(0, 2), oid.slice(2))
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, deflateSync(Buffer.concat([Buffer.from(`${type} ${body.length}\0`), body]), { level: 1 }))
    }
    for (const [name, oid] of refs) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), `${oid}\n`)
    }
    mkdirSync(join(folder, 'refs'), { recursive: true })
    writeFileSync(join(folder, 'HEAD'), `ref: ${head}\n`)
    writeFileSync(join(folder, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = true\n')
  }
}
