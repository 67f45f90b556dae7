/** Mappings of paths that change as they please between runs, drawn at random. */
import { expect, test } from 'vitest'
import { sides } from '../../lib/model/sides.ts'
import fc, { isLong, runs } from '../random.ts'
import { MappedWorld, mappings, type Edit, type Run } from './mapped-world.ts'

const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom('write', 'write', 'delete'),
  side: fc.constantFrom(...sides),
  at: fc.nat({ max: 60 }),
})
const run: fc.Arbitrary<Run> = fc.record({
  kind: fc.constant('run'),
  paths: fc.constantFrom(...mappings),
  take: fc.constantFrom(null, null, ...sides),
  kill: fc.constantFrom(0, 0, 0, 1, 2),
})
const steps = fc.array(fc.oneof({ weight: 5, arbitrary: edit }, { weight: 4, arbitrary: run }), {
  minLength: 8,
  maxLength: 30,
  size: 'max',
})

test(
  'whatever is not shown is as it was, what is shown is equal, and no changed mapping deletes a file',
  async () => {
    const codes: number[] = []
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...mappings), steps, async (paths, drawn) => {
        const world = new MappedWorld()
        await world.begin(paths)
        for (const step of drawn) {
          if (step.kind === 'run') codes.push(await world.run(step))
          else world.edit(step)
        }
      }),
      { numRuns: runs(8) },
    )
    const count = (code: number) => codes.filter((one) => one === code).length
    expect([count(0) > codes.length / 4, count(1) > 0, count(2) > 0]).toEqual([true, true, true])
  },
  isLong ? undefined : 60_000,
)
