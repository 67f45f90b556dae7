/**
 * The one contract that both sides fulfil. A remote reads and writes one branch of one repository; it knows its
 * service's wire format and nothing of merging, nor of the other side.
 *
 * Reads by commit id MUST give that commit's state however often they are asked; `readHistory` and `readHead` may be
 * stale. Content that is returned MUST have been hashed and found equal to its git id; a mismatch is an
 * `IntegrityError`, never data. Every failure is an `Error` of `errors.ts`, its message without any token.
 */
import type { Capabilities } from './capabilities.ts'
import type { Content } from './content.ts'
import type { Blob, Entry, Change, LfsObject, Mode } from './entry.ts'
import type { Guesses } from './guesses.ts'
import type { Side } from './sides.ts'

/** Which repository: `name` is `owner/name`; `type` matters on Hugging Face alone. */
export interface Repository {
  readonly side: Side
  readonly type: 'repository' | 'dataset' | 'model' | 'space'
  readonly name: string
}

/** `date` is RFC 3339 with its offset or `Z`, to the second. */
export interface Author {
  readonly name: string
  readonly email: string
  readonly date: string
}

/**
 * A commit as its history lists it. `tree` is `null` where the service does not tell (Hugging Face). `parents` on
 * Hugging Face is the next older row: its listing is taken for a line. `message` is the whole message, title first.
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
 * What stands on the branch. `commits` are newest first, the head at index 0; `readMore` costs one request and gives
 * the next older ones (pinned to the head, never mixing two states of the branch), or is `null` where the history is
 * complete. `empty`: the repository has no commit at all. `no branch`: it has commits, but no branch of this name;
 * people may have meant its default one, or one that `readNames` tells.
 */
export type History =
  | {
      readonly state: 'branch'
      readonly commits: readonly Commit[]
      readonly readMore: (() => Promise<History>) | null
    }
  | { readonly state: 'empty' }
  | { readonly state: 'no branch'; readonly defaultBranch: string | null; readonly readNames: () => Promise<Names> }

/** Branches of a repository, a hundred or more, and whether a tag has the name for which there is no branch. */
export interface Names {
  readonly branches: readonly string[]
  readonly isTag: boolean
}

/**
 * A file as it is to be stored: `mode` null means 100644. `oid` is the git id of a plain file's bytes, null where only
 * reading them tells.
 */
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
 * A file that is about to be stored; `content` null deletes the path. `store` is how, null for a deletion, and means
 * nothing where that is what the remote is asked. `was`: what stands at the path now, null where nothing does.
 */
export interface Draft {
  readonly path: string
  readonly content: Content | null
  readonly store: Store | null
  readonly was: Entry | null
}

/** Gives a remote the bytes of a file that it is asked about; proven as the bytes of `readContent` are. */
export type ReadContent = (content: Content) => Awaitable<Uint8Array>

/** A value that may be at hand: a promise for each of 100,000 small files would cost more than the files. */
export type Awaitable<T> = T | Promise<T>

/** What edits go on top of: a commit, null for an empty repository, and edits of planned commits between the two. */
export interface Standing {
  readonly head: string | null
  readonly earlier: readonly Draft[]
}

/** `file` null deletes the path, which MUST exist in the tree that is edited. */
export interface Edit {
  readonly path: string
  readonly file: NewFile | null
}

/**
 * A commit to be written: its first parent's tree with the edits put in. A parent is a commit id, or the index of an
 * earlier commit of the same list; none makes a root commit. `mirrors` is the link that `Mirrored-From` gives, `part`
 * the one of `Mirrored-Part` on the commits before the last where the remote has to split, `marks` further trailers
 * beside either. `author` null is the mirror itself. `date` is the committer's.
 */
export interface NewCommit {
  readonly parents: readonly (string | number)[]
  readonly title: string
  readonly body: string
  readonly author: Author | null
  readonly date: string
  readonly mirrors: string | null
  readonly part: string
  readonly marks: readonly (readonly [key: string, value: string])[]
  readonly edits: readonly Edit[]
}

/**
 * Objects that are there but that no branch names yet. `head` is the commit that publishing will make the head, `null`
 * where only publishing makes it. `shown` is told each commit that the branch is at on the way there, also where
 * publishing fails after it. Publishing ends when each commit is proven to hold what was sent; an `IntegrityError` says
 * that one holds something else.
 */
export interface Prepared {
  readonly head: string | null
  readonly publish: (shown?: (oid: string) => void) => Promise<string>
}

/**
 * What is sent for an LFS object: its bytes from an offset on, from wherever they are, asked for only if the remote
 * lacks it.
 */
export interface Upload {
  readonly object: LfsObject
  readonly open: (from: number) => Promise<AsyncIterable<Uint8Array>>
}

/** How far an object's bytes have left. `sent` goes back where some have to be sent again. */
export interface Progress {
  readonly object: LfsObject
  readonly sent: number
}

/**
 * Told of uploads as they go on, very often: what is called must be quick and must not throw. `stored`: the object has
 * arrived.
 */
export interface UploadWatch {
  readonly progress?: (progress: Progress) => void
  readonly stored?: (object: LfsObject) => void
}

/** `next`: these, at most 100, will be opened soon, and none of them before it is done. */
export interface UploadOptions extends UploadWatch {
  readonly next?: (objects: readonly LfsObject[]) => Promise<void>
}

/** `lfs without a rule`: it has to be an object, and no `.gitattributes` rule says so yet: the caller adds one. */
export type Store = 'plain' | 'lfs' | 'lfs without a rule'

/**
 * Who can read a repository. `internal`: whoever belongs to GitHub's enterprise. `gated`: everybody sees its card and
 * the names of its files, and reads the files once let in. `unknown`: the service did not tell.
 */
export type Visibility = 'public' | 'internal' | 'gated' | 'private' | 'unknown'

export interface Remote {
  readonly side: Side
  /** What messages call it, such as `GitHub`. The two remotes of a mirror MUST NOT be called the same. */
  readonly service: string
  readonly repository: Repository
  readonly branch: string
  readonly capabilities: Capabilities
  readonly guesses: Guesses

  /** Its LFS server as `lfs.url` names it: ends in `/info/lfs`. */
  readonly lfsUrl: string
  /** Link to a commit for people; `parseCommitLink` in `repository.ts` is its inverse. */
  commitUrl(oid: string): string
  /** Link to a file of a commit for people. */
  fileUrl(oid: string, path: string): string

  /**
   * One request where the branch exists. `from`: the history of this commit, or of the default branch for `HEAD`,
   * instead of the branch's.
   */
  readHistory(from?: string): Promise<History>
  /** The head now, from the service's freshest source; `null` without a branch. */
  readHead(): Promise<string | null>
  /**
   * Whether the branch of this name (null: any branch) contains the commit, as far as a bounded number of requests
   * tells.
   */
  containsCommit(branch: string | null, oid: string): Promise<boolean>
  /**
   * What changed between two of its commits, on the paths that `includes` lets through, sorted by path, renames as
   * delete and add. `from` null: everything that `to` holds. Costs do not grow with the repository unless `from` is
   * null or the service cannot compare.
   */
  readChanges(from: string | null, to: string, includes: (path: string) => boolean): Promise<Change[]>
  /**
   * The git id of what `to` holds at each path where it differs from `from` (null: from nothing), null where it holds
   * nothing. `null`: it cannot tell for certain. One request where the service compares commits by their ids. On
   * Hugging Face `from` may end in `^`: the first parent, which its histories do not tell.
   */
  readIds(from: string | null, to: string): Promise<ReadonlyMap<string, string | null> | null>
  /**
   * How many files that `includes` lets through a commit holds; it stops counting when there are `most`. Costs grow
   * with that number, not with the repository.
   */
  countFiles(commit: string, includes: (path: string) => boolean, most: number): Promise<number>
  /** What stands at the paths, directories included; every path asked for is a key. */
  readEntries(commit: string, paths: readonly string[]): Promise<Map<string, Entry | null>>
  /**
   * The modes of what stands at the paths, where `readEntries` may only have guessed that it is a file; what is absent
   * is no key, nor is what the service does not tell. May cost as much as a listing of the whole commit.
   */
  readModes(commit: string, paths: readonly string[]): Promise<Map<string, Mode>>
  /** The bytes of a plain file, no promise where they are at hand. `blob` is what the commit holds at the path. */
  readContent(commit: string, path: string, blob: Blob): Awaitable<Uint8Array>
  /** The bytes of an LFS object from an offset on (0 by default), as they come: who reads them checks them. */
  openObject(object: LfsObject, from?: number): Promise<AsyncIterable<Uint8Array>>
  /**
   * All bytes of an LFS object, proven: for those that are small enough to be held. A download that breaks goes on
   * where it stopped.
   */
  readObject(object: LfsObject): Promise<Uint8Array>
  /** Asks where these objects are, as far as that is not known: opening one then costs no request of its own. */
  locateObjects(objects: readonly LfsObject[]): Promise<void>
  /** The objects that its store does not have. */
  readMissing(objects: readonly LfsObject[]): Promise<LfsObject[]>
  /**
   * How it has to store each of these files, none of them a deletion. `attributes`: the texts of the `.gitattributes`
   * files that the commit to come changes, by folder (`''` is the root). `head` null: the repository is empty.
   */
  readStores(
    head: string | null,
    files: readonly Draft[],
    attributes: ReadonlyMap<string, string>,
    read: ReadContent,
  ): Promise<Map<string, Store>>
  /**
   * What it would refuse in these edits, each a sentence; empty when nothing speaks against them. Without `standing`
   * the edits alone are looked at.
   */
  readRefusals(drafts: readonly Draft[], read: ReadContent, standing?: Standing): Promise<string[]>

  /**
   * Who can read the repository, in one request however often it is asked. A refusal to say makes it `unknown`; a
   * service that fails is an error.
   */
  readVisibility(): Promise<Visibility>
  /** Whether everybody can read it, as far as an answer to something else has told so far; `null`: none has. */
  isPublic(): boolean | null
  /**
   * Throws a `DeniedError` where it can tell without writing that the token may not write here, a `RefusedError` where
   * nobody may, or where its store says that it would not take one of the largest of these objects; where it cannot
   * tell, `uploadObjects` and `prepare` will.
   */
  checkWrite(objects?: readonly LfsObject[]): Promise<void>
  /**
   * Names of rules that stand on the branch and that a write has to pass, which nobody tells beforehand; null where the
   * service has no such rules.
   */
  readRules(): Promise<readonly string[] | null>
  /** Which of these plain files, by git id, it has already; asked only as far as `prepare` would ask as well. */
  readPresent(oids: readonly string[]): Promise<ReadonlySet<string>>
  /**
   * Brings the objects that are missing; each is hashed on its way and complete when this ends. Safe to repeat. Returns
   * those that were sent.
   */
  uploadObjects(uploads: readonly Upload[], options?: UploadOptions): Promise<LfsObject[]>
  /**
   * How many commits the service will show for these on top of `head` (`null`: an empty repository): it may take a
   * large one in parts only.
   */
  countCommits(commits: readonly { readonly edits: readonly Draft[] }[], head: string | null): number
  /**
   * Commits that the repository still takes within the hour, as far as the history that was read tells; `Infinity`
   * where nothing limits them.
   */
  commitsLeft(): number
  /** Makes the branch at a commit that exists. */
  createBranch(oid: string): Promise<void>
  /**
   * Makes the commits, as far as that shows nothing to anybody. `head` is what the branch must still be at when they
   * are published (`null`: the repository is empty), else publishing throws a `MovedError` and nothing has changed. A
   * publication whose answer is lost is looked up, not repeated blindly.
   */
  prepare(commits: readonly NewCommit[], head: string | null): Promise<Prepared>
}
