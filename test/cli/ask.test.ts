/** Conflicts that people settle where they sit. */
import { expect, test } from 'vitest'
import { sync } from '../../lib/cli/command.ts'
import { sides } from '../../lib/model/sides.ts'
import type { Pair } from '../hubs/pair.ts'
import { act, contents, expectInSync, expectStopped, heads, startMirrored, type Files } from '../run/mirror-setup.ts'

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
  for (const side of sides) act(pair, side, { 'README.md': `${side}\n`.repeat(9) })
  const ran = await talk(pair, ['--ask'], 'd', 'b', 'x', 'H', 'g')
  expect(ran.exitCode, ran.err + ran.out).toBe(0)
  expect(ran.left).toEqual([])
  for (const side of sides)
    expect(contents(pair, side)).toEqual({
      'README.md': `${'github\n'.repeat(9)}${'huggingface\n'.repeat(9)}`,
      'm/1.txt': 'huggingface\nsame\n',
      'm/2.txt': 'huggingface\nsame\n',
      'z.txt': 'github\nsame\n',
    })
  expect(ran.questions).toEqual([
    ...Array<string>(2).fill('[g]ithub [h]uggingface [b]oth lines [d]iff [s]kip [q]uit; G or H: all 2 beside it > '),
    ...Array<string>(2).fill('[g]ithub [h]uggingface [b]oth lines [s]kip [q]uit; G or H: all 2 in m/ > '),
    '[g]ithub [h]uggingface [b]oth lines [s]kip [q]uit > ',
  ])
  expect(ran.out.match(/^\d of \d$/gm)).toEqual(['1 of 4', '1 of 4', '2 of 4', '4 of 4'])
  expect(ran.out.match(/^ {6}github +\| github$/gm)).toHaveLength(8 + 9 + 2)
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

test('names with a newline and with brackets are printed as arguments that a shell takes and people read', async () => {
  const pair = await startConflicts(['[x]\ny/1.txt', '[x]\ny/2.txt', 'a\nb.txt', 'q[1].txt'])
  const before = heads(pair)
  const none = await talk(pair, [], '')
  expect(none.out).toContain("--take='/a?b.txt=github'")
  const ran = await talk(pair, ['--ask', '--dry-run'], 'G', 'h', 'h')
  expect([ran.exitCode, heads(pair)]).toEqual([0, before])
  const [, command] = /The same answers .*\n {2}npx tsx sync\.ts (.*)\n/.exec(ran.out)!
  expect(command).toContain(
    String.raw`'--take=/\[x]?y/*=github' '--take=/a?b.txt=huggingface' '--take=/q\[1].txt=huggingface'`,
  )
  expect(ran.out + none.out).not.toMatch(/printf|\$'/)
  const takes = [...command!.matchAll(/'(--take=[^']*)'/g)].map(([, argument]) => argument!)
  expect((await pair.run(...takes)).exitCode).toBe(0)
  expect(contents(pair, 'github')).toEqual({
    '[x]\ny/1.txt': 'github\n',
    '[x]\ny/2.txt': 'github\n',
    'a\nb.txt': 'huggingface\n',
    'q[1].txt': 'huggingface\n',
  })
})

test('a question names a folder in few columns, and moves no cursor', async () => {
  const folder = `e\u{1b}[2J${'long'.repeat(40)}`
  const pair = await startConflicts([`${folder}/a.txt`, `${folder}/b.txt`])
  const { questions } = await talk(pair, ['--ask'], 'Q')
  expect(questions).toHaveLength(1)
  expect(questions[0]).toMatch(/ all 2 in e\\u\S+…\S+\/ > $/)
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
    expect(ran.out).toMatch(/^[12] conflicts? left: (?:a\.txt, )?b\.txt\. Nothing was written\.$/m)
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
  const both = await pair.run('--take', 'a.png=both')
  expect([both.exitCode, both.out]).toEqual([
    2,
    expect.stringContaining('note: --take …=both settles nothing at "a.png": '),
  ])
  const ran = await talk(pair, ['--ask'], 'b', 'd', 'h')
  expect([ran.exitCode, ran.questions[0]]).toEqual([0, '[g]ithub [h]uggingface [s]kip [q]uit > '])
  expect(ran.out).toContain('  Only texts have lines.\n  All that is known of it stands above.\n')
})

test('a key of front matter has one value, so that the lines of both are no answer to it', async () => {
  const pair = await startMirrored({ 'README.md': '---\nlicense: mit\n---\n# Corpus\n' })
  for (const side of sides) act(pair, side, { 'README.md': `---\nlicense: ${side}\n---\n# Corpus\n` })
  const ran = await talk(pair, ['--ask'], 'b', 'h')
  expect([ran.exitCode, ran.questions[0]]).toEqual([0, '[g]ithub [h]uggingface [s]kip [q]uit > '])
  expect(ran.out).toContain('  A key has one value.\n')
  expect(contents(pair, 'github')['README.md']).toContain('license: huggingface\n')
})

test('the lines of both are an answer for texts that both sides added', async () => {
  const pair = await startMirrored({ 'x.txt': 'x\n' })
  for (const side of sides)
    act(pair, side, { 'new.md': `# Corpus\n\n${side}\n`, 'new.bin': Buffer.from([0, side.length]) })
  const { conflicts } = JSON.parse(await expectStopped(pair, 2, '--json'))
  expect(conflicts).toMatchObject([
    { path: 'new.bin', kind: 'add/add', hunks: [], answers: ['github', 'huggingface'] },
    {
      path: 'new.md',
      hunks: [{ line: 3, base: [], github: ['github\n'], huggingface: ['huggingface\n'] }],
      answers: ['github', 'huggingface', 'both'],
    },
  ])
  const told = await expectStopped(pair, 2)
  expect(told).toContain("or --take='new.md=both'")
  expect((await pair.run('--take', 'new.md=both', '--take', 'new.bin=github')).exitCode).toBe(0)
  for (const side of sides) expect(contents(pair, side)['new.md']).toBe('# Corpus\n\ngithub\nhuggingface\n')
  await expectInSync(pair)
})

test('an answer for a folder says beforehand what it deletes that was not seen yet', async () => {
  const pair = await startConflicts(['c/a.txt', 'c/b.txt', 'c/c.txt', 'd/x.txt'])
  act(pair, 'github', { 'c/b.txt': null, 'd/x.txt': null })
  act(pair, 'huggingface', { 'c/c.txt': null })
  const before = heads(pair)
  const ran = await talk(pair, ['--ask'], 'q')
  expect(ran.out).toContain('\n    G deletes b.txt on huggingface\n    H deletes c.txt on github\n')
  const one = await talk(pair, ['--ask'], 's', 's', 's', 'q')
  expect(one.out.split('4 of 4')[1]).not.toContain(' G deletes')
  expect(heads(pair)).toEqual(before)
})

test('a conflict that no answer settles is told before the questions, and named where it is left', async () => {
  const pair = await startConflicts(['a.txt', 'f'])
  act(pair, 'github', { 'f': null, 'f/inside.txt': 'x\n' })
  const before = heads(pair)
  const ran = await talk(pair, ['--ask'], 'g')
  expect([ran.exitCode, heads(pair), ran.left]).toEqual([2, before, []])
  expect(ran.out.indexOf('\n1 conflict can only be settled by hand on one side.')).toBeLessThan(
    ran.out.indexOf('\n1 of 1\n'),
  )
  expect(ran.out).toContain('\n  f  file/directory: it is a file on huggingface and a folder on github')
  expect(ran.out).toContain('\n1 conflict left: f. Nothing was written.\n')
})

test('where one side alone is written, only what the other one holds is offered and taken', async () => {
  const pair = await startConflicts(['m/1.txt', 'm/2.txt', 'z.txt'], 'same\n')
  const before = heads(pair).github
  const told = await talk(pair, ['--to', 'huggingface', '--dry-run'], '')
  expect(told.out).toContain("    settle it with --take='z.txt=github'\n")
  expect(told.out).not.toMatch(/=(?:huggingface|both)\b/)
  const ran = await talk(pair, ['--ask', '--to', 'huggingface'], 'h', 'b', 'G', 'g')
  expect([ran.exitCode, ran.left], ran.err + ran.out).toEqual([0, []])
  expect(ran.questions).toEqual([
    ...Array<string>(3).fill('[g]ithub [s]kip [q]uit; G: all 2 in m/ > '),
    '[g]ithub [s]kip [q]uit > ',
  ])
  expect(ran.out.match(/With --to, only what github holds can be taken/g)).toHaveLength(2)
  expect(heads(pair).github).toBe(before)
  for (const path of ['m/1.txt', 'm/2.txt', 'z.txt']) expect(contents(pair, 'huggingface')[path]).toBe('github\nsame\n')
})
