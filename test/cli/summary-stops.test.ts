/** The job summary where a run was refused, both sides are not equal, or paths have other names. */
import { expect, test } from 'vitest'
import { formatComparison, formatSummary } from '../../lib/cli/summary.ts'
import { makePage } from '../page/pages.ts'
import { asked, bySide, conflict, cost, edit, example, makePlan, makeRun, nowMs } from './plans.ts'

const context = { argv: asked.argv, nowMs, workflowUrl: null }

/** Markdown without its drawing and its blocks of code, and what is in these. */
function splitCode(text: string): { readonly outside: string[]; readonly inside: string[] } {
  const [outside, inside]: [string[], string[]] = [[], []]
  let fence = ''
  for (const line of text.replace(/```mermaid\n[^]*?\n```\n/, '').split('\n')) {
    if (fence === '' && /^`{3,}$/.test(line)) fence = line
    else if (fence !== '' && line === fence) fence = ''
    else (fence === '' ? outside : inside).push(line)
  }
  return { outside, inside }
}

test('the summary of a refusal has the files that are gone, the way back with what it moves, and then the way on', () => {
  const paths = Array.from({ length: 30 }, (_, index) => `data/${index} \`x\`.csv`)
  const fact = 'Hugging Face deleted 30 of 40 mirrored files since the last sync, more than 50 %'
  const loss = { side: 'huggingface', fact, back: 'one commit', byteLength: 580, count: 30, others: 0, paths } as const
  const plan = makePlan({ refusals: [{ kind: 'deletions', allowedBy: '--allow-delete', message: fact, loss }] })
  const { outside, inside } = splitCode(formatSummary(makeRun(plan, { status: 'refused' }), cost, context))
  expect(inside).toEqual([
    'data/  30 files',
    '--init github',
    'npx tsx sync.ts --github acme/corpus --hf datasets/acme/corpus --branch main --init github',
    '--allow-delete',
    'npx tsx sync.ts --github acme/corpus --hf datasets/acme/corpus --branch main --allow-delete',
  ])
  expect(outside.join('\n')).toMatch(
    /deleted 30 of 40 [^]*To bring them back \(one commit; about 580 B to move\)[^]*If it is meant:/,
  )
})

test('the summary of a comparison names what differs, also after a run', () => {
  const compared = {
    status: 'different',
    files: { github: 2, huggingface: 1 },
    objects: { github: 0, huggingface: 0 },
    heads: { github: 'a', huggingface: 'b' },
    differences: [{ path: '**a**\n```', why: 'only on github' }],
    missing: { github: [], huggingface: ['big.bin'] },
  } as const
  const found = ['**a**\\n```  only on github', 'big.bin  its LFS object is missing on Hugging Face']
  const { outside, inside } = splitCode(formatComparison(compared, example, cost))
  expect(outside.slice(0, 3)).toEqual([
    '### Not equal: `acme/corpus` and `datasets/acme/corpus`',
    '',
    'different: 2 paths',
  ])
  expect(inside.slice(0, 2)).toEqual(found)
  const run = splitCode(formatSummary(makeRun(example, { status: 'different', proof: compared }), cost, context))
  expect(run.inside.slice(0, 2)).toEqual(found)
  const equal = formatComparison({ ...compared, status: 'equal', differences: [] }, example, cost)
  expect(equal).toMatch(/^### Equal: .*\n\nequal: 2 files, 0 objects on both sides\n/)
})

test('what takes all versions of a side says what that deletes, and what it leaves to be settled by hand', () => {
  const conflicts = [
    conflict('a.csv', { kind: 'modify/delete', deleted: { github: true, huggingface: false } }),
    conflict('c.csv'),
    conflict('d', { settleable: false }),
  ]
  const plan = makePlan({ conflicts })
  const { outside } = splitCode(formatSummary(makeRun(plan, { status: 'conflict' }), cost, context))
  expect(outside).toContain('1 conflict can only be settled by hand. Of the others:')
  expect(outside).toContain('- taking those of GitHub `deletes a.csv on Hugging Face`')
  const page = makePage(plan)
  expect(page).toContain('<h3>All but 1 that can only be settled by hand</h3>')
  expect(page).toContain('GitHub’s versions go to both; that deletes a.csv on Hugging Face:')
})

test('a folder that is mirrored, and paths with other names, are told in place of the whole repository', () => {
  const moved = [{ inner: 'docs/`x`|y.md', shown: 'README.md' }]
  const filters = { ...example.filters, paths: { side: 'github' as const, root: 'data/corpus', moved } }
  const text = formatSummary(makeRun({ ...makePlan({ edits: bySide([edit('a.csv')]) }), filters }), cost, context)
  expect(text).toContain('`acme/corpus:data/corpus` and ')
  expect(text).toContain('- ``README.md is docs/`x`\\u{7c}y.md on GitHub``\n')
})
