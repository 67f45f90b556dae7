/**
 * The contract that both sides fulfil. A remote reads and writes one branch of one repository. It knows the API of its
 * service, and nothing of merging or of the other side.
 *
 * Reads by a commit's id MUST always give the state of that commit; `readHistory` and `readHead` may be stale. Content
 * MUST be hashed and found equal to its git id before it is returned; else an `IntegrityError` is thrown. Every failure
 * is an `Error` of `errors.ts`, and its message holds no token.
 */
import type { Capabilities } from './capabilities.ts'
import type { Content, StoredFile } from './content.ts'
import type { BareEntry, Entry, Change, Includes, LfsObject, Mode, Tell } from './entry.ts'
import type { Diagnosis } from './finding.ts'
import type { Guesses } from './guesses.ts'
import type { BranchNames } from './near-names.ts'
import type { Proposal, ProposalDraft } from './proposal.ts'
import type { Side } from './sides.ts'
import type { TagStore } from './tags.ts'
import type { UndoRange } from './undo-range.ts'
import type { Upload, UploadOptions } from './upload.ts'
import type { MadeRepository, NewVisibility, Visibility } from './visibility.ts'

/** `name` is `owner/name`. `type` distinguishes repositories of one name on Hugging Face. */
export interface Repository {
  readonly side: Side
  readonly type: 'repository' | 'dataset' | 'model' | 'space'
  readonly name: string
}

/** `date` is RFC 3339 to the second, with an offset or `Z`. */
export interface Author {
  readonly name: string
  readonly email: string
  readonly date: string
}

/**
 * A commit in the listing of a history. Hugging Face tells neither trees nor parents: there `tree` is `null`, and the
 * listing is taken for a line, in which the parent is the next older row. `message` is the whole message.
 */
export interface Commit {
  readonly oid: string
  readonly tree: string | null
  readonly parents: readonly string[]
  readonly message: string
  readonly author: Author
  readonly committerDate: string
}

/**
 * The history of a branch. `commits` come newest first, beginning with the head. `readMore` costs a request and gives
 * the next older commits of the same head, even if the branch has moved; it is `null` where the history is complete.
 * `empty`: the repository has no commit at all. `no branch`: it has commits, but no branch of this name; people may
 * have meant its default branch, or one of those that `readNames` gives.
 */
export type History =
  | {
      readonly state: 'branch'
      readonly commits: readonly Commit[]
      readonly readMore: (() => Promise<History>) | null
    }
  | { readonly state: 'empty' }
  | {
      readonly state: 'no branch'
      readonly defaultBranch: string | null
      readonly readNames: () => Promise<BranchNames>
    }

/** A file to be stored. `mode` null means 100644. `oid` is the git id of its bytes, null where it is not known yet. */
export type NewFile =
  | {
      readonly store: 'plain'
      readonly mode: Mode | null
      readonly oid: string | null
      readonly byteLength: number
      readonly read: () => Promise<Uint8Array>
    }
  | { readonly store: 'lfs'; readonly mode: Mode | null; readonly object: LfsObject }

/**
 * A file that a remote is asked about before it is written; `content` null deletes the path. `store` is null for a
 * deletion, and means nothing to `readStores`, which chooses it. `was`: what is at the path now, null for nothing.
 */
export interface Draft {
  readonly path: string
  readonly content: Content | null
  readonly store: Store | null
  readonly was: Entry | null
}

/** Reads the bytes of a draft for the remote, proven like those of `readContent`. */
export type ReadContent = (content: Content) => Awaitable<Uint8Array>

/** A value or a promise of it. For 100,000 small files at hand, the promises would cost more than the files. */
export type Awaitable<T> = T | Promise<T>

/** What drafts are written on top of: a commit (null: an empty repository), and what earlier planned commits write. */
export interface Standing {
  readonly head: string | null
  readonly earlier: readonly Draft[]
}

/** `file` null deletes the path, which MUST exist in the parent's tree. */
export interface Edit {
  readonly path: string
  readonly file: NewFile | null
}

/** A parent of a commit to be written: a commit that exists, or the index of an earlier one of the same list. */
export type Parent = { readonly oid: string } | { readonly index: number }

/**
 * A commit to be written: the tree of its first parent with the edits made; without a parent it is a root commit.
 * `mirrors` is the link for `Mirrored-From`, null for none. Where the remote has to split the commit, the parts before
 * the last one get `part` as `Mirrored-Part` instead. `undoes`: instead of both, what it takes back. `marks` are further
 * trailers of all parts. `author` null is the mirror itself; `date` is the committer's.
 */
export interface NewCommit {
  readonly parents: readonly Parent[]
  readonly title: string
  readonly body: string
  readonly author: Author | null
  readonly date: string
  readonly mirrors: string | null
  readonly part: string
  readonly undoes?: UndoRange | null
  readonly marks: readonly (readonly [key: string, value: string])[]
  readonly edits: readonly Edit[]
}

/**
 * Commits that are ready to be published. `head` is the id that the branch will get, `null` where the service makes the
 * commits only when they are published. `publish` calls `shown` with each commit that the branch comes to, even if it
 * fails later, and returns the new head when every commit is proven to hold what was sent. It throws an
 * `IntegrityError` where one holds something else.
 */
export interface Prepared {
  readonly head: string | null
  readonly publish: (shown?: (oid: string) => void) => Promise<string>
}

/** `lfs without a rule`: as an object, for which the caller has to add a rule to `.gitattributes`. */
export type Store = 'plain' | 'lfs' | 'lfs without a rule'

/** What it adds to a commit, newest first. `isOwn`: the mirror made all of it. `isOnHead`: it contains that commit. */
export interface ProposedCommits {
  readonly commits: readonly Commit[]
  readonly isOwn: boolean
  readonly isOnHead: boolean
}

/** How a remote proposes. Its branch is written by nothing else, but for the first commit of an empty repository. */
export interface Proposals {
  /** Those for this branch, newest first, as far as the first page of the service's list goes. Costs up to four requests. */
  readonly list: () => Promise<readonly Proposal[]>
  /** What a proposal adds to the branch, whose head is given. Costs a request. */
  readonly readCommits: (proposal: Proposal, head: string) => Promise<ProposedCommits>
  /**
   * Makes the commits and proposes them for the branch at `head`. Safe to repeat. Throws a `MovedError` where somebody else moves
   * the proposal meanwhile, and a `RefusedError` where it holds commits of others, which are never overwritten.
   */
  readonly propose: (commits: readonly NewCommit[], head: string, draft: ProposalDraft) => Promise<Proposal>
  /** Makes a draft for the branch at `head`, left by a run that was killed, ready to be merged; absent where none are made. */
  readonly offer?: (proposal: Proposal, head: string) => Promise<void>
  /** Closes one that is out of date; absent where the same one follows. Throws a `MovedError` where people have changed it. */
  readonly withdraw?: (proposal: Proposal) => Promise<void>
}

/** One side. */
export interface Remote {
  readonly side: Side
  /** What messages call this side, such as `GitHub`. The other side MUST have another name. */
  readonly service: string
  readonly repository: Repository
  readonly branch: string
  readonly capabilities: Capabilities
  readonly tags: TagStore
  /** How the branch is proposed to; absent where it is written. */
  readonly proposals?: Proposals

  /** What its requests are guessed by. Costs none. */
  loadGuesses(): Promise<Guesses>
  /** The address of its LFS server, as git-lfs's `lfs.url` has it: it ends in `/info/lfs`. */
  readonly lfsUrl: string
  /** A link to a commit for people; `parseCommitLink` in `repository.ts` reads it. */
  commitUrl(oid: string): string
  /** A link to a file of a commit for people. */
  fileUrl(oid: string, path: string): string

  /** The history of the branch, of the commit `from`, or of the default branch (`HEAD`). Costs a request where it exists. */
  readHistory(from?: string): Promise<History>
  /** The head, from the service's freshest source; `null` without a branch. */
  readHead(): Promise<string | null>
  /** Whether the branch (null: any branch) contains the commit, as far as a bounded number of requests can tell. */
  containsCommit(branch: string | null, oid: string): Promise<boolean>
  /**
   * What changed between two commits at the paths that `includes` lets through, sorted by path; a rename is a deletion
   * and an addition. `from` null gives everything that `to` holds. Costs do not grow with the repository unless `from`
   * is null or the service cannot compare. `tell` hears of the paths before their entries are known, where the service
   * tells them apart.
   */
  readChanges(from: string | null, to: string, includes: Includes, tell?: Tell): Promise<Change[]>
  /** Paths that `readChanges` saw to change and that are not shown, where only a part of the repository is. */
  readonly unshown?: ReadonlySet<string>
  /** Why that part is empty: the commit has no such folder; null where it has. A request, and a listing for near names. */
  explainAbsent?(commit: string): Promise<string | null>
  /** Those of a head's commits that changed what is shown, or what is at `places` and below; without merges that only join. */
  pickCommits?(head: string, commits: readonly Commit[], places?: readonly string[]): Promise<readonly Commit[]>
  /**
   * The git ids of `to` at each path where it differs from `from` (null: the empty tree); an id is null where `to` has
   * nothing. Returns `null` if it cannot tell for certain. `from` may end in `^`, for the first parent. Costs a request
   * where the service compares commits by their ids.
   */
  readIds(from: string | null, to: string): Promise<ReadonlyMap<string, string | null> | null>
  /**
   * How many files a commit holds that `includes` lets through. It stops counting at `most`, so that costs grow with
   * that number and not with the repository.
   */
  countFiles(commit: string, includes: Includes, most: number): Promise<number>
  /** What is at each of the paths, directories included; null where nothing is. */
  readEntries(commit: string, paths: readonly string[]): Promise<Map<string, Entry | null>>
  /** Where a card is shown without its front matter: that of a commit with its fences, empty for none. */
  readFrontMatter?(commit: string): Promise<string>
  /** The modes at paths where `readEntries` guesses them, as far as the service tells. May cost a listing of the commit. */
  readModes(commit: string, paths: readonly string[]): Promise<Map<string, Mode>>
  /** Says which plain files will be read, in this order, so that many can be read together. Costs nothing. */
  expectContents?(blobs: Iterable<Pick<Entry, 'oid' | 'byteLength'>>): void
  /** The bytes of a plain file, without a promise where they are at hand; `blob` is what the commit has at the path. */
  readContent(commit: string, path: string, blob: BareEntry): Awaitable<Uint8Array>
  /** The bytes of a plain file with this git id, if it has read them and still holds them. */
  findContent(oid: string): Uint8Array | null
  /** Bytes `from` to `to` (exclusive) of a file or its object, unproven; null where anything else is sent. One attempt. */
  readRange?(file: StoredFile, from: number, to: number): Promise<Uint8Array | null>
  /** The bytes of an LFS object from an offset on (default 0), as they come. The caller has to check them. */
  openObject(object: LfsObject, from?: number): Promise<AsyncIterable<Uint8Array>>
  /** All bytes of an LFS object, proven, in memory. A download that breaks goes on where it stopped. */
  readObject(object: LfsObject): Promise<Uint8Array>
  /** Asks for the addresses of objects, unless they are known, so that opening one costs no request of its own. */
  locateObjects(objects: readonly LfsObject[]): Promise<void>
  /** Those of the objects that the store lacks. */
  readMissing(objects: readonly LfsObject[]): Promise<LfsObject[]>
  /**
   * How it has to store each of these files, none of them a deletion; those that the answer does not name are plain, as
   * nearly all of 100,000 may be. `attributes`: the texts of the `.gitattributes`
   * files that the commit to come changes, by folder (`''` is the root). `head` null: the repository is empty.
   */
  readStores(
    head: string | null,
    files: readonly Draft[],
    attributes: ReadonlyMap<string, string>,
    read: ReadContent,
  ): Promise<Map<string, Store>>
  /** What it would refuse in these edits, each a sentence. Without `standing` the edits alone are looked at. */
  readRefusals(drafts: readonly Draft[], read: ReadContent, standing?: Standing): Promise<string[]>

  /**
   * What would stand in a run's way. Writes nothing, and costs about ten requests; one that fails is a finding. `creates`:
   * how the run would make the repository if it is missing; null where it would not.
   */
  readDiagnosis(creates: NewVisibility | null): Promise<Diagnosis>
  /** Who can read the repository. Costs a request the first time. `unknown` where the service refuses to tell. */
  readVisibility(): Promise<Visibility>
  /** Whether everybody can read it, if an answer to something else has told so already; else `null`. */
  isPublic(): boolean | null
  /**
   * Looks, as far as that is possible without writing, whether the token may write. Throws a `DeniedError` if it may
   * not, a `RefusedError` if nobody may, or if the store would not take one of the largest of these objects. What it
   * cannot tell, `uploadObjects` and `prepare` will.
   */
  checkWrite(objects?: readonly LfsObject[]): Promise<void>
  /**
   * Whether the token may make the repository, as far as that is told without making it; null where it is not. Throws a
   * `DeniedError` if it may not.
   */
  checkCreate(visibility: NewVisibility): Promise<true | null>
  /**
   * Makes the repository, which holds nothing but what the service itself puts there. One that is there by now is as good.
   * Throws a `DeniedError` where the token may not make it,
   * or may not see one of that name, and a `RefusedError` where the service takes no such repository.
   */
  createRepository(visibility: NewVisibility): Promise<MadeRepository>
  /** The names of the branch's rules, which a write has to pass; null where the service has no such rules. */
  readRules(): Promise<readonly string[] | null>
  /** Which of these plain files, by git id, it has already. Asks no more than `prepare` would ask as well. */
  readPresent(oids: readonly string[]): Promise<ReadonlySet<string>>
  /** Sends the objects that are missing, each hashed on its way, and returns them. Safe to repeat. */
  uploadObjects(uploads: readonly Upload[], options?: UploadOptions): Promise<LfsObject[]>
  /** How many commits the service will show for these on `head` (null: an empty repository), with the parts of large ones. */
  countCommits(commits: readonly { readonly edits: readonly Draft[] }[], head: string | null): number
  /** How many more commits the repository takes within the hour; `Infinity` without a limit. Costs a request after a hundred. */
  commitsLeft(): Promise<number>
  /** Makes the branch at a commit that exists. */
  createBranch(oid: string): Promise<void>
  /**
   * Makes the commits, as far as nobody can see them yet. The branch must still be at `head` (`null`: the repository is
   * empty) when they are published; else publishing throws a `MovedError` and changes nothing. Where the answer to a
   * publication is lost, the remote looks for its commit before it sends anything again. `check` begins what has to succeed before
   * anything is published, and may be called beside the last request, when every file was read; the caller awaits it.
   */
  prepare(commits: readonly NewCommit[], head: string | null, check?: () => unknown): Promise<Prepared>
}
