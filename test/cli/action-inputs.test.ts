/** The inputs of the action, as options and variables. */
import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { inputNames, nameInputs, readInputs, splitWords } from '../../lib/cli/action-inputs.ts'
import { formatOutputs } from '../../lib/cli/outputs.ts'
import { UsageError } from '../../lib/model/errors.ts'
import { isPrintable, quoteArgument } from '../../lib/model/quote.ts'
import { readAction } from '../action/runner.ts'
import fc from '../random.ts'
import { cost } from './plans.ts'

const action = readAction(new URL('../../.github/actions/mirror/action.yml', import.meta.url))
const id = 'datasets/acme/corpus'

/** As the runner sets them: what is not given is empty. */
function environment(inputs: Readonly<Record<string, string>>): Record<string, string> {
  const all = { ...Object.fromEntries(Object.keys(action.inputs).map((name) => [name, ''])), ...inputs }
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]))
}
const argvOf = (inputs: Readonly<Record<string, string>>) => readInputs(environment(inputs)).argv

/** The sentence in which inputs are refused. */
function refusalOf(inputs: Readonly<Record<string, string>>): string {
  const argv = argvOf(inputs)
  return argv instanceof UsageError ? argv.message : `read as ${argv.join(' ')}`
}

test('the action declares the inputs that are read, and the outputs that are written', () => {
  const found = { changes: 0, conflicts: 0, commits: { github: null, huggingface: null }, plan: null }
  const written = formatOutputs('mirrored', cost, found).matchAll(/^(\w+)=/gm)
  expect(Object.keys(action.inputs).toSorted()).toEqual(inputNames.toSorted())
  expect(Object.keys(action.outputs)).toEqual([...written].map(([, name]) => name))
  for (const { description } of [...Object.values(action.inputs), ...Object.values(action.outputs)])
    expect(description).toMatch(/\w{3}/)
})

describe('inputs become arguments', () => {
  test.each<[what: string, inputs: Record<string, string>, argv: string[]]>([
    ['of an id alone', {}, []],
    [
      'each under its own name',
      { github_repo_id: 'acme/mono', subdirectory: 'data/a b', space_sdk: 'static' },
      ['--github=acme/mono', '--sdk=static', '--subdirectory=data/a b'],
    ],
    ['switches that are on', { dry_run: 'true' }, ['--dry-run']],
    ['no switches that are off', { dry_run: 'False' }, []],
    [
      'branches and pairs by words',
      { branch: 'main dev=develop', pair: 'a b' },
      ['--branch=main', '--branch=dev=develop', '--pair=a', '--pair=b'],
    ],
    [
      'answers as a report prints them',
      { take: `README.md=github 'my data.csv=huggingface' notes/**=both` },
      ['--take=README.md=github', '--take=my data.csv=huggingface', '--take=notes/**=both'],
    ],
    [
      'answers with their option',
      { take: `--take 'x=github'\n  --take='it'\\''s.md=both' \\\n --take=y=github` },
      ['--take=x=github', `--take=it's.md=both`, '--take=y=github'],
    ],
    ['a repository for its members where private is true', { private: 'true' }, ['--create']],
    ['one for everybody where private is false', { private: 'false' }, ['--create', '--public']],
    [
      'more options, which expand nothing',
      { arguments: `--max-delete 20 "--map=a b=$HOME" --exclude '*'` },
      ['--max-delete', '20', '--map=a b=$HOME', '--exclude', '*'],
    ],
  ])('%s', (_, inputs, argv) => {
    expect(argvOf({ huggingface_repo_id: id, ...inputs })).toEqual([`--hf=${id}`, ...argv])
  })

  test('and what stands in arguments wins over an input, as it is said for one run', () => {
    expect(argvOf({ subdirectory: 'a', arguments: '--subdirectory b' })).toEqual([
      '--subdirectory=a',
      '--subdirectory',
      'b',
    ])
  })
})

describe('an input is refused by its own name', () => {
  test.each<[inputs: Record<string, string>, sentence: RegExp]>([
    [{ dry_run: 'yes' }, /^Cannot read the input dry_run "yes": it is true or false$/],
    [{ private: '1' }, /^Cannot read the input private "1"/],
    [{ take: "it's.md=github" }, /^Cannot read the input take: a quotation mark is left open/],
    [{ arguments: 'a\\' }, /^Cannot read the input arguments: .* or a "\\" ends it$/],
    [
      { 'dry-run': 'true' },
      /^Cannot use the input "dry-run": .* Did you mean dry_run\? .* variable INPUT_DRY-RUN of the job does$/,
    ],
    [
      { schedule: '1' },
      /^Cannot use the input "schedule": the action has none of that name; it has huggingface_repo_id, /,
    ],
    [{ hf_version: '1.0' }, /^Cannot use the input "hf_version": it chooses a version of the hf command line/],
    [
      { huggingface_repo_id: 'acme/corpus' },
      /^Cannot use the input huggingface_repo_id "acme\/corpus": .*"datasets\/acme\/corpus".* repo_type /,
    ],
  ])('%o', (inputs, sentence) => {
    expect(refusalOf(inputs)).toMatch(sentence)
  })

  test('where the type is said twice, and otherwise', () => {
    const told = 'Cannot use the input repo_type "dataset": the id says that it is a model'
    for (const one of ['models/acme/m', 'https://huggingface.co/acme/m'])
      expect(refusalOf({ huggingface_repo_id: one, repo_type: 'dataset' })).toBe(told)
    expect(argvOf({ huggingface_repo_id: id, repo_type: 'dataset' })).toEqual([`--hf=${id}`, '--repo-type=dataset'])
  })

  test('but an id that says its type needs no other input', () => {
    for (const one of ['models/acme/m', 'https://huggingface.co/acme/m', 'https://huggingface.co/spaces/acme/s'])
      expect(argvOf({ huggingface_repo_id: one })).toEqual([`--hf=${one}`])
    expect(argvOf({ huggingface_repo_id: 'acme/s', repo_type: 'space' })).toEqual(['--hf=acme/s', '--repo-type=space'])
  })
})

test('patterns become the variables that have one on each line', () => {
  const { argv, env } = readInputs(environment({ include: 'data/\n*.md\n', exclude: ' my notes/ ' }))
  expect([argv, env]).toEqual([[], { MIRROR_INCLUDE: 'data/\n*.md', MIRROR_EXCLUDE: 'my notes/' }])
})

test('tokens become variables, which are hidden, and no input is left in the environment', () => {
  const { env, masks } = readInputs({
    ...environment({ huggingface_repo_id: id, hf_token: ' hf_50%secret\n', github_token: 'short' }),
    HF_TOKEN: 'hf_of_the_job',
    PATH: '/bin',
  })
  expect(env).toEqual({ PATH: '/bin', HF_TOKEN: 'hf_50%secret', GITHUB_TOKEN: 'short' })
  expect(masks).toEqual(['::add-mask::hf_50%25secret'])
  expect(readInputs({ ...environment({}), HF_TOKEN: 'hf_of_the_job' }).env).toEqual({ HF_TOKEN: 'hf_of_the_job' })
})

test('messages name inputs in the place of options and variables', () => {
  expect(nameInputs('Which repository? Give --hf <id>, or set HF_REPO')).toBe(
    'Which repository? Give the input huggingface_repo_id, or set HF_REPO',
  )
  expect(nameInputs('Cannot read --take "a": write <path>=github, or give --allow-delete')).toBe(
    'Cannot read the input take "a": write <path>=github, or give --allow-delete',
  )
  expect(nameInputs('Cannot use MIRROR_EXCLUDE "["')).toBe('Cannot use the input exclude "["')
  expect(nameInputs('HF_TOKEN is not set, and GH_TOKEN neither')).toBe(
    'the input hf_token is not set, and GH_TOKEN neither',
  )
  const ofFile = 'Cannot mirror the pair a of hubmirror.yml. Cannot use --subdirectory "/"'
  expect(nameInputs(ofFile)).toBe(ofFile)
})

describe('words', () => {
  test.each<[text: string, words: string[] | null]>([
    ['', []],
    [' \n ', []],
    ['a  b\tc\n', ['a', 'b', 'c']],
    [`'' "" a''b`, ['', '', 'ab']],
    [`"a \\" \\$ \\n" 'a \\ b' a\\ b`, ['a " $ \\n', 'a \\ b', 'a b']],
    ['a\\\nb "c\\\nd"', ['ab', 'cd']],
    ['$(id) `id` ~ * # {1,2} > x', ['$(id)', '`id`', '~', '*', '#', '{1,2}', '>', 'x']],
    [`a 'b`, null],
    ['"a\\"', null],
  ])('%j', (text, words) => {
    expect(splitWords(text)).toEqual(words)
  })

  test('are those that were quoted, and those that a shell makes of them', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }).filter(isPrintable), { maxLength: 5 }), (words) => {
        expect(splitWords(words.map(quoteArgument).join(' '))).toEqual(words)
      }),
    )
    const quoted = fc.array(fc.constantFrom("'a  b'", '"c \\" \\\\ \\x d"', '\\ ', 'e', "'\\'", ' ', '""', '\n'), {
      maxLength: 8,
    })
    const texts = fc.sample(quoted, 30).map((parts) => parts.join('').replaceAll(/[\n\s]+/g, ' '))
    const script = texts.map((text) => `set -- ${text}\nprintf '%s\\0' "$#" "$@"`).join('\n')
    const { stdout } = spawnSync('sh', ['-f'], { input: script, encoding: 'utf8' })
    const expected = texts.map((text) => [splitWords(text)!.length, splitWords(text)!])
    expect(stdout.split('\0').slice(0, -1)).toEqual(expected.flat(2).map(String))
  })
})
