/** Every workflow and action of this project, as files: what starts them, what they may, what they use. */
import { readdirSync, readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import { describe, expect, test } from 'vitest'
import { evaluate, type Contexts } from '../action/expressions.ts'
import { readAction } from '../action/runner.ts'

interface Step {
  readonly uses?: string
  readonly with?: Readonly<Record<string, string>>
}
interface Job {
  readonly 'if'?: string
  readonly 'runs-on': string
  readonly 'timeout-minutes'?: number
  readonly 'permissions'?: object
  readonly 'concurrency'?: { readonly 'group': string; readonly 'cancel-in-progress': boolean }
  readonly 'steps': readonly Step[]
}
interface Workflow extends Pick<Job, 'permissions' | 'concurrency'> {
  readonly on: Readonly<Record<string, unknown>>
  readonly jobs: Readonly<Record<string, Job>>
}

const folder = new URL('../../.github/workflows/', import.meta.url)
const action = readAction(new URL('../actions/mirror/action.yml', folder))
const workflows = readdirSync(folder).map((name) => {
  const text = readFileSync(new URL(name, folder), 'utf8')
  return { name, text, workflow: load(text) as Workflow }
})
/** What others copy or call. The rest is for this project alone. */
const mirrors = workflows.filter(({ name }) => !['ci.yml', 'release.yml', 'live.yml'].includes(name))
const find = (name: string) => workflows.find((one) => one.name === name)!

/** What a repository has in which nobody has set anything. */
const unset = (event: object, name: string): Contexts => ({
  vars: {},
  secrets: {},
  inputs: {},
  github: { repository: 'bob/fork', event_name: name, event },
})
const runs = (job: Job, contexts: Contexts) => job.if === undefined || Boolean(evaluate(job.if, contexts))

describe.each(workflows)('$name', ({ name, text, workflow: { jobs, permissions } }) => {
  const all = Object.values(jobs)
  const uses = all.flatMap(({ steps }) => steps.flatMap(({ uses: one }) => one ?? []))

  test('may little, on a machine that stays the same, and not for ever', () => {
    const given = [permissions, ...all.map((job) => job.permissions)].filter((one) => one !== undefined)
    expect(permissions).toBeDefined()
    const signs = { 'contents': 'read', 'id-token': 'write', 'attestations': 'write' }
    const allowed = [{}, { contents: 'read' }, name === 'release.yml' ? signs : { contents: 'write' }]
    for (const one of given) expect(allowed).toContainEqual(one)
    // Machines that share out terabytes have all of the six hours that GitHub gives a job.
    const most = text.includes('shard: ') ? 360 : 120
    for (const job of all) expect([job['runs-on'], job['timeout-minutes']! <= most]).toEqual(['ubuntu-24.04', true])
  })

  test('uses nobody else', () => {
    for (const one of uses) expect(one).toMatch(/^(?:actions|OWNER\/hubmirror)\/|^\.\/\.github\/actions\/mirror$/)
  })

  test('gives the action inputs that it has', () => {
    const given = all.flatMap(({ steps }) => steps.filter((step) => step.uses?.includes('/actions/mirror')))
    for (const step of given) {
      expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(step.with!)))
      expect(step.with).toHaveProperty('huggingface_repo_id')
    }
  })
})

test.each(mirrors)(
  '$name does nothing on a schedule or at a push where nothing is set',
  ({ workflow: { on, jobs } }) => {
    for (const event of ['push', 'schedule', 'repository_dispatch'].filter((one) => Object.hasOwn(on, one)))
      for (const [name, job] of Object.entries(jobs))
        expect([event, name, runs(job, unset({}, event))]).toEqual([
          event,
          name,
          name === 'unset' && event !== 'schedule',
        ])
  },
)

test('the action runs the one file that is built beside it, with the newest node that runners have', () => {
  const { bin } = JSON.parse(readFileSync(new URL('../../package.json', folder), 'utf8')) as {
    bin: { hubmirror: string }
  }
  expect(action.runs).toEqual({ using: 'node24', main: 'hubmirror.mjs' })
  expect(bin.hubmirror).toBe(`.github/actions/mirror/${action.runs.main}`)
})

test('one run of a mirror at a time waits for the one before it, and only a preview is broken off', () => {
  for (const { name, workflow } of mirrors) {
    const { concurrency } = { ...workflow, ...Object.values(workflow.jobs).find((job) => job.concurrency) }
    expect([name, concurrency?.['cancel-in-progress']]).toEqual([name, name === 'preview.yml'])
    expect(concurrency!.group).toMatch(/^hubmirror/)
    // Of what waits in a group GitHub keeps the newest alone, which is to be no dry run in the place of a run.
    if (name !== 'preview.yml')
      expect(concurrency!.group).toMatch(/\$\{\{ inputs\.dry[_-]run && '-dry-run' \|\| '' \}\}$/)
  }
})

test('every workflow that writes is started by hand, too, or by another one', () => {
  for (const { name, workflow } of mirrors.filter((one) => one.name !== 'preview.yml'))
    expect([
      name,
      Object.hasOwn(workflow.on, 'workflow_dispatch') || Object.hasOwn(workflow.on, 'workflow_call'),
    ]).toEqual([name, true])
  for (const { name } of mirrors.filter(({ workflow }) => Object.hasOwn(workflow.on, 'schedule')))
    expect([name, /cron: '\d+(?:,\d+)* /.test(find(name).text)]).toEqual([name, true])
})

describe('a preview', () => {
  const { jobs, permissions } = find('preview.yml').workflow
  const of = (repository: string, action_: string, vars: object = { HF_REPO: 'datasets/acme/corpus' }) =>
    Object.entries(jobs)
      .filter(([, job]) =>
        runs(job, {
          vars,
          github: {
            repository: 'acme/corpus',
            event: { action: action_, pull_request: { head: { repo: { full_name: repository } } } },
          },
        }),
      )
      .map(([name]) => name)

  test('is of pull requests from the same repository, and says once that there is none for a fork', () => {
    expect([of('acme/corpus', 'opened'), of('acme/corpus', 'synchronize'), of('acme/corpus', 'opened', {})]).toEqual([
      ['plan'],
      ['plan'],
      [],
    ])
    expect([of('bob/corpus', 'opened', {}), of('bob/corpus', 'synchronize', {})]).toEqual([['fork'], []])
  })

  test('can write nothing: its token may read, its run is dry, and it knows no secret of the mirror', () => {
    const [step] = jobs['plan']!.steps
    expect(permissions).toEqual({ contents: 'read' })
    expect(step!.with).toMatchObject({ dry_run: 'true', branch: '${{ toJSON(github.head_ref) }}=main' })
    expect(find('preview.yml').text).not.toMatch(/secrets\.HF_TOKEN|pull_request_target|checkout/)
  })
})

test('machines begin where files lack; the job after them always, be it for tags alone, and whatever has become of them', () => {
  const { jobs } = find('shards.yml').workflow
  const outputs = { shards: '2', matrix: '{"shard":["1/2","2/2"]}' }
  const begun = (plan: object, told: object, dryRun = false) =>
    ['stream', 'finish'].filter((name) => {
      const needs = { plan: { result: 'success', outputs: { ...outputs, ...told }, ...plan } }
      const condition = jobs[name]!.if!.replace(/^\$\{\{(.*)\}\}$/, '$1')
      return Boolean(evaluate(condition, { needs, inputs: { dry_run: dryRun } }))
    })
  expect(begun({}, {})).toEqual(['stream', 'finish'])
  expect(begun({}, { shards: '0' })).toEqual(['finish'])
  // Without it GitHub leaves out a job whose needs have failed.
  expect(jobs['finish']!.if).toContain('!cancelled()')
  expect(begun({}, {}, true)).toEqual([])
  expect(begun({ result: 'failure' }, { shards: '', matrix: '' })).toEqual([])
  const [plan] = jobs['plan']!.steps
  const [finish] = jobs['finish']!.steps
  for (const { steps } of Object.values(jobs)) expect(steps[0]!.with).toMatchObject(finish!.with!)
  expect(plan!.with).toHaveProperty('shards')
})

test('the workflow for others hands on each of its inputs, and asks for nothing else', () => {
  const { on, jobs } = find('reusable.yml').workflow
  const { inputs } = on['workflow_call'] as { inputs: object }
  const step = jobs['mirror']!.steps.at(-1)!
  const handed = Object.entries(step.with!).filter(([, value]) => value.includes('inputs.'))
  expect(Object.fromEntries(handed)).toEqual(
    Object.fromEntries(Object.keys(inputs).map((name) => [name, `\${{ inputs.${name} }}`])),
  )
})

test('the workflow to copy is short, and its first lines say what to fill in', () => {
  const { text } = find('hubmirror.yml')
  const code = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  expect(code.length).toBeLessThanOrEqual(30)
  for (const word of ['OWNER', 'COMMIT', 'HF_TOKEN', 'HF_REPO']) expect(text.split('\nname:')[0]).toContain(word)
})
