import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { help, parseOptions, version, type Environment, type Options } from '../../lib/cli/options.ts'
import { UsageError } from '../../lib/model/errors.ts'
import { formatRepository } from '../../lib/model/repository.ts'

const named: Environment = { GITHUB_REPOSITORY: 'acme/corpus', HF_REPO: 'datasets/acme/corpus' }

function parse(argv: readonly string[], env: Environment = {}): Options {
  const options = parseOptions(argv, { ...named, ...env })
  if (typeof options === 'string') throw new Error(`it is ${options}`)
  return options
}

/** The message of the `UsageError` (exit code 64) that the arguments end in. */
function refusal(argv: readonly string[], env: Environment = named): string {
  try {
    parseOptions(argv, env)
  } catch (error) {
    if (error instanceof UsageError) return error.message
    throw error
  }
  throw new Error(`${argv.join(' ')} was accepted`)
}

test('with two names alone everything else has a default', () => {
  expect(parse([])).toEqual({
    repositories: {
      github: { side: 'github', type: 'repository', name: 'acme/corpus' },
      huggingface: { side: 'huggingface', type: 'dataset', name: 'acme/corpus' },
    },
    branches: { github: 'main', huggingface: 'main' },
    tokens: { github: null, huggingface: null },
    oidc: null,
    apiUrl: 'https://api.github.com',
    graphqlUrl: 'https://api.github.com/graphql',
    serverUrl: 'https://github.com',
    endpoint: 'https://huggingface.co',
    dryRun: false,
    verify: false,
    json: false,
    init: null,
    take: [],
    lfs: 'both',
    squash: false,
    historyMax: 5_000,
    allowDelete: false,
    allowPublic: false,
    dotGithub: false,
    detailedExitCode: false,
    quiet: false,
    verbose: false,
  })
})

describe('flags', () => {
  test.each<[string[], Partial<Options>]>([
    [['-n'], { dryRun: true }],
    [['--dry-run'], { dryRun: true }],
    [['--verify'], { verify: true }],
    [['--json'], { json: true }],
    [['--init', 'union'], { init: 'union' }],
    [['--init', 'github'], { init: 'github' }],
    [['--init', 'huggingface'], { init: 'huggingface' }],
    [['--history-max', '12'], { historyMax: 12 }],
    [['--allow-delete'], { allowDelete: true }],
    [['--dot-github'], { dotGithub: true }],
    [['--detailed-exitcode'], { detailedExitCode: true }],
    [['-q'], { quiet: true }],
    [['--quiet'], { quiet: true }],
    [['-v'], { verbose: true }],
    [['--verbose'], { verbose: true }],
    [['--squash'], { squash: true }],
    [['--lfs', 'both'], {}],
    [['--lfs', 'huggingface'], { lfs: 'huggingface' }],
    [['-nqv'], { dryRun: true, quiet: true, verbose: true }],
    [['--branch', 'master'], { branches: { github: 'master', huggingface: 'master' } }],
    [['--branch=master', '--hf-branch=main'], { branches: { github: 'master', huggingface: 'main' } }],
    [
      ['--take', 'a=github', '--take=d/b c.txt=huggingface'],
      {
        take: [
          { pattern: 'a', side: 'github' },
          { pattern: 'd/b c.txt', side: 'huggingface' },
        ],
      },
    ],
    [['--take', 'a=b=github'], { take: [{ pattern: 'a=b', side: 'github' }] }],
    [['--take=-x=github'], { take: [{ pattern: '-x', side: 'github' }] }],
  ])('%j', (argv, expected) => {
    expect(parse(argv)).toEqual({ ...parse([]), ...expected })
  })

  test('help and version win over everything else, also without a repository', () => {
    expect(parseOptions(['--help'], {})).toBe('help')
    expect(parseOptions(['-h', '--json'], {})).toBe('help')
    expect(parseOptions(['--version'], {})).toBe('version')
  })

  test('the help names every flag and every variable of the design', () => {
    for (const flag of [
      '--github',
      '--hf',
      '--repo-type',
      '--branch',
      '--hf-branch',
      '-n, --dry-run',
      '--verify',
      '--json',
      '--init',
      '--take',
      '--squash',
      '--allow-delete',
      '--dot-github',
      '--detailed-exitcode',
      '-q',
      '-v',
      '--help',
      '--version',
    ])
      expect(help).toContain(flag)
    for (const name of [
      'GITHUB_TOKEN',
      'GITHUB_REPOSITORY',
      'GITHUB_API_URL',
      'GITHUB_GRAPHQL_URL',
      'GITHUB_SERVER_URL',
      'HF_TOKEN',
      'HF_OIDC_RESOURCE',
      'HF_ENDPOINT',
      'HF_REPO',
      'BRANCH',
      'GITHUB_STEP_SUMMARY',
      'GITHUB_OUTPUT',
    ])
      expect(help).toContain(name)
    for (const code of [0, 1, 2, 3, 4, 5, 10, 64, 70]) expect(help).toMatch(new RegExp(`^ .*\\b${code} `, 'm'))
  })

  test("the version is the package's", () => {
    expect(version).toBe(
      (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version,
    )
  })
})

describe('which repositories', () => {
  test.each([
    [[], 'datasets/acme/corpus'],
    [['--hf', 'acme/m'], 'datasets/acme/m'],
    [['--hf', 'acme/m', '--repo-type', 'model'], 'models/acme/m'],
    [['--hf', 'acme/m', '--repo-type', 'space'], 'spaces/acme/m'],
    [['--hf', 'spaces/acme/s'], 'spaces/acme/s'],
    [['--hf', 'models/acme/m', '--repo-type', 'dataset'], 'models/acme/m'],
    [['--hf', 'https://huggingface.co/datasets/acme/d'], 'datasets/acme/d'],
    [['--hf', 'https://huggingface.co/acme/m'], 'models/acme/m'],
  ])('%j', (argv, expected) => {
    expect(formatRepository(parse(argv).repositories.huggingface)).toBe(expected)
  })

  test('a flag wins over the environment', () => {
    expect(parse(['--github', 'other/name'], {}).repositories.github.name).toBe('other/name')
    expect(parse(['--branch', 'flag'], { BRANCH: 'variable' }).branches.github).toBe('flag')
  })
})

describe('the environment', () => {
  test('tokens come from it, and blanks around a pasted one are dropped', () => {
    expect(parse([], { GITHUB_TOKEN: ' ghp_x\n', HF_TOKEN: 'hf_y' }).tokens).toEqual({
      github: 'ghp_x',
      huggingface: 'hf_y',
    })
  })

  test('an empty variable is an unset one, as workflows pass absent secrets', () => {
    expect(parse([], { GITHUB_TOKEN: '', HF_TOKEN: '  ', BRANCH: '', GITHUB_API_URL: '', HF_ENDPOINT: '' })).toEqual(
      parse([]),
    )
  })

  test('branch and addresses', () => {
    expect(
      parse([], { BRANCH: 'data', GITHUB_SERVER_URL: 'https://ghe.test/', HF_ENDPOINT: 'https://hub.test//' }),
    ).toMatchObject({
      branches: { github: 'data', huggingface: 'data' },
      serverUrl: 'https://ghe.test',
      endpoint: 'https://hub.test',
    })
  })

  test.each([
    ['https://api.github.com', 'https://api.github.com/graphql'],
    ['https://api.github.com/', 'https://api.github.com/graphql'],
    ['https://ghe.test/api/v3', 'https://ghe.test/api/graphql'],
    ['https://ghe.test/api/v3/', 'https://ghe.test/api/graphql'],
    ['https://api.acme.ghe.com', 'https://api.acme.ghe.com/graphql'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/graphql'],
  ])('GraphQL stands beside %s', (api, graphql) => {
    expect(parse([], { GITHUB_API_URL: api }).graphqlUrl).toBe(graphql)
    expect(parse([], { GITHUB_API_URL: api, GITHUB_GRAPHQL_URL: 'https://other.test/q' }).graphqlUrl).toBe(
      'https://other.test/q',
    )
  })

  test("a trusted publisher needs the workflow's permission, and a token makes it needless", () => {
    const workflow = {
      HF_OIDC_RESOURCE: 'datasets/acme/corpus',
      ACTIONS_ID_TOKEN_REQUEST_URL: 'https://pipelines.test/?a=b',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request',
    }
    expect(parse([], workflow).oidc).toEqual({
      requestUrl: 'https://pipelines.test/?a=b',
      requestToken: 'request',
      resource: 'datasets/acme/corpus',
    })
    expect(parse([], { ...workflow, HF_TOKEN: 'hf_x' })).toMatchObject({ oidc: null, tokens: { huggingface: 'hf_x' } })
    expect(refusal([], { ...named, HF_OIDC_RESOURCE: 'datasets/acme/corpus' })).toContain('id-token: write')
  })
})

describe('wrong usage', () => {
  test.each([
    [
      ['--token', 'hf_secret'],
      "Cannot read the command line: Unknown option '--token'. Tokens come from the environment alone: set GITHUB_TOKEN and HF_TOKEN",
    ],
    [
      ['--hf-token=hf_secret'],
      "Cannot read the command line: Unknown option '--hf-token'. Tokens come from the environment alone: set GITHUB_TOKEN and HF_TOKEN",
    ],
    [['acme/corpus'], "Cannot read the command line: Unexpected argument 'acme/corpus'. See --help"],
    [['--branch'], "Cannot read the command line: Option '--branch <value>' argument missing. See --help"],
    [['--branch', '--json'], "Cannot read the command line: Option '--branch' argument is ambiguous. See --help"],
    [['--json=yes'], "Cannot read the command line: Option '--json' does not take an argument. See --help"],
    [['--no-json'], "Cannot read the command line: Unknown option '--no-json'. See --help"],
    [['--init', 'hub'], 'Cannot use --init "hub": it is github, huggingface or union'],
    [['--history-max', '0'], 'Cannot use --history-max "0": it is a number of commits'],
    [['--history-max', '1e3'], 'Cannot use --history-max "1e3": it is a number of commits'],
    [['--repo-type', 'bucket'], 'Cannot use --repo-type "bucket": it is dataset, model or space'],
    [['--take', 'a'], 'Cannot read --take "a": write <path>=github or <path>=huggingface'],
    [['--lfs', 'github'], 'Cannot use --lfs "github": it is both or huggingface'],
    [['--take', '[=github'], 'Cannot read --take "[=github": "[" is not a glob that can match'],
    [['--take', '=github'], 'Cannot read --take "=github": write <path>=github or <path>=huggingface'],
    [['--take', 'a=GitHub'], 'Cannot read --take "a=GitHub": write <path>=github or <path>=huggingface'],
    [
      ['--hf', 'corpus'],
      'Cannot read the Hugging Face repository "corpus": it is not datasets/owner/name, models/owner/name or spaces/owner/name; give one as --hf or HF_REPO',
    ],
    [
      ['--github', 'corpus'],
      'Cannot read the GitHub repository "corpus": it is not owner/repo; give --github owner/repo or set GITHUB_REPOSITORY',
    ],
  ])('%j', (argv, expected) => {
    expect(refusal(argv)).toBe(expected)
  })

  test('a repository that is not named', () => {
    expect(refusal([], { HF_REPO: 'acme/corpus' })).toBe(
      'Which GitHub repository? Give --github <owner/repo> or set GITHUB_REPOSITORY',
    )
    expect(refusal([], { GITHUB_REPOSITORY: 'acme/corpus' })).toBe(
      'Which Hugging Face repository? Give --hf <id>, such as datasets/acme/corpus, or set HF_REPO',
    )
  })

  test.each([
    'huggingface.co',
    'ftp://x.test',
    'https://user@x.test',
    'https://:secret@x.test',
    'https://x.test?token=secret',
    'https://x.test/#secret',
    'https://',
    'javascript:x',
  ])('the address %s is refused without being repeated, since it may hold a secret', (address) => {
    for (const name of ['HF_ENDPOINT', 'GITHUB_API_URL', 'GITHUB_GRAPHQL_URL', 'GITHUB_SERVER_URL']) {
      expect(refusal([], { ...named, [name]: address })).toBe(
        `Cannot use ${name}: it is not an http address without credentials`,
      )
    }
  })
})

const branches = ['main', 'a/b', 'feature/x.y', 'v1.0', 'a@b', '@a', 'HEAD2', 'ü', 'a{b', 'a.lockx', 'lock', 'a-', '_']
const noBranches = [
  '',
  'HEAD',
  '-x',
  '/a',
  'a/',
  'a//b',
  'a..b',
  '.a',
  'a/.b',
  'a.',
  'a.lock',
  'a.lock/b',
  'a@{b',
  'a b',
  'a\tb',
  'a~b',
  'a^b',
  'a:b',
  'a?b',
  'a*b',
  'a[b',
  'a\\b',
  'a\x01b',
  'a\x7fb',
  'a\nb',
]

describe('branch names', () => {
  test.each(branches)('%j is one', (name) => {
    expect(parse([`--branch=${name}`, `--hf-branch=${name}`]).branches).toEqual({ github: name, huggingface: name })
  })

  test.each(noBranches)('%j is none', (name) => {
    expect(refusal([`--branch=${name}`])).toBe(`Cannot use --branch ${JSON.stringify(name)}: it is not a branch name`)
    expect(refusal([`--hf-branch=${name}`])).toBe(
      `Cannot use --hf-branch ${JSON.stringify(name)}: it is not a branch name`,
    )
  })

  test('by its full name is the same one', () => {
    expect(parse(['--branch=refs/heads/a/b', '--hf-branch=refs/heads/main']).branches).toEqual({
      github: 'a/b',
      huggingface: 'main',
    })
  })

  test.each(['refs/tags/v1', 'refs/pr/1', 'refs/heads/', 'refs/heads/refs/heads/main', 'e'.repeat(40), 'A'.repeat(64)])(
    '%j is read as something else by the services, and refused',
    (name) => {
      expect(refusal([`--branch=${name}`])).toBe(`Cannot use --branch ${JSON.stringify(name)}: it is not a branch name`)
    },
  )

  test.skipIf(spawnSync('git', ['--version']).status !== 0)('real git agrees', () => {
    const isBranch = (name: string) => spawnSync('git', ['check-ref-format', '--branch', name]).status === 0
    expect(branches.filter((name) => !isBranch(name))).toEqual([])
    expect(noBranches.filter(isBranch)).toEqual([])
  })
})
