/** Who may make a repository, by which route, and what a Space begins with. */
import { describe, expect, test } from 'vitest'
import { sides, type Side } from '../../lib/model/sides.ts'
import { createRefusals } from '../hubs/github-create.ts'
import { startPair, tokens, type Pair } from '../hubs/pair.ts'
import { isCreation, isMade, isPrivate, runIt, startMissing } from './create-setup.ts'
import { act, contents, expectInSync } from './mirror-setup.ts'

describe('who may make it', () => {
  test.each<[string, Side, (pair: Pair) => void, number, string]>([
    [
      'a member without the right',
      'github',
      ({ github }) => void (github.switches.createRefusal = createRefusals.member),
      4,
      'Member privileges',
    ],
    [
      'a token without the scope',
      'github',
      ({ github }) => void (github.switches.createRefusal = createRefusals.scope),
      4,
      'a classic one the scope repo',
    ],
    [
      'a plan without private ones',
      'github',
      ({ github }) => void (github.switches.createRefusal = createRefusals.plan),
      3,
      "Visibility can't be private",
    ],
    [
      'a token that may only read',
      'github',
      ({ env }) => void (env['GITHUB_TOKEN'] = tokens.githubRead),
      4,
      'Administration > Read and write',
    ],
    [
      'a classic token, as its header says',
      'github',
      ({ github }) => void (github.switches.scopes = 'gist, public_repo'),
      4,
      'lacks the scope repo',
    ],
    [
      'nobody, for another user',
      'github',
      ({ github }) => void (github.switches.organization = false),
      4,
      'nor an organization that it can see',
    ],
    ['nobody without a token', 'github', ({ env }) => void delete env['GITHUB_TOKEN'], 4, 'GITHUB_TOKEN is not set'],
    [
      'a token that may only read',
      'huggingface',
      ({ env }) => void (env['HF_TOKEN'] = tokens.huggingfaceRead),
      4,
      'the token needs the role write',
    ],
    [
      'nobody outside of the organization',
      'huggingface',
      ({ huggingface }) => void (huggingface.switches.member = false),
      4,
      'a member of it who may write',
    ],
    [
      'who the Hub refuses',
      'huggingface',
      ({ huggingface }) => void (huggingface.switches.createRefusal = { status: 403, error: 'no' }),
      4,
      'may not make it',
    ],
    [
      'who has paid',
      'huggingface',
      ({ huggingface }) =>
        void (huggingface.switches.createRefusal = { status: 402, error: 'requires a PRO subscription' }),
      3,
      'requires a PRO subscription',
    ],
    ['nobody without a token', 'huggingface', ({ env }) => void delete env['HF_TOKEN'], 4, 'HF_TOKEN is not set'],
  ])('%s on %s', async (_, side, set, exitCode, words) => {
    const pair = startMissing(side)
    set(pair)
    const ran = await runIt(pair, exitCode, '--create')
    expect(ran.out + ran.err).toContain(words)
    expect(isMade(pair, side)).toBe(false)
  })

  test("a user's own repository is made by another route than an organization's", async () => {
    const pair = startMissing('github', { github: { switches: { user: 'Acme', organization: false, scopes: 'repo' } } })
    expect((await runIt(pair, 0, '--create')).log).toContain('POST /user/repos 201')
    await expectInSync(pair)
  })

  test('a Hub that does not know the word for it makes a public one, which is found out', async () => {
    const pair = startMissing('huggingface', { huggingface: { switches: { knowsVisibility: false } } })
    expect((await runIt(pair, 1, '--create')).err).toContain('was to be private, and it is public. It is there')
    expect(Object.keys(contents(pair, 'huggingface'))).toEqual([])
  })

  test('while the Hub is busy with another of that name, it is asked again', async () => {
    const pair = startMissing('huggingface', { huggingface: { switches: { busyCreations: 2 } } })
    await runIt(pair, 0, '--create')
  })
})

describe('a Space', () => {
  const id = 'spaces/acme/demo'
  const startSpace = () => {
    const pair = startPair({ huggingface: { id, missing: true }, env: { HF_REPO: id } })
    act(pair, 'github', { 'README.md': '---\ntitle: Demo\nsdk: docker\n---\n', 'Dockerfile': 'FROM scratch\n' })
    return pair
  }

  test('is made to run what --sdk says', async () => {
    const pair = startSpace()
    await runIt(pair, 0, '--create', '--sdk', 'docker')
    expect(pair.huggingface.repository.sdk).toBe('docker')
    for (const side of sides) expect(contents(pair, side)['README.md']).toBe('---\ntitle: Demo\nsdk: docker\n---\n')
    await expectInSync(pair)
  })

  test.each([[['--public']], [[]]])(
    'keeps the front matter that it begins with where the other card has none, %j',
    async (argv: string[]) => {
      const pair = startPair({ huggingface: { id, missing: true }, env: { HF_REPO: id } })
      act(pair, 'github', { 'README.md': '# Demo\n' })
      await runIt(pair, 0, '--create', '--sdk', 'gradio', ...argv)
      expect(isPrivate(pair, 'huggingface')).toBe(argv.length === 0)
      for (const side of sides) expect(contents(pair, side)['README.md']).toMatch(/sdk: gradio\n[^]*---\n# Demo\n$/)
      await expectInSync(pair)
    },
  )

  test('keeps the card that it begins with where the other side has none, which gets it', async () => {
    const pair = startPair({ huggingface: { id, missing: true }, env: { HF_REPO: id } })
    act(pair, 'github', { 'app.py': 'print()\n' })
    await runIt(pair, 0, '--create', '--sdk', 'gradio', '--public')
    expect(contents(pair, 'github')['README.md']).toContain('sdk: gradio')
    await expectInSync(pair)
  })

  test('that is private keeps what somebody else has put there meanwhile', async () => {
    const pair = startPair({ huggingface: { id, missing: true }, env: { HF_REPO: id } })
    act(pair, 'github', { 'README.md': '# Demo\n' })
    const commit = () => void act(pair, 'huggingface', { 'README.md': '---\nsdk: gradio\n---\nsecret\n' })
    pair.huggingface.faults.push({ on: isCreation, when: 'after', act: commit, times: 1 })
    const { out } = await runIt(
      pair,
      1,
      '--create',
      '--sdk',
      'gradio',
      '--init',
      'union',
      '--take',
      'README.md=huggingface',
    )
    expect([out.includes('--allow-public'), contents(pair, 'github')]).toEqual([true, { 'README.md': '# Demo\n' }])
  })

  test('is not made without it', async () => {
    const pair = startSpace()
    expect((await runIt(pair, 3, '--create')).err).toContain('say what it runs, with --sdk static, gradio or docker')
    expect(pair.huggingface.server.repositories.size).toBe(0)
  })
})
