/**
 * What a remote has read already and is true for ever: everything here is named by ids of content, never by a branch.
 */
import { BoundedCache, sizeOfBytes } from '../model/bounded-cache.ts'
import type { Entry } from '../model/entry.ts'
import type { NamedEntry } from '../model/git-object.ts'
import type { Pointer } from '../model/pointer.ts'
import type { Expected } from './expected.ts'
import type { ListedFolder } from './listed-folder.ts'

const contentBytesMax = 64 * 1024 * 1024
/** Rows of folders that are kept: the largest trees that GitHub lists at once have 100,000. */
const rowsMax = 500_000

/** What a run has read of the repository, so that nothing is read twice. */
export class Memory {
  /** GraphQL's name of the repository, told by any query. */
  repositoryId: string | null = null
  /**
   * GraphQL has told beside something else that nothing speaks against writing here: neither archived nor disabled, nor
   * a user who may only read.
   */
  seemsWritable = false
  /** Whether everybody can read it, told in the same way; an internal repository is private to GraphQL. */
  isPublic: boolean | null = null
  /** Whether it knows how to tell these. */
  knowsStanding = true
  /** GraphQL has refused a query as such: everything goes by REST. */
  graphqlRefused = false
  /** It does not know a field that may be asked for beside others. */
  schemaIsOld = false
  /** More items in one query were not answered whole. */
  queryItemsMax = Infinity
  /** The tree of a commit. */
  readonly trees = new Map<string, string>()
  /** Blobs that the repository is known to hold: they need no upload. */
  readonly blobs = new KnownBlobs()
  /** Ids of blobs that it was asked for, and may have had or not. */
  readonly askedBlobs = new Set<string>()
  /** Blobs that this run has sent, one by one or together. */
  blobsSent = 0
  /** A push was refused, or nobody knows what became of it: files go by REST from then on. */
  pushRefused = false
  /**
   * Refs that hold what was pushed until they are taken away again, and the commits that they are at; `null`: not
   * looked yet what others have left.
   */
  transit: Map<string, string> | null = null
  /** Blobs of a pointer's size that were read, by id; `null` for those that are none. */
  readonly pointers = new Map<string, Pointer | null>()
  /** Files that changed and will be read: of each commit that was compared. */
  readonly expected: Expected[] = []
  /** Ends of the names of files that came as texts when they were asked for so. */
  readonly textEnds = new Set<string>()
  /** Ends of which no file came as a text. */
  readonly otherEnds = new Set<string>()
  /** Contents that are on their way. */
  readonly coming = new Map<string, Promise<void>>()
  /** Names in a folder by tree id: hashed, and found to have that id. */
  readonly folders = new Map<string, readonly NamedEntry[]>()
  /** What a folder holds by tree id, as listings tell it. */
  readonly rows = new BoundedCache<ListedFolder>(rowsMax, ({ size }) => size + 1)
  /** What listings that were cut tell of folders that they do not tell to the end, by tree id. */
  readonly cut = new Map<string, ListedFolder>()
  /** Single folders that are being listed, by tree id. */
  readonly #folders = new Map<string, Promise<ListedFolder>>()
  /** Trees that were listed with all that is below them, and whether that was the whole of it. */
  readonly #listings = new Map<string, Promise<boolean>>()
  readonly #entries = new Map<string, Map<string, Entry | null>>()
  readonly #contents = new BoundedCache<Uint8Array>(contentBytesMax, sizeOfBytes)

  /** `undefined`: not known. */
  findEntry(commit: string, path: string): Entry | null | undefined {
    return this.#entries.get(commit)?.get(path)
  }

  keepEntry(commit: string, path: string, entry: Entry | null): void {
    const entries = this.#entries.get(commit) ?? new Map<string, Entry | null>()
    this.#entries.set(commit, entries.set(path, entry))
  }

  findContent(oid: string): Uint8Array | null {
    return this.#contents.get(oid) ?? null
  }

  /** Only bytes that were hashed. The oldest make way. */
  keepContent(oid: string, content: Uint8Array): void {
    this.#contents.set(oid, content)
  }

  /** What came of it before, or what `read` gives; a failure is not kept. */
  listing(tree: string, read: () => Promise<boolean>): Promise<boolean> {
    return remember(this.#listings, tree, read)
  }

  /** Whether looking into it costs hardly any request. */
  isListed(tree: string): boolean {
    return this.#listings.has(tree)
  }

  /** Asked for once at a time. */
  folder(tree: string, read: () => Promise<ListedFolder>): Promise<ListedFolder> {
    const rows = remember(this.#folders, tree, read)
    const forget = () => void this.#folders.delete(tree)
    rows.then(forget, forget)
    return rows
  }
}

/** Ids of blobs. Those of listings are only looked through when somebody asks, which most runs never do. */
class KnownBlobs {
  readonly #oids = new Set<string>()
  #listed: ListedFolder[] = []

  add(oid: string): void {
    this.#oids.add(oid)
  }

  addListed(folder: ListedFolder): void {
    this.#listed.push(folder)
  }

  has(oid: string): boolean {
    for (const folder of this.#listed)
      for (const row of folder) if (row.mode !== '040000' && row.mode !== '160000') this.#oids.add(row.oid)
    this.#listed = []
    return this.#oids.has(oid)
  }
}

function remember<T>(known: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> {
  const found = known.get(key)
  if (found) return found
  const value = read()
  known.set(key, value)
  value.catch(() => known.delete(key))
  return value
}
