/** Remotes that hold drawn commits and nothing else, for what the planner does between two questions of the core. */
import { deletionLimit } from '../../lib/cli/limits.ts'
import type { Change } from '../../lib/model/entry.ts'
import type { Remote, Store } from '../../lib/model/remote.ts'
import { mapSides, type Sides } from '../../lib/model/sides.ts'
import { Contents } from '../../lib/planner/contents.ts'
import type { Planning, PlanOptions } from '../../lib/planner/planning.ts'
import { noFilters } from '../../lib/view/filters.ts'
import { entryOf, type World } from '../merge/worlds.ts'
import { remotesOf } from '../plan/drawing.ts'

/** The files of commits, by the commit's name. */
export type Worlds = Readonly<Record<string, World>>

function entryAt(worlds: Worlds, commit: string | null, path: string) {
  const node = commit === null ? undefined : worlds[commit]![path]
  return node === undefined ? null : entryOf(node)
}

/** What a remote lists between two commits: also what is no file, and modes. */
function listChanges(worlds: Worlds, from: string | null, to: string): Change[] {
  return [...new Set([from, to].flatMap((commit) => Object.keys(commit === null ? {} : worlds[commit]!)))]
    .map((path) => ({ path, before: entryAt(worlds, from, path), after: entryAt(worlds, to, path) }))
    .filter(({ before, after }) => before?.oid !== after?.oid || before?.mode !== after?.mode)
}

/** What a run is asked for where nobody asks for anything. */
export const usualOptions: PlanOptions = {
  filters: noFilters,
  take: () => null,
  prefer: () => null,
  keepBoth: false,
  answers: false,
  init: null,
  undo: false,
  redo: false,
  historyMax: 10,
  squash: false,
  dryRun: false,
  publicLog: false,
  countRequests: () => 0,
  readLimits: () => ({ github: {}, huggingface: {} }),
  now: () => 0,
  maxWaitMs: 900_000,
  allowDelete: false,
  deletionLimit,
  allowPublic: false,
  lfsHome: { store: null, remembers: null },
  to: null,
  allowOverwrite: false,
  create: null,
}

/**
 * Both sides with their commits. They refuse nothing, lack no object, and store all as plain files; `answers` are those
 * that are to be others. `asked`: the comparisons that were made.
 */
export function drawPlanning(
  worlds: Sides<Worlds>,
  answers: Partial<Remote> = {},
  options: Partial<PlanOptions> = {},
): { readonly asked: readonly string[]; readonly planning: Planning } {
  const asked: string[] = []
  const remotes = mapSides((side) => {
    const drawn: Partial<Remote> = {
      side,
      service: side,
      ...remotesOf('main')[side],
      readChanges: async (from, to, includes) => {
        asked.push(`${side} ${from}..${to}`)
        return listChanges(worlds[side], from, to).filter(({ path }) => includes(path))
      },
      readEntries: async (commit, paths) => new Map(paths.map((path) => [path, entryAt(worlds[side], commit, path)])),
      readStores: async () => new Map<string, Store>(),
      readRefusals: async () => [],
      readMissing: async () => [],
      countCommits: ({ length }) => length,
      commitsLeft: async () => Infinity,
      findContent: () => null,
    }
    return { ...drawn, ...answers } as Remote
  })
  const all: PlanOptions = { ...usualOptions, ...options }
  return { asked, planning: { remotes, contents: new Contents(remotes), options: all } }
}
