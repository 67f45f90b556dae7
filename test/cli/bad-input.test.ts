/**
 * Whatever is wrong is said before anything is written: which exit code, which words, and both branches where they
 * were.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { sync } from '../../lib/cli/command.ts'
import { protections } from '../hubs/github-switches.ts'
import { startPair, tokens, type Pair, type PairOptions } from '../hubs/pair.ts'

const bob = { name: 'Bob', email: 'bob@example.org' }
const heads = ({ github, huggingface }: Pair) => [github.head('main'), huggingface.head('main')]

/** Both sides changed another line of one file, so that both are to be written. */
async function startWorld(options: PairOptions = {}): Promise<Pair> {
  const pair = startPair(options)
  pair.huggingface.commit('main', { files: { 'notes.txt': '1\n2\n3\n4\n5\n6\n' }, message: 'Begin', user: 'alice' })
  expect((await pair.run()).exitCode).toBe(0)
  pair.github.commit('main', { files: { 'notes.txt': 'one\n2\n3\n4\n5\n6\n' }, message: 'Edit', author: bob })
  pair.huggingface.commit('main', { files: { 'notes.txt': '1\n2\n3\n4\n5\nsix\n' }, message: 'Edit', user: 'alice' })
  return pair
}

interface Case {
  readonly env?: Record<string, string>
  readonly argv?: readonly string[]
  readonly exitCode: number
  readonly says: RegExp
}

const cases: Record<string, Case> = {
  'no GitHub token': { env: { GITHUB_TOKEN: '' }, exitCode: 4, says: /GITHUB_TOKEN is not set.*contents: write/ },
  'no Hugging Face token': { env: { HF_TOKEN: '' }, exitCode: 4, says: /HF_TOKEN is not set.*write access/ },
  'a wrong GitHub token': {
    env: { GITHUB_TOKEN: 'ghp_wrong' },
    exitCode: 4,
    says: /GITHUB_TOKEN is wrong or has expired/,
  },
  'a wrong Hugging Face token': {
    env: { HF_TOKEN: 'hf_wrong' },
    exitCode: 4,
    says: /HF_TOKEN is wrong or has expired/,
  },
  'a token in quotation marks': {
    env: { HF_TOKEN: '"hf_canary12345"' },
    exitCode: 4,
    says: /^(?:error: )?Cannot use HF_TOKEN: it is in quotation marks/,
  },
  'a token of two lines': {
    env: { GITHUB_TOKEN: 'ghp_canary12345\nHF_TOKEN=x' },
    exitCode: 4,
    says: /Cannot use GITHUB_TOKEN: it has more than one line/,
  },
  'the line of an example as it stands': {
    env: { GITHUB_TOKEN: '…' },
    exitCode: 4,
    says: /Cannot use GITHUB_TOKEN: it holds a character that no token has/,
  },
  'a header instead of a token': {
    env: { HF_TOKEN: 'Bearer hf_canary12345' },
    exitCode: 4,
    says: /Cannot use HF_TOKEN: it begins with the name of a scheme/,
  },
  'a letter instead of a token, which is no reason to hide that letter everywhere': {
    env: { GITHUB_TOKEN: 'e' },
    exitCode: 4,
    says: /^(?:error: )?Cannot use GITHUB_TOKEN: it is shorter than any token\. Set GITHUB_TOKEN to the token alone/,
  },
  "the other service's token": {
    env: { GITHUB_TOKEN: tokens.huggingface, HF_TOKEN: tokens.github },
    exitCode: 4,
    says: /Cannot use GITHUB_TOKEN: it is a token of Hugging Face.*are the two swapped\?/,
  },
  'a token as an argument': { argv: ['ghp_canary12345'], exitCode: 64, says: /Unexpected argument '\*\*\*'/ },
  'an id with credentials and no scheme': {
    argv: ['--github', 'bob:canary12345@github.com/acme/corpus'],
    exitCode: 64,
    says: /"\*\*\*@github.com\/acme\/corpus"/,
  },
  "a dataset's id as a model's": {
    env: { HF_REPO: 'models/acme/corpus' },
    exitCode: 4,
    says: /there is no "models\/acme\/corpus", but a dataset of that name: use --hf datasets\/acme\/corpus/,
  },
  'a GitHub token that may only read': {
    env: { GITHUB_TOKEN: tokens.githubRead },
    exitCode: 4,
    says: /the user of GITHUB_TOKEN may only read the repository/,
  },
  'a Hugging Face token that may only read': {
    env: { HF_TOKEN: tokens.huggingfaceRead },
    exitCode: 4,
    says: /HF_TOKEN must be a token with write access/,
  },
  'an unknown GitHub repository': {
    env: { GITHUB_REPOSITORY: 'acme/none' },
    exitCode: 4,
    says: /GitHub "acme\/none@main".*does not exist, or GITHUB_TOKEN may not see it/,
  },
  'an unknown Hugging Face repository': {
    env: { HF_REPO: 'datasets/acme/none' },
    exitCode: 4,
    says: /datasets\/acme\/none" does not exist \(are its name and its type, dataset, right\?\), or HF_TOKEN/,
  },
  'a slip in the name of the GitHub repository': {
    env: { GITHUB_REPOSITORY: 'acme/corpsu' },
    exitCode: 4,
    says: /does not exist, or GITHUB_TOKEN may not see it.*; did you mean acme\/corpus\?/,
  },
  'a slip in the name of the Hugging Face repository': {
    env: { HF_REPO: 'datasets/acme/corpsu' },
    exitCode: 4,
    says: /does not exist .*; did you mean datasets\/acme\/corpus\?/,
  },
  'the same without a token': {
    env: { HF_REPO: 'datasets/acme/corpsu', HF_TOKEN: '' },
    exitCode: 4,
    says: /HF_TOKEN is not set.*; did you mean datasets\/acme\/corpus\?/,
  },
  'an unknown branch': {
    argv: ['--branch', 'none'],
    exitCode: 3,
    says: /GitHub has no branch of that name.*The default branch there is "main": to mirror that one, run with --branch main; or make the branch/,
  },
  'a token with a line break after it, which stands in an argument too': {
    env: { GITHUB_TOKEN: 'canary12345\n' },
    argv: ['--branch', 'a..canary12345'],
    exitCode: 64,
    says: /Cannot use --branch "a\.\.\*\*\*"/,
  },
  'no address to ask for an id token': {
    env: {
      HF_TOKEN: '',
      HF_OIDC_RESOURCE: 'datasets/acme/corpus',
      ACTIONS_ID_TOKEN_REQUEST_URL: 'actions',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'canary12345',
    },
    exitCode: 64,
    says: /Cannot use ACTIONS_ID_TOKEN_REQUEST_URL: it is no http address/,
  },
  'half an id': { env: { HF_REPO: 'corpus' }, exitCode: 64, says: /"corpus": it is not datasets\/owner\/name/ },
  'an id with a password in it': {
    argv: ['--github', 'https://bob:canary12345@github.com/acme'],
    exitCode: 64,
    says: /it is not owner\/repo; an address with a user or a password in it is not taken/,
  },
  'an address for git with a password in it': {
    argv: ['--hf', 'ssh://bob:canary12345@hf.co/datasets/acme/corpus'],
    exitCode: 64,
    says: /"ssh:\/\/\*\*\*@hf\.co\/.* an address with a user or a password in it is not taken/,
  },
  'no repository at all': {
    env: { GITHUB_REPOSITORY: '' },
    exitCode: 64,
    says: /Which GitHub repository\? Give --github/,
  },
  'an unknown option': { argv: ['--force'], exitCode: 64, says: /Unknown option '--force'.*--help/ },
  'a decision for no side': {
    argv: ['--take', 'notes.txt=mine'],
    exitCode: 64,
    says: /<path>=github or <path>=huggingface/,
  },
}

describe('the command is given', () => {
  test.each(Object.entries(cases))('%s', async (_, { env = {}, argv = [], exitCode, says }) => {
    const pair = await startWorld()
    const before = heads(pair)
    const folder = mkdtempSync(join(tmpdir(), 'bad-input-'))
    const files = { GITHUB_STEP_SUMMARY: join(folder, 'summary'), GITHUB_OUTPUT: join(folder, 'output') }
    Object.assign(pair.env, env, files)
    const ran = await pair.run(...argv)
    const asJson = await pair.run(...argv, '--json')
    expect([ran.exitCode, asJson.exitCode]).toEqual([exitCode, exitCode])
    // What a plan foresees stands in the report, below what it would do.
    expect(ran.err + ran.out).toMatch(says)
    const {
      version,
      error,
      refusals = [],
    } = JSON.parse(asJson.out) as { version: number; error?: string; refusals?: { message: string }[] }
    expect([version, [error, ...refusals.map(({ message }) => message)].join('\n')]).toEqual([
      1,
      expect.stringMatching(says),
    ])
    expect(heads(pair)).toEqual(before)
    const printed =
      ran.out +
      ran.err +
      asJson.out +
      asJson.err +
      readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8') +
      readFileSync(files.GITHUB_OUTPUT, 'utf8')
    for (const token of [...Object.values(tokens), 'canary12345', 'ghp_wrong', 'hf_wrong'])
      expect(printed).not.toContain(token)
    rmSync(folder, { recursive: true })
  })

  test('a token that may only read, where only the last request would tell', async () => {
    const pair = await startWorld({ huggingface: { switches: { preuploadNeedsWrite: false } } })
    const before = heads(pair)
    pair.env.HF_TOKEN = tokens.huggingfaceRead
    expect((await pair.run()).exitCode).toBe(4)
    expect(heads(pair)).toEqual(before)
  })

  test.each(Object.entries(protections))('a protected branch: %s', async (_, protection) => {
    const pair = await startWorld()
    const before = heads(pair)
    pair.github.switches.protectedBranches.set('main', protection)
    const ran = await pair.run()
    expect([ran.exitCode, heads(pair)]).toEqual([3, before])
    expect(ran.err).toMatch(/main/)
  })

  test('a README whose metadata the Hub refuses', async () => {
    const pair = await startWorld()
    pair.github.commit('main', { files: { 'README.md': '---\nlicense: [\n---\nText\n' }, message: 'Card', author: bob })
    const before = heads(pair)
    const ran = await pair.run()
    expect([ran.exitCode, heads(pair)]).toEqual([3, before])
    expect(ran.out).toMatch(/Hugging Face would refuse this: "README.md" has metadata.*\n.*Nothing was written/)
  })

  test('an address where nobody listens', async () => {
    let err = ''
    const nobody = 'http://127.0.0.1:9'
    const env = {
      GITHUB_REPOSITORY: 'acme/corpus',
      HF_REPO: 'datasets/acme/corpus',
      GITHUB_API_URL: nobody,
      GITHUB_SERVER_URL: nobody,
      HF_ENDPOINT: nobody,
    }
    expect(
      await sync([], {
        env,
        out: () => {},
        err: (text) => {
          err += text
        },
        sleep: () => Promise.resolve(),
      }),
    ).toBe(1)
    expect(err).toMatch(/error: Cannot reach 127\.0\.0\.1:9/)
  })
})

describe('what asks for no write', () => {
  test('a dry run needs no token for public repositories, writes nothing, and says what waits', async () => {
    const pair = await startWorld()
    const before = heads(pair)
    Object.assign(pair.env, { GITHUB_TOKEN: '', HF_TOKEN: '' })
    expect((await pair.run('--dry-run')).exitCode).toBe(0)
    expect((await pair.run('--dry-run', '--detailed-exitcode')).exitCode).toBe(10)
    expect(heads(pair)).toEqual(before)
  })

  test('a dry run has the digest of the run after it', async () => {
    const pair = await startWorld()
    const [dry, run] = [
      JSON.parse((await pair.run('--dry-run', '--json')).out),
      JSON.parse((await pair.run('--json')).out),
    ]
    expect([dry.status, run.status, dry.digest]).toEqual(['planned', 'mirrored', run.digest])
    expect(dry.changes).toEqual(run.changes)
  })

  test('--verify says where both sides differ, and that they are equal after a run', async () => {
    const pair = await startWorld()
    expect(await pair.run('--verify')).toMatchObject({
      exitCode: 5,
      out: expect.stringMatching(
        /notes\.txt {2}different content\nWhat a run would do about it:\n {2}npx tsx sync\.ts .* --dry-run\n$/,
      ),
    })
    await pair.run()
    expect(await pair.run('--verify')).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(/^equal: 1 file, 0 objects on both sides$/m),
    })
  })

  test('--help and --version need nothing', async () => {
    const printed: string[] = []
    for (const flag of ['--help', '--version'])
      expect(
        await sync([flag], {
          env: {},
          out: (text) => {
            printed.push(text)
          },
          err: () => {},
        }),
      ).toBe(0)
    expect(printed).toEqual([expect.stringContaining('Exit codes'), expect.stringMatching(/^\d+\.\d+\.\d+\n$/)])
  })
})
