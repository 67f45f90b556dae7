/** A file of pairs: what it may say, what the command line says over it, and its schema. */
import { readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import { describe, expect, test } from 'vitest'
import { formatSchema, makeSchema } from '../../.ci/schema.ts'
import { flags } from '../../lib/cli/flags.ts'
import type { Environment, Options } from '../../lib/cli/options.ts'
import { pairKeys } from '../../lib/cli/pair-keys.ts'
import { nameRuns, readRuns } from '../../lib/cli/pairs.ts'
import { formatRepository } from '../../lib/model/repository.ts'

const usual = '.github/hubmirror.yml'

async function read(text: string, argv: readonly string[] = [], env: Environment = {}, path = usual) {
  const runs = await readRuns(argv, env, (asked) => (asked === path ? text : null))
  if (typeof runs === 'string') throw new Error(runs)
  return runs
}

const refusal = (...args: Parameters<typeof read>) =>
  read(...args).then(
    () => 'nothing',
    (error: Error) => error.message,
  )

const two = `
defaults:
  exclude: ['*.log', scratch/]
  max-delete: 20
pairs:
  corpus:
    github: acme/mono
    hf: datasets/acme/corpus
    subdirectory: data/corpus
    branch: [main, dev=develop]
  model:
    github: acme/mono
    hf: acme/model
    repo-type: model
    branch: main
    max-delete: 10%
    squash: true
    exclude: '*.tmp'
`

describe('what is read of it', () => {
  test('each pair has its own, what the file says for all where it has not, and a run for each branch', async () => {
    const runs = await read(two)
    expect(nameRuns(runs)).toEqual(['corpus@main', 'corpus@dev=develop', 'model'])
    expect(runs.map(({ repositories }) => formatRepository(repositories.huggingface))).toEqual([
      'datasets/acme/corpus',
      'datasets/acme/corpus',
      'models/acme/model',
    ])
    const [corpus, , model] = runs as readonly [Options, Options, Options]
    expect(corpus.filters).toMatchObject({ exclude: ['*.log', 'scratch/'], paths: { root: 'data/corpus' } })
    expect([corpus.deletionLimit.most, corpus.squash]).toEqual([20, false])
    expect(model.filters).toMatchObject({ exclude: ['*.tmp'], paths: null })
    expect([model.deletionLimit, model.squash]).toEqual([{ most: 10, unit: 'percent', least: 0 }, true])
    expect(model.from).toEqual({ file: usual, pair: 'model' })
  })

  test('flags win over it, and --pair chooses', async () => {
    const runs = await read(two, ['--pair', 'model', '--max-delete=5', '--branch=next', '-n'])
    expect(
      runs.map(({ branches, deletionLimit, dryRun, squash }) => [branches.github, deletionLimit.most, dryRun, squash]),
    ).toEqual([['next', 5, true, true]])
    expect(nameRuns(await read(two, ['--pair=model', '--pair=corpus']))).toEqual([
      'corpus@main',
      'corpus@dev=develop',
      'model',
    ])
  })

  test('what is said above takes along what was said about it, and patterns are added on the command line', async () => {
    const own = (line: string) => `pairs:\n  a:\n    ${pair}\n    exclude: [private/]\n    ${line}\n`
    const [[dev], [other], [more]] = await Promise.all([
      read(own('branch: master\n    hf-branch: main'), ['--branch', 'dev']),
      read(own('to: huggingface\n    allow-overwrite: true'), ['--to', 'github']),
      read(own('squash: true'), ['--exclude', '*.log']),
    ])
    expect(dev.branches).toEqual({ github: 'dev', huggingface: 'dev' })
    expect([other.to, other.allowOverwrite]).toEqual(['github', false])
    expect(more.filters.exclude).toEqual(['private/', '*.log'])
  })

  test("it is looked for where no repository is named, and a workflow names GitHub's by itself", async () => {
    const env = { GITHUB_REPOSITORY: 'acme/own', BRANCH: 'main' }
    const text = 'pairs:\n  a:\n    hf: datasets/acme/a\n'
    const [run] = await read(text, [], env)
    expect([formatRepository(run.repositories.github), run.branches.github, run.isBranchNamed]).toEqual([
      'acme/own',
      'main',
      true,
    ])
    expect((await read(text, ['--hf', 'datasets/acme/b'], env))[0].from).toBeNull()
    expect((await read(text, [], { ...env, HF_REPO: 'datasets/acme/b' }))[0].from).toBeNull()
    const named = await read(text, ['--config', 'my.json'], { ...env, HF_REPO: 'datasets/acme/b' }, 'my.json')
    expect(formatRepository(named[0].repositories.huggingface)).toBe('datasets/acme/a')
  })

  test('values are what is written there: a branch of digits, a word that YAML once took for a truth', async () => {
    const [run, other] = await read('pairs:\n  a:\n    github: a/b\n    hf: models/a/b\n    branch: [1.10, on]\n')
    expect([run.branches.github, other!.branches.github]).toEqual(['1.10', 'on'])
  })

  test('JSON is read, with tabs too', async () => {
    const json = JSON.stringify({ $schema: 'x', ...(load(two) as object) }, null, '\t')
    const path = '.github/hubmirror.json'
    const asYaml = (await read(two)).map((run) => Object.assign(run, { from: { pair: run.from!.pair, file: path } }))
    expect(await read(json, [], {}, path)).toEqual(asYaml)
  })
})

test('the example is read, and fits the schema', async () => {
  const text = readFileSync(new URL('../../.github/hubmirror.example.yml', import.meta.url), 'utf8')
  const runs = await read(text)
  expect(nameRuns(runs)).toEqual(['corpus', 'model', 'site@main', 'site@dev=preview'])
  // A run refuses this: .lfsconfig is the whole repository's.
  expect(runs.filter(({ lfs, filters }) => lfs === 'huggingface' && filters.paths !== null)).toEqual([])
  expect(fits(load(text), makeSchema())).toBe(true)
  expect(text).toContain('$schema=./hubmirror.schema.json')
})

const pair = 'github: a/b\n    hf: datasets/a/b'
const withKey = (line: string) => `pairs:\n  a:\n    ${pair}\n    ${line}\n`

describe('what is wrong with it', () => {
  test.each<[text: string, says: string]>([
    [withKey('exlude: x'), `line 5: "exlude" is no option of a pair; did you mean exclude`],
    [withKey('--exclude: x'), 'did you mean exclude?'],
    [withKey('huggingface: x'), 'line 5: "huggingface" is no option of a pair'],
    [withKey('take: a=github'), 'line 5: "take" is said for one run at a time: give it on the command line, as --take'],
    [withKey('HF_TOKEN: x'), 'Tokens never stand in a file: set GITHUB_TOKEN and HF_TOKEN in the environment'],
    [withKey('exclude: hf_abcdefghijklmnop'), 'line 5: a token stands in it. Tokens never stand'],
    [withKey('squash: yes'), 'line 5: "squash" has to be true or false'],
    [withKey('lfs: hub'), 'line 5: "lfs" is both or huggingface'],
    [withKey('branch:'), '"branch" has to be a text'],
    [withKey('branch: {a: b}'), '"branch" has to be a text'],
    [withKey('exclude: [a, true]'), '"exclude" has to be a text'],
    [withKey('squash: true\n    squash: true'), 'line 6: it is not YAML: a mapping has a key twice'],
    [withKey('branch: "\\uD83D"'), 'line 5: half of a surrogate pair is no letter'],
    [withKey('exclude: &x [a]'), 'line 5: anchors, aliases and tags are not read'],
    [withKey('exclude: !!js/function x'), 'anchors, aliases and tags are not read'],
    [withKey('exclude: *.log'), 'a text that begins with *, & or ! in quotation marks'],
    [`${withKey('squash: true')}---\npairs: {}\n`, 'line 7: it is not YAML: it holds more than one document'],
    [`pairs:\n  1:\n    ${pair}\n  '1':\n    hf: x/y\n`, 'line 5: it is not YAML: a mapping has a key twice'],
    [withKey('max-delete: many'), `Cannot mirror the pair a of ${usual}. Cannot use --max-delete "many"`],
    [withKey('to: github\n    keep-both: true\n    prefer: huggingface'), 'Cannot mirror the pair a of'],
    ['pairs:\n  "a b; rm":\n    hf: x/y\n', 'line 2: the name "a b; rm" has to be of letters'],
    ['pairs: {}\n', 'it has no pairs'],
    ['', 'the file has to be names with values'],
    ['pair:\n  a: {}\n', 'line 1: "pair" is no key of the file; did you mean pairs?'],
    ['github: a/b\n', 'it has "pairs", and "defaults" for all of them'],
    ['token: x\npairs:\n  a: {}\n', 'Tokens never stand in a file'],
    ['pairs: [a]\n', '"pairs" has to be names with values'],
    ['pairs:\n  a: {\n', 'it is not YAML'],
    ['pairs: {}\n"hf_abcdefghijklmnop" x', 'it is not YAML'],
    ['pairs: {} hf_abcdefghijklmnop\n', 'it is not YAML'],
    ['pairs: !hf-abcdefghijklmnop! x\n', 'line 1: it is not YAML: undeclared tag handle'],
    ['pairs: !<hf_abcdefghijklmnop|> x\n', 'line 1: it is not YAML: tag name cannot contain such characters'],
    ['%TAG !hf-abcdefghijklmnop! a\n%TAG !hf-abcdefghijklmnop! a\n--- a', 'a previously declared suffix'],
    ['pairs:\n  a: *hf_abcdefghijklmnop\n', 'anchors, aliases and tags are not read'],
    ['pairs:\n  a:\n    github: a/b\n', 'Which Hugging Face repository?'],
    [
      `pairs:\n  a:\n    ${pair}\n  b:\n    github: c/d\n    hf: datasets/A/B\n`,
      'Cannot mirror datasets/A/B@main in two pairs, a and b',
    ],
  ])('%j', async (text, says) => {
    const told = await refusal(text)
    expect(told).toContain(says)
    expect(told).not.toContain('abcdefghijklmnop')
  })

  test('a file that is not there, two of them, and a pair that is not in it', async () => {
    expect(await refusal('', ['--config', 'no.yml'])).toContain('Cannot use --config "no.yml": there is no such file')
    expect(await refusal('', ['--pair', 'a'], {}, 'other')).toContain('Cannot use --pair without a file')
    expect(await refusal(two, ['--pair', 'modle'])).toContain(`Cannot use --pair "modle": ${usual} has model`)
    expect(await readRuns([], {}, () => two).catch(({ message }) => message)).toContain('Cannot choose between')
  })
})

/** As much of JSON Schema as ours uses. */
function fits(value: unknown, schema: any, root: any = schema): boolean {
  if (schema.$ref) return fits(value, root.definitions.pair, root)
  if (schema.anyOf) return schema.anyOf.some((one: unknown) => fits(value, one, root))
  if (schema.enum) return schema.enum.includes(value)
  const type = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value
  if (![schema.type].flat().includes(type)) return false
  if (Array.isArray(value)) return value.every((item) => fits(item, schema.items, root))
  if (type !== 'object') return true
  const entries = Object.entries(value as object)
  const { properties = {}, additionalProperties: more, propertyNames, required = [], minProperties = 0 } = schema
  return (
    entries.length >= minProperties &&
    required.every((name: string) => Object.hasOwn(value as object, name)) &&
    entries.every(([name, item]) => {
      if (propertyNames && !new RegExp(propertyNames.pattern).test(name)) return false
      if (Object.hasOwn(properties, name)) return fits(item, properties[name], root)
      return more !== false && fits(item, more, root)
    })
  )
}

test("a trusted publisher's token is for one repository, so that pairs with several are refused", async () => {
  const env = {
    HF_OIDC_RESOURCE: 'datasets/acme/corpus',
    ACTIONS_ID_TOKEN_REQUEST_URL: 'https://pipelines.test/?a=b',
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request',
  }
  expect(await refusal(two, [], env)).toContain('Run each pair by itself with --pair')
  expect(await refusal(two, ['--pair=corpus'], env)).toBe('nothing')
})

describe('the schema', () => {
  const schema = makeSchema()

  test('is the one in .github, which `npm run schema` writes', () => {
    expect(readFileSync(new URL('../../.github/hubmirror.schema.json', import.meta.url), 'utf8')).toBe(formatSchema())
  })

  test('knows every option or leaves it out on purpose', () => {
    expect(Object.keys(pairKeys).toSorted()).toEqual(Object.keys(flags).toSorted())
  })

  test.each([two, withKey('prefer: newer'), withKey('history-max: 10'), withKey('map: [a/=b/]')])(
    'takes what is read: %j',
    async (text) => {
      expect([await refusal(text), fits(load(text), schema)]).toEqual(['nothing', true])
    },
  )

  test.each([
    withKey('exlude: x'),
    withKey('take: a=github'),
    withKey('HF_TOKEN: x'),
    withKey('squash: yes'),
    withKey('lfs: hub'),
    withKey('branch: {a: b}'),
    withKey('exclude: [a, true]'),
    'pairs:\n  "a b; rm":\n    hf: x/y\n',
    'pairs: {}\n',
    'pair:\n  a: {}\n',
    'pairs: [a]\n',
    'defaults: {}\n',
  ])('refuses what is refused: %j', async (text) => {
    expect([(await refusal(text)) === 'nothing', fits(load(text), schema)]).toEqual([false, false])
  })
})
