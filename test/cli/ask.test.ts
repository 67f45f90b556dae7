/** Conflicts that people settle where they sit. */
import { expect, test } from 'vitest'
import { sync } from '../../lib/cli/command.ts'
import { sides } from '../../lib/model/sides.ts'
import type { Pair } from '../hubs/pair.ts'
import { act, contents, expectInSync, heads, startMirrored, type Files } from '../run/mirror-setup.ts'

/** Both sides change each of these files. */
async function startConflicts(paths: readonly string[], lines = ''): Promise<Pair> {
  const make = (who: string): Files => Object.fromEntries(paths.map((path) => [path, `${who}\n${lines}`]))
  const pair = await startMirrored(make('base'))
  for (const side of sides) act(pair, side, make(side))
  return pair
}

/** A run on a terminal on which somebody types these lines, and then closes it. */
async function talk(pair: Pair, argv: readonly string[], ...said: readonly string[]) {
  const questions: string[] = []
  const left = [...said]
  let [out, err] = ['', '']
  const exitCode = await sync(argv, {
    env: pair.env,
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    columns: 80,
    ask: (question) => {
      questions.push(question)
      return Promise.resolve(left.shift() ?? null)
    },
    ...pair.network,
  })
  return { exitCode, out, err, questions, left }
}

test('--ask goes through them, carries out what was said, and prints the command that says it again', async () => {
  const pair = await startConflicts(['README.md', 'm/1.txt', 'm/2.txt', 'z.txt'], 'same\n')
  const ran = await talk(pair, ['--ask'], 'd', 'b', 'x', 'H', 'g')
  expect(ran.exitCode, ran.err + ran.out).toBe(0)
  expect(ran.left).toEqual([])
  for (const side of sides)
    expect(contents(pair, side)).toEqual({
      'README.md': 'github\nhuggingface\nsame\n',
      'm/1.txt': 'huggingface\nsame\n',
      'm/2.txt': 'huggingface\nsame\n',
      'z.txt': 'github\nsame\n',
    })
  expect(ran.questions).toEqual([
    ...Array<string>(2).fill('[g]ithub [h]uggingface [b]oth lines [d]iff [s]kip [q]uit; G or H: all beside it > '),
    ...Array<string>(2).fill('[g]ithub [h]uggingface [b]oth lines [d]iff [s]kip [q]uit; G or H: all in m/ > '),
    '[g]ithub [h]uggingface [b]oth lines [d]iff [s]kip [q]uit; G or H: all beside it > ',
  ])
  expect(ran.out).toContain('  One of the letters in brackets, please.\n')
  expect(ran.out).toMatch(
    / {2}npx tsx sync\.ts .* '--take=m\/\*=huggingface' --take=README\.md=both --take=z\.txt=github\n/,
  )
  await expectInSync(pair)
})

test('an answer for a folder changes none that was given before, whatever the name', async () => {
  const pair = await startConflicts(['[x]/[a].txt', '[x]/b.txt', '[x]/c.txt'])
  const ran = await talk(pair, ['--ask'], 'h', 'G')
  expect([ran.exitCode, ran.left], ran.err + ran.out).toEqual([0, []])
  expect(contents(pair, 'github')).toEqual({
    '[x]/[a].txt': 'huggingface\n',
    '[x]/b.txt': 'github\n',
    '[x]/c.txt': 'github\n',
  })
})

test('a question names a folder in few columns, and moves no cursor', async () => {
  const pair = await startConflicts([`e\u{1b}[2J${'long'.repeat(40)}/a.txt`])
  const { questions } = await talk(pair, ['--ask'], 'Q')
  expect(questions).toHaveLength(1)
  expect(questions[0]).toMatch(/ all in e\\u\S+…\S+\/ > $/)
  expect(questions[0]!.length).toBeLessThan(90)
})

test('a run that ends in conflicts offers it, and takes no for an answer', async () => {
  const pair = await startConflicts(['a.txt'])
  const before = heads(pair)
  const no = await talk(pair, [], '')
  expect([no.exitCode, no.questions, heads(pair)]).toEqual([2, ['Go through them now? [y/N] '], before])
  expect(no.out.match(/^1 conflict\. Nothing was written\.$/gm)).toHaveLength(1)
  const yes = await talk(pair, [], 'y', 'g')
  expect([yes.exitCode, yes.out]).toEqual([0, expect.stringMatching(/^Mirrored 1 change/m)])
})

test('what is skipped, or left when the terminal is closed, leaves all as it is', async () => {
  const pair = await startConflicts(['a.txt', 'b.txt'])
  const before = heads(pair)
  for (const said of [['g', 's'], ['g'], ['q']]) {
    const ran = await talk(pair, ['--ask'], ...said)
    expect([ran.exitCode, heads(pair)]).toEqual([2, before])
    expect(ran.out).toMatch(/^[12] conflicts? left\. Nothing was written\.$/m)
  }
})

test('nobody is asked where nobody sits, where data is wanted, or where no answer settles anything', async () => {
  const pair = await startConflicts(['a.txt'])
  expect((await talk(pair, ['--json'])).questions).toEqual([])
  expect((await talk(pair, ['-q'])).questions).toEqual([])
  expect(await pair.run('--ask')).toMatchObject({
    exitCode: 64,
    err: 'error: Cannot ask here: --ask needs a terminal. Give --take for each conflict instead\n',
  })
  const inSync = await startMirrored({ 'a.txt': 'a\n' })
  expect(await talk(inSync, ['--ask'])).toMatchObject({ exitCode: 0, questions: [] })
})

test('lines of both are for texts: of other files one version is taken', async () => {
  const png = (byte: number) => Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n\0', 'latin1'), Buffer.alloc(50, byte)])
  const pair = await startMirrored({ 'a.png': png(1) })
  for (const [index, side] of sides.entries()) act(pair, side, { 'a.png': png(index + 2) })
  expect((await pair.run('--take', 'a.png=both')).exitCode).toBe(2)
  const ran = await talk(pair, ['--ask'], 'b', 'h')
  expect([ran.exitCode, ran.questions[0]]).toEqual([
    0,
    '[g]ithub [h]uggingface [d]iff [s]kip [q]uit; G or H: all beside it > ',
  ])
})
