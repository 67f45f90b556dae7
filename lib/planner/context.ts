/** What planning has at hand: both sides, their contents, and what was asked for. */
import type { Remote } from '../model/remote.ts'
import type { Side, Sides } from '../model/sides.ts'
import type { View } from '../model/view.ts'
import type { Contents } from './contents.ts'

export interface PlanOptions {
  readonly view: View
  readonly take: (path: string) => Side | null
  readonly init: Side | 'union' | null
  /** Commits of a side that are read in search of the base. */
  readonly historyMax: number
  /** One copy for all commits of a side. */
  readonly squash: boolean
  /** Asks beforehand whatever would stand in a run's way. */
  readonly dryRun: boolean
  /** Everybody may read what the run prints. */
  readonly publicLog: boolean
  /** Requests that were made so far. */
  readonly countRequests: () => number
  readonly allowDelete: boolean
  /** What not everybody can read may go where everybody can, also where no sync point says that it did before. */
  readonly allowPublic: boolean
  /** Where GitHub's LFS objects are, if only on Hugging Face: its `.lfsconfig` has to say so. */
  readonly lfsUrl: string | null
}

export interface Context {
  readonly remotes: Sides<Remote>
  readonly contents: Contents
  readonly options: PlanOptions
}
