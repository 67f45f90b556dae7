/** Filters and lists that change as they please between runs, drawn at random. */
import { expect, test } from 'vitest'
import { sides } from '../../lib/model/sides.ts'
import fc, { isLong, runs } from '../random.ts'
import { FilteredWorld, lists, paths, patterns, type Edit, type List, type Run, type Step } from './filtered-world.ts'

const side = fc.constantFrom(...sides)
const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom('write', 'write', 'delete'),
  side,
  path: fc.constantFrom(...paths),
})
const list: fc.Arbitrary<List> = fc.record({ kind: fc.constant('list'), side, text: fc.constantFrom(...lists) })
const run: fc.Arbitrary<Run> = fc.record({
  kind: fc.constant('run'),
  given: fc.constantFrom(...patterns),
  take: fc.constantFrom(null, null, ...sides),
  kill: fc.constantFrom(0, 0, 0, 1, 2),
})
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof({ weight: 5, arbitrary: edit }, { weight: 2, arbitrary: list }, { weight: 4, arbitrary: run }),
  { minLength: 8, maxLength: 30, size: 'max' },
)

test(
  'whatever is left out is as it was, what is mirrored is equal, and no changed filter deletes a file',
  async () => {
    const codes: number[] = []
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...patterns), steps, async (given, drawn) => {
        const world = new FilteredWorld()
        await world.begin(given)
        for (const step of drawn) {
          if (step.kind === 'run') codes.push(await world.run(step))
          else world.edit(step)
        }
      }),
      { numRuns: runs(12) },
    )
    // Most runs end well, and the others come up.
    const count = (code: number) => codes.filter((one) => one === code).length
    expect([count(0) > codes.length / 3, count(1) > 0, count(2) > 0]).toEqual([true, true, true])
  },
  isLong ? undefined : 60_000,
)
