/** A repository that a run makes because it is missing (`--create`), as plans and reports tell it. Pure. Decision 0042. */
import type { Repository } from '../model/remote.ts'
import { mapSides, otherSide, valuesOf, type Side, type Sides } from '../model/sides.ts'
import type { MadeRepository, NewVisibility } from '../model/visibility.ts'

/** Which side's repository is made, and who is to be able to read it. */
export interface Creation {
  readonly side: Side
  readonly visibility: NewVisibility
}

interface Named {
  readonly repositories: Sides<Repository>
  readonly services: Sides<string>
}

/** A repository as sentences name it: `dataset acme/corpus on Hugging Face`; the type stands in front of the name only. */
function nameRepository({ type, name }: Repository, service: string): string {
  return `${type} ${name} on ${service}`
}

/** `private dataset acme/corpus on Hugging Face`. */
export function nameCreation({ side, visibility }: Creation, { repositories, services }: Named): string {
  return `${visibility} ${nameRepository(repositories[side], services[side])}`
}

/** What a plan against a repository that is not there yet cannot know. `begins`: whether the service begins it with files. */
export function noteCreation(creation: Creation, named: Named, begins: boolean): string {
  return (
    `The ${nameCreation(creation, named)} is still to be made, and this plan takes it for an empty one. Then the run ` +
    `plans again: ${named.services[creation.side]} says how it stores each file${begins ? ', and what it has put there itself' : ''}`
  )
}

/** Nothing is made where the other side holds nothing. */
export function noteNothingToMirror({ side }: Creation, { repositories, services }: Named): string {
  return (
    `The ${nameRepository(repositories[side], services[side])} is missing, and --create makes nothing before ` +
    `${services[otherSide[side]]} holds something to mirror`
  )
}

/** The refusal where both repositories are missing. */
export function formatBothMissing({ repositories, services }: Named): string {
  const [one, other] = valuesOf(mapSides((side) => nameRepository(repositories[side], services[side])))
  return (
    `Cannot mirror: neither the ${one} nor the ${other} can be seen, and --create makes one of them from the other. ` +
    'Are both names right, and may the tokens see them?'
  )
}

/** The refusal where the side is missing that `--to` only reads, or whose files are to win by `--init`. */
export function formatUnread(side: Side, to: Side | null, { repositories, services }: Named): string {
  const why = to === null ? `--init ${side} takes what it holds` : `--to ${to} makes nothing there`
  return (
    `Cannot mirror: the ${nameRepository(repositories[side], services[side])} cannot be seen, and ${why}. ` +
    'Is its name right, and may the token see it?'
  )
}

/** The refusal of a repository that is there now and can be read by others than was asked for. */
export function formatExposed({ side, visibility }: Creation, made: MadeRepository, plan: Named): string {
  const { repositories, services } = plan
  const is =
    made.visibility === 'unknown' ? `${services[side]} does not tell who can read it` : `it is ${made.visibility}`
  const way = made.isOurs
    ? `It is there, and nothing was mirrored into it. Make it ${visibility} in its settings, or delete it, then run again`
    : 'It was there before this run could make it, and nothing was mirrored. To mirror it as it is, run again'
  return `Cannot go on: the ${nameRepository(repositories[side], services[side])} was to be ${visibility}, and ${is}. ${way}`
}
