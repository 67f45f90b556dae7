import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { version } from '../../lib/cli/asked.ts'
import { help } from '../../lib/cli/help.ts'
import { parseOptions, type Options } from '../../lib/cli/options.ts'
import { formatRepository } from '../../lib/model/repository.ts'
import { noFilters } from '../../lib/view/filters.ts'
import { named, parse, refusal } from './parsed-options.ts'

test('with two names alone everything else has a default', () => {
  expect(parse([])).toEqual({
    repositories: {
      github: { side: 'github', type: 'repository', name: 'acme/corpus' },
      huggingface: { side: 'huggingface', type: 'dataset', name: 'acme/corpus' },
    },
    from: null,
    branches: { github: 'main', huggingface: 'main' },
    isBranchNamed: false,
    tokens: { github: null, huggingface: null },
    badTokens: { github: null, huggingface: null },
    check: false,
    conflictIssue: false,
    standIns: { github: null, huggingface: null },
    oidc: null,
    apiUrl: 'https://api.github.com',
    graphqlUrl: 'https://api.github.com/graphql',
    serverUrl: 'https://github.com',
    endpoint: 'https://huggingface.co',
    dryRun: false,
    verify: false,
    shards: null,
    shard: null,
    json: false,
    html: null,
    badge: null,
    badgeBranch: null,
    init: null,
    take: [],
    prefer: [],
    keepBoth: false,
    undo: false,
    redo: false,
    to: null,
    allowOverwrite: false,
    pullRequest: [],
    tags: false,
    tagsOf: null,
    create: null,
    sdk: null,
    ask: false,
    lfs: null,
    log: 'text',
    store: 'size',
    squash: false,
    historyMax: 5_000,
    maxWaitMs: 900_000,
    allowDelete: false,
    deletionLimit: { most: 50, unit: 'percent', least: 10 },
    allowPublic: false,
    filters: noFilters,
    inspect: true,
    detailedExitCode: false,
    diff: false,
    color: 'auto',
    quiet: false,
    verbose: false,
  })
})

describe('flags', () => {
  test.each<[string[], Partial<Options>]>([
    [['-n'], { dryRun: true }],
    [['--verify'], { verify: true }],
    [['--to', 'github'], { to: 'github' }],
    [['--to=huggingface', '--allow-overwrite'], { to: 'huggingface', allowOverwrite: true }],
    [['--json'], { json: true }],
    [['--init', 'union'], { init: 'union' }],
    [['--init', 'github'], { init: 'github' }],
    [['--init', 'huggingface'], { init: 'huggingface' }],
    [['--history-max', '12'], { historyMax: 12 }],
    [['--allow-delete'], { allowDelete: true }],
    [['--max-delete', '20'], { deletionLimit: { most: 20, unit: 'files', least: 0 } }],
    [['--max-delete=25 %'], { deletionLimit: { most: 25, unit: 'percent', least: 0 } }],
    [
      ['--prefer', 'newer', '--prefer', '*.csv=github', '--keep-both'],
      {
        prefer: [
          { pattern: '*', side: 'newer' },
          { pattern: '*.csv', side: 'github' },
        ],
        keepBoth: true,
      },
    ],
    [['--color', 'never', '--diff'], { color: 'never', diff: true }],
    [['--dot-github'], { filters: { ...noFilters, dotGithub: true } }],
    [
      ['--include', 'data', '--include=*.md', '--exclude', '*.log'],
      { filters: { ...noFilters, include: ['data', '*.md'], exclude: ['*.log'] } },
    ],
    [['--no-inspect'], { inspect: false }],
    [['--detailed-exitcode'], { detailedExitCode: true }],
    [['-q'], { quiet: true }],
    [['--quiet'], { quiet: true }],
    [['-v'], { verbose: true }],
    [['--verbose'], { verbose: true }],
    [['--squash'], { squash: true }],
    [['--lfs', 'both'], { lfs: 'both' }],
    [['--store', 'hub'], { store: 'hub' }],
    [['--lfs', 'huggingface'], { lfs: 'huggingface' }],
    [['-nqv'], { dryRun: true, quiet: true, verbose: true }],
    [['--branch', 'master'], { branches: { github: 'master', huggingface: 'master' }, isBranchNamed: true }],
    [
      ['--branch=master', '--hf-branch=main'],
      { branches: { github: 'master', huggingface: 'main' }, isBranchNamed: true },
    ],
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
      '--prefer',
      '--keep-both',
      '--max-delete',
      '--diff',
      '--color',
      '--allow-delete',
      '--dot-github',
      '--include',
      '--exclude',
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
      'MIRROR_INCLUDE',
      'MIRROR_EXCLUDE',
      'MIRROR_FRONT_MATTER',
      'BRANCH',
      'GITHUB_STEP_SUMMARY',
      'GITHUB_OUTPUT',
      'WEBHOOK_PAYLOAD',
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

describe('wrong usage', () => {
  test.each([
    [['--branch'], "Cannot read the command line: Option '--branch' lacks its value. See --help"],
    [
      ['--branch', '--json'],
      "Cannot read the command line: Option '--branch' lacks its value: what follows is the option '--json'. See --help",
    ],
    [['--json=yes'], "Cannot read the command line: Option '--json' takes no value. Write --json alone. See --help"],
    [['--no-json'], "Cannot read the command line: Unknown option '--no-json'. Did you mean --json? See --help"],
    [
      ['--prefer', 'x=hub'],
      'Cannot read --prefer "x=hub": write github, huggingface or newer, or <glob>= before it; did you mean huggingface?',
    ],
    [
      ['--prefer', '=github'],
      'Cannot read --prefer "=github": write github, huggingface or newer, or <glob>= before it',
    ],
    [['--keep-both'], 'Cannot use --keep-both alone: --take or --prefer says whose version keeps its name'],
    [
      ['--max-delete', 'x'],
      'Cannot use --max-delete "x": it is a number of files, or of percent such as 25%; for no limit, use --allow-delete',
    ],
    [
      ['--max-delete', '101%'],
      'Cannot use --max-delete "101%": it is a number of files, or of percent such as 25%; for no limit, use --allow-delete',
    ],
    [['--color', 'red'], 'Cannot use --color "red": it is auto, always or never'],
    [['--init', 'hub'], 'Cannot use --init "hub": it is github, huggingface or union; did you mean huggingface?'],
    [['--history-max', '0'], 'Cannot use --history-max "0": it is a number of commits'],
    [['--history-max', '1e3'], 'Cannot use --history-max "1e3": it is a number of commits'],
    [['--repo-type', 'bucket'], 'Cannot use --repo-type "bucket": it is dataset, model or space'],
    [
      ['--take', 'a'],
      'Cannot read --take "a": write <path>=github or <path>=huggingface, or <path>=both for the lines of both',
    ],
    [['--lfs', 'github'], 'Cannot use --lfs "github": it is both or huggingface'],
    [['--take', '[=github'], 'Cannot read --take "[=github": "[" is not a glob that can match'],
    [
      ['--take', '=github'],
      'Cannot read --take "=github": write <path>=github or <path>=huggingface, or <path>=both for the lines of both',
    ],
    [
      ['--take', 'a=GitHub'],
      'Cannot read --take "a=GitHub": write <path>=github or <path>=huggingface, or <path>=both for the lines of both; did you mean "a=github"?',
    ],
    [
      ['--hf', 'corpus'],
      'Cannot read the Hugging Face repository "corpus": it is not datasets/owner/name, models/owner/name or spaces/owner/name; give one as --hf or HF_REPO, such as --hf datasets/acme/corpus',
    ],
    [
      ['--github', 'corpus'],
      'Cannot read the GitHub repository "corpus": it is not owner/repo; give --github owner/repo or set GITHUB_REPOSITORY, such as --github acme/corpus',
    ],
  ])('%j', (argv, expected) => {
    expect(refusal(argv)).toBe(expected)
  })

  test('a repository that is not named, or both', () => {
    expect(refusal([], {})).toBe(
      'Which repositories? Give both, such as: npx tsx sync.ts --github acme/corpus --hf datasets/acme/corpus ' +
        '(or set GITHUB_REPOSITORY and HF_REPO), or go to the folder that has .github/hubmirror.yml. --help has more',
    )
    expect(refusal([], { HF_REPO: 'acme/corpus' })).toBe(
      'Which GitHub repository? Give --github <owner/repo>, such as --github acme/corpus, or set GITHUB_REPOSITORY',
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
    for (const name of ['HF_ENDPOINT', 'GITHUB_API_URL', 'GITHUB_GRAPHQL_URL', 'GITHUB_SERVER_URL'])
      expect(refusal([], { ...named, [name]: address })).toBe(
        `Cannot use ${name}: it is not an http address without credentials`,
      )
  })
})
