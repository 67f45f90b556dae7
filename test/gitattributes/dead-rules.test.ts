import { expect, test } from 'vitest'
import { noteDeadRules } from '../../lib/gitattributes/dead-rules.ts'
import { explainDeadRule } from '../../lib/gitattributes/rules.ts'
import type { Change } from '../../lib/model/entry.ts'
import type { Sides } from '../../lib/model/sides.ts'
import { act, startMirrored } from '../run/mirror-setup.ts'

const lfs = 'filter=lfs diff=lfs merge=lfs -text'

test.each([
  [`*.bin ${lfs} # large`, '', 'a comment needs a line of its own'],
  [`*.bin *.zip ${lfs}`, '', 'a line holds one pattern, and then names of attributes'],
  [`data/ ${lfs}`, '', 'the pattern of a folder fits no file in it, where one that ends in /** does'],
  [`!small.bin ${lfs}`, '', 'a pattern cannot be negative'],
  [`[a ${lfs}`, '', 'its pattern fits no file'],
  [`[attr]big ${lfs}`, 'data', 'only the file at the top defines macros'],
  [`*.bin ${' '.repeat(2047)}${lfs}`, '', 'it is longer than 2,047 bytes'],
  [`[attr]big ${lfs}`, '', null],
  [`*.bin ${lfs}\r`, '', null],
  [`"a # b" ${lfs}`, '', null],
  [`\uFEFF# why`, '', null],
  ['  # why', '', null],
  ['', '', null],
])('%j in the folder %j: %s', (line, folder, why) => {
  expect(explainDeadRule(line, folder)).toBe(why)
})

const changed = (files: Record<string, string | null>): ReadonlyMap<string, Change> =>
  new Map(
    Object.entries(files).map(([path, text]) => [
      path,
      {
        path,
        before: null,
        after: text === null ? null : { mode: '100644', oid: text, byteLength: text.length, lfs: null },
      },
    ]),
  )
const note = (sides: Sides<Record<string, string | null>>) =>
  noteDeadRules({ github: changed(sides.github), huggingface: changed(sides.huggingface) }, (oid) => oid, {
    github: 'GitHub',
    huggingface: 'Hugging Face',
  })

test('a line is told once, five at the most, cut where it is long, and other files are not asked', () => {
  expect(
    note({
      github: { '.gitattributes': 'a/ x\n', 'b.txt': 'a/ x\n' },
      huggingface: { '.gitattributes': '* x\na/ x\r\n', 'gone/.gitattributes': null },
    }),
  ).toEqual([
    'git leaves line 1 of ".gitattributes" on GitHub out, since the pattern of a folder fits no file in it, where one that ends in /** does: "a/ x"',
  ])
  const many = note({
    github: {},
    huggingface: {
      'b/.gitattributes': Array.from({ length: 300 }, (_, index) => `${'d'.repeat(index)}/ x`).join('\n'),
    },
  })
  expect(many).toHaveLength(6)
  expect(many[5]).toBe('git leaves 295 more lines of rules out')
  const [long] = note({ github: { '.gitattributes': `${'d'.repeat(1000)}/ x` }, huggingface: {} })
  expect(long!.length).toBeLessThan(300)
})

test('the report tells a line that git leaves out when its file changed, and costs no request', async () => {
  const run = async (rule: string) => {
    const pair = await startMirrored({ 'README.md': '# Corpus\n' })
    act(pair, 'github', { '.gitattributes': rule })
    const ran = await pair.run('--json')
    const quiet = await pair.run('--json')
    expect([ran.exitCode, quiet.exitCode]).toEqual([0, 0])
    return [JSON.parse(ran.out), JSON.parse(quiet.out)].map((told) => ({ notes: told.notes, requests: told.requests }))
  }
  const [live, dead] = [await run('data/** text\n'), await run('data/ text\n')]
  expect(live[0]!.notes).toEqual([])
  expect(dead).toEqual([
    { ...live[0]!, notes: [expect.stringMatching(/^git leaves line 1 of ".gitattributes" on GitHub out, /)] },
    live[1],
  ])
})
