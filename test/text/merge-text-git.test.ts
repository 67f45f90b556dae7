import { describe, expect, test } from 'vitest'
import { mergeText } from '../../lib/text/merge-text.ts'
import { hasGit, judge, readFileMerges, type Trio } from '../git-judge.ts'
import fc, { isLong, runs, seed } from '../random.ts'
import { kinds } from './trios.ts'

/** Trios of each kind. The long form draws as many with a seed that stays, and as many with the one of this run. */
const count = runs(200)

const bySize = (trios: readonly Trio[]) => trios.toSorted((a, b) => JSON.stringify(a).length - JSON.stringify(b).length)

/** Of the merges that git makes, those that we leave to people because merging the result again would change it. */
const stricterMax: Record<keyof typeof kinds, number> = {
  'distinct lines': 0,
  'code': 0.05,
  'long texts': 0.05,
  'no final newline': 0.05,
  'CRLF': 0.05,
  'JSON': 0.15,
  'CSV': 0.12,
  'blank lines': 0.15,
  'four symbols': 0.15,
  'three symbols': 0.18,
  'two symbols': 0.25,
  'one line over and over': 0.3,
}

describe.skipIf(!hasGit)('real git, aligning lines by histogram and by Myers', () => {
  test.each(Object.entries(kinds))(
    'never merges where git reports a conflict, nor to another text: %s',
    (kind, trio) => {
      const trios = (isLong ? [1, seed + 1] : [seed]).flatMap((start) =>
        fc.sample(trio, { numRuns: count, seed: start }),
      )
      const verdicts = judge(trios)
      const merges = trios.map(({ base, sides }) => mergeText(base, sides))
      const merged = trios.filter((_, index) => merges[index]!.clean)
      const wrong = trios.filter((_, index) => {
        const [merge, verdict] = [merges[index]!, verdicts[index]!]
        return merge.clean && (merge.text !== verdict.histogram || merge.text !== verdict.myers)
      })
      expect(bySize(wrong), `seed ${seed}`).toEqual([])

      const agreed = verdicts.map(({ histogram, myers }) => histogram !== null && histogram === myers)
      const isStricter = (index: number) => agreed[index]! && !merges[index]!.clean
      const stricter = [...trios.keys()].slice(0, count).filter(isStricter).length
      expect(stricter).toBeLessThanOrEqual(
        Math.ceil(stricterMax[kind as keyof typeof kinds] * agreed.slice(0, count).filter(Boolean).length),
      )
      // All that is stricter is so for one reason.
      expect(merges.filter((merge, index) => agreed[index] && !merge.clean && merge.reason !== 'not certain')).toEqual(
        [],
      )
      expect(merged.length).toBeGreaterThan(count / 20)
      if (isLong)
        console.log(
          `${kind}: ${trios.length} trios, git merges ${agreed.filter(Boolean).length}, we ${merged.length}; wrong ${wrong.length}, stricter ${[...trios.keys()].filter(isStricter).length}`,
        )
    },
    600_000,
  )

  test('agrees with `git merge-file` as well', () => {
    const trios = Object.values(kinds).flatMap((trio) => fc.sample(trio, { numRuns: runs(8) }))
    const myers = judge(trios).map((verdict) => verdict.myers)
    expect(readFileMerges(trios)).toEqual(myers)
  })
})
