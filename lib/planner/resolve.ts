/** The verdict of the core, asked until it has no question left. */
import type { Base } from '../history/base.ts'
import { mergeChanges } from '../merge/merge.ts'
import type { MergeInput } from '../merge/outcome.ts'
import type { Facts } from '../merge/questions.ts'
import { rolesOf } from '../model/capabilities.ts'
import { mapSides, sidesOf } from '../model/sides.ts'
import { readChanges, type Changes } from './changes.ts'
import type { Contents } from './contents.ts'
import type { Context } from './context.ts'

/** Asks the core until it has no question left. */
export async function resolve(input: MergeInput, facts: Facts, contents: Contents) {
  for (;;) {
    const result = mergeChanges(input, facts)
    if (result.state === 'merged') return result
    await contents.answer(result.questions, facts)
  }
}

/**
 * What makes the first commit of the side line hold exactly what the second side's head holds, since it says so: all
 * that changed there since the line's start, whatever base single paths have; everything, where the line starts from
 * nothing.
 */
export async function planCopy(
  line: Base,
  changes: Changes,
  { input, facts }: { readonly input: MergeInput; readonly facts: Facts },
  { remotes, contents, options: { view } }: Context,
) {
  const { first, second } = rolesOf(remotes)
  const made = changes.bases.size === 0 ? changes : await readChanges(line, input.heads, remotes, view)
  const start = sidesOf(first, line.commits[first], input.heads[second])
  return resolve(
    {
      ...input,
      heads: start,
      baseOf: () => line.commits,
      changes: sidesOf(second, made.changes[second], new Map()),
      chmods: mapSides(() => new Set()),
      take: () => second,
      makesWay: first,
    },
    facts,
    contents,
  )
}
