/** What is uncertain about GitHub, or what a test wants it to do wrong. All may be changed while the hub runs. */
import { answeredSwitches } from './answers.ts'
import type { Misstoring } from './misstore.ts'
import type { Fetches } from './upload-pack.ts'

/**
 * Refusals of a ref update by protection, word for word. A rule set gives `rules`, classic branch protection the
 * others.
 */
export const protections = {
  rules: 'Repository rule violations found\n\nCannot update this protected ref.\n\n',
  pullRequest: 'Changes must be made through a pull request.',
  checks: '2 of 2 required status checks are expected.',
  review: 'At least 1 approving review is required by reviewers with write access.',
  generic: 'Reference cannot be updated',
}

/** Refusals of every LFS request of a repository, word for word. */
export const lfsRefusals = {
  quota:
    'This repository is over its data quota. Account responsible for LFS bandwidth should purchase more data packs to restore access.',
  budget:
    'This repository exceeded its LFS budget. The account responsible for the budget should increase it to restore access.',
  disabled: 'Git LFS is disabled for this repository.',
}

/**
 * What the token of a workflow may do: requests in an hour for one repository, what GitHub calls the creation of content,
 * points of requests, and pushes (GitHub's docs, "Rate limits for the REST API", "for the GraphQL API", "Repository limits").
 */
export const workflowLimits = {
  limits: { core: 1_000, graphql: 1_000, lfs: 3_000 },
  contentWrites: { minute: 80, hour: 500 },
  points: { core: 900, graphql: 2_000, atOnce: 100 },
  pushesPerMinute: 6,
}

/** `off`: the repository has none. `read`: the token may not write them. `none`: it may not see them either. */
export type IssueAccess = 'write' | 'read' | 'none' | 'off'

export interface Switches {
  /** What is stored otherwise than it was sent. */
  stores: Misstoring | null
  /** After a ref has moved, this many REST answers that follow it still see where it was before. Writes never do. */
  staleReads: number
  /** Whether GraphQL lags behind as well. */
  staleGraphql: boolean
  /** Whether a ref update is refused when its commits bring pointers to LFS objects that are not here. */
  refusesDanglingPointers: boolean
  updateRefs: 'allowed' | 'forbidden'
  /**
   * Objects and files that one GraphQL query may ask for. Beyond that it runs out of resources, which since 2025-09
   * gives the first ones, `null` for the others, and an error for each of those; or it runs out of its ten seconds:
   * 502.
   */
  queryObjectsMax: number
  queryOverload: 'partial' | 502
  /**
   * What GraphQL calls a ref that is not where `beforeOid` says, as STALE_DATA; `null`: it has no name for it, and says
   * what it says of any failure.
   */
  refConflictType: string | null
  /** Whether GraphQL says of a rule that refuses a ref update what it says of any failure. REST names it. */
  hidesRules: boolean
  /** Branches that may not be moved by this token, and the message that says so; see `protections`. */
  protectedBranches: Map<string, string>
  /** Whether the token may open pull requests; a setting keeps workflows from it. */
  opensPulls: boolean
  /** Lists of pull requests after one was opened that do not show it yet. */
  unseenPulls: number
  /** Tags that a rule keeps from being made and deleted. */
  protectedTags: Set<string>
  /** Tags that a release stands on. */
  releases: Set<string>
  /** Whether the token may write `.github/workflows/`. */
  allowsWorkflows: boolean
  /**
   * What `permissions` and `viewerPermission` tell: of the token, of its user whatever the token may do, or nothing (as
   * for an App).
   */
  permissions: 'token' | 'user' | 'nothing'
  /** Whose tokens these are; `null`: an app's, as a workflow has it, which `GET /user` refuses. */
  user: string | null
  /** When tokens end, as a header of each answer says it (`2027-09-06 12:00:00 UTC`, or with an offset); `null`: no header. */
  tokenEnd: string | null
  /** What administrators are told of Actions; `null`: this token is none of an administrator's. */
  actions: { enabled: boolean; allowed_actions?: 'all' | 'local_only' | 'selected' } | null
  /** What a rule set says of whoever asks: OAS has the four words, and that older servers do not say it. */
  bypass: 'always' | 'pull_requests_only' | 'never' | 'exempt' | null
  /** Whether requests are counted; an Enterprise Server may not, and then has no `rate_limit`. */
  tellsLimits: boolean
  /** Whether the repository's owner is an organization of whoever asks; else another user, or nobody. */
  organization: boolean
  /** The scopes of a classic token, as a header of each answer has them; `null`: another token, without that header. */
  scopes: string | null
  /** Answered instead of making the repository; see `createRefusals`. */
  createRefusal: { status: number; message: string } | null
  /** Who can see a repository that is made; `null`: whom the request says. */
  createdAs: 'public' | 'internal' | 'private' | null
  /** Answers after the repository was made that do not see it yet. */
  createdReads: number
  /** Whether the repository is there, and whoever asks may not see it. */
  unseen: boolean
  archived: boolean
  /** Whether the LFS store of an archived repository takes objects all the same. Nobody has said. */
  archivedTakesObjects: boolean
  disabled: boolean
  /** Of a private repository: whether the whole enterprise can see it. */
  internal: boolean
  /** A `git/trees` call above one of these ends as one that ran out of its 10 seconds: 422 with a text, or 502. */
  treeEntriesMax: number
  treeBodyMax: number
  treeOverload: 422 | 502
  /** What a short name means to a listing of commits where a branch and a tag have it. git takes the tag. */
  ambiguousName: 'branch' | 'tag'
  /**
   * Whether a listing of commits takes a branch by its full name, `sha=refs/heads/main`, as api.github.com has been
   * seen to; else it answers 404 or 422.
   */
  fullNames: true | 404 | 422
  /** Which id a listing by branch or commit has as its `sha`. */
  listingSha: 'commit' | 'tree'
  /** Entries of a recursive listing; beyond that it is `truncated`. */
  listingMax: number
  /** Bytes of a blob that `git/blobs` takes. */
  blobMax: number
  compareFilesMax: number
  /** Paths that a comparison leaves out. */
  compareOmits: Set<string>
  /** Entries of trees that one GraphQL query may ask for. Nobody has published such a limit. */
  queryEntriesMax: number
  /**
   * Which renames `compare` sees: none, those of equal content, or also those that keep at least half of the lines, as
   * git does.
   */
  compareRenames: 'none' | 'exact' | 'similar'
  /** Answered instead of a comparison, e.g. 404, 500 or 503. */
  compareStatus: number | null
  /** Whether GraphQL gives objects that no ref leads to. Not known of the real one. */
  tellsUnnamed: boolean
  /**
   * What becomes of a push: taken, refused with this status before it is looked at, or declined by a hook, as a whole or
   * as far as it moves a branch, makes another ref, or removes one.
   */
  pushes: 'taken' | 403 | 404 | 413 | 503 | 'declined' | 'no branch' | 'no other ref' | 'no removal'
  /** How git's own protocol gives single objects. */
  fetches: Fetches
  /** Bytes of a blob's text that GraphQL gives. */
  blobTextMax: number
  /** Requests of a token: by hour for `core` and `graphql`, by minute for `lfs`. Without one: `anonymous`. */
  limits: { core: number; graphql: number; lfs: number }
  anonymousLimits: { core: number; graphql: number; lfs: number }
  /**
   * Writes through REST that are taken in a minute and in an hour, the secondary limit on creating content; `null` for
   * none.
   */
  contentWrites: { minute: number; hour: number } | null
  /**
   * Points of requests in a minute, of which a read is one and a write five, and requests at the same time; `null` for no
   * such limit. What GraphQL is asked for counts as a write.
   */
  points: { core: number; graphql: number; atOnce: number } | null
  /** Pushes that are taken in a minute; `null` for any. Nobody has recorded how the next one is refused. */
  pushesPerMinute: number | null
  /** Whether a refusal by the secondary limit has a `Retry-After`, or only its text. */
  secondaryRetryAfter: boolean
  /** See `lfsRefusals`. */
  lfsRefusal: string | null
  /** Objects a batch may name. */
  lfsBatchMax: number
  lfsObjectMax: number
  /** Whether public objects may be downloaded without a token. */
  lfsAnonymous: boolean
  /** What tells that an object is not here. */
  lfsMissing: 404 | 410
  /** When an uploaded object counts as present. */
  lfsPresentAfter: 'verify' | 'upload'
  /** What this token may do with issues. */
  issues: IssueAccess
  /** Lists that do not have an issue yet which was just made. */
  unseenLists: number
  /**
   * Labels that are not there yet: made with the issue, left out of it until they are made by themselves, or refused
   * (since 2025-01 without `issues: write`; octokit/rest.js#479, googleapis/release-please-action#1105).
   */
  newLabels: 'made' | 'left out' | 'refused'
  /** Answered to the first `verify` of every object. */
  verifyOnce: 404 | 500 | null
}

/** What `answers.json` says. */
type Answered = Pick<
  Switches,
  | 'updateRefs'
  | 'refConflictType'
  | 'hidesRules'
  | 'queryObjectsMax'
  | 'queryOverload'
  | 'refusesDanglingPointers'
  | 'allowsWorkflows'
  | 'listingSha'
  | 'blobMax'
  | 'tellsUnnamed'
  | 'lfsBatchMax'
  | 'lfsAnonymous'
  | 'lfsPresentAfter'
>

export function defaultSwitches(): Switches {
  return {
    ...(answeredSwitches('github') as unknown as Answered),
    stores: null,
    staleReads: 0,
    staleGraphql: false,
    protectedBranches: new Map(),
    opensPulls: true,
    unseenPulls: 0,
    protectedTags: new Set(),
    releases: new Set(),
    permissions: 'token',
    user: 'octocat',
    tokenEnd: null,
    actions: null,
    bypass: null,
    tellsLimits: true,
    organization: true,
    scopes: null,
    createRefusal: null,
    createdAs: null,
    createdReads: 0,
    unseen: false,
    archived: false,
    archivedTakesObjects: true,
    disabled: false,
    internal: false,
    treeEntriesMax: 1_000,
    treeBodyMax: 7_000_000,
    treeOverload: 422,
    ambiguousName: 'tag',
    fullNames: true,
    listingMax: 100_000,
    compareFilesMax: 300,
    compareOmits: new Set(),
    queryEntriesMax: 100_000,
    compareRenames: 'similar',
    compareStatus: null,
    pushes: 'taken',
    fetches: 'given',
    blobTextMax: 512_000,
    limits: { core: 5_000, graphql: 5_000, lfs: 3_000 },
    anonymousLimits: { core: 60, graphql: 0, lfs: 300 },
    contentWrites: null,
    points: null,
    pushesPerMinute: null,
    secondaryRetryAfter: true,
    lfsRefusal: null,
    lfsObjectMax: 2_147_483_648,
    lfsMissing: 404,
    issues: 'write',
    unseenLists: 0,
    newLabels: 'made',
    verifyOnce: null,
  }
}
