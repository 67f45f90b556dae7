/** What is drawn for a random world, and played in it. */
import { sides, type Side } from '../../lib/model/sides.ts'
import fc from '../random.ts'
import { branches, paths } from './ledger.ts'
import type { Act } from './people.ts'
import { RandomWorld, type Run, type Step } from './random-world.ts'

export const side: fc.Arbitrary<Side> = fc.constantFrom(...sides)
const branch = fc.constantFrom('main' as const, 'main' as const, ...branches)
const act = (...kinds: readonly Act['kind'][]): fc.Arbitrary<Act> =>
  fc.record({
    kind: fc.constantFrom(...kinds),
    side,
    branch,
    path: fc.constantFrom(...paths),
    nth: fc.nat(7),
    skew: fc.constantFrom(0, 0, 0, -3, -1, 1, 3),
  })
const runTo = (to: fc.Arbitrary<Run['to']>): fc.Arbitrary<Run> =>
  fc.record({
    kind: fc.constant('run' as const),
    branch,
    take: fc.constantFrom(null, null, ...sides),
    dry: fc.constantFrom(false, false, false, true),
    squash: fc.constantFrom(false, false, false, true),
    kill: fc.constantFrom(0, 0, 0, 0, 1, 2),
    rescue: fc.constantFrom(null, null, 'union' as const, ...sides),
    to,
  })
const rewriting = ['amend', 'reword', 'rebase', 'super-squash'] as const
const stepsOf = (to: fc.Arbitrary<Run['to']>, rewrites: readonly Act['kind'][]): fc.Arbitrary<Step[]> => {
  const step = fc.oneof(
    { weight: 5, arbitrary: act('write', 'write', 'write', 'delete', 'copy by hand', 'revert') },
    { weight: 4, arbitrary: act('merge', 'merge', 'squash merge', 'cherry-pick', 'paste', 'paste on the web') },
    { weight: 2, arbitrary: act(...rewrites) },
    { weight: 5, arbitrary: runTo(to) },
  )
  return fc.array(step, { minLength: 8, maxLength: 40, size: 'max' })
}
export const steps = stepsOf(fc.constant(null), [...rewriting, 'rewind'])
/** The same, where most runs write one side alone. */
export const oneWaySteps = stepsOf(fc.constantFrom(null, ...sides), rewriting)

/** A folder that no run mirrors; null: all is mirrored. */
export const outside = fc.constantFrom(null, null, 'd/')

/** Throws with all that happened, and returns it. `last`: whose word ends what is left open. */
export async function play(drawn: readonly Step[], last: Side, folder: string | null): Promise<readonly string[]> {
  const world = new RandomWorld(folder)
  try {
    await world.start()
    for (const one of drawn) {
      if (one.kind === 'run') await world.run(one)
      else world.act(one)
    }
    await world.end(last)
    return world.told
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${world.told.join('\n')}`, { cause: error })
  }
}
