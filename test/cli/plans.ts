/** A small plan and the runs around it, for what prints them. */
import type { Cost } from '../../lib/cli/status.ts'
import type { LfsObject } from '../../lib/model/entry.ts'
import type { Commit, Store } from '../../lib/model/remote.ts'
import { mapSides, otherSide, type Side, type Sides } from '../../lib/model/sides.ts'
import type { PlannedEdit } from '../../lib/plan/edits.ts'
import { planStatus, type Plan, type PlannedConflict } from '../../lib/plan/plan.ts'
import type { Run } from '../../lib/run/mirror.ts'
import { startWritten } from '../../lib/run/written.ts'
import { noFilters } from '../../lib/view/filters.ts'
import { repositories } from '../history/histories.ts'
import { services } from '../plan/brakes-setup.ts'

export const nowMs = Date.UTC(2026, 10, 25, 12)

/** What a test says of an edit. */
export interface Drawn extends Partial<Pick<PlannedEdit, 'to' | 'hunks' | 'keeps' | 'renamedFrom'>> {
  readonly action?: 'add' | 'modify' | 'delete'
  readonly store?: Store
  readonly byteLength?: number
}

export function edit(path: string, drawn: Drawn = {}): PlannedEdit {
  const {
    to = 'github',
    action = 'add',
    store = 'plain',
    byteLength = 1_200,
    hunks = null,
    keeps = null,
    renamedFrom = null,
  } = drawn
  const lfs = store === 'plain' ? null : object('a', byteLength)
  const entry = { mode: '100644' as const, oid: 'b'.repeat(40), byteLength, lfs }
  const isGone = action === 'delete'
  return {
    path,
    to,
    content: isGone ? null : { side: otherSide[to], commit: 'c'.repeat(40), path, entry },
    store: isGone ? null : store,
    was: action === 'add' ? null : entry,
    mode: null,
    renamedFrom,
    hunks,
    keeps,
  }
}

export const bySide = (edits: readonly PlannedEdit[]): Sides<readonly PlannedEdit[]> =>
  mapSides((side: Side) => edits.filter(({ to }) => to === side))

/** A commit that somebody made. */
export const original = (name: string, title: string, date: string, oid = name): Commit => ({
  oid,
  tree: null,
  parents: [],
  message: `${title}\n\nWhy`,
  author: { name, email: 'a@b.c', date },
  committerDate: date,
})
export const bob = original('Bob', 'Move the documentation', '2026-11-25T10:00:00Z')

export const conflict = (path: string, rest: Partial<PlannedConflict> = {}): PlannedConflict => ({
  path,
  kind: 'content',
  detail: 'both sides changed the same lines',
  settleable: true,
  hunks: [],
  deleted: { github: false, huggingface: false },
  byteLengths: { github: 1_200, huggingface: 900 },
  oids: { github: 'a'.repeat(40), huggingface: 'b'.repeat(40) },
  links: {
    github: `https://github.com/acme/corpus/blob/1/${encodeURIComponent(path)}`,
    huggingface: `https://huggingface.co/datasets/acme/corpus/blob/2/${encodeURIComponent(path)}`,
  },
  ...rest,
})

export const object = (name: string, byteLength: number): LfsObject => ({
  oid: name.repeat(64).slice(0, 64),
  byteLength,
})

export function makePlan(rest: Partial<Plan> = {}): Plan {
  return {
    repositories,
    services,
    branches: { github: 'main', huggingface: 'main' },
    heads: { github: `9b1e077${'0'.repeat(33)}`, huggingface: `3f2a9c1${'0'.repeat(33)}` },
    base: { github: `41c0de2${'0'.repeat(33)}`, huggingface: `77aa0b1${'0'.repeat(33)}` },
    baseBy: 'trailer',
    baseDate: '2026-11-23T12:00:00Z',
    originals: { github: [], huggingface: [] },
    filters: noFilters,
    lfsUrl: null,
    creates: null,
    undo: null,
    makeBranch: null,
    open: { github: null, huggingface: null },
    waiting: null,
    edits: bySide([]),
    conflicts: [],
    settled: [],
    refusals: [],
    skipped: [],
    notes: [],
    requests: { github: {}, huggingface: {} },
    forecast: { waitMs: 0, short: null },
    mayMoveLess: false,
    askedAhead: 0,
    commits: { github: [], huggingface: [] },
    commitCounts: { github: 1, huggingface: 1 },
    present: { github: new Set(), huggingface: new Set() },
    objects: { github: [], huggingface: [] },
    digest: 'd16e57d16e57aaaa',
    ...rest,
  }
}

const parquet = edit('data/2026-11.parquet', { store: 'lfs', byteLength: 13_500_000 })

/** The three changes of the design's example. */
export const example = makePlan({
  edits: bySide([
    parquet,
    edit('README.md', { to: 'huggingface', action: 'modify', hunks: { github: 2, huggingface: 1 } }),
    edit('reports/old.json', { to: 'huggingface', action: 'delete' }),
  ]),
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
        copyOf: null,
        edits: [parquet],
      },
    ],
    huggingface: [],
  },
})

/** Of services that tell no limits. */
export const unlimited = { limits: { github: {}, huggingface: {} }, waitedMs: 0 }

export const cost: Cost = {
  requests: { github: 4, huggingface: 5 },
  bytes: { downloaded: 13_501_000, uploaded: 13_600_000 },
  elapsedMs: 3_210,
  ...unlimited,
}

export function makeRun(plan: Plan, rest: Partial<Run> = {}): Run {
  return {
    status: planStatus(plan),
    plan,
    written: startWritten(),
    earlier: [],
    wrote: false,
    proof: null,
    findTexts: () => null,
    inspection: null,
    ...rest,
  }
}

/** What the runs were asked. */
const argv = ['--github', 'acme/corpus', '--hf', 'datasets/acme/corpus', '--branch', 'main']
export const asked = { argv, diff: false }
