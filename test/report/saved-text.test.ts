/** What is told of large files of which only a part had to be sent: after the run what it was, before it the most it can be. */
import { describe, expect, test } from 'vitest'
import { formatJson } from '../../lib/cli/report-json.ts'
import { formatSummary } from '../../lib/cli/summary.ts'
import type { Arrived } from '../../lib/model/upload.ts'
import { describeSaved } from '../../lib/report/saved-text.ts'
import { startWritten, type Written } from '../../lib/run/written.ts'
import { cost, example, makeRun, nowMs, object } from '../cli/plans.ts'
import { print } from '../cli/printed.ts'
import { makePage, textOf } from '../page/pages.ts'
import { services } from '../plan/brakes-setup.ts'

const arrived = (path: string | undefined, byteLength: number, newByteLength: number): Arrived => ({
  ...object('a', byteLength),
  ...(path !== undefined && { path }),
  newByteLength,
})
const toHub = (...objects: Arrived[]) => ({ github: [], huggingface: objects })
const written: Written = {
  ...startWritten(),
  commits: { github: null, huggingface: 'b'.repeat(40) },
  objects: toHub(arrived('data/a.parquet', 16_000_000, 900_000)),
}
const line = 'Large files for Hugging Face: parquet 16.0 MB, 900 kB new.'

describe('after a run', () => {
  test.each([
    [[], []],
    [[arrived('a.csv', 5_000_000, 5_000_000)], []],
    [[arrived('a.csv', 5_000_000, 0)], ['csv 5.0 MB, nothing new']],
    [
      [arrived('a.CSV', 5_000_000, 100_000), arrived('d/b.csv', 1_000_000, 1_000_000), arrived('c.bin', 9e6, 9e6)],
      ['bin 9.0 MB, 9.0 MB new; csv 6.0 MB, 1.1 MB new'],
    ],
    [
      [arrived('README', 9_000_000, 1), arrived(undefined, 1_000_000, 1), arrived('a.b\u001b[1m', 1_000_000, 1)],
      ['other files 11.0 MB, 3 B new'],
    ],
    [
      ['a', 'b', 'c', 'd', 'e', 'f'].map((end, at) => arrived(`x.${end}`, (9 - at) * 1_000, 500)),
      [
        'a 9.0 kB, 500 B new; b 8.0 kB, 500 B new; c 7.0 kB, 500 B new; d 6.0 kB, 500 B new; other files 9.0 kB, 1.0 kB new',
      ],
    ],
  ])('what arrived is told by its kinds where not all of it was new %#', (objects, words) => {
    expect(describeSaved(toHub(...objects), services)).toEqual(
      words.map((one) => `Large files for Hugging Face: ${one}`),
    )
  })

  test('the report, the summary, the page and --json tell it', () => {
    const run = makeRun(example, { status: 'mirrored', written, wrote: true })
    expect(print(example, { status: 'mirrored', written }).slice(-2)[0]).toBe(line)
    expect(formatSummary(run, cost, { argv: [], nowMs, workflowUrl: null })).toContain(`\n${line}\n`)
    expect(textOf(makePage(example, { status: 'mirrored', run }))).toContain(line)
    expect(JSON.parse(formatJson(run, cost))).toMatchObject({
      objects: {
        github: [],
        huggingface: [{ path: 'data/a.parquet', byteLength: 16_000_000, newByteLength: 900_000 }],
      },
    })
  })

  test('objects that a share of a run has sent are told, too', () => {
    expect(print(example, { status: 'streamed', written })).toContain(line)
  })
})

describe('before a run', () => {
  test('the plan tells the most that can travel, where only what is new does', () => {
    const told = (mayMoveLess: boolean) => print({ ...example, mayMoveLess }).at(-2)
    expect([true, false].map(told)).toEqual([
      expect.stringContaining('3 changes. Up to 13.5 MB to move. About'),
      expect.stringContaining('3 changes. 13.5 MB to move. About'),
    ])
    expect(textOf(makePage({ ...example, mayMoveLess: true }))).toContain('and moves up to 13.5 MB.')
  })
})
