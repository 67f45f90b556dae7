/**
 * What a remote has read already and is true for ever: everything here is named by ids of content, never by a branch.
 */
import { BoundedCache, sizeOfBytes } from '../model/bounded-cache.ts'
import type { Entry } from '../model/entry.ts'
import type { NamedEntry } from '../model/git-object.ts'
import type { Pointer } from '../model/pointer.ts'
import type { Expected } from './expected.ts'
import type { Listing, TreeRow } from './schema.ts'

const contentBytesMax = 32 * 1024 * 1024
/** Of whole trees, which are large. */
const listingsMax = 4

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
  /** Ids of blobs that the repository is known to hold: they need no upload. */
  readonly blobs = new Set<string>()
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
  /** Files that changed and will be read, by id. */
  readonly expected = new Map<string, Expected>()
  /** By the ends of their names: whether files came as texts when they were asked for so. */
  readonly textEnds = new Map<string, boolean>()
  /** Contents that are on their way. */
  readonly coming = new Map<string, Promise<void>>()
  /** Names in a folder by tree id: hashed, and found to have that id. */
  readonly folders = new Map<string, readonly NamedEntry[]>()
  /** The entries of single folders by tree id. */
  readonly #folders = new Map<string, Promise<ReadonlyMap<string, TreeRow>>>()
  /** What is below a tree by its id. */
  readonly #listings = new BoundedCache<Promise<Listing>>(listingsMax)
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

  /** What was listed before, or what `read` gives; a failure is not kept. */
  listing(tree: string, read: () => Promise<Listing>): Promise<Listing> {
    return remember(this.#listings, tree, read)
  }

  /** Whether looking into it costs no request. */
  isListed(tree: string): boolean {
    return this.#listings.get(tree) !== undefined
  }

  /** By name. */
  folder(tree: string, read: () => Promise<ReadonlyMap<string, TreeRow>>): Promise<ReadonlyMap<string, TreeRow>> {
    return remember(this.#folders, tree, read)
  }
}

interface Known<T> {
  get: (key: string) => Promise<T> | undefined
  set: (key: string, value: Promise<T>) => void
  delete: (key: string) => void
}

function remember<T>(known: Known<T>, key: string, read: () => Promise<T>): Promise<T> {
  const found = known.get(key)
  if (found) return found
  const value = read()
  known.set(key, value)
  value.catch(() => known.delete(key))
  return value
}
