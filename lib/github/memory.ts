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
/**
 * Contents up to this length are kept as strings of one byte a character: node takes 100 bytes for each `Buffer` besides
 * its content, and there may be 100,000 of a few bytes.
 */
const packedByteLengthMax = 512
/** Rows of folders that are kept: the largest trees that GitHub lists at once have 100,000. */
const rowsMax = 500_000

/** What a run has read of the repository, so that nothing is read twice. */
export class Memory {
  /** The repository's id in GraphQL, which any query tells. */
  repositoryId: string | null = null
  /**
   * GraphQL has told, along with another answer, that the repository is neither archived nor disabled and that the
   * user may do more than read.
   */
  seemsWritable = false
  /** Whether everybody can read it, told along with another answer; GraphQL calls an internal repository private. */
  isPublic: boolean | null = null
  /** Whether the server's GraphQL has the fields that tell these; an older Enterprise Server lacks some. */
  knowsStanding = true
  /** GraphQL has refused a query whatever it asked for: from then on everything is asked by REST. */
  graphqlRefused = false
  /** GraphQL does not know a field of an optional question: no optional question is asked any more. */
  schemaIsOld = false
  /** The most items of one query that the service answered without leaving some out. */
  queryItemsMax = Infinity
  /** The tree of a commit. */
  readonly trees = new Map<string, string>()
  /** Blobs that the repository is known to hold: they need no upload. */
  readonly blobs = new KnownBlobs()
  /** Blobs of which the service was asked whether it has them: they are not asked for again. */
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
  /** Endings of names, such as `.csv`, of which GraphQL has given a file as text. */
  readonly textEnds = new Set<string>()
  /** Endings of which GraphQL has given no file as text. */
  readonly otherEnds = new Set<string>()
  /** Requests under way, by the id of each blob whose content they bring. */
  readonly coming = new Map<string, Promise<void>>()
  /** What a folder holds by tree id, from answers other than listings; each was hashed and has that id. */
  readonly folders = new Map<string, readonly NamedEntry[]>()
  /** What a folder holds by tree id, from listings; each was hashed and has that id. */
  readonly rows = new BoundedCache<ListedFolder>(rowsMax, ({ size }) => size + 1)
  /** By tree id, the part of a folder's rows that a truncated listing told. */
  readonly cut = new Map<string, ListedFolder>()
  /** Single folders that are being listed, by tree id. */
  readonly #folders = new Map<string, Promise<ListedFolder>>()
  /** Trees that were listed with all that is below them, and whether that was the whole of it. */
  readonly #listings = new Map<string, Promise<boolean>>()
  readonly #entries = new Map<string, Map<string, Entry | null>>()
  readonly #contents = new BoundedCache<Uint8Array | string>(contentBytesMax, (content) =>
    typeof content === 'string' ? content.length : sizeOfBytes(content),
  )

  /** What a commit has at a path, null for nothing; `undefined` where that is not known. */
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

  /** As `keepContent`, for bytes that are a part of a larger buffer: that is not kept with them. */
  keepPart(oid: string, content: Buffer): void {
    this.keepContent(oid, content.byteLength <= packedByteLengthMax ? content : Buffer.from(content))
  }

  /** Whether a listing of all that is below a tree was whole, as `read` tells the first time; a failure is not kept. */
  listing(tree: string, read: () => Promise<boolean>): Promise<boolean> {
    return remember(this.#listings, tree, read)
  }

  /** Whether the tree was listed with all that is below it, so that looking into it costs few requests or none. */
  isListed(tree: string): boolean {
    return this.#listings.has(tree)
  }

  /** The rows of a folder, read once for all who ask at the same time. */
  folder(tree: string, read: () => Promise<ListedFolder>): Promise<ListedFolder> {
    const rows = remember(this.#folders, tree, read)
    const forget = () => void this.#folders.delete(tree)
    rows.then(forget, forget)
    return rows
  }
}

/** Ids of blobs. The blobs of listings are looked through when the first id is asked for, which most runs never do. */
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
