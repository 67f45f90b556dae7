/** Commits drawn: histories, merges and edits in, what would be written out. */
import { capabilities as ofGithub } from '../../lib/github/capabilities.ts'
import type { Base } from '../../lib/history/base.ts'
import { listOriginals } from '../../lib/history/message.ts'
import type { Listing } from '../../lib/history/topology.ts'
import { capabilities as ofHub } from '../../lib/huggingface/capabilities.ts'
import { mapSides, otherSide, type Side, type Sides } from '../../lib/model/sides.ts'
import { assembleCommits, type Assembly } from '../../lib/plan/commits.ts'
import { planEdit, type PlannedEdit } from '../../lib/plan/edits.ts'
import type { PlannedCommit } from '../../lib/plan/plan.ts'
import { history, idOf, repositories } from '../history/histories.ts'
import { entryOf, type Node } from '../merge/worlds.ts'

/** As the two services have them. */
export const capabilities = { github: ofGithub, huggingface: ofHub }

export const remotesOf = (branch: string) =>
  mapSides((side) => ({
    repository: repositories[side],
    branch: side === 'github' ? branch : 'main',
    capabilities: capabilities[side],
  }))

/** As the planner lists them for a base. */
export const originalsOf = (listings: Sides<Listing>, commits: Sides<string | null>) =>
  mapSides((side) => listOriginals(listings[side], commits[side], repositories[otherSide[side]]))

/** An edit: what a side gets at a path, and what stands there now. `null` deletes. */
export function planned(to: Side, path: string, content: string | null, was: Node | null = null): PlannedEdit {
  const text = content === null ? null : { text: content }
  return planEdit({ path, to, content: text, hunks: null }, () => was && entryOf(was), capabilities[to].modes)
}

export interface Drawing {
  readonly github: string
  readonly huggingface: string
  readonly base: readonly [string | null, string | null]
  readonly by?: Base['by']
  readonly moved: readonly Side[]
  readonly edits?: Partial<Sides<readonly PlannedEdit[]>>
  readonly lineEdits?: readonly PlannedEdit[]
}

export function assemble({
  github,
  huggingface,
  base: [g, h],
  by = 'trailer',
  moved,
  edits = {},
  lineEdits = [],
}: Drawing): Sides<PlannedCommit[]> {
  const id = (name: string | null) => (name === null ? null : idOf(name))
  const commits = { github: id(g), huggingface: id(h) }
  const listings = { github: history('github', github), huggingface: history('huggingface', huggingface) }
  const assembly: Assembly = {
    remotes: remotesOf('master'),
    originals: originalsOf(listings, commits),
    base: { commits, by, treeProven: true, beside: null, parts: [], emptySide: null, set: null },
    listings,
    moved: mapSides((side) => moved.includes(side)),
    edits: { github: edits.github ?? [], huggingface: edits.huggingface ?? [] },
    line: { start: id(g), edits: lineEdits },
    replayed: null,
    config: null,
  }
  return assembleCommits(assembly)
}

export const toGithub = [planned('github', 'f', 'new\n')]

export const toHub = [planned('huggingface', 'f', 'new\n')]
