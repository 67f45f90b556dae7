/** How many requests GitHub takes, as a plan tells: what `plan/estimate` holds to whole runs, where the numbers are large. */
import { expect, test } from 'vitest'
import { guesses } from '../../lib/github/guesses.ts'

const numbered = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index))
const edits = (count: number, store: string) => numbered(count, (index) => ({ path: `d/${index}`, store }))
const guess = (
  commits: readonly ReturnType<typeof edits>[],
  files: { byteLength: number; wasObject: boolean }[] = [],
) =>
  guesses.write({
    head: 'head',
    commits: commits.map((each) => ({ start: 'head', edits: each })),
    commitCount: 1,
    files,
  })

test.each([
  [1_399, 0],
  [1_501, 1],
  [12_000, 3],
])('%i pointers of objects take %i pushes', (count, pushes) => {
  expect(guess([edits(count, 'lfs')])['pushes']).toBe(pushes)
})

test('GitHub is asked once a push for objects that become plain: their ids are not known before', () => {
  const files = (wasObject: boolean) => numbered(1_000, () => ({ byteLength: 100_000, wasObject }))
  const asked = guess([edits(1_000, 'plain')], files(true))
  expect(asked).toMatchObject({ pushes: 7, other: 7, graphql: 8 })
  expect(guess([edits(1_000, 'plain')], files(false))).toMatchObject({ pushes: 7, other: 7, graphql: 1 })
})

test('without a push a few blobs are asked for, and one is not', () => {
  const files = (count: number) => numbered(count, () => ({ byteLength: 200_000, wasObject: true }))
  expect(guess([edits(5, 'plain')], files(5))).toMatchObject({ pushes: 0, writes: 7, graphql: 3 })
  expect(guess([edits(1, 'plain')], files(1))).toMatchObject({ pushes: 0, writes: 3, graphql: 2 })
})

test('what was read for the plan is not read again, but for what had to make way', () => {
  const read = (count: number, byteLength: number) =>
    guesses.read(
      numbered(count, () => byteLength),
      0,
    )
  expect(read(600, 100_000)).toEqual({})
  // 67 MB are kept.
  expect(read(100, 900_000)).toEqual({ other: 4 })
  expect(read(1_000, 900_000)).toMatchObject({ other: 116 })
  expect(read(10, 9_000_000)).toEqual({ core: 3 })
})
