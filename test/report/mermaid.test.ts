/** The chart of both histories: small, and nothing in it but what we draw, whatever commits and people are called. */
import { expect, test } from 'vitest'
import { otherSide } from '../../lib/model/sides.ts'
import type { Plan } from '../../lib/plan/plan.ts'
import { drawChart, stepsDrawn } from '../../lib/report/mermaid.ts'
import { tellStory } from '../../lib/report/story.ts'
import { example, makePlan, makeRun, nowMs } from '../cli/plans.ts'
import { commit } from '../page/pages.ts'
import fc, { runs } from '../random.ts'

const draw = (plan: Plan) =>
  drawChart(tellStory({ status: 'planned', nowMs }, makeRun(plan), stepsDrawn), example.services)
const planned = (title: string, copyOf: string): Plan['commits']['github'][number] => ({
  parents: [],
  title,
  body: '',
  author: null,
  date: '2026-11-25T00:00:00Z',
  copyOf: { oid: copyOf },
  edits: [],
})

/** Both sides changed and get copies of one another's commits, all of them called by this text. */
function between(text: string, number = 1): Plan {
  const made = (at: 'github' | 'huggingface') =>
    Array.from({ length: number }, (_, index) => commit(text, index + 1, text, `${at}${index}`))
  const originals = { github: made('github'), huggingface: made('huggingface') }
  const copies = (at: 'github' | 'huggingface') => originals[otherSide[at]].map(({ oid }) => planned(text, oid))
  return makePlan({ originals, commits: { github: copies('github'), huggingface: copies('huggingface') } })
}

const words = String.raw`[\p{L}\p{M}\p{N} .,:/()+='?!·…-]+`
const label = `"${words}<br/>${words}"`
const grammar = new RegExp(
  [
    'flowchart LR',
    String.raw` {2}(?:start|finish)\(\[${label}\]\)`,
    ` {2}subgraph ofs\\d+ \\["(?:GitHub|Hugging Face)"\\]`,
    ' {2}end',
    String.raw` {4}s\d+(?:\[${label}\]|\(${label}\)(?::::planned)?)`,
    String.raw` {2}start(?: --> s\d+)* --> finish`,
    String.raw` {2}s\d+ -\.-> s\d+`,
    ' {2}classDef planned stroke-dasharray: 4 3',
  ]
    .map((line) => `^${line}$`)
    .join('|'),
  'u',
)

test.each([
  'Add November',
  '1. a list',
  '"] --> evil["',
  '<script>alert(1)</script>',
  '`**bold**` $$x$$ #quot; #35;',
  "%%{init: {'theme': 'dark'}}%%",
  'fa:fa-car click s0 href "https://evil.test"',
  'end\nsubgraph x',
  '```\n# heading',
  '\u202e\u200b\x1b[31m',
])('draws %j as words', (text) => {
  const lines = draw(between(text))
  expect(lines.filter((line) => !grammar.test(line))).toEqual([])
  expect(lines.filter((line) => line.includes('-.->'))).toHaveLength(2)
  expect(lines.join('\n')).not.toContain('fa:fa')
})

test('draws any text as words', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => draw(between(text)).every((line) => grammar.test(line))),
    { numRuns: runs(20) },
  )
})

test('is as small for many commits, and says how many it leaves out', () => {
  const lines = draw(between('Change', 500))
  const boxes = lines.filter((line) => /^ {2,4}\w+[[(]/.test(line))
  expect(boxes.length).toBeLessThanOrEqual(20)
  expect(lines.filter((line) => line.includes('497 earlier commits'))).toHaveLength(2)
})

test('draws nothing where nothing has happened', () => {
  expect(draw(makePlan())).toEqual([])
})
