/**
 * Every workflow and action of this project against the audits of zizmor that need no network, by the names that they have
 * there (https://docs.zizmor.sh/audits/). zizmor itself is no package of npm. That actions are pinned and machines are
 * GitHub's own is held by rules of the house.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import { describe, expect, test } from 'vitest'

interface Step {
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
}
type Permissions = string | Readonly<Record<string, string>>
interface Job {
  readonly if?: unknown
  readonly uses?: string
  readonly permissions?: Permissions
  readonly container?: unknown
  readonly services?: unknown
  readonly concurrency?: unknown
  readonly steps?: readonly Step[]
}
interface Workflow {
  readonly name?: string
  readonly on?: Readonly<Record<string, { readonly tags?: unknown } | null>>
  readonly permissions?: Permissions
  readonly concurrency?: unknown
  readonly jobs?: Readonly<Record<string, Job>>
  readonly updates?: readonly Readonly<Record<string, unknown>>[]
}
interface Audited {
  readonly text: string
  readonly file: Workflow
  readonly jobs: readonly Job[]
  readonly steps: readonly Step[]
}
interface Audit {
  /** Whether something is wrong. */
  readonly finds: (audited: Audited) => boolean
  /** A file in which it is. */
  readonly plant: string
}

function read(text: string): Audited {
  const file = load(text) as Workflow
  const jobs = Object.values(file.jobs ?? {})
  return { text, file, jobs, steps: jobs.flatMap(({ steps = [] }) => steps) }
}

const job = (more: string, steps = '') =>
  `name: x\non: push\nconcurrency: x\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    ${more}\n    steps:\n      - run: echo\n${steps}`
const step = (more: string) => job('timeout-minutes: 5', `      - ${more}\n`)
const scripts = ({ steps }: Audited) => steps.flatMap(({ run = [] }) => run)
const saysIn = (pattern: RegExp) => (audited: Audited) => scripts(audited).some((script) => pattern.test(script))
const says = (pattern: RegExp) => (audited: Audited) => pattern.test(audited.text)
const listGrants = (permissions: Permissions = {}) =>
  typeof permissions === 'string' ? [permissions] : Object.values(permissions)
const conditions = ({ jobs }: Audited) => jobs.flatMap(({ if: one }) => (typeof one === 'string' ? one : []))
const isRelease = ({ file: { on } }: Audited) => Boolean(on && ('release' in on || on['push']?.tags !== undefined))
const named = /uses: ([\w.-]+\/[\w./-]+)@(\S+)(?: # (\S+))?/g
/** What is not ours to pin: the lines in which people write who has this project, and which commit. */
const isPlaceholder = (ref: string) => ref === 'COMMIT'

const audits: Readonly<Record<string, Audit>> = {
  'adhoc-packages': {
    finds: saysIn(
      /\b(?:npm (?:i|install|exec)|npx (?!--no |tsx )|pip3? install|gem install|go install|cargo install)\b/,
    ),
    plant: step('run: npm install left-pad'),
  },
  'anonymous-definition': {
    finds: ({ file }) => file.jobs !== undefined && !file.name,
    plant: job('if: true').replace('name: x\n', ''),
  },
  'artipacked': {
    finds: ({ steps }) =>
      steps.some(
        ({ uses, with: given }) => uses?.startsWith('actions/checkout@') && given?.['persist-credentials'] !== false,
      ),
    plant: step('uses: actions/checkout@x'),
  },
  'bot-conditions': { finds: says(/github\.actor\b/), plant: job("if: github.actor == 'dependabot[bot]'") },
  'cache-poisoning': {
    finds: (audited) =>
      isRelease(audited) &&
      audited.steps.some(
        ({ uses = '', with: given = {} }) =>
          uses.startsWith('actions/cache') ||
          'cache' in given ||
          (uses.startsWith('actions/setup-') && given['package-manager-cache'] !== false),
      ),
    plant: step('uses: actions/setup-node@x').replace('on: push', "on: { push: { tags: ['v*'] } }"),
  },
  'concurrency-limits': {
    finds: ({ file, jobs }) => jobs.length > 0 && !file.concurrency && !jobs.some(({ concurrency }) => concurrency),
    plant: job('if: true').replace('concurrency: x\n', ''),
  },
  'dangerous-triggers': {
    finds: says(/\b(?:pull_request_target|workflow_run)\b/),
    plant: job('if: true').replace('on: push', 'on: { pull_request_target: {} }'),
  },
  'dependabot-cooldown': {
    finds: ({ file }) =>
      (file.updates ?? []).some(
        ({ cooldown }) => !(Number((cooldown as Record<string, unknown>)?.['default-days']) >= 7),
      ),
    plant: 'version: 2\nupdates: [{ package-ecosystem: npm, directory: / }]\n',
  },
  'dependabot-execution': {
    finds: says(/insecure-external-code-execution/),
    plant: 'version: 2\nupdates: []\ninsecure-external-code-execution: allow\n',
  },
  'excessive-permissions': {
    finds: ({ file, jobs }) =>
      jobs.length > 0 &&
      (file.permissions === undefined ||
        [file, ...jobs].some(({ permissions }) => typeof permissions === 'string') ||
        (jobs.length > 1 && listGrants(file.permissions).includes('write'))),
    plant: job('permissions: write-all'),
  },
  'github-env': { finds: saysIn(/GITHUB_(?:ENV|PATH)\b/), plant: step('run: echo a=b >> "$GITHUB_ENV"') },
  'hardcoded-container-credentials': {
    finds: ({ jobs }) => jobs.some(({ container, services }) => container ?? services),
    plant: job('container: { image: x, credentials: { password: y } }'),
  },
  'insecure-commands': {
    finds: says(/ACTIONS_ALLOW_UNSECURE_COMMANDS/),
    plant: job('env: { ACTIONS_ALLOW_UNSECURE_COMMANDS: true }'),
  },
  'insecure-url-scheme': { finds: says(/\bhttp:\/\//), plant: step('run: curl http://example.com') },
  'misfeature': { finds: says(/^[ -]*shell: cmd\b|\bpip-install:/m), plant: step('shell: cmd') },
  'obfuscation': {
    finds: ({ steps }) => steps.some(({ uses = '' }) => /\/\/|\/\.\.?(?:\/|@)/.test(uses)),
    plant: step('uses: actions/checkout/../checkout@x'),
  },
  'overprovisioned-secrets': {
    finds: says(/toJSON\(secrets\)|secrets\[/i),
    plant: step('run: echo\n        env: { ALL: "${{ toJSON(secrets) }}" }'),
  },
  'secrets-inherit': {
    finds: says(/secrets: inherit/),
    plant: job('if: true').replace('steps:', 'secrets: inherit\n    steps:'),
  },
  'template-injection': { finds: saysIn(/\$\{\{/), plant: step('run: echo ${{ github.event.issue.title }}') },
  'undocumented-permissions': {
    finds: says(/^[^#\n]*\b[a-z-]+: write\b[^#\n]*$/m),
    plant: job('permissions: { contents: write }'),
  },
  'unpinned-images': { finds: says(/docker:\/\//), plant: step('uses: docker://alpine') },
  'unredacted-secrets': {
    finds: says(/fromJSON\(secrets\./i),
    plant: step('run: echo\n        env: { A: "${{ fromJSON(secrets.A).b }}" }'),
  },
  'unsound-condition': {
    finds: (audited) => conditions(audited).some((one) => one.includes('${{') && !/^\$\{\{[^}]*\}\}$/.test(one)),
    plant: job('if: "${{ false }} "'),
  },
  'unsound-contains': {
    finds: (audited) => conditions(audited).some((one) => /contains\(\s*'/.test(one)),
    plant: job("if: contains('refs/heads/main', github.ref)"),
  },
  'unsound-ternary': {
    finds: says(/\$\{\{[^}]*&& (?!'[^']+'|github\.sha\b)[^|&)}]* \|\|/),
    plant: step("run: echo\n        env: { A: \"${{ inputs.a && '' || 'b' }}\" }"),
  },
  'use-trusted-publishing': {
    finds: saysIn(/\b(?:npm|yarn|pnpm) publish|twine upload/),
    plant: step('run: npm publish'),
  },
}

const folder = new URL('../../.github/', import.meta.url)
const files = [
  ...readdirSync(new URL('workflows/', folder)).map((name) => `workflows/${name}`),
  'dependabot.yml',
  ...readdirSync(new URL('actions/', folder)).map((name) => `actions/${name}/action.yml`),
].filter((name) => existsSync(new URL(name, folder)))
const texts = new Map(files.map((name): [string, string] => [name, readFileSync(new URL(name, folder), 'utf8')]))

describe.each(Object.entries(audits))('%s', (_, { finds, plant }) => {
  test('is found where it is', () => expect(finds(read(plant))).toBe(true))
  test('is in no file of this project', () => expect(files.filter((name) => finds(read(texts.get(name)!)))).toEqual([]))
})

test('an action that is pinned has one version behind one commit, and the same in every file', () => {
  const versions = new Map<string, Set<string>>()
  for (const [, name, ref, version] of [...texts.values()].join('\n').matchAll(named)) {
    if (isPlaceholder(ref!)) continue
    versions.set(name!, (versions.get(name!) ?? new Set()).add(`${ref} ${version}`))
  }
  expect([...versions.keys()].toSorted()).toEqual(
    ['attest', 'checkout', 'setup-node', 'upload-artifact'].map((name) => `actions/${name}`),
  )
  for (const [name, known] of versions) {
    expect(known.size, name).toBe(1)
    expect([...known][0]).toMatch(/^\S+ v\d+\.\d+\.\d+$/)
  }
})
