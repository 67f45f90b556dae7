/** What a page is made of. */
import type { Inspection } from '../facts/inspection.ts'
import type { Side, Sides } from '../model/sides.ts'
import type { Arrived } from '../model/upload.ts'
import type { Plan } from '../plan/plan.ts'
import type { FindTexts } from '../report/diff-text.ts'
import type { Compared } from '../report/verification-text.ts'

/** One side, as people call it. */
export interface Place {
  readonly service: string
  readonly repository: string
  readonly branch: string
}

/**
 * A run, whether it ended well or not. `wrote`: whether anything was written, in whatever round of planning.
 * `findTexts`: what the plan makes of texts, null where the page may show none. `inspection`: null where nobody looked.
 */
export interface PageRun {
  readonly plan: Plan
  readonly findTexts: FindTexts | null
  readonly inspection: Inspection | null
  readonly written: { readonly commits: Sides<string | null>; readonly objects: Sides<readonly Arrived[]> }
  readonly earlier: readonly { readonly side: Side; readonly commit: string }[]
  readonly wrote: boolean
}

/** Links for people, as a remote knows them. */
interface Linker {
  readonly commitUrl: (oid: string) => string
  readonly fileUrl: (oid: string, path: string) => string
}

/**
 * `status`: what the run came to, as `--json` says it. `argv`: the arguments of a run of the same kind. `links` null:
 * nobody knows any. `run` and `proof`: as far as there are any. `error`: why the run failed, a sentence a line.
 */
export interface PageInput {
  readonly status: string
  readonly mode: 'run' | 'dry run' | 'verify'
  readonly places: Sides<Place>
  readonly argv: readonly string[]
  readonly nowMs: number
  readonly cost: {
    readonly requests: Sides<number>
    readonly bytes: { readonly downloaded: number; readonly uploaded: number }
    readonly elapsedMs: number
  }
  readonly links: Sides<Linker> | null
  readonly run?: PageRun
  readonly proof?: Compared | null
  readonly error?: string
}
