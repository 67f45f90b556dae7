/** Why a run cannot go on where a branch is missing. Both are the messages of errors, since nothing was planned yet. */
import { listNear } from '../model/near-names.ts'
import type { BranchNames } from '../model/near-names.ts'
import { mapSides, otherSide, valuesOf, type Side, type Sides } from '../model/sides.ts'

/** The branch was deleted, and with it commits that stand nowhere else. */
export function formatLostBranch(side: Side, branches: Sides<string>, lost: string, services: Sides<string>): string {
  const other = services[otherSide[side]]
  return (
    `Cannot mirror branch ${JSON.stringify(branches[side])}: ${services[side]} has no branch of that name any more, ` +
    `and commit ${lost.slice(0, 7)}, where ${other}'s branch ${JSON.stringify(branches[otherSide[side]])} goes on ` +
    'from, is in no other branch there. ' +
    'Making it again would bring back what was deleted with it. ' +
    `If that is wanted, make the branch on ${services[side]} by hand; if not, delete it on ${other} too`
  )
}

/**
 * `defaults`: what the default branch of a side without the branch is called; null where it is not known, and where the
 * branch is there.
 */
export function formatNoBranch(
  side: Side,
  {
    branches,
    defaults,
    services,
  }: { readonly branches: Sides<string>; readonly defaults: Sides<string | null>; readonly services: Sides<string> },
  { branches: others, isTag }: BranchNames,
): string {
  const other = services[otherSide[side]]
  const why = isTag
    ? `a tag has that name on ${services[side]}, and no branch has; only branches are mirrored`
    : new Set(valuesOf(branches)).size > 1
      ? `${services[side]} has no branch of that name, and one is only made under the name that it has on ${other}`
      : `${services[side]} has no branch of that name, and no commit on ${other} tells where it would begin`
  const defaultBranch = defaults[side]
  const near = listNear(branches[side], others).filter((one) => one !== defaultBranch)
  const fact =
    `Cannot mirror branch ${JSON.stringify(branches[side])}: ` +
    `${why}${near.length === 0 ? '' : `. Much like it there: ${near.map((one) => JSON.stringify(one)).join(', ')}`}`
  const meant = mapSides((each) => defaults[each] ?? branches[each])
  const [one, two] = valuesOf(meant)
  const flags = one === two ? `--branch ${one}` : `--branch ${one} --hf-branch ${two}`
  return defaultBranch === null || defaultBranch === branches[side]
    ? `${fact}. ${isTag ? 'Name' : 'Make the branch there, or name'} another with --branch or --hf-branch`
    : `${fact}. The default branch there is ${JSON.stringify(defaultBranch)}: to mirror that one, run with ${flags}; or make the branch`
}
