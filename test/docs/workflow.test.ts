/** Every workflow of this repository, and each mistake that is looked for in them and in pages. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { expect, test } from 'vitest'
import { readRunsOf } from '../../lib/cli/init-answers.ts'
import { makeFiles, unknownTool, type Setup } from '../../lib/cli/init-files.ts'
import { readPage, root } from './pages.ts'
import { checkWorkflow } from './workflow.ts'

test.each(readdirSync(join(root, '.github/workflows')))('nothing is wrong with %s', async (name) => {
  expect(await checkWorkflow(load(readPage(`.github/workflows/${name}`)))).toEqual([])
})

test.each(['schedule', 'webhook'] as const)('nor with what `init` writes: %s', async (trigger) => {
  for (const branch of [['main'], ['main', 'dev=develop']]) {
    const values = { github: 'acme/corpus', hf: 'datasets/acme/corpus', branch, lfs: 'huggingface' }
    const setup: Setup = { values, trigger, tool: unknownTool }
    const [workflow] = makeFiles(
      setup,
      readRunsOf(values, () => null),
    )
    expect(await checkWorkflow(load(workflow!.text))).toEqual([])
  }
})

const step = (text: string) => `jobs: { a: { steps: [{ ${text} }] } }`
const mirror = (inputs: string) => step(`uses: acme/hubmirror/.github/actions/mirror@COMMIT, with: { ${inputs} }`)

test.each<[says: string, yaml: string]>([
  ['it is no map', '[]'],
  ['acme/tool@v1 is not pinned to a commit', step('uses: acme/tool@v1')],
  ['a script holds an expression: put it into env', step("run: 'echo ${{ inputs.a }}'")],
  [
    'Cannot use the input "dry-run": the action has none of that name. Did you mean dry_run? ' +
      'Where the step does not give it, the variable INPUT_DRY-RUN of the job does',
    mirror('dry-run: true'),
  ],
  [
    `Cannot use --keep-both alone: --take or --prefer says whose version keeps its name`,
    mirror('huggingface_repo_id: datasets/acme/corpus, arguments: --keep-both'),
  ],
])('%s', async (says, yaml) => {
  expect(await checkWorkflow(load(yaml))).toEqual([says])
})

test('and nothing where nothing is wrong', async () => {
  const yaml = `
on: { push: { branches: [main] }, schedule: [{ cron: '7,37 */6 * * 1-5' }] }
permissions: { contents: write, id-token: write }
${mirror("huggingface_repo_id: datasets/acme/corpus, hf_token: '${{ secrets.HF_TOKEN }}', dry_run: true")}`
  expect(await checkWorkflow(load(yaml))).toEqual([])
})
