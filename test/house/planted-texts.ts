/** Violations of the rules for texts and settings, planted likewise. */
import type { Case } from './planted.ts'
import { rooms } from './rules.ts'
import * as texts from './texts.ts'

const lock = (packages: object) =>
  JSON.stringify({ packages: { '': { dependencies: { hyparquet: '^0.0.4' } }, ...packages } })
const own = (node: string) => JSON.stringify({ engines: { node }, dependencies: { hyparquet: '^0.0.4' } })
const parts = '.github/decisions/0060-what-it-is-made-of.md'
const pinned = { version: '0.0.4', integrity: 'sha512-x' }
const commit = '0123456789abcdef'.repeat(3).slice(0, 40)
export const help = (text: string) => `export const help = \`${text}\`\n`
const ownFlags = {
  'lib/cli/help.ts': `${help('--json HF_TOKEN')}const flags = { json: { type: 'boolean' } }\nset('HF_TOKEN')\n`,
}

function drawRooms(changed: Readonly<Record<string, readonly string[]>>): Record<string, string> {
  const imports = {
    ...Object.fromEntries(Object.entries(rooms).map(([room, { imports: list }]) => [room, list])),
    ...changed,
  }
  const rows = Object.entries(imports).map(
    ([room, list]) => `| \`${room}/\` | what | ${list.join(', ') || 'nothing'} |\n`,
  )
  return { 'lib/README.md': rows.join('') }
}

export const textCases: readonly Case[] = [
  {
    rule: 'comments stand above imports',
    find: texts.commentsStandAboveImports,
    plants: [
      [
        'lib/a.ts has a comment among its imports: what is said of the file stands above them',
        { 'lib/a.ts': "import { a } from './a.ts'\n/** Does it. */\nimport { b } from './b.ts'\n" },
      ],
    ],
    fine: { 'lib/a.ts': "/** Does it. */\nimport { a } from './a.ts'\n\n/** One. */\nexport const one = a\n" },
  },
  {
    rule: 'errors and refusals are in the table of messages',
    find: texts.messagesAreInTheTable,
    plants: [
      [
        'lib/a/b.ts says "Cannot do what was asked": .github/messages.md has no row for it',
        { 'lib/a/b.ts': "throw new RefusedError('Cannot do what was asked')" },
      ],
      [
        '.github/messages.md has a row for "was asked": nothing says it',
        { '.github/messages.md': '| `` was asked `` | Ask. |\n' },
      ],
      [
        '.github/messages.md has a row for "was asked": 5 messages say it',
        {
          'lib/a/b.ts': "throw new RefusedError('Cannot do what was asked')\n".repeat(5),
          '.github/messages.md': '| `` was asked `` | Ask. |\n',
        },
      ],
      [
        'lib/a/b.ts says "some files were left alone": .github/messages.md has no row for it',
        { 'lib/a/b.ts': "warn('some files were left alone')" },
      ],
    ],
    fine: {
      'lib/a/b.ts': "throw new RefusedError('Cannot do what was asked')",
      '.github/messages.md': '| `` was asked `` | Ask. |\n',
    },
  },
  {
    rule: 'nothing is unfinished',
    find: texts.nothingIsUnfinished,
    plants: [
      [`lib/a.ts says "TO${'DO'}": do it, or file it`, { 'lib/a.ts': `// TO${'DO'} later` }],
      [`a.md says "FIX${'ME'}": do it, or file it`, { 'a.md': `FIX${'ME'}` }],
    ],
    fine: { 'lib/a.ts': 'todos', 'package-lock.json': `TO${'DO'}` },
  },
  {
    rule: 'no text names a path of one machine',
    find: texts.noMachinePaths,
    plants: [`/wo${'rk'}/`, `/ro${'ot'}/`, `/tm${'p'}/bash_jobs/`].map(
      (path) => [`a.md says "${path}": a path of one machine`, { 'a.md': `see ${path}b` }] as const,
    ),
    fine: { 'a.md': `lib/wo${'rk'}/a, https://a.example/wo${'rk'}/b and /tm${'p'}/c` },
  },
  {
    rule: 'no text names a package registry',
    find: texts.noRegistryHosts,
    plants: [
      [
        `package-lock.json says "registry.npm${'js'}.org": where packages come from is each machine's own affair`,
        { 'package-lock.json': `https://registry.npm${'js'}.org/a` },
      ],
    ],
    fine: { 'a.md': 'the npm package vega-datasets' },
  },
  {
    rule: 'the package is exact',
    find: texts.packageIsExact,
    plants: [
      [
        'package.json does not ask for node ">=20.19" in engines',
        { 'package.json': own('>=18'), 'package-lock.json': lock({}) },
      ],
      [
        'package-lock.json locks other dependencies than package.json names: run npm install',
        { 'package.json': '{"engines":{"node":">=20.19"}}', 'package-lock.json': lock({}) },
      ],
      [
        'package-lock.json says where b comes from: .npmrc has omit-lockfile-registry-resolved for that',
        { 'package.json': own('>=20.19'), 'package-lock.json': lock({ b: { ...pinned, resolved: 'x' } }) },
      ],
      [
        'package-lock.json does not pin b by version and integrity',
        { 'package.json': own('>=20.19'), 'package-lock.json': lock({ b: { version: '1.0.0' } }) },
      ],
    ],
    fine: { 'package.json': own('>=20.19'), 'package-lock.json': lock({ b: pinned }) },
  },
  {
    rule: 'each package has a reason',
    find: texts.packagesHaveReasons,
    plants: [
      [`${parts} does not say what hyparquet is for`, { 'package.json': own('>=20.19'), [parts]: '' }],
      [`${parts} tells of b, which is not used`, { 'package.json': '{}', [parts]: '| `b` | `c` |\n' }],
    ],
    fine: { 'package.json': own('>=20.19'), [parts]: '| package | what for |\n| `hyparquet` | footers of `a` |\n' },
  },
  {
    rule: 'actions are pinned by commit id',
    find: texts.actionsArePinned,
    plants: ['actions/checkout@v7', `actions/checkout@${commit}`, 'docker://alpine:3'].map(
      (what) =>
        [
          `.github/workflows/a.yml uses ${what}: pin it by its commit id, with the version in a comment`,
          { '.github/workflows/a.yml': `      - uses: ${what}\n` },
        ] as const,
    ),
    fine: {
      '.github/workflows/a.yml': `      - uses: actions/checkout@${commit} # v7.0.1\n      - uses: ./.github/actions/a\n      - uses: OWNER/hubmirror/.github/actions/mirror@COMMIT\n`,
    },
  },
  {
    rule: 'workflows are bounded',
    find: texts.workflowsAreBounded,
    plants: [
      ['.github/workflows/a.yml names no permissions', { '.github/workflows/a.yml': 'on: push\njobs:\n' }],
      [
        '.github/workflows/a.yml bounds job build by no timeout-minutes',
        { '.github/workflows/a.yml': 'on: push\npermissions: {}\njobs:\n  build:\n    runs-on: ubuntu-latest\n' },
      ],
    ],
    fine: {
      '.github/workflows/a.yml':
        'on: push\npermissions: {}\njobs:\n  build:\n    runs-on: ubuntu-latest\n    timeout-minutes: 5\n',
    },
  },
  {
    rule: 'links lead to files',
    find: texts.linksLead,
    plants: [
      ['README.md links to docs/gone.md: there is no such file', { 'README.md': 'See [it](docs/gone.md).' }],
      [
        'lib/README.md links to ../gone.ts#L3: there is no such file',
        { 'lib/README.md': '[`it`](../gone.ts#L3 "title")' },
      ],
      ...[
        'README.md links to #b: there is no such heading',
        'README.md links to b.md#a-b: there is no such heading',
      ].map(
        (says) =>
          [
            says,
            { 'README.md': `# A b\n[a](${/ to (.*): /.exec(says)![1]}) [c](#a-b)`, 'b.md': '```sh\n# A b\n```\n' },
          ] as const,
      ),
    ],
    fine: {
      'README.md': '[a](lib/a.ts) [b](lib/) [c](#c-d-1) [d](https://d.example)\n## `c`: d!\n## c d\n```\n[e](e)\n```\n',
      'lib/a.ts': '',
    },
  },
  {
    rule: 'README names every flag',
    find: texts.readmeNamesTheFlags,
    plants: [
      ['README.md does not exist', { 'lib/cli/help.ts': help('--json') }],
      [
        'README.md does not name --json, which --help does',
        { 'README.md': '`--verify`', 'lib/cli/help.ts': help('--json, --verify') },
      ],
    ],
    fine: {
      'README.md': '`npm ci --omit=dev && npx tsx sync.ts --json`, unlike `git clone --mirror`',
      'lib/cli/help.ts': help('--json'),
    },
  },
  {
    rule: 'messages name flags and variables that exist',
    find: texts.messagesNameWhatExists,
    plants: [
      ['lib/cli/help.ts exports no help', {}],
      [
        'lib/a.ts tells people of --exclude, which --help does not name',
        { ...ownFlags, 'lib/a.ts': 'throw new Error(`${path} is too large: leave it out with --exclude`)' },
      ],
      ['sync.ts tells people of HF_HOME, which --help does not name', { ...ownFlags, 'sync.ts': "out('set HF_HOME')" }],
      ['lib/cli/help.ts names --force in --help, and nothing reads it', { 'lib/cli/help.ts': help('--force') }],
      ['lib/cli/help.ts names NO_COLOR in --help, and nothing reads it', { 'lib/cli/help.ts': help('NO_COLOR') }],
    ],
    fine: {
      ...ownFlags,
      'lib/a.ts':
        "throw new Error('run with --json, set HF_TOKEN, or push it (git lfs push --all); see \\`git gc --prune\\`') // not --force",
    },
  },
  {
    rule: 'CI runs what README says',
    find: texts.ciRunsWhatReadmeSays,
    plants: [
      ['.ci/run does not say "npm ci && npm test"', { 'README.md': texts.testCommand, '.ci/run': 'npx vitest run' }],
    ],
    fine: { 'README.md': texts.testCommand, '.ci/run': texts.testCommand },
  },
  {
    rule: 'lib/README draws the rooms',
    find: texts.readmeDrawsTheRooms,
    plants: [
      ['lib/README.md draws lfs/ otherwise than test/house/rules.ts', drawRooms({ lfs: ['http'] })],
      ['lib/README.md draws attic/ otherwise than test/house/rules.ts', drawRooms({ attic: [] })],
    ],
    fine: drawRooms({}),
  },
  {
    rule: 'what a file exports is explained',
    find: texts.exportsAreExplained,
    plants: [
      'function a() {}',
      'async function* a() {}',
      'class a {}',
      'const a = (b: number) => b',
      'const a = async () => 1',
    ].map(
      (what) =>
        [
          'lib/model/a.ts exports a without a comment on what it is, right above it',
          { 'lib/model/a.ts': `/** All. */\nimport { b } from './b.ts'\n\nexport ${what}\n` },
        ] as const,
    ),
    fine: {
      'lib/model/a.ts':
        '/** One. */\nexport function a() {}\n\n/**\n * Two.\n */\nexport const b = () => 1\nexport const most = 5\n',
      'test/a.ts': 'export function a() {}',
    },
  },
  {
    rule: 'lines are short',
    find: texts.linesAreShort,
    plants: [
      ['lib/model/a.ts has 141 columns in line 2: break the string', { 'lib/model/a.ts': `\n${'x'.repeat(141)}\n` }],
    ],
    fine: { 'lib/model/a.ts': `${'é'.repeat(140)}\n`, 'lib/page/a.ts': 'x'.repeat(200), 'test/a.ts': 'x'.repeat(200) },
  },
]
