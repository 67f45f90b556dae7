/** What holds tags back: deletions that may not be meant, and what services refuse. The other tags go on. */
import { otherSide, sides, type Side, type Sides } from '../model/sides.ts'
import { isTooMuch, quotePaths, type DeletionLimit } from './brakes.ts'
import type { Refusal } from './plan.ts'
import type { TagMove } from './tags.ts'

const deletionsOf = (moves: readonly TagMove[], side: Side) =>
  moves.filter(({ to, commit }) => to === side && commit === null).map(({ name }) => name)

/**
 * Holds deletions back, on each side, where they are more than the limit allows, or all of several tags. `total`: tags that
 * both sides had.
 */
export function brakeTags(
  moves: readonly TagMove[],
  total: number,
  limit: DeletionLimit,
  services: Sides<string>,
): { readonly moves: readonly TagMove[]; readonly refusals: readonly Refusal[] } {
  const held = sides.filter((side) => {
    const { length } = deletionsOf(moves, side)
    return (length > 1 && length === total) || isTooMuch(length, total, limit)
  })
  const refusals = held.map((side): Refusal => {
    const names = deletionsOf(moves, side)
    return {
      kind: 'deletions',
      allowedBy: '--allow-delete',
      message:
        `${services[otherSide[side]]} deleted ${names.length} of ${total} tags: they are not deleted on ` +
        `${services[side]}: ${quotePaths(names)}. If it is meant, run once with --allow-delete; else make them ` +
        `again on ${services[otherSide[side]]}`,
    }
  })
  return { moves: moves.filter(({ to, commit }) => commit !== null || !held.includes(to)), refusals }
}

/** Holds back deletions of tags that something else stands on. */
export function brakeUsed(
  moves: readonly TagMove[],
  used: Sides<readonly string[]>,
  services: Sides<string>,
): { readonly moves: readonly TagMove[]; readonly refusals: readonly Refusal[] } {
  const refusals = sides.flatMap((side): Refusal[] =>
    used[side].length === 0
      ? []
      : [
          {
            kind: 'deletions',
            allowedBy: '--allow-delete',
            message:
              `${services[otherSide[side]]} deleted tags that are in use on ${services[side]}, as by a release: they are ` +
              `not deleted there. They are ${quotePaths(used[side])}. If it is ` +
              `meant, run once with --allow-delete; else make them again on ${services[otherSide[side]]}`,
          },
        ],
  )
  return { moves: moves.filter(({ to, commit, name }) => commit !== null || !used[to].includes(name)), refusals }
}

/** A tag that a service refuses. `why`: what it says, and what to do about it. */
export function refuseTag(name: string, service: string, why: string): Refusal {
  return { kind: 'host', allowedBy: null, message: `Tag ${JSON.stringify(name)} is as before on ${service}: ${why}` }
}
