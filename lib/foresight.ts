/** What stands in a run's way besides what it writes: who can read both repositories, and whether they may be written at all. */
import type { Base, Listing } from './base.ts'
import { brakeHost, brakePublic, noteVisibility } from './brakes.ts'
import type { LfsObject } from './entry.ts'
import { DeniedError, MissingTokenError, RefusedError, RemoteError } from './errors.ts'
import { listJourneys, wereMirrored } from './exposure.ts'
import type { Plan } from './plan.ts'
import type { Remote } from './remote.ts'
import { formatRepository } from './repository.ts'
import { awaitSides, mapSides, sideName, type Side, type Sides } from './sides.ts'

export interface ExposureInput {
  readonly remotes: Sides<Remote>
  readonly options: { readonly init: Side | 'union' | null, readonly allowPublic: boolean }
}

/**
 * Whether a run that begins to mirror the two repositories would publish something. One that goes on where an earlier one ended asks nobody; on a
 * common commit, where people push to both sides, whoever is not asked has nothing to lose.
 */
export async function readExposure(commits: Plan['commits'], base: Base, listings: Sides<Listing>, { remotes, options: { init, allowPublic } }: ExposureInput): Promise<Pick<Plan, 'refusals' | 'notes'>> {
  const repositories = mapSides((side) => remotes[side].repository)
  const goesOn = init === null && base.commits.github !== null && wereMirrored(listings, repositories)
  if (allowPublic || goesOn || commits.github.length + commits.huggingface.length === 0) return { refusals: [], notes: [] }
  const journeys = listJourneys(commits, base, listings, repositories)
  if (base.by === 'shared commit') {
    const sources = await Promise.all(journeys.map(({ from }) => remotes[from].readVisibility()))
    if (sources.every((source) => source === 'public')) return { refusals: [], notes: [] }
  }
  const told = { names: mapSides((side) => formatRepository(repositories[side])), visibility: await awaitSides((side) => remotes[side].readVisibility()), init: init !== null }
  const refusals = brakePublic(journeys, told)
  return { refusals, notes: refusals.length > 0 ? [] : noteVisibility(told) }
}

type Ahead = Pick<Plan, 'refusals' | 'notes' | 'askedAhead'>

export const nothingAhead: Ahead = { refusals: [], notes: [], askedAhead: 0 }

async function foreseeSide(side: Side, remote: Remote, objects: readonly LfsObject[]): Promise<Ahead> {
  const rules = await remote.readRules()
  const notes = rules === null || rules.length === 0 ? [] : [`${sideName[side]}'s branch has rules (${rules.join(', ')}): a run is refused there, unless the mirror's user may bypass them`]
  const ahead = { ...nothingAhead, notes, askedAhead: (rules === null ? 1 : 3) + Math.min(objects.length, 1) }
  try {
    await remote.checkWrite()
    await remote.checkObjects(objects)
    return ahead
  } catch (error) {
    if (error instanceof RefusedError) return { ...ahead, refusals: brakeHost(side, [error.message]) }
    // A plan may be looked at without a token; and a service that fails now may answer the run.
    if (error instanceof MissingTokenError || error instanceof RemoteError) return { ...ahead, notes: [...notes, error.message] }
    if (error instanceof DeniedError) return { ...ahead, refusals: [{ kind: 'token', message: error.message, allowedBy: null }] }
    throw error
  }
}

/** For a dry run: what a run would find out by its first write on each of these sides, as far as a read can tell. */
export async function foresee(written: readonly Side[], remotes: Sides<Remote>, objects: Plan['objects']): Promise<Ahead> {
  const all = await Promise.all(written.map((side) => foreseeSide(side, remotes[side], objects[side])))
  return { refusals: all.flatMap(({ refusals }) => refusals), notes: all.flatMap(({ notes }) => notes), askedAhead: all.reduce((sum, { askedAhead }) => sum + askedAhead, 0) }
}
