/** The world outside a run. */
import type { Ask } from './ask.ts'
import type { Log } from './log.ts'
import type { Environment } from './options.ts'
import type { Terminal } from './progress.ts'
import type { Runner } from './runner.ts'

/**
 * Where a run reads and writes; the demo and the tests bring their own. `columns`: of the terminal that `out` writes to,
 * null where it is none. `ask` asks whoever sits there; null where nobody does. `terminal` is where progress is drawn; an
 * aborted `signal` ends the run; `proxies` names proxies. `runner`: of GitHub Actions, null elsewhere. `reword` makes a
 * message fit the way in which the run was started.
 */
export interface Console {
  readonly env: Environment
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  readonly terminal?: Terminal | null
  readonly columns?: number | null
  readonly ask?: Ask | null
  readonly signal?: AbortSignal
  readonly proxies?: Environment
  readonly runner?: Runner | null
  /** `err` gets events, as JSON, and nothing else. */
  readonly log?: Log
  /** Where `init` is called; the working directory where it is not given. */
  readonly folder?: string
  readonly fetch?: typeof fetch
  readonly sleep?: (ms: number) => Promise<void>
  readonly now?: () => number
  readonly reword?: (message: string) => string
}
