/** What a run has learnt of a repository and of the server. What is kept of commits is named by ids, so it stays true. */
import type { BlobFetcher, Expected } from '../git-wire/blob-fetcher.ts'
import { BoundedCache, sizeOfBytes } from '../model/bounded-cache.ts'
import type { Entry } from '../model/entry.ts'
import type { NamedEntry } from '../model/git-object.ts'
import type { Pointer } from '../model/pointer.ts'
import type { ListedFolder } from './listed-folder.ts'

export const contentBytesMax = 64 * 1024 * 1024
/**
 * Contents up to this length are kept as strings of one byte a character: node takes 100 bytes for each `Buffer` besides
 * its content, and there may be 100,000 of a few bytes.
 */
const packedByteLengthMax = 512
/** How many rows of folders are kept. The largest trees that GitHub lists as a whole have 100,000. */
const rowsMax = 500_000

/** What a run has read of the repository, so that nothing is read twice. */
export class Memory {
  /** The repository's id in GraphQL, once a query has told it. */
  repositoryId: string | null = null
  /** Whether GraphQL has told that the repository is neither archived nor disabled, and that the user may not only read. */
  seemsWritable = false
  /** Whether everybody can read the repository, once a query has told it; null before. */
  isPublic: boolean | null = null
  /** What the default branch is called, once a query has told it; null before. */
  defaultBranch: string | null = null
  /** Whether the server's GraphQL has the fields for these three; an older Enterprise Server lacks some. */
  knowsStanding = true
  /** GraphQL may not be used: everything is asked by REST from then on. */
  graphqlRefused = false
  /** GraphQL lacks a field of optional or new items: such items are not asked for any more. */
  schemaIsOld = false
  /** The most items of one query, after the service has left some out. */
  queryItemsMax = Infinity
  /** What the entries of one request for a tree weigh at most (`new-tree`): less after the service could not finish one. */
  treeWeightMax = 1_000_000
  /** The id of each commit's tree. */
  readonly trees = new Map<string, string>()
  /** Blobs that the repository is known to hold: they need no upload. */
  readonly blobs: KnownBlobs
  /** Blobs of which the service was asked whether it has them. */
  readonly askedBlobs = new Set<string>()
  /** Blobs that this run has sent, one by one or together. */
  blobsSent = 0
  /** A push was refused, or did not bring all blobs: files go by REST from then on. */
  pushRefused = false
  /** A push that was to move the branch was declined: other requests move it from then on. */
  headPushDeclined = false
  /**
   * The refs of pushes that are still to be removed, and their commits. `null`: those that earlier runs have left were not
   * looked for yet.
   */
  transit: Promise<Map<string, string>> | null = null
  /** Blobs of a pointer's size that were read, by id; `null` for those that are none. */
  readonly pointers = new Map<string, Pointer | null>()
  /** Files that will be read, and who fetches them. */
  readonly expected: Expected = new Map()
  fetcher: BlobFetcher | null = null
  /** Queries that bring contents, by the id of each blob that they ask for. */
  readonly coming = new Map<string, Promise<unknown>>()
  /** What folders hold, by tree id, proven by it; from other answers than listings. */
  readonly folders = new Map<string, readonly NamedEntry[]>()
  /** What folders hold, by tree id, proven by it; from listings. */
  readonly rows = new BoundedCache<ListedFolder>(rowsMax, ({ size }) => size + 1)
  /** The rows of folders that a truncated listing told in part, by tree id. */
  readonly cut = new Map<string, ListedFolder>()
  /** Single folders that are being listed, by tree id. */
  readonly #folders = new Map<string, Promise<ListedFolder>>()
  /** Trees that were listed with everything below them, and whether the listing was whole. */
  readonly #listings = new Map<string, Promise<boolean>>()
  readonly #entries = new Map<string, Map<string, Entry | null>>()
  readonly #contents = new BoundedCache<Uint8Array | string>(contentBytesMax, (content) =>
    typeof content === 'string' ? content.length : sizeOfBytes(content),
  )

  /** `before`: of an earlier run of the same command. What it holds is taken over, and not what was read of it. */
  constructor(before: Memory | null = null) {
    this.blobs = before?.blobs ?? new KnownBlobs()
    if (before === null) return
    this.repositoryId = before.repositoryId
    this.knowsStanding = before.knowsStanding
    this.graphqlRefused = before.graphqlRefused
    this.schemaIsOld = before.schemaIsOld
    this.pushRefused = before.pushRefused
  }

  /** What is at a path of a commit, null for nothing; `undefined` where that is not known. */
  findEntry(commit: string, path: string): Entry | null | undefined {
    return this.#entries.get(commit)?.get(path)
  }

  keepEntry(commit: string, path: string, entry: Entry | null): void {
    const entries = this.#entries.get(commit) ?? new Map<string, Entry | null>()
    this.#entries.set(commit, entries.set(path, entry))
  }

  findContent(oid: string): Uint8Array | null {
    const content = this.#contents.get(oid)
    return content === undefined ? null : typeof content === 'string' ? Buffer.from(content, 'latin1') : content
  }

  /** Keeps bytes that were hashed. The oldest make way. */
  keepContent(oid: string, content: Buffer): void {
    this.#contents.set(oid, content.byteLength <= packedByteLengthMax ? content.toString('latin1') : content)
  }

  /** Whether the listing of everything below a tree was whole. `read` makes the listing, once unless it fails. */
  listing(tree: string, read: () => Promise<boolean>): Promise<boolean> {
    return remember(this.#listings, tree, read)
  }

  /** Whether the tree was listed with everything below it. */
  isListed(tree: string): boolean {
    return this.#listings.has(tree)
  }

  /** The rows of a folder. If several ask at the same time, `read` is called once. */
  folder(tree: string, read: () => Promise<ListedFolder>): Promise<ListedFolder> {
    const rows = remember(this.#folders, tree, read)
    const forget = () => void this.#folders.delete(tree)
    rows.then(forget, forget)
    return rows
  }
}

/** A set of blob ids. Those of listings are only added when somebody asks for an id, which most runs do not do. */
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
