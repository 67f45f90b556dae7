/** What a step prints in GitHub Actions: our annotations and groups are commands to its runner, and nothing else is. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { Progress } from '../../lib/cli/progress.ts'
import { Runner } from '../../lib/cli/runner.ts'
import { sides } from '../../lib/model/sides.ts'
import { formatAnnotation, type Annotation } from '../../lib/report/annotation.ts'
import { startPair, tokens, type Pair } from '../hubs/pair.ts'
import { act, startMirrored, type Files } from '../run/mirror-setup.ts'
import { listCommands, parseOutputs } from './runner-commands.ts'

const folder = mkdtempSync(join(tmpdir(), 'runner-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A word of a name, a message or an answer, each of which the runner would take for a command of its own. */
const forms = ['::error::pwned', '##[error]pwned', '  ::set-output name=status::pwned', '##[add-path]/pwned'] as const

describe('the runner takes for a command', () => {
  test.each([
    [
      '  \u0085\t::ERROR file=a%2Cb,title=x%3Ay::1%25%0A2',
      [{ name: 'error', properties: { file: 'a,b', title: 'x:y' }, data: '1%\n2' }],
    ],
    ['text ##[group]name ##[error]', [{ name: 'group', properties: {}, data: 'name ##[error]' }]],
    ['text ::error::no', []],
    ['::nothing::no', []],
    ['a\r::notice::yes\n', [{ name: 'notice', properties: {}, data: 'yes' }]],
  ])('%j', (printed, commands) => {
    expect(listCommands(printed)).toEqual(commands)
  })
})

describe('an annotation', () => {
  test('is one command, whatever is in it', () => {
    const title = 'a::b,c=d%0A\n::error::pwned'
    const [command, ...more] = listCommands(
      formatAnnotation({
        level: 'warning',
        title,
        message: `100 %\n${forms.join('\n')}`,
        at: { file: 'a,b:c%.txt', line: 3 },
      }),
    )
    expect(more).toEqual([])
    expect(command).toEqual({
      name: 'warning',
      properties: { file: 'a,b:c%.txt', line: '3', title: 'a::b,c=d%0A\\n::error::pwned' },
      data: '100 %\n\\u{3a}:error::pwned\n\\u{23}#[error]pwned\n  \\u{3a}:set-output name=status::pwned\n\\u{23}#[add-path]/pwned',
    })
  })

  test('is made nine times of a level, and the tenth says how many more there are', () => {
    let printed = ''
    const runner = new Runner({ out: () => {}, err: (text) => void (printed += text) })
    const one = (level: Annotation['level'], number: number) =>
      runner.annotate({ level, title: 'x', message: `${number}` })
    expect(Array.from({ length: 12 }, (_, index) => one('error', index))).toEqual([
      ...Array.from({ length: 9 }, () => true),
      false,
      false,
      false,
    ])
    for (let index = 0; index < 10; index++) one('notice', index)
    runner.end()
    const told = listCommands(printed)
    const of = (level: string) => told.filter(({ name }) => name === level).map(({ data }) => data)
    expect(of('error').slice(8)).toEqual(['8', '3 more messages of this kind: the log has all of them'])
    expect(of('notice')).toEqual(Array.from({ length: 10 }, (_, index) => `${index}`))
  })
})

/** Two sides with something new, something changed and something deleted, all of it called by this word. */
async function startWorld(word: string, isDisputed: boolean): Promise<Pair> {
  const name = (end: string) => `${word} ${end}`
  const begun: Files = { [name('old.txt')]: 'old\n', [name('both.txt')]: 'first\n', 'a.txt': 'a\n' }
  const pair = await startMirrored(begun)
  const files = [join(folder, 'summary.md'), join(folder, 'outputs'), join(folder, 'event.json')] as const
  for (const file of files) writeFileSync(file, '')
  const [GITHUB_STEP_SUMMARY, GITHUB_OUTPUT, GITHUB_EVENT_PATH] = files
  Object.assign(pair.env, { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY, GITHUB_OUTPUT, GITHUB_EVENT_PATH })
  const author = { name: word, email: 'a@example.org' }
  const message = `${word}\n\n${word}\n`
  const news = { [name('old.txt')]: null, [name('new.txt')]: `${word}\n`, [name('both.txt')]: `${word} here\n` }
  pair.github.commit('main', { files: news, message, author })
  if (isDisputed) act(pair, 'huggingface', { [name('both.txt')]: `${word} there\n` }, message)
  return pair
}

/** The names of the commands in a step's log, and the keys of its outputs. */
async function look(pair: Pair, ...argv: string[]) {
  const { out, err, exitCode } = await pair.run(...argv)
  const commands = listCommands(`${out}\n${err}`)
  for (const { data, properties } of commands) {
    expect(Object.keys(properties).filter((key) => !['title', 'file', 'line'].includes(key))).toEqual([])
    expect(data).not.toMatch(/^\/?pwned/)
  }
  const outputs = Object.keys(parseOutputs(readFileSync(pair.env['GITHUB_OUTPUT']!, 'utf8')))
  return { exitCode, names: commands.map(({ name }) => name), outputs, commands }
}

describe.each(forms)('%j in names, messages and lines is no command', (word) => {
  test.each<[what: string, isDisputed: boolean, argv: string[], commands: string[]]>([
    ['of a run that mirrors', false, ['-v'], ['notice']],
    ['of a dry run with all lines', false, ['--dry-run', '--diff'], ['notice']],
    ['of a conflict', true, [], ['error']],
    ['of an answer that settles nothing', true, ['--take', 'x\n::error::pwned=github'], ['error']],
    ['of a wrong command line', false, ['--::error::pwned', '\n::error::pwned'], ['error']],
    ['of data for programs', true, ['--json'], ['error']],
  ])('%s', async (_, isDisputed, argv, commands) => {
    const [hostile, calm] = [
      await look(await startWorld(word, isDisputed), ...argv),
      await look(await startWorld('calm', isDisputed), ...argv),
    ]
    expect(hostile.names).toEqual(commands)
    expect(hostile).toMatchObject({ names: calm.names, outputs: calm.outputs, exitCode: calm.exitCode })
  })
})

describe('what a service or a defect says is no command', () => {
  const text = forms.join('\n')
  test.each<[what: string, act: Pair['github']['faults'][number]['act'], exitCode: number]>([
    [
      'a refusal',
      { status: 403, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ message: text }) },
      4,
    ],
    ['an answer that is none', { status: 500, body: text }, 1],
  ])('%s', async (_, how, exitCode) => {
    const pair = await startWorld('calm', false)
    pair.github.faults.push({ on: () => true, times: 99, when: 'before', act: how })
    const told = await look(pair)
    expect([told.exitCode, told.names]).toEqual([exitCode, ['error']])
  })
})

test('a conflict is an error with its answers, and a refusal and what was mirrored are told, too', async () => {
  const pair = startPair()
  for (const side of sides) act(pair, side, { 'it is.txt': `of ${side}\n` })
  Object.assign(pair.env, { GITHUB_ACTIONS: 'true', GITHUB_SHA: pair.github.head('main')! })
  const told = async (...argv: string[]) =>
    (await look(Object.assign(pair, { env: { ...pair.env, GITHUB_OUTPUT: join(folder, 'outputs') } }), ...argv))
      .commands
  const [refused] = await told()
  expect(refused).toMatchObject({ name: 'error', properties: { title: 'Refused' } })
  const [conflict] = await told('--init', 'union')
  expect(conflict).toMatchObject({
    name: 'error',
    properties: { title: 'Conflict in it is.txt', file: 'it is.txt', line: '1' },
    data: expect.stringMatching(
      /^it is\.txt add\/add: .*One of these in "take" settles it: 'it is\.txt=github'  'it is\.txt=huggingface'/,
    ),
  })
  const [mirrored] = await told('--init', 'github')
  expect(mirrored).toMatchObject({
    name: 'notice',
    properties: { title: 'Mirrored' },
    data: '1 change to Hugging Face',
  })
})

test('a defect is told with its stack, and none of its lines is a command', async () => {
  const pair = await startWorld('calm', false)
  const fails = () => {
    throw new RangeError(forms.join('\n'))
  }
  Object.defineProperty(pair.env, 'HF_REPO', { get: fails })
  const { exitCode, commands } = await look(pair)
  expect([exitCode, commands.map(({ properties }) => properties)]).toEqual([70, [{ title: 'A bug of hubmirror' }]])
  expect(commands[0]!.data).toMatch(/^bug: RangeError: .*\n[^]*\n {4}at [^]*fails/)
})

test('a long plan is folded under its total, unless it deletes something', async () => {
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`d${index}/f.txt`, 'x\n']))
  const pair = await startMirrored({ 'a.txt': 'a\n', 'b.txt': 'b\n' })
  pair.env['GITHUB_ACTIONS'] = 'true'
  act(pair, 'github', many)
  const folded = listCommands((await pair.run()).out)
  expect(folded.map(({ name }) => name)).toEqual(['group', 'endgroup'])
  expect(folded[0]!.data).toMatch(/^Plan [0-9a-f]{12}: 30 changes\. /)
  act(pair, 'github', { ...Object.fromEntries(Object.keys(many).map((path) => [path, 'y\n'])), 'a.txt': null })
  const ran = await pair.run()
  expect([listCommands(ran.out), ran.out]).toEqual([[], expect.stringMatching(/deleted +a\.txt/)])
})

test('what --check finds in the way is an error each, and the summary has all of it', async () => {
  const pair = await startWorld('calm', false)
  pair.env['HF_TOKEN'] = tokens.huggingfaceRead
  const { exitCode, commands } = await look(pair, '--check')
  expect(exitCode).toBe(4)
  expect(commands.filter(({ name }) => name === 'error')).toMatchObject([
    {
      properties: { title: 'write' },
      data: expect.stringMatching(/must be a token with write access.*\n-> make a token/),
    },
  ])
  const summary = readFileSync(pair.env['GITHUB_STEP_SUMMARY']!, 'utf8')
  expect(summary).toMatch(/^\*\*denied\*\* .*\n\n```\n[^]*fault +write[^]*\n```\n$/)
})

test('what is printed unquoted is no command either', () => {
  let printed = ''
  const { out, err } = new Runner({
    out: (text) => void (printed += text),
    err: (text) => void (printed += text),
  }).guard()
  for (const print of [out, err]) print(`${forms.join('\r')}\n\u0085::error::pwned ###[error]pwned`)
  expect(printed).toContain('pwned')
  expect(listCommands(printed)).toEqual([])
})

test('progress is folded, a group for each phase, and a long plan under its total', () => {
  vi.useFakeTimers()
  let printed = ''
  const print = (text: string) => void (printed += text)
  const runner = new Runner({ out: print, err: print })
  const spent = () => ({ requests: 1, byteLength: 0 })
  const line = (text: string) => print(`${text}\n`)
  const progress = new Progress({ terminal: null, line, groups: runner, now: Date.now, spent })
  progress.begin({ name: 'compare' })
  vi.advanceTimersByTime(31_000)
  progress.stop()
  vi.useRealTimers()
  expect(printed.split('\n').map((text) => text.replace(/: .*/, ''))).toEqual([
    '::group::Comparing both sides',
    'Comparing both sides',
    'Comparing both sides',
    '::endgroup::',
    'Compared both sides',
    '',
  ])
  printed = ''
  runner.printGroup([...Array.from({ length: 30 }, (_, index) => `::error::${index}`), 'Plan abc: 30 changes'])
  expect(listCommands(printed).map(({ name, data }) => [name, data])).toEqual([
    ['group', 'Plan abc: 30 changes'],
    ['endgroup', ''],
  ])
})
