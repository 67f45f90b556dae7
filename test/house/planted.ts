/** Violations of the rules for code, planted in texts: each rule finds its own and nothing in what is fine. */
import * as code from './rules.ts'

type Planted = Readonly<Record<string, string>>
export interface Case {
  readonly rule: string
  readonly find: code.Rule
  readonly plants: readonly (readonly [says: string, files: Planted])[]
  readonly fine?: Planted
}

const lines = (count: number) => 'x\n'.repeat(count)

export const codeCases: readonly Case[] = [
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
        'lib/run/apply.ts imports lib/lfs/server.ts: run may import model, view, plan, facts, planner, inspect, async',
        { 'lib/run/apply.ts': "const late = await import('../lfs/server.ts')" },
      ],
      [
        'lib/github/api.ts imports lib/huggingface/schema.ts: github may import model, async, gitattributes, http, lfs, git-wire',
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
    fine: { 'lib/huggingface/commit.ts': "import { commit } from '@huggingface/hub'" },
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
        { 'lib/lfs/server.ts': "import { sendByNode } from '../http/node-client.ts'" },
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
      'lib/a.ts':
        'export const used = 1\nexport async function kept() {}\nkept()\nexport interface Shape {}\nexport const late = 2',
      'lib/b.ts': "import { used as one } from './a.ts'\nconst { late } = await import('./a.ts')",
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
    rule: 'the core names no side',
    find: code.coreNamesNoSide,
    plants: [
      [
        "lib/merge/merge.ts names a side ('github'): let the sides bring what differs as data",
        { 'lib/merge/merge.ts': "if (moved && side === 'github') a()" },
      ],
      [
        'lib/planner/survey.ts names a side (.huggingface): let the sides bring what differs as data',
        { 'lib/planner/survey.ts': 'const { commits } = listings.huggingface' },
      ],
      [
        'lib/run/apply.ts names a side (github): let the sides bring what differs as data',
        { 'lib/run/apply.ts': 'const { github } = remotes' },
      ],
      [
        'lib/plan/brakes.ts names a side (GitHub): let the sides bring what differs as data',
        { 'lib/plan/brakes.ts': 'const message = `${count} commits of GitHub are gone`' },
      ],
    ],
    fine: {
      'lib/merge/merge.ts': "if (side === winner) a('--init github', '.github') // if (side === 'github')",
      'lib/cli/connect.ts': "if (side === 'github') a()",
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
]
