/** Conflicts as people see them. */
import { describe, expect, test } from 'vitest'
import { findTake, formatTakeBelow, isTakeable } from '../../lib/merge/take.ts'
import { describeAnswers, formatConflicts } from '../../lib/report/conflict-text.ts'
import { fold } from '../../lib/report/fold.ts'
import { bob, conflict, makePlan, original } from '../cli/plans.ts'
import { look } from '../cli/printed.ts'

const alice = original('alice', 'Upload', '2026-11-25T11:30:00Z')
const context = { nothing: 'Nothing was written.', argv: ['--branch', 'main'], findData: () => [] }
const show = (...conflicts: ReturnType<typeof conflict>[]) =>
  formatConflicts(makePlan({ conflicts, originals: { github: [bob], huggingface: [alice] } }), context, look).join('\n')

describe('conflicts', () => {
  test('of two versions of data say how large each is, who made it, and what each answer does', () => {
    const detail = 'both sides changed it, and it is stored in LFS'
    expect(show(conflict('data/t.parquet', { detail, byteLengths: { github: 3_100_000, huggingface: 3_000_000 } })))
      .toMatchInlineSnapshot(`
      "
      1 conflict. Nothing was written.

        data/t.parquet  content: both sides changed it, and it is stored in LFS
          github        3.1 MB, Bob, 2 hours ago
                        https://github.com/acme/corpus/blob/1/data%2Ft.parquet
          huggingface   3.0 MB, alice, 30 minutes ago
                        https://huggingface.co/datasets/acme/corpus/blob/2/data%2Ft.parquet
          taking github puts its version on huggingface, taking huggingface puts its version on github
          settle it with --take='data/t.parquet=github' or --take='data/t.parquet=huggingface'

      It is settled with one of these (or some of each):
        npx tsx sync.ts --branch main --take='data/t.parquet=github'
        npx tsx sync.ts --branch main --take='data/t.parquet=huggingface'"
    `)
  })

  test('of many files are told by folder, with an answer for each folder and the single files whole', () => {
    const many = Array.from({ length: 28 }, (_, index) => conflict(`m/${index}.bin`))
    expect(show(...many, conflict('README.md', { kind: 'add/add' }), conflict('a [1]/x', { settleable: false })))
      .toMatchInlineSnapshot(`
      "
      30 conflicts. Nothing was written.

        a [1]/x  content: both sides changed the same lines
          github        1.2 kB, Bob, 2 hours ago
                        https://github.com/acme/corpus/blob/1/a%20%5B1%5D%2Fx
          huggingface   900 B, alice, 30 minutes ago
                        https://huggingface.co/datasets/acme/corpus/blob/2/a%20%5B1%5D%2Fx
          settle it by hand on one side, then run again

        m/  28 conflicts (content)
          0.bin, 1.bin, 2.bin and 25 more
          settle them with --take='m/**=github' or --take='m/**=huggingface'

        README.md  add/add: both sides changed the same lines
          github        1.2 kB, Bob, 2 hours ago
                        https://github.com/acme/corpus/blob/1/README.md
          huggingface   900 B, alice, 30 minutes ago
                        https://huggingface.co/datasets/acme/corpus/blob/2/README.md
          taking github puts its version on huggingface, taking huggingface puts its version on github
          settle it with --take='README.md=github' or --take='README.md=huggingface'

      1 conflict can only be settled by hand; the rest with one of these (or some of each):
        npx tsx sync.ts --branch main --take='*=github'
        npx tsx sync.ts --branch main --take='*=huggingface'"
    `)
  })
})

describe('an answer that deletes a file says so', () => {
  const gone = { github: true, huggingface: false }

  test('also where the words of the conflict tell of the other answer alone', () => {
    const detail =
      'huggingface changed it, github deleted it and has a symlink there, which taking huggingface replaces'
    expect(describeAnswers(conflict('a', { kind: 'modify/delete', detail, deleted: gone }))).toBe(
      'taking github deletes it on huggingface',
    )
  })

  test('also where it is given for a folder', () => {
    const many = Array.from({ length: 28 }, (_, index) =>
      conflict(`m/${index}.bin`, index % 7 === 3 ? { kind: 'modify/delete', deleted: gone } : {}),
    )
    expect(show(...many)).toContain('\n    taking github deletes 3.bin, 10.bin, 17.bin and 1 more on huggingface\n')
  })
})

test("a side that has a folder at the path of the other one's file has not deleted it", () => {
  const detail = 'it is a file on huggingface and a folder on github: rename or delete one of the two'
  const links = { github: null, huggingface: 'https://huggingface.co/x' }
  const deleted = { github: true, huggingface: false }
  const told = show(conflict('f', { kind: 'file/directory', detail, links, deleted, settleable: false }))
  expect(told).toContain('\n    github        (a folder), Bob')
})

test('what is folded is settled by one glob, and nothing else is', () => {
  const inside = ['a [x]/y*/1', 'a [x]/y*/2', 'a [x]/y*/3/4', 'b/1', '\\c/1', 'd'].flatMap((path) =>
    Array.from({ length: 9 }, (_, index) => `${path}.${index}`),
  )
  for (const most of [1, 4, 6, 12]) {
    for (const { name, isFolder, items } of fold(inside, (path) => path, most).filter((line) => line.isFolder)) {
      const argument = formatTakeBelow(name, 'github')
      const take = { pattern: argument.slice(0, argument.lastIndexOf('=')), side: 'github' as const }
      expect(isFolder && isTakeable(take.pattern)).toBe(true)
      expect(
        inside.filter((path) => findTake([take], path)),
        argument,
      ).toEqual(items)
      if (name !== './') expect(findTake([take], 'elsewhere/d.0')).toBeNull()
    }
  }
})

test.each([
  [{}, 'taking github puts its version on huggingface, taking huggingface puts its version on github'],
  [
    {
      kind: 'modify/delete' as const,
      deleted: { github: true, huggingface: false },
      links: { github: null, huggingface: 'x' },
    },
    'taking github deletes it on huggingface, taking huggingface brings it back to github',
  ],
  [{ detail: 'moved: taking github moves it to "b/x", taking huggingface leaves it here' }, null],
])('what an answer does: %j', (rest, expected) => {
  expect(describeAnswers(conflict('a', rest))).toBe(expected)
})
