/** The files that `init` writes. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readRunsOf } from '../../lib/cli/init-answers.ts'
import { makeFiles, unknownTool } from '../../lib/cli/init-files.ts'
import { parsePairFile } from '../../lib/cli/pair-file.ts'
import { config, parseWorkflow } from './init-run.ts'

test('the workflow is the one that people copy, with the answers in their places', async () => {
  const copied = readFileSync(new URL('../../.github/workflows/hubmirror.yml', import.meta.url), 'utf8')
  const body = (text: string) => text.replace(/^(?:#.*\n)+/, '')
  const filled = body(copied)
    .replace("    if: vars.HF_REPO != ''\n", '')
    .replace('${{ vars.HF_REPO }}\n', 'datasets/acme/corpus\n          branch: dev=main\n')
    .replace('branches: [main]', 'branches: [dev]')
  const values = { github: 'acme/corpus', hf: 'datasets/acme/corpus', branch: ['dev=main'] }
  const setup = { values, trigger: 'schedule', tool: unknownTool } as const
  const [written, ...others] = makeFiles(
    setup,
    readRunsOf(values, () => null),
  )
  expect([body(written!.text), others]).toEqual([filled, []])
})

test.each(['1.10', 'null', '0x10', 'TRUE', 'on', '2026-11-30', '1.10=main', 'main=1.10', 'release/1.0'])(
  'a branch called %s is one in the workflow and in the file of pairs, and nothing else',
  (branch) => {
    const values = { github: 'acme/1.0', hf: 'datasets/acme/1.10', branch: [branch] }
    for (const more of [{}, { exclude: ['a'] }]) {
      const setup = { values: { ...values, ...more }, trigger: 'schedule', tool: unknownTool } as const
      const [written, pairs] = makeFiles(
        setup,
        readRunsOf(setup.values, () => null),
      )
      const { on, jobs } = parseWorkflow(written!.text)
      expect(on).toMatchObject({ push: { branches: [branch.split('=')[0]] } })
      if (!pairs) expect(jobs.mirror.steps[0]!.with['branch']).toBe(branch)
      else expect([...parsePairFile(config, pairs.text).pairs]).toMatchObject([['1.10', values]])
    }
  },
)
