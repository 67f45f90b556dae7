/** What is uncertain about the Hub, or what a test wants it to do wrong. All may be changed while the hub runs. */
import { answeredSwitches } from './answers.ts'
import type { Misstoring } from './misstore.ts'
import type { Fetches } from './upload-pack.ts'

/** A pull request. */
export interface HubPull {
  readonly num: number
  readonly author: string
  title: string
  readonly description: string
  status: 'draft' | 'open' | 'closed' | 'merged'
  /** The commit of main by which it was merged. */
  merged: string | null
}

export interface Switches {
  /** Whether pull requests are switched off, or closed to whoever asks. */
  refusesProposals: boolean
  /** Whether the message of a squash lists the commits, as those that were seen do. */
  squashLists: boolean
  /** What is stored otherwise than it was sent. */
  stores: Misstoring | null
  /**
   * After a branch has moved, this many answers of `revision`, `resolve` and `commits` still show the head before.
   * `refs` never does.
   */
  staleReads: number
  /** `raw`: names as they are; `git`: names with quotes, backslashes or control characters quoted as git does. */
  compareQuoting: 'raw' | 'git'
  /** Whether an exact rename is an `R` row, and what stands between its two paths. */
  compareRenames: 'none' | 'tab' | 'space'
  /** Answered instead of a comparison, e.g. 404, 413 or 504. */
  compareStatus: number | null
  /** Whether a comparison has an `ETag`. Recorded answers of other routes have one. */
  compareTags: boolean
  /** Lines of a comparison, and rows of a recursive listing, after which it ends as if that were all. */
  compareLinesMax: number
  treeRowsMax: number
  preuploadNeedsWrite: boolean
  /** Whether whoever asks may make repositories for the owner of those that are still to be made. */
  member: boolean
  /** Answered instead of making a repository. */
  createRefusal: { status: number; error: string } | null
  /** Whether `visibility` is understood of a repository that is made; an older Hub knows `private` alone. */
  knowsVisibility: boolean
  /** Who can see a repository that is made; `null`: whom the request says. */
  createdAs: 'public' | 'private' | null
  /** Answers after a repository was made that do not see it yet. */
  createdReads: number
  /** Repositories that are not made at first, because something else is done to them. */
  busyCreations: number
  /** Whether repositories are there, and whoever asks may not see them. */
  unseen: boolean
  /** Files in one `preupload`: the Hub's description says 1,000, a comment in its own client 256. */
  preuploadMax: number
  /** Whether people have to be let in to read files, and by whom. A Space never is. */
  gated: false | 'auto' | 'manual'
  /** Of a gated repository: whether the account of the token has been let in. */
  letIn: boolean
  /** When tokens end, as `whoami-v2` tells it, RFC 3339; `null`: it says nothing. */
  tokenEnd: string | null
  /** What fine-grained tokens may do, as `whoami-v2` lists it; `null`: tokens have a role. */
  scopes: readonly { entity: { type: string; name?: string }; permissions: readonly string[] }[] | null
  /** Whether a file that is updated keeps its mode (executable, or even symlink), or becomes 100644. */
  keepsModes: boolean
  /** Whether a plain file that is not empty is refused where a rule says LFS. */
  refusesPlainUnderRule: boolean
  /**
   * Whether the text of a pointer that came as a plain file is text, or a pointer like any other. Not known of the real
   * Hub.
   */
  pointersAreText: boolean
  /** Bytes of a binary file that is taken as a plain one; 0: none is. */
  plainBinaryMax: number
  /** How much of a plain file is looked at to find it binary. */
  binaryCheck: 'sample' | 'whole'
  /**
   * File name endings that the hook takes as plain whatever they hold, and those that it refuses although `preupload`
   * calls them regular.
   */
  passesAsPlain: RegExp | null
  refusesAsPlain: RegExp | null
  /** Where the address of a renamed repository leads, if not to the same host: `https://hf.co`. */
  movedOrigin: string
  /** How git's own protocol gives single objects, which partial clones of public datasets ask for. */
  fetches: Fetches
  /** Whether plain files of public repositories are answered with a 307 to `/api/resolve-cache`. */
  redirectsFiles: boolean
  /** What a short name means where a branch and a tag have it. git takes the tag. */
  ambiguousName: 'branch' | 'tag'
  /** Whether commits are listed by a branch's full name too, as they are by `refs/convert/parquet` and `refs/pr/1`. */
  fullNames: boolean
  /** Whether the list of tags tells the objects of annotated ones, and not their commits. Nobody has said. */
  tellsTagObjects: boolean
  /** Names of tags that the Hub takes none of, and its words. */
  refusedTags: Map<string, string>
  /** Whether commits that no branch or tag reaches can still be read by id. */
  readsUnreachable: boolean
  /** Whether the listing of an empty branch is `[]`, or a 404. */
  listsEmptyBranch: boolean
  /**
   * Line breaks between a commit's title and the rest of its message that a listing does not tell, and whether it tells
   * those at the message's end.
   */
  messageCut: 0 | 1 | 2
  messageKeepsEnd: boolean
  /** Whether the first `verify` of every object says that it is not there yet. */
  verifyMissingOnce: boolean
  /** The batch calls these objects (SHA-256) present although they are not. */
  phantomObjects: Set<string>
  /** Whether objects go up as chunks, where the client offers `xet`. */
  xet: boolean
  /** Objects above this size go up in parts, where the client offers `multipart`. */
  multipartThreshold: number
  partByteLength: number
  /** How long the address of an upload is good. */
  uploadSeconds: number
  /** How addresses of downloads are signed: CloudFront's way since 2026-06, S3's before. */
  signs: 'cloudfront' | 's3'
  /** Another host that gives out the bytes from now on, as when an object has been migrated. */
  downloadOrigin: string | null
  /** Paths that `paths-info` takes at once. 1,000 was the limit in 2023; the Hub's own client sends 500. */
  pathsInfoMax: number
  /** Objects a batch may name. */
  batchLimit: number
  /** How long a commit takes for each of its operations. After 60 s the answer is a 504, and the commit goes on. */
  commitMsPerOperation: number
  /** A commit with more operations is answered with 504, and never lands. */
  commitOperationsMax: number
  /** The next commits are answered with 504 after 60 s, and land so many ms later. */
  lateCommits: number[]
  /** Whether other commits are refused with 409 until then; else the first one that is done wins. */
  locksWhileLate: boolean
  /** The next commits that are refused because another one is running. */
  lockedCommits: number
  /** Commits that may be tried within an hour, `null` for no limit; and the `Retry-After` of the refusal in seconds. */
  commitsPerHour: number | null
  commitRetryAfter: number | null
  /** Requests within five minutes by bucket, for a token; without one: half of it. */
  quotas: { api: number; resolvers: number; pages: number }
}

/** What `answers.json` says. */
type Answered = Pick<
  Switches,
  | 'compareLinesMax'
  | 'compareQuoting'
  | 'compareTags'
  | 'compareRenames'
  | 'readsUnreachable'
  | 'keepsModes'
  | 'commitsPerHour'
  | 'commitRetryAfter'
  | 'pathsInfoMax'
  | 'preuploadMax'
  | 'preuploadNeedsWrite'
  | 'batchLimit'
  | 'plainBinaryMax'
  | 'binaryCheck'
  | 'refusesPlainUnderRule'
  | 'multipartThreshold'
  | 'partByteLength'
  | 'uploadSeconds'
  | 'signs'
>

export function defaultSwitches(): Switches {
  return {
    ...(answeredSwitches('huggingface') as unknown as Answered),
    refusesProposals: false,
    squashLists: true,
    stores: null,
    staleReads: 0,
    compareStatus: null,
    treeRowsMax: Infinity,
    member: true,
    createRefusal: null,
    knowsVisibility: true,
    createdAs: null,
    createdReads: 0,
    busyCreations: 0,
    unseen: false,
    gated: false,
    letIn: true,
    tokenEnd: null,
    scopes: null,
    pointersAreText: false,
    passesAsPlain: null,
    refusesAsPlain: null,
    movedOrigin: '',
    fetches: 'given',
    redirectsFiles: true,
    ambiguousName: 'tag',
    fullNames: true,
    tellsTagObjects: false,
    refusedTags: new Map(),
    listsEmptyBranch: true,
    messageCut: 0,
    messageKeepsEnd: true,
    verifyMissingOnce: false,
    xet: true,
    phantomObjects: new Set(),
    downloadOrigin: null,
    commitMsPerOperation: 6,
    commitOperationsMax: Infinity,
    lateCommits: [],
    locksWhileLate: true,
    lockedCommits: 0,
    quotas: { api: 1000, resolvers: 5000, pages: 200 },
  }
}
