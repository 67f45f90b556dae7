/** `init`: what is asked, what is written into a folder, and what is refused. */
import { beforeAll, describe, expect, test } from 'vitest'
import { initFlags } from '../../lib/cli/flags.ts'
import { parsePairFile } from '../../lib/cli/pair-file.ts'
import { startPair, tokens, type Pair } from '../hubs/pair.ts'
import { act, startMirrored } from '../run/mirror-setup.ts'
import { config, parseWorkflow, runInit, workflow, type Told } from './init-run.ts'

let [ready, empty]: Pair[] = []
beforeAll(async () => {
  ready = await startMirrored({ 'a.txt': 'a\n' })
  act(ready, 'huggingface', { 'b.txt': 'b\n' })
  empty = startPair()
})

const ids = ['--github=acme/corpus', '--hf=datasets/acme/corpus']

/** In the pair that is ready, unless another one is told. */
const init = (argv: readonly string[], told: Partial<Told> = {}) => runInit(argv, { pair: ready!, ...told })

test('asks five things, checks, shows the plan, and writes the workflow', async () => {
  const { exitCode, out, questions, left, files, read } = await init([], {
    said: ['acme/corpus', 'datasets/acme/corpus', '', '', '', ''],
  })
  expect([exitCode, left, files]).toEqual([0, [], [workflow]])
  expect(questions).toEqual(['> ', '> ', '[main] > ', '[nothing] > ', '[size] > ', '[schedule] > '])
  expect(out).toMatch(
    /Ready[^]*The first plan:[^]*b\.txt[^]*Dry run, nothing was written[^]*Written: .*hubmirror\.yml\n/,
  )
  const { on, jobs } = parseWorkflow(read(workflow))
  expect(on).toMatchObject({ push: { branches: ['main'] }, schedule: [{ cron: '7,37 * * * *' }] })
  expect(jobs.mirror.steps).toMatchObject([
    {
      uses: 'OWNER/hubmirror/.github/actions/mirror@COMMIT',
      with: { huggingface_repo_id: 'datasets/acme/corpus', branch: 'main', hf_token: '${{ secrets.HF_TOKEN }}' },
    },
  ])
})

test('says what is left to do, and where to click', async () => {
  const { out } = await init([...ids, '--trigger=webhook'])
  const left = out.slice(out.indexOf('What is left to do:'))
  for (const link of ['github.com/acme/corpus/settings/secrets/actions/new', 'huggingface.co/settings/tokens/new'])
    expect(left).toContain(` https://${link}\n`)
  expect(left).toContain(' https://huggingface.co/settings/webhooks\n')
  for (const line of out.split('\n')) if (!/https?:|npx/.test(line)) expect(line.length).toBeLessThan(101)
})

test('asks nothing where all is said by flags, and the same is written', async () => {
  const argv = [
    ...ids,
    '--branch=main',
    '--exclude=*.log',
    '--store=hub',
    '--trigger=webhook',
    '--tool=acme/tool@0123abc',
  ]
  const byFlags = await init(argv, { said: [] })
  const byHand = await init(['--tool=acme/tool@0123abc'], {
    said: ['https://github.com/acme/corpus.git', 'hf.co/datasets/acme/corpus', 'main', '*.log', 'hub', 'webhook'],
  })
  expect([byFlags.exitCode, byFlags.questions]).toEqual([0, []])
  expect([byFlags.files, byHand.files]).toEqual([
    [config, workflow],
    [config, workflow],
  ])
  for (const path of byFlags.files) expect(byFlags.read(path)).toBe(byHand.read(path))
})

test('where there is more to say than one branch, a file of pairs says it, as a run reads it', async () => {
  const { read, out } = await init([
    ...ids,
    '--branch=main',
    '--branch=dev=develop',
    '--exclude=*.log',
    '--exclude="a: b" # c',
    '--front-matter=huggingface',
    '--dot-github',
    '--trigger=webhook',
    '--tool=acme/tool@0123abc',
    '--force',
  ])
  const { pairs } = parsePairFile(config, read(config)!)
  expect([...pairs]).toEqual([
    [
      'corpus',
      {
        'github': 'acme/corpus',
        'hf': 'datasets/acme/corpus',
        'branch': ['main', 'dev=develop'],
        'exclude': ['*.log', '"a: b" # c'],
        'front-matter': 'huggingface',
        'dot-github': true,
      },
    ],
  ])
  const { on, jobs } = parseWorkflow(read(workflow))
  expect(on).toMatchObject({
    push: { branches: ['main', 'dev'] },
    repository_dispatch: { types: ['hubmirror'] },
    schedule: [{ cron: '7 5,17 * * *' }],
  })
  const [checkout, step] = jobs.mirror.steps
  expect(checkout!.with['sparse-checkout']).toBe(`/${config}`)
  expect(step).toMatchObject({ uses: 'acme/tool/.github/actions/mirror@0123abc', with: { config } })
  expect(out).not.toContain('OWNER')
})

test.each(['.git', '.git/HEAD'])('below a folder with %s the files go there, and it says so', async (git) => {
  const there = { [git]: '', 'data/raw/a.txt': 'a\n' }
  const { files, out } = await init([...ids, '--exclude=*.log'], { there, below: 'data/raw' })
  expect(files).toEqual([git, config, workflow, 'data/raw/a.txt'])
  expect(out).toMatch(/Written: .*hubmirror\.yml \(in .*init-\w+.\d+\)\n/)
})

test('branches may be typed with commas between them', async () => {
  const { read } = await init(ids, { said: ['main, dev', '', '', '', 'y', ''] })
  expect(parseWorkflow(read(workflow)).on).toMatchObject({ push: { branches: ['main', 'dev'] } })
})

describe('an answer', () => {
  test('that cannot be used is asked for again, with what is wrong', async () => {
    const { exitCode, out, questions, files } = await init([], {
      said: [
        '',
        'corpus',
        'acme/corpus',
        'datasets/acme',
        'datasets/acme/corpus',
        'a..b',
        'main',
        '!',
        '*.log',
        'big',
        'size',
        'never',
        'schedule',
      ],
    })
    expect([exitCode, questions.length, files]).toEqual([0, 13, [config, workflow]])
    for (const says of [
      'Cannot read the GitHub repository',
      'Cannot read the Hugging Face repository',
      'it is not a branch name',
      'it is no pattern',
      'it is size, hub or huggingface',
      'it is schedule or webhook',
    ])
      expect(out.replaceAll(/\n +/g, ' ')).toContain(says)
  })

  test.each([0, 1, 3, 5])('that does not come, after %i, ends it and writes nothing', async (number) => {
    const said = ['acme/corpus', 'datasets/acme/corpus', '', '', '', ''].slice(0, number)
    const { exitCode, out, files } = await init([], { said })
    expect([exitCode, files]).toEqual([130, []])
    expect(out).toContain('Nothing was written.')
  })
})

test.each<[what: string, argv: string[], says: string, there?: Record<string, string>]>([
  ['without a terminal, what is missing', [], 'Give --github <owner/repo> and --hf <id>'],
  ['one id missing', ['--github=acme/corpus'], 'Give --hf <id>'],
  ['an option of one run', [...ids, '--take=a=github'], 'Cannot use --take with init'],
  [
    'another word for the trigger',
    [...ids, '--trigger=cron'],
    'Cannot use --trigger "cron": it is schedule or webhook',
  ],
  ['a tool without a commit', [...ids, '--tool=acme/tool'], 'Cannot use --tool "acme/tool"'],
  [
    'a branch that a workflow would read as a pattern',
    [...ids, '--branch=a+b'],
    'Cannot write a workflow for the branch "a+b"',
  ],
  ['a branch with an expression', [...ids, '--branch=${{x}}'], 'Cannot write a workflow for the branch'],
  ['an unknown option', [...ids, '--tigger=webhook'], "Unknown option '--tigger'. Did you mean --trigger?"],
  [
    'a file that is there',
    ids,
    `Cannot write ${workflow}: what is there says something else. --force replaces it`,
    { [workflow]: 'mine\n' },
  ],
  [
    'a file of pairs by another name',
    [...ids, '--exclude=a'],
    `Cannot write ${config} beside .github/hubmirror.json: add the pair to that file`,
    { '.github/hubmirror.json': '{}' },
  ],
])('%s is refused before anything is read or written', async (_, argv, says, there = {}) => {
  const requests = ready!.github.requests.length
  const { exitCode, err, files, read } = await init(argv, { there })
  expect([exitCode, err]).toEqual([64, expect.stringContaining(says)])
  expect(files).toEqual(Object.keys(there))
  for (const [path, text] of Object.entries(there)) expect(read(path)).toBe(text)
  expect(ready!.github.requests.length).toBe(requests)
})

test('a file that is there is replaced after a yes or with --force, and left alone after anything else', async () => {
  const there = { [workflow]: 'mine\n' }
  const argv = [...ids, '--branch=main', '--include=*', '--store=size', '--trigger=schedule']
  const no = await init(argv, { there, said: [''] })
  expect([no.exitCode, no.read(workflow)]).toEqual([130, 'mine\n'])
  for (const told of [await init(argv, { there, said: ['y'] }), await init([...argv, '--force'], { there })]) {
    expect(told.exitCode).toBe(0)
    expect(told.read(workflow)).toContain('name: hubmirror')
  }
  const same = await init(argv, { there: { [workflow]: no.read(workflow)!, [config]: 'x' }, said: ['yes'] })
  expect(same.exitCode).toBe(0)
})

test('what stands in the way of a run ends it, unless somebody wants the files all the same', async () => {
  const env = { GITHUB_TOKEN: tokens.github, HF_TOKEN: undefined }
  const argv = [...ids, '--branch=main', '--include=*', '--store=size', '--trigger=schedule']
  const nobody = await init(argv, { env })
  expect([nobody.exitCode, nobody.files]).toEqual([4, []])
  expect(nobody.out).toContain('Nothing was written. --force writes the files all the same.')
  expect(await init(argv, { env, said: ['n'] })).toMatchObject({ exitCode: 4, files: [] })
  expect(await init(argv, { env, said: ['y'] })).toMatchObject({ exitCode: 0, files: [config, workflow] })
  expect(await init([...argv, '--force'], { env })).toMatchObject({ exitCode: 0, files: [config, workflow] })
})

test('a first plan that fails ends it, as what is found before that does', async () => {
  const pair = await startMirrored({ 'a.txt': 'a\n' })
  const asked = () => pair.github.requests.length
  const begun = asked()
  await pair.run('--check', '--branch=main')
  const ofCheck = asked() - begun
  const refuseAfterCheck = () => {
    const first = asked()
    pair.github.faults.splice(0)
    pair.github.faults.push({ on: () => asked() > first + ofCheck, when: 'before', act: { status: 401 } })
  }
  refuseAfterCheck()
  const { exitCode, out, files } = await init([...ids, '--branch=main'], { pair })
  expect([exitCode, files]).toEqual([4, []])
  expect(out).toMatch(/Ready[^]*The first plan:[^]*Nothing was written\. --force writes the files all the same\.\n$/)
  const all = [...ids, '--branch=main', '--include=*', '--store=size', '--trigger=schedule']
  for (const [said, code, written] of [
    ['n', 4, []],
    ['y', 0, [config, workflow]],
  ] as const) {
    refuseAfterCheck()
    expect(await init(all, { pair, said: [said] })).toMatchObject({ exitCode: code, files: written })
  }
})

test('a variable that the workflow would not have is refused, for what is shown is what is set up', async () => {
  for (const name of ['MIRROR_EXCLUDE', 'MIRROR_SUBDIRECTORY', 'BRANCH']) {
    const { exitCode, err, files } = await init(ids, { env: { [name]: 'private' } })
    expect([exitCode, files]).toEqual([64, []])
    expect(err).toContain(`Cannot use ${name} with init: the workflow would not have it`)
  }
})

test('two empty repositories and conflicts are no obstacle, and both are told', async () => {
  expect(await init(ids, { pair: empty! })).toMatchObject({ exitCode: 0, files: [workflow] })
  const pair = await startMirrored({ 'a.txt': 'a\n' })
  act(pair, 'github', { 'a.txt': 'b\n' })
  act(pair, 'huggingface', { 'a.txt': 'c\n' })
  const { exitCode, out, files } = await init(ids, { pair })
  expect([exitCode, files]).toEqual([0, [workflow]])
  expect(out).toContain('--take')
})

test('the variables that name repositories count as answers, and help is there without a question', async () => {
  const env = { GITHUB_REPOSITORY: 'acme/corpus', HF_REPO: 'datasets/acme/corpus' }
  expect(await init([], { env })).toMatchObject({ exitCode: 0, files: [workflow] })
  const { exitCode, out, files } = await init(['--help'])
  expect([exitCode, files]).toEqual([0, []])
  for (const name of Object.keys(initFlags)) expect(out).toContain(name)
})
