/** What a run leaves for later steps of a job. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { formatOutputs } from '../../lib/cli/outputs.ts'
import { startPair } from '../hubs/pair.ts'
import { act } from '../run/mirror-setup.ts'
import { cost } from './plans.ts'

test('the outputs are words, numbers, ids and a path, and nothing where something is not known', () => {
  const found = { changes: 3, conflicts: 0, commits: { github: 'a1', huggingface: null }, plan: '/tmp/plan.json' }
  expect(formatOutputs('mirrored', cost, found)).toBe(
    'status=mirrored\nchanges=3\nconflicts=0\ngithub_commit=a1\nhuggingface_commit=\nplan=/tmp/plan.json\n' +
      'requests=9\nbytes_downloaded=13501000\nbytes_uploaded=13600000\nshards=\nmatrix=\n',
  )
})

test('a plan that a later step was to read is a warning, and all other outputs are there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'told-'))
  const outputs = join(folder, 'outputs')
  const pair = startPair({ env: { GITHUB_OUTPUT: outputs, RUNNER_TEMP: '/nonexistent' } })
  act(pair, 'github', { 'a.txt': 'a\n' })
  for (const argv of [['--dry-run'], ['--branch', 'main', '--branch', 'dev']]) {
    const { err } = await pair.run(...argv)
    expect(err).toContain('warning: cannot write the plan: ENOENT')
    expect(readFileSync(outputs, 'utf8')).toMatch(/status=\w+\nchanges=1\n(?:\w+=.*\n)*plan=\n/)
    rmSync(outputs)
  }
  rmSync(folder, { recursive: true })
})
