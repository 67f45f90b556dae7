/** Every workflow that there is, here and in pages, and the action, as GitHub's own reader of workflows takes them. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { dump, load } from 'js-yaml'
import { describe, expect, test } from 'vitest'
import { readRunsOf } from '../../lib/cli/init-answers.ts'
import { makeFiles, unknownTool } from '../../lib/cli/init-files.ts'
import { readBlocks } from '../docs/markdown.ts'
import { listPages, readPage, root } from '../docs/pages.ts'

interface Read {
  readonly context: { readonly errors: { readonly getErrors: () => readonly { readonly rawMessage: string }[] } }
  readonly value?: object
}
type Parse = (file: { readonly name: string; readonly content: string }, trace: object) => Read
interface Parser {
  readonly parseWorkflow: Parse
  readonly parseAction: Parse
  readonly convertWorkflowTemplate: (context: object, read: object, files: null, options: object) => Promise<unknown>
  readonly NoOperationTraceWriter: new () => object
  readonly ErrorPolicy: { readonly TryConversion: number }
}

/** The parser imports JSON as bundlers do, which node does not. */
async function loadParser(): Promise<Parser> {
  const parser = '@actions/workflow-parser'
  const contents = ['', '/actions/action-parser', '/model/convert'].map((part) => `export * from '${parser}${part}'`)
  const { outputFiles } = await build({
    stdin: { contents: contents.join('\n'), resolveDir: root },
    bundle: true,
    format: 'esm',
    write: false,
  })
  return (await import(
    `data:text/javascript;base64,${Buffer.from(outputFiles[0]!.contents).toString('base64')}`
  )) as Parser
}

const { parseWorkflow, parseAction, convertWorkflowTemplate, NoOperationTraceWriter, ErrorPolicy } = await loadParser()
const trace = new NoOperationTraceWriter()
const messages = ({ context }: Read) => context.errors.getErrors().map(({ rawMessage }) => rawMessage)

/** What GitHub would say is wrong with a workflow. */
async function findFaults(content: string): Promise<string[]> {
  const read = parseWorkflow({ name: 'workflow', content }, trace)
  if (read.value)
    await convertWorkflowTemplate(read.context, read.value, null, { errorPolicy: ErrorPolicy.TryConversion })
  return messages(read)
}

const findActionFaults = (content: string) => messages(parseAction({ name: 'action', content }, trace))

/** A part of a workflow with as much around it as makes it a whole one; null for YAML of another kind. */
function complete(text: string): string | null {
  if (!/^(?:on|permissions|jobs):/m.test(text)) return null
  const part = load(text) as { readonly jobs?: Readonly<Record<string, { readonly needs?: string | string[] }>> }
  const needed = Object.values(part.jobs ?? { a: { needs: 'b' } }).flatMap(({ needs = [] }) => needs)
  const others = needed.map((name) => [name, { 'runs-on': 'a', 'steps': [{ run: 'b' }] }] as const)
  return dump({ on: 'push', ...part, jobs: { ...Object.fromEntries(others), ...part.jobs } })
}

test.each(readdirSync(join(root, '.github/workflows')))('%s is a workflow', async (name) => {
  expect(await findFaults(readPage(`.github/workflows/${name}`))).toEqual([])
})

test.each(['schedule', 'webhook'] as const)('what `init` writes is one: %s', async (trigger) => {
  const values = { github: 'acme/corpus', hf: 'datasets/acme/corpus', branch: ['main', 'dev=develop'] }
  const files = makeFiles(
    { values, trigger, tool: unknownTool },
    readRunsOf(values, () => null),
  )
  expect(await findFaults(files[0]!.text)).toEqual([])
})

const blocks = listPages().flatMap((path) =>
  readBlocks(readPage(path)).flatMap(({ language, text, line }) => {
    const whole = language === 'yaml' ? complete(text) : null
    return whole === null ? [] : [{ at: `${path}:${line}`, whole }]
  }),
)

test('and every one that a page shows', async () => {
  expect(blocks.length).toBeGreaterThan(5)
  for (const { at, whole } of blocks) expect(await findFaults(whole), at).toEqual([])
})

test('the action is one', () => {
  expect(findActionFaults(readPage('.github/actions/mirror/action.yml'))).toEqual([])
})

describe('a fault is told', () => {
  const step = (text: string) => `on: push\njobs: { a: { runs-on: b, steps: [{ ${text} }] } }`
  test.each<[says: RegExp, workflow: string]>([
    [/Unexpected value 'pushes'/, `on: { pushes: {} }\njobs: {}`],
    [/Unexpected value 'args'/, step('run: b, args: c')],
    [/Expected one of uses or run/, step('name: c')],
    [/Unexpected value 'content'/, `permissions: { content: write }\n${step('run: c')}`],
    [/Unexpected value 'all'/, `permissions: { contents: all }\n${step('run: c')}`],
    [/Unexpected value 'cancel'/, `concurrency: { group: c, cancel: true }\n${step('run: c')}`],
    [/Unrecognized function: 'toJson5'/, step("run: b, if: '${{ toJson5(github) }}'")],
    [/Unrecognized named-value: 'secret'/, step("run: '${{ secret.A }}'")],
    [/Invalid cron/, `on: { schedule: [{ cron: '7 25 * * *' }] }\njobs: { a: { runs-on: b, steps: [{ run: c }] } }`],
    [
      /Job 'b' depends on unknown job 'c'/,
      'on: push\njobs: { a: { runs-on: d, steps: [{ run: e }] }, b: { runs-on: d, needs: [c], steps: [{ run: e }] } }',
    ],
  ])('%s', async (says, workflow) => {
    expect((await findFaults(workflow)).join('\n')).toMatch(says)
  })

  test('and those of an action', () => {
    const text = readPage('.github/actions/mirror/action.yml')
    expect(findActionFaults(text.replace('github.token', 'secrets.TOKEN')).join()).toMatch(
      /Unrecognized named-value: 'secrets'/,
    )
    expect(findActionFaults(text.replace('main: hubmirror', 'mains: hubmirror')).join()).toMatch(
      /Unexpected value 'mains'/,
    )
  })
})
