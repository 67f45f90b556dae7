/** A small plan and the runs around it, for what prints them. */
import type { Cost } from '../../lib/cli/status.ts'
import { planStatus, type Plan, type PlannedChange, type PlannedConflict } from '../../lib/plan/plan.ts'
import type { Run } from '../../lib/run/mirror.ts'
import { startWritten } from '../../lib/run/written.ts'
import { repositories } from '../history/histories.ts'
import { services } from '../plan/brakes-setup.ts'

export const nowMs = Date.UTC(2026, 10, 25, 12)

export const change = (path: string, rest: Partial<PlannedChange> = {}): PlannedChange => ({
  path,
  to: 'github',
  action: 'add',
  store: 'plain',
  byteLength: 1_200,
  hunks: null,
  keeps: null,
  ...rest,
})

export const conflict = (path: string, rest: Partial<PlannedConflict> = {}): PlannedConflict => ({
  path,
  kind: 'content',
  detail: 'both sides changed the same lines',
  settleable: true,
  hunks: [],
  deleted: { github: false, huggingface: false },
  links: {
    github: `https://github.com/acme/corpus/blob/1/${encodeURIComponent(path)}`,
    huggingface: `https://huggingface.co/datasets/acme/corpus/blob/2/${encodeURIComponent(path)}`,
  },
  ...rest,
})

export const object = (name: string, byteLength: number) => ({ oid: name.repeat(64).slice(0, 64), byteLength })

export function makePlan(rest: Partial<Plan> = {}): Plan {
  return {
    repositories,
    services,
    branches: { github: 'main', huggingface: 'main' },
    heads: { github: `9b1e077${'0'.repeat(33)}`, huggingface: `3f2a9c1${'0'.repeat(33)}` },
    base: { github: `41c0de2${'0'.repeat(33)}`, huggingface: `77aa0b1${'0'.repeat(33)}` },
    baseBy: 'trailer',
    baseDate: '2026-11-23T12:00:00Z',
    set: null,
    lfsUrl: null,
    makeBranch: null,
    changes: [],
    conflicts: [],
    refusals: [],
    skipped: [],
    notes: [],
    requests: 0,
    askedAhead: 0,
    commits: { github: [], huggingface: [] },
    commitCounts: { github: 1, huggingface: 1 },
    present: { github: new Set(), huggingface: new Set() },
    objects: { github: [], huggingface: [] },
    digest: 'd16e57d16e57aaaa',
    ...rest,
  }
}

/** The three changes of the design's example. */
export const example = makePlan({
  changes: [
    change('data/2026-11.parquet', { store: 'lfs', byteLength: 13_500_000 }),
    change('README.md', { to: 'huggingface', action: 'modify', hunks: { github: 2, huggingface: 1 } }),
    change('reports/old.json', { to: 'huggingface', action: 'delete', store: null, byteLength: 0 }),
  ],
  objects: { github: [object('a', 13_500_000)], huggingface: [] },
  commitCounts: { github: 2, huggingface: 1 },
  commits: {
    github: [
      {
        parents: [],
        title: 'Change',
        body: '',
        author: null,
        date: '2026-11-25T00:00:00Z',
        names: null,
        edits: [
          {
            path: 'data/2026-11.parquet',
            store: 'lfs',
            mode: '100644',
            content: {
              from: 'huggingface',
              commit: 'c'.repeat(40),
              path: 'data/2026-11.parquet',
              entry: { mode: '100644', oid: 'b'.repeat(40), byteLength: 13_500_000, lfs: object('a', 13_500_000) },
            },
          },
        ],
      },
    ],
    huggingface: [],
  },
})

export const cost: Cost = {
  requests: { github: 4, huggingface: 5 },
  bytes: { downloaded: 13_501_000, uploaded: 13_600_000 },
  elapsedMs: 3_210,
}

export function makeRun(plan: Plan, rest: Partial<Run> = {}): Run {
  return { status: planStatus(plan), plan, written: startWritten(), earlier: [], wrote: false, proof: null, ...rest }
}

/** What the runs were asked. */
export const argv = ['--github', 'acme/corpus', '--hf', 'datasets/acme/corpus', '--branch', 'main']
