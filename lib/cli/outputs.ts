/** The outputs of a job's step, as the action declares them (`.github/actions/mirror/action.yml`). */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mapSides, type Sides } from '../model/sides.ts'
import type { PageRun } from '../page/input.ts'
import { countChanges } from '../report/rows.ts'
import { attempt, type Outlets } from './deliver.ts'
import type { Environment } from './options.ts'
import type { Cost, Status } from './status.ts'

/** What a run has found out; null what it has not. `commits`: where both branches are after it. */
export interface Found {
  readonly changes: number | null
  readonly conflicts: number | null
  readonly commits: Sides<string | null>
}

/** The shares that the objects of a plan are cut into, as `--shard` takes each; none where nobody has asked for them. */
export interface Shared {
  readonly shares?: readonly string[] | undefined
}

/** For `strategy.matrix` of a workflow. */
export const formatMatrix = (shares: readonly string[]) => JSON.stringify({ shard: shares })

const nothing: Found = { changes: null, conflicts: null, commits: { github: null, huggingface: null } }

/** What outputs tell of a run; nothing of one that came to no plan. */
export function describeFound(run: Pick<PageRun, 'plan' | 'written'> | undefined): Found {
  if (run === undefined) return nothing
  const { plan, written } = run
  return {
    changes: countChanges(plan),
    conflicts: plan.conflicts.length,
    commits: mapSides((side) => written.commits[side] ?? plan.heads[side]),
  }
}

/** What several runs have found together. Their commits are those of several branches, and none of them is told. */
export function addFound(all: readonly Found[]): Found {
  const add = (name: 'changes' | 'conflicts') => {
    const known = all.flatMap((one) => one[name] ?? [])
    return known.length === 0 ? null : known.reduce((sum, number) => sum + number, 0)
  }
  return { ...nothing, changes: add('changes'), conflicts: add('conflicts') }
}

/** Writes a plan to a file of its own in a folder, and returns its path. Throws where it cannot. */
function writePlan(folder: string, document: string): string {
  const path = join(mkdtempSync(join(folder, 'hubmirror-')), 'plan.json')
  writeFileSync(path, `${document}\n`)
  return path
}

/**
 * What `keep` makes of a plan as data: the path of its file, or what is kept for several of them. Null where no later step
 * can read it, and where it cannot be kept, which is a warning.
 */
export function keepPlan(
  session: Pick<Outlets, 'warn'> & { readonly outside: { readonly env: Environment } },
  plan: (() => string) | null,
  keep = writePlan,
): string | null {
  const { env } = session.outside
  const folder = env.GITHUB_OUTPUT && env.RUNNER_TEMP
  let kept: string | null = null
  if (plan && folder) attempt(session, 'the plan', () => (kept = keep(folder, plan())))
  return kept
}

/**
 * Lines for the file that `GITHUB_OUTPUT` names: fixed words, numbers and ids, and the path of the plan; nothing stands
 * for what is not known.
 */
export function formatOutputs(
  status: Status,
  { requests, bytes }: Cost,
  { changes, conflicts, commits, plan, shares }: Found & Shared & { readonly plan: string | null },
): string {
  const lines = {
    status,
    changes,
    conflicts,
    github_commit: commits.github,
    huggingface_commit: commits.huggingface,
    plan,
    requests: requests.github + requests.huggingface,
    bytes_downloaded: bytes.downloaded,
    bytes_uploaded: bytes.uploaded,
    shards: shares?.length,
    matrix: shares && formatMatrix(shares),
  }
  return Object.entries(lines)
    .map(([name, value]) => `${name}=${value ?? ''}\n`)
    .join('')
}
