/** The action, as the runner starts the one file that stands beside it, against both hubs on ports. */
import { execFile } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { load } from 'js-yaml'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { otherSide, sides } from '../../lib/model/sides.ts'
import type { RequestRecord } from '../hubs/hub.ts'
import { names, servePair, tokens, type Pair } from '../hubs/pair.ts'
import { act, beginMirror, bob, contents, expectInSync, heads } from '../run/mirror-setup.ts'
import type { Contexts } from './expressions.ts'
import { runAction, type Ended, type Step } from './runner.ts'
import { large, lacking, listFiles, listWhole, shareOf, shares, takeSent } from './shard-scene.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const timeout = 120_000
let folder = ''
let pair: Pair

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'action '))
  await promisify(execFile)(process.execPath, [join(root, 'node_modules/tsx/dist/cli.mjs'), '.ci/build.ts', folder], {
    cwd: root,
  })
  copyFileSync(join(root, '.github/actions/mirror/action.yml'), join(folder, 'action.yml'))
  pair = await servePair()
  act(pair, 'huggingface', { 'README.md': '# Corpus\n', 'my data.csv': 'a\n' }, 'Begin')
}, timeout)
afterAll(async () => {
  await pair.close()
  rmSync(folder, { recursive: true })
})

/** What the step of a workflow gives the action. */
function readInputs(workflow: string, job: string): Record<string, string> {
  const { jobs } = load(readFileSync(join(root, '.github/workflows', workflow), 'utf8')) as {
    readonly jobs: Record<string, { readonly steps: readonly { readonly with: Record<string, string> }[] }>
  }
  return jobs[job]!.steps.at(-1)!.with
}

/** The job of a workflow that people copy. `typed`: into the boxes of a run that somebody starts. */
function start(
  { env }: Pair,
  given: Record<string, string>,
  { typed = {}, ...step }: Partial<Step> & { readonly typed?: object } = {},
): Promise<Ended> {
  const servers = ['GITHUB_API_URL', 'GITHUB_GRAPHQL_URL', 'GITHUB_SERVER_URL', 'HF_ENDPOINT']
  const contexts = { vars: { HF_REPO: names.huggingface }, secrets: { HF_TOKEN: tokens.huggingface }, inputs: typed }
  const job = Object.fromEntries(servers.map((name) => [name, env[name]!]))
  const own = { repository: names.github, token: tokens.github, contexts, job, with: given }
  return runAction(folder, { ...own, ...step }, folder)
}

/** With inputs beside those of the workflow. */
const run = (inputs: Record<string, string> = {}, step: Parameters<typeof start>[2] = {}) =>
  start(pair, { ...readInputs('hubmirror.yml', 'mirror'), ...inputs }, step)

const log = ({ lines }: Ended) => lines.join('\n')
const isCommit = ({ url, status }: RequestRecord) => url.endsWith('/commit/main') && status === 200
const asked = () => pair.github.requests.length + pair.huggingface.requests.length

describe('the action', () => {
  test('plans, mirrors, and finds both sides in sync with two questions', { timeout }, async () => {
    const planned = await run({}, { typed: { dry_run: true } })
    expect([planned.code, planned.outputs['status'], planned.outputs['changes']]).toEqual([0, 'planned', '3'])
    const plan = JSON.parse(readFileSync(planned.outputs['plan']!, 'utf8')) as { changes: { path: string }[] }
    expect(plan.changes.map(({ path }) => path)).toContain('my data.csv')
    expect(heads(pair).github).toBe(planned.outputs['github_commit'] || null)

    const mirrored = await run()
    expect([mirrored.code, mirrored.outputs['status'], mirrored.outputs['conflicts']]).toEqual([0, 'mirrored', '0'])
    expect(contents(pair, 'github')).toEqual(contents(pair, 'huggingface'))
    const { github_commit, huggingface_commit } = mirrored.outputs
    expect({ github: github_commit, huggingface: huggingface_commit }).toEqual(heads(pair))

    const before = asked()
    const again = await run()
    expect([again.code, again.outputs['status'], again.outputs['plan'], asked() - before]).toEqual([
      0,
      'in-sync',
      '',
      2,
    ])
    expect(again.summary).toContain('In sync')
  })

  test('ends in a conflict, and takes the answers that it prints', { timeout }, async () => {
    act(pair, 'github', { 'README.md': '# Ours\n', 'my data.csv': 'b\n' })
    act(pair, 'huggingface', { 'README.md': '# Theirs\n', 'my data.csv': 'c\n' })
    const ended = await run()
    expect([ended.code, ended.outputs['status'], ended.outputs['conflicts']]).toEqual([2, 'conflict', '2'])
    expect(existsSync(ended.outputs['plan']!)).toBe(true)
    const settled = await run({}, { typed: { take: "README.md=github --take 'my data.csv=huggingface'" } })
    expect([settled.code, settled.outputs['status']]).toEqual([0, 'mirrored'])
    expect(contents(pair, 'github')).toMatchObject({ 'README.md': '# Ours\n', 'my data.csv': 'c\n' })
    expect(contents(pair, 'github')).toEqual(contents(pair, 'huggingface'))
  })

  test('is refused where too much would be deleted, until its arguments allow it', { timeout }, async () => {
    const many = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`data/${index}.txt`, `${index}\n`]))
    act(pair, 'github', many)
    await run()
    act(pair, 'github', Object.fromEntries(Object.keys(many).map((path) => [path, null])))
    const refused = await run()
    expect([refused.code, refused.outputs['status']]).toEqual([3, 'refused'])
    expect(log(refused)).toContain('other options into arguments.')
    const allowed = await run({}, { typed: { arguments: '--allow-delete' } })
    expect([allowed.code, allowed.outputs['status'], allowed.outputs['changes']]).toEqual([0, 'mirrored', '12'])
  })

  test('speaks of inputs, and asks nobody, where one of them cannot be meant', { timeout }, async () => {
    const before = asked()
    for (const [inputs, sentence] of [
      [{ take: 'README.md=gitub' }, 'Cannot read the input take "README.md=gitub"'],
      [
        { arguments: '--alow-delete' },
        "Cannot read the input arguments: Unknown option '--alow-delete'. Did you mean --allow-delete",
      ],
      [
        { 'dry-run': 'true' },
        'Cannot use the input "dry-run": the action has none of that name. Did you mean dry_run?',
      ],
    ] as [Record<string, string>, string][]) {
      const ended = await run(inputs)
      expect([ended.code, ended.outputs['status']]).toEqual([64, 'usage'])
      expect(log(ended)).toContain(sentence)
    }
    expect(asked() - before).toBe(0)
  })

  test('says which of its inputs lacks a token, or has one of the other service', { timeout }, async () => {
    const swapped = await run({ hf_token: tokens.github })
    act(pair, 'github', { 'new.txt': 'new\n' })
    const missing = await run({ hf_token: '' })
    expect([swapped.code, missing.code]).toEqual([4, 4])
    expect(log(swapped)).toContain('Cannot use the input hf_token: it is a token of GitHub')
    expect(log(missing)).toContain('the input hf_token is not set')
  })

  test('has tokens hidden that come from no secret, and shows none', { timeout }, async () => {
    const ended = await run({ hf_token: tokens.huggingface, huggingface_repo_id: names.huggingface }, { contexts: {} })
    expect(ended.commands.filter(({ name }) => name === 'add-mask').map(({ data }) => data)).toContain(
      tokens.huggingface,
    )
    for (const token of [tokens.github, tokens.huggingface]) {
      expect(log(ended)).not.toContain(token)
      expect(ended.summary).not.toContain(token)
    }
  })

  test('tells of several pairs what they come to together, with the plan of each', { timeout }, async () => {
    act(pair, 'github', { 'several.txt': 'a\n' })
    const config = join(folder, 'pairs.json')
    const own = { hf: names.huggingface }
    writeFileSync(config, JSON.stringify({ pairs: { corpus: { ...own }, other: { ...own, 'hf-branch': 'dev' } } }))
    const ended = await run({ huggingface_repo_id: '', config, dry_run: 'true' })
    const { status, changes, github_commit, plan } = ended.outputs
    expect([status, changes, github_commit]).toEqual(['refused', '1', ''])
    const { runs } = JSON.parse(readFileSync(plan!, 'utf8')) as {
      readonly runs: readonly { readonly name: string; readonly report: { readonly changes: object } | null }[]
    }
    expect(runs.map(({ name, report }) => [name, report?.changes])).toEqual([
      ['corpus', [expect.objectContaining({ path: 'several.txt', to: 'huggingface' })]],
      ['other', undefined],
    ])
  })

  test('proposes where it is asked to, and tells where the branch is meanwhile', { timeout }, async () => {
    act(pair, 'huggingface', { 'proposed.txt': 'a\n' })
    const before = heads(pair)
    const { code, outputs } = await run({ pull_request: 'github' })
    expect([code, outputs['status'], outputs['github_commit']]).toEqual([0, 'proposed', before.github])
    expect(heads(pair)).toEqual(before)
  })

  test('does the same in the workflow that others call, whose secret has another name', { timeout }, async () => {
    act(pair, 'github', { 'called.txt': 'a\n' })
    const typed = { huggingface_repo_id: names.huggingface, dry_run: true, exclude: '*.log' }
    const contexts = { secrets: { hf_token: tokens.huggingface }, inputs: typed }
    const ended = await start(pair, readInputs('reusable.yml', 'mirror'), { contexts })
    expect([ended.code, ended.outputs['status'], ended.warnings]).toEqual([0, 'planned', []])
  })

  test(
    'of eight machines three are killed while they send a file, and two run twice at once: the last job sends what is not there, once, and commits once',
    { timeout },
    async () => {
      const other = await servePair()
      await beginMirror(other, { '.gitattributes': '*.parquet filter=lfs diff=lfs merge=lfs -text\n', 'a.txt': 'a\n' })
      for (const side of sides) act(other, side, listFiles(side))
      const before = heads(other)
      const runJob = (name: string, given: Contexts, signal?: AbortSignal) => {
        const contexts = { vars: { HF_REPO: names.huggingface }, secrets: { HF_TOKEN: tokens.huggingface }, ...given }
        return start(other, readInputs('shards.yml', name), { contexts, ...(signal && { signal }) })
      }
      const plan = await runJob('plan', { inputs: { machines: 8 } })
      // For so little one machine is enough; its matrix is not the one that runs here.
      const matrix = '{"shard":["1-1000000/1000000"]}'
      expect([plan.code, plan.outputs['status'], plan.outputs['matrix']]).toEqual([0, 'planned', matrix])

      const killed = new Map(large.map((one) => [shareOf(one), new AbortController()]))
      const alive = [...shares.keys()].filter((share) => !killed.has(share))
      const doubled = alive.slice(0, 2)
      const started = [...killed.keys(), ...alive, ...doubled]
      takeSent(other)
      other.huggingface.requests.length = 0
      const jobs = started.map((share) =>
        runJob('stream', { matrix: { shard: shares[share] } }, killed.get(share)?.signal),
      )
      for (const [index, one] of large.entries()) {
        const kill = () => {
          killed.get(shareOf(one))!.abort()
          return jobs[index]!
        }
        other.storages[otherSide[one.from]].cuts.push({ method: 'PUT', key: one.oid, at: 500_000, before: kill })
      }
      const ended = await Promise.all(jobs)
      expect(ended.map(({ code, outputs }) => [code, outputs['status']])).toEqual(
        started.map((share) => (killed.has(share) ? [null, undefined] : [0, 'streamed'])),
      )
      // A double may send what its twin is sending.
      const alone = takeSent(other).filter((one) => !doubled.includes(shareOf(one)))
      expect(alone).toEqual([...new Set(alone)])
      expect([heads(other), other.storages.github.cuts, other.storages.huggingface.cuts]).toEqual([before, [], []])

      const whole = listWhole(other)
      expect(whole).toEqual(expect.arrayContaining(lacking.filter((one) => !killed.has(shareOf(one)))))
      const finish = await runJob('finish', {})
      expect([finish.code, finish.outputs['status']]).toEqual([0, 'mirrored'])
      expect(takeSent(other)).toEqual(lacking.filter((one) => !whole.includes(one)))
      expect([listWhole(other), other.huggingface.requests.filter(isCommit).length]).toEqual([lacking, 1])
      await expectInSync(other)
      await other.close()
    },
  )

  test('previews a pull request with tokens that may write nothing, or are not there', { timeout }, async () => {
    const other = await servePair({ github: { switches: { permissions: 'nothing' } } })
    act(other, 'huggingface', { 'README.md': '# Corpus\n' }, 'Begin')
    await start(other, readInputs('hubmirror.yml', 'mirror'))
    const parents = [other.github.head('main')!]
    const feature = `it's-"new"`
    other.github.commit(feature, { files: { 'new.txt': 'new\n' }, message: 'Add a file', author: bob, parents })
    const before = heads(other)
    const event = { name: 'pull_request', payload: { number: 1 } }
    const contexts = { vars: { HF_REPO: names.huggingface }, github: { head_ref: feature } }
    const ended = await start(other, readInputs('preview.yml', 'plan'), { event, contexts, token: tokens.githubRead })
    expect([ended.code, ended.outputs['status'], ended.outputs['changes']]).toEqual([0, 'planned', '1'])
    expect([ended.summary.includes('new.txt'), heads(other)]).toEqual([true, before])
    await other.close()
  })
})
