/** The workflow that people copy: its step is run as GitHub's runner would, with what they may type into its boxes. */
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { load } from 'js-yaml'
import { afterAll, describe, expect, test } from 'vitest'
import { formatWaysOut } from '../../lib/report/conflict-markdown.ts'
import { parse as parseWords } from '../cli/parsed-options.ts'
import { conflict, makePlan, nowMs } from '../cli/plans.ts'

interface Step {
  readonly name?: string
  readonly run?: string
  readonly env?: Readonly<Record<string, string>>
}
interface Workflow {
  readonly on: {
    readonly workflow_dispatch: { readonly inputs: Readonly<Record<string, { readonly default: unknown }>> }
  }
  readonly jobs: Readonly<
    Record<string, { readonly steps: readonly Step[]; readonly concurrency?: { readonly group: string } }>
  >
}
function readWorkflow(name: string) {
  const { on, jobs } = load(
    readFileSync(new URL(`../../.github/workflows/${name}`, import.meta.url), 'utf8'),
  ) as Workflow
  const job = jobs['mirror']!
  const step = job.steps.find((one) => one.name === 'Mirror')!
  return { inputs: on.workflow_dispatch.inputs, jobs, job, step }
}
const mirror = readWorkflow('mirror.yml')
const pairs = readWorkflow('mirror-pairs.yml')

const folder = mkdtempSync(join(tmpdir(), 'workflow-'))
afterAll(() => rmSync(folder, { recursive: true }))
const given = join(folder, 'given')
// In the place of npx: writes down what it was given, a word a line, none of which holds a line's end here.
writeFileSync(join(folder, 'npx'), `#!/bin/sh\nprintf '%s\\n' "$@" > '${given}'\n`)
chmodSync(join(folder, 'npx'), 0o755)

/** Runs the step. `typed`: what stands in the boxes; null for a run that nobody started by hand. */
function run(typed: Readonly<Record<string, string>> | null, { inputs, step } = mirror) {
  const valueOf = (name: string) => (typed === null ? '' : (typed[name] ?? String(inputs[name]!.default)))
  // The runner puts values into `env`, and never looks into them again.
  const env = Object.fromEntries(
    Object.entries(step.env!).map(([name, text]) => [
      name,
      text
        .replace(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, input: string) => valueOf(input))
        .replace('${{ matrix.pair }}', 'corpus'),
    ]),
  )
  const script = join(folder, 'script.sh')
  writeFileSync(script, step.run!)
  rmSync(given, { force: true })
  const { status } = spawnSync('bash', ['-e', script], {
    cwd: folder,
    env: { ...env, PATH: `${folder}${delimiter}${process.env['PATH']}`, RUNNER_TEMP: folder },
  })
  const words = existsSync(given) ? readFileSync(given, 'utf8').split('\n').slice(2, -1) : null
  return { status, words: words?.[0] === '' ? [] : words }
}

describe('the step gives the command', () => {
  test.each<[what: string, typed: Record<string, string> | null, words: string[]]>([
    ['nothing, at a push and on the schedule', null, []],
    ['nothing, started by hand with all as it is', {}, []],
    ['a dry run', { 'dry-run': 'true' }, ['--dry-run']],
    ['a side for all conflicts', { prefer: 'newer' }, ['--prefer=newer']],
    [
      'each answer as an option of its own',
      { take: `README.md=github 'my data.csv=huggingface' "it's.md=both"` },
      ['--take=README.md=github', '--take=my data.csv=huggingface', "--take=it's.md=both"],
    ],
    ['more options', { arguments: "--allow-delete --take 'a b=github'" }, ['--allow-delete', '--take', 'a b=github']],
    ['globs as they are', { take: '*=github /etc/*=both' }, ['--take=*=github', '--take=/etc/*=both']],
    [
      'what a shell would carry out as words',
      { arguments: '$(touch a) `touch b` ; touch c && touch d > e | $HOME ~ {1,2}' },
      '$(touch a) `touch b` ; touch c && touch d > e | $HOME ~ {1,2}'.split(' '),
    ],
    ['no format of printf', { take: '%s%d\\\\n=github' }, ['--take=%s%d\\n=github']],
    ['no side that is none', { prefer: '$(id)' }, []],
  ])('%s', (_, typed, words) => {
    expect(run(typed)).toEqual({ status: 0, words })
  })

  test('nothing at all where a quotation mark is left open', () => {
    const { status, words } = run({ take: "it's.md=github" })
    expect([status === 0, words]).toEqual([false, null])
  })

  test('what a job summary says to type there', () => {
    const conflicts = ['a.csv', 'it is.csv', "it's.csv", 'a[1].csv', '-x=y.csv', 'ü.csv'].map((path) => conflict(path))
    const lines = formatWaysOut(makePlan({ conflicts }), { argv: [], nowMs, workflowUrl: null, findData: () => [] })
    const { words } = run({ take: lines[3]! })
    const options = parseWords(words!)
    expect(options.take.map(({ pattern }) => pattern)).toEqual([
      'a.csv',
      'it is.csv',
      "it's.csv",
      String.raw`/a\[1].csv`,
      '-x=y.csv',
      'ü.csv',
    ])
  })
})

describe('the workflow for several pairs', () => {
  const file = ['--config', '../own/.github/hubmirror.yml', '--pair=corpus']
  test.each<[typed: Record<string, string> | null, words: string[]]>([
    [null, []],
    [
      { 'dry-run': 'true', 'arguments': "--allow-delete '--take=a b=github'" },
      ['--dry-run', '--allow-delete', '--take=a b=github'],
    ],
    [{ take: "README.md=github 'a b=both'" }, ['--take=README.md=github', '--take=a b=both']],
    [{ arguments: '$(touch a) `touch b` ;' }, ['$(touch', 'a)', '`touch', 'b`', ';']],
  ])('gives the command the pair, and %j', (typed, words) => {
    expect(run(typed, pairs)).toEqual({ status: 0, words: [...file, ...words] })
  })

  test('runs one job of a pair at a time, and those of other pairs and dry runs meanwhile', () => {
    expect(pairs.job.concurrency?.group).toBe("hubmirror-${{ matrix.pair }}${{ inputs.dry-run && '-dry-run' || '' }}")
  })
})
