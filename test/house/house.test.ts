/** The house keeps its rules, and each rule can fail: what breaks it is planted in a text. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path/posix'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import * as code from './rules.ts'
import * as texts from './texts.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

function readFiles(folder = ''): [path: string, text: string][] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.name === '.git' || entry.name === 'node_modules') return []
    if (entry.isDirectory()) return readFiles(path)
    const bytes = readFileSync(join(root, path))
    return [[path, bytes.includes(0) ? '' : bytes.toString('utf8')]]
  })
}

type Planted = Readonly<Record<string, string>>
interface Case {
  readonly rule: string
  readonly find: code.Rule
  readonly plants: readonly (readonly [says: string, files: Planted])[]
  readonly fine?: Planted
}

const lock = (packages: object) =>
  JSON.stringify({ packages: { '': { dependencies: { diff3: '^0.0.4' } }, ...packages } })
const own = (node: string) => JSON.stringify({ engines: { node }, dependencies: { diff3: '^0.0.4' } })
const pinned = { version: '0.0.4', integrity: 'sha512-x' }
const commit = '0123456789abcdef'.repeat(3).slice(0, 40)
const help = (text: string) => `export const help = \`${text}\`\n`
const ownFlags = {
  'lib/cli/options.ts': `${help('--json HF_TOKEN')}const flags = { json: { type: 'boolean' } }\nset('HF_TOKEN')\n`,
}
const lines = (count: number) => 'x\n'.repeat(count)

const cases: readonly Case[] = [
  {
    rule: 'every file has a room',
    find: code.everyFileHasARoom,
    plants: ['lib/a.ts', 'lib/attic/a.ts'].map(
      (path) =>
        [
          `${path} stands in no room: put it into one of ${Object.keys(code.rooms).join(', ')}`,
          { [path]: '' },
        ] as const,
    ),
    fine: { 'lib/model/a.ts': '', 'sync.ts': '', 'test/a.ts': '' },
  },
  {
    rule: 'rooms import what they may',
    find: code.roomsImportWhatTheyMay,
    plants: [
      [
        'lib/model/a.ts imports lib/text/myers.ts: model may import nothing',
        { 'lib/model/a.ts': "import type {\n  Myers,\n} from '../text/myers.ts'" },
      ],
      [
        'lib/merge/a.ts imports lib/planner/contents.ts: merge may import model, text, gitattributes',
        { 'lib/merge/a.ts': "import { Contents } from '../planner/contents.ts'" },
      ],
      [
        'lib/run/apply.ts imports lib/lfs/server.ts: run may import model, merge, plan, planner',
        { 'lib/run/apply.ts': "const late = await import('../lfs/server.ts')" },
      ],
      [
        'lib/github/api.ts imports lib/huggingface/schema.ts: github may import model, gitattributes, http, lfs',
        { 'lib/github/api.ts': "import { fields } from '../huggingface/schema.ts'" },
      ],
      [
        'lib/run/mirror.ts imports sync.ts: nothing does',
        { 'lib/run/mirror.ts': "export { sync } from '../../sync.ts'" },
      ],
    ],
    fine: {
      'lib/run/apply.ts': "import type { Remote } from '../model/remote.ts'\n// import { Lfs } from '../lfs/server.ts'",
      'sync.ts': "import { Http } from './lib/http/http.ts'",
    },
  },
  {
    rule: 'imports go round in no circle',
    find: code.noCircles,
    plants: [
      [
        'lib/a.ts imports itself: lib/a.ts > lib/b.ts > lib/a.ts',
        { 'lib/a.ts': "import { b } from './b.ts'", 'lib/b.ts': "import type { a } from './a.ts'" },
      ],
    ],
    fine: {
      'lib/a.ts': "import { b } from './b.ts'\nimport { c } from './c.ts'",
      'lib/b.ts': "import { c } from './c.ts'",
      'lib/c.ts': '',
    },
  },
  {
    rule: 'clients of a service stay in its remote',
    find: code.clientsStayInTheirRemote,
    plants: [
      [
        'lib/planner/histories.ts imports @octokit/rest: only lib/github/ may',
        { 'lib/planner/histories.ts': "import { Octokit } from '@octokit/rest'" },
      ],
    ],
    fine: { 'lib/huggingface/hub.ts': "import { commit } from '@huggingface/hub'" },
  },
  {
    rule: 'tests draw from one seed',
    find: code.testsDrawFromOneSeed,
    plants: [
      [
        'test/a.test.ts imports fast-check: take fc from test/random.ts, which sets the seed',
        { 'test/a.test.ts': "import fc from 'fast-check'" },
      ],
      [
        'test/a.test.ts says "Math.random": take fc or seed from test/random.ts',
        { 'test/a.test.ts': 'const start = Math.random()' },
      ],
    ],
    fine: {
      'test/a.test.ts': "import fc from './random.ts'",
      'test/random.ts': "import fc from 'fast-check'",
      'lib/a.ts': 'const wait = Math.random()',
    },
  },
  {
    rule: 'pure rooms are pure',
    find: code.coreIsPure,
    plants: [
      ['lib/merge/new.ts says "async": pure rooms are pure', { 'lib/merge/new.ts': 'export const a = async () => 1' }],
      [
        'lib/merge/new.ts says "Date.now": pure rooms are pure',
        { 'lib/merge/new.ts': 'export const a = `it is ${Date.now()}`' },
      ],
      [
        'lib/merge/new.ts imports "node:fs/promises": pure rooms are pure',
        { 'lib/merge/new.ts': "import { open } from 'node:fs/promises'" },
      ],
      ['lib/plan/plan.ts says "setTimeout": pure rooms are pure', { 'lib/plan/plan.ts': 'setTimeout(() => {}, 1)' }],
    ],
    fine: {
      'lib/merge/new.ts':
        "// async\n/* await */ export const a = 'fetch' + `the console` + b.replace(/'await'/g, '') // process",
      'lib/http/http.ts': 'await 1',
    },
  },
  {
    rule: 'no room is called impure that is pure',
    find: code.impureRoomsAreImpure,
    plants: [
      [
        'lib/run/ is called impure and is not: say so in the table',
        { 'lib/run/apply.ts': 'export const a = 1 // await' },
      ],
    ],
    fine: { 'lib/run/apply.ts': 'await 1', 'lib/run/written.ts': '' },
  },
  {
    rule: 'only http.ts fetches',
    find: code.onlyHttpFetches,
    plants: [
      [
        'lib/github/api.ts says "fetch": only lib/http/http.ts fetches',
        { 'lib/github/api.ts': "const answer = await fetch('https://api.github.com')" },
      ],
      [
        'lib/github/api.ts says "globalThis.fetch": only lib/http/http.ts fetches',
        { 'lib/github/api.ts': 'const send = globalThis.fetch' },
      ],
      [
        'sync.ts imports "node:https": only lib/http/http.ts fetches',
        { 'sync.ts': "import { request } from 'node:https'" },
      ],
      [
        'lib/lfs/server.ts imports "lib/http/node-client.ts": only lib/http/http.ts fetches',
        { 'lib/lfs/server.ts': "import { askOnWire } from '../http/node-client.ts'" },
      ],
      [
        'lib/lfs/server.ts imports "lib/http/exchange.ts": only lib/http/http.ts fetches',
        { 'lib/lfs/server.ts': "import { Exchanges } from '../http/exchange.ts'" },
      ],
    ],
    fine: {
      'lib/lfs/server.ts': "http.fetch('github', { repeat: true })",
      'sync.ts': 'interface A { fetch?: typeof fetch }',
      'lib/http/http.ts': 'fetch(url)',
      'lib/http/node-client.ts': "import { request } from 'node:http'",
    },
  },
  {
    rule: 'only sync.ts says process or console',
    find: code.onlySyncSaysProcess,
    plants: [
      ['lib/lfs/server.ts says "console": only sync.ts may', { 'lib/lfs/server.ts': "console.log('here')" }],
      ['lib/http/http.ts says "process": only sync.ts may', { 'lib/http/http.ts': 'const { env } = process' }],
      [
        'lib/http/http.ts says "node:process": only sync.ts may',
        { 'lib/http/http.ts': "import { env } from 'node:process'" },
      ],
    ],
    fine: { 'sync.ts': 'process.exitCode = 1', 'lib/lfs/server.ts': "throw new Error('Cannot process it')" },
  },
  {
    rule: 'files are short',
    find: code.filesAreShort,
    plants: [
      ['lib/a.ts has 301 lines, and 300 is the most: split it by subject', { 'lib/a.ts': lines(301) }],
      ['test/a.test.ts has 301 lines, and 300 is the most: split it by subject', { 'test/a.test.ts': lines(301) }],
      ['sync.ts has 80 lines, and 79 is the most: split it by subject', { 'sync.ts': lines(80) }],
    ],
    fine: { 'lib/a.ts': lines(300), 'sync.ts': lines(79), 'package-lock.json': lines(999) },
  },
  {
    rule: 'what is exported is used',
    find: code.exportsAreUsed,
    plants: [
      ['lib/a.ts exports gone, which no other file uses', { 'lib/a.ts': 'export function gone() {}\ngone()' }],
      [
        'lib/a.ts exports late, which tests alone use',
        { 'lib/a.ts': 'export const late = 1', 'test/a.test.ts': "import { late } from '../lib/a.ts'" },
      ],
    ],
    fine: {
      'lib/a.ts': 'export const used = 1\nexport async function kept() {}\nkept()\nexport interface Shape {}',
      'lib/b.ts': "import { used as one } from './a.ts'",
      'test/a.test.ts': "import { kept } from '../lib/a.ts'",
    },
  },
  {
    rule: 'files are called by a noun of their own',
    find: code.namesAreNouns,
    plants: ['utils', 'helpers', 'types', 'constants', 'common', 'misc', 'index', 'test-utils'].map(
      (name) =>
        [`lib/${name}.ts is called "${name}": name it after what is in it`, { [`lib/${name}.ts`]: '' }] as const,
    ),
    fine: { 'lib/retype.ts': '', 'lib/model/entry.ts': '' },
  },
  {
    rule: 'no file is a barrel',
    find: code.noBarrel,
    plants: [
      [
        'lib/a.ts says "export *": import a name from where it is made',
        { 'lib/a.ts': "export * from './b.ts'\nexport const c = 1" },
      ],
      [
        'lib/a.ts is a barrel: import a name from where it is made',
        { 'lib/a.ts': "/** All. */\nexport { b } from './b.ts'\nexport type { C } from './c.ts'\n" },
      ],
    ],
    fine: { 'lib/a.ts': "export { b } from './b.ts'\nexport const c = 1" },
  },
  {
    rule: 'the core branches on no side',
    find: code.coreBranchesOnNoSide,
    plants: [
      [
        'lib/merge/merge.ts says "side === \'github\'": let the sides bring what differs as data',
        { 'lib/merge/merge.ts': "if (moved && side === 'github') a()" },
      ],
    ],
    fine: {
      'lib/merge/merge.ts': "if (side === winner) a() // if (side === 'github')",
      'lib/planner/histories.ts': "if (side === 'github') a()",
    },
  },
  {
    rule: 'every test runs',
    find: code.testsRun,
    plants: ['test.only', 'describe.skip', 'test.concurrent.only', 'test.todo'].map(
      (what) =>
        [
          `test/a.test.ts says "${what}": every test runs, or skips where git or git-lfs is absent`,
          { 'test/a.test.ts': `${what}('x')` },
        ] as const,
    ),
    fine: { 'test/a.test.ts': "test.skipIf(!hasGit)('x', () => 1)\nconst only = pick.only('y')" },
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
      '.github/workflows/a.yml': `      - uses: actions/checkout@${commit} # v7.0.1\n      - uses: ./.github/actions/a\n`,
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
    ],
    fine: { 'README.md': '[a](lib/a.ts) [b](lib/) [c](#c) [d](https://d.example)\n```\n[e](e)\n```\n', 'lib/a.ts': '' },
  },
  {
    rule: 'README and --help name the same flags',
    find: texts.readmeNamesTheFlags,
    plants: [
      ['README.md does not exist', { 'lib/cli/options.ts': help('--json') }],
      [
        'README.md does not name --json, which --help does',
        { 'README.md': '`--verify`', 'lib/cli/options.ts': help('--json, --verify') },
      ],
      [
        'README.md names --force, which --help does not',
        { 'README.md': '`--json` or `npx tsx sync.ts --force`', 'lib/cli/options.ts': help('--json') },
      ],
    ],
    fine: {
      'README.md': '`npm ci --omit=dev && npx tsx sync.ts --json`, unlike `git clone --mirror`',
      'lib/cli/options.ts': help('--json'),
    },
  },
  {
    rule: 'messages name flags and variables that exist',
    find: texts.messagesNameWhatExists,
    plants: [
      ['lib/cli/options.ts exports no help', {}],
      [
        'lib/a.ts tells people of --exclude, which --help does not name',
        { ...ownFlags, 'lib/a.ts': 'throw new Error(`${path} is too large: leave it out with --exclude`)' },
      ],
      ['sync.ts tells people of HF_HOME, which --help does not name', { ...ownFlags, 'sync.ts': "out('set HF_HOME')" }],
      ['lib/cli/options.ts names --force in --help, and nothing reads it', { 'lib/cli/options.ts': help('--force') }],
      ['lib/cli/options.ts names NO_COLOR in --help, and nothing reads it', { 'lib/cli/options.ts': help('NO_COLOR') }],
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
]

const files = new Map(readFiles())
const isExcused = (rule: string, message: string) =>
  code.exceptions.some((one) => one.rule === rule && message.startsWith(`${one.path} `))

describe('the house keeps its rules', () => {
  test.each(cases)('$rule', ({ rule, find }) => {
    expect(find(files).filter((message) => !isExcused(rule, message))).toEqual([])
  })

  test('every exception is still needed', () => {
    const isNeeded = ({ rule, path }: (typeof code.exceptions)[number]) =>
      cases.some((one) => one.rule === rule && one.find(files).some((message) => message.startsWith(`${path} `)))
    expect(code.exceptions.filter((one) => !isNeeded(one))).toEqual([])
  })

  test('every rule is among these', () => {
    const rules = [...Object.values(code), ...Object.values(texts)].filter((value) => typeof value === 'function')
    expect(new Set(cases.map(({ find }) => find))).toEqual(new Set(rules))
  })
})

describe('a planted violation is found', () => {
  test.each(
    cases.flatMap(({ rule, find, plants }) => plants.map(([says, planted]) => ({ rule, find, says, planted }))),
  )('$rule: $says', ({ find, says, planted }) => {
    expect(find(new Map(Object.entries(planted)))).toEqual([says])
  })

  test.each(cases)('and nothing where nothing is wrong: $rule', ({ find, fine = {} }) => {
    expect(find(new Map(Object.entries(fine)))).toEqual([])
  })
})
