import { describe, expect, test } from 'vitest'
import { startPair } from '../hubs/pair.ts'
import { run } from '../planner/filters-setup.ts'
import { act, expectStopped, heads, text } from '../run/mirror-setup.ts'
import { beginApart, block, cards, mode } from './card-setup.ts'

test('the block is edited on the Hub while the text is on GitHub', async () => {
  const pair = await beginApart()
  act(pair, 'github', { 'README.md': '# The corpus\n' })
  act(pair, 'huggingface', { 'README.md': '---\nlicense: gpl\n---\n# Corpus\n' })
  await run(pair, ...mode)
  expect(cards(pair)).toEqual(['# The corpus\n', '---\nlicense: gpl\n---\n# The corpus\n'])
  expect((await pair.run('--verify', ...mode)).exitCode).toBe(0)
  expect((await pair.run('--verify')).exitCode).toBe(5)
})

test('the same lines on both sides are a conflict, and either side can be taken', async () => {
  const begun = async () => {
    const pair = await beginApart()
    act(pair, 'github', { 'README.md': '# One\n' })
    act(pair, 'huggingface', { 'README.md': '---\nlicense: gpl\n---\n# Two\n' })
    return pair
  }
  const pair = await begun()
  expect(await expectStopped(pair, 2, ...mode)).not.toContain('license')
  await run(pair, ...mode, '--take', 'README.md=github')
  expect(cards(pair)).toEqual(['# One\n', '---\nlicense: gpl\n---\n# One\n'])
  const other = await begun()
  await run(other, ...mode, '--take', 'README.md=huggingface')
  expect(cards(other)).toEqual(['# Two\n', '---\nlicense: gpl\n---\n# Two\n'])
})

describe('README.md is deleted', () => {
  test('on GitHub: the Hub keeps the block alone, until there is a text again', async () => {
    const pair = await beginApart()
    act(pair, 'github', { 'README.md': null })
    await run(pair, ...mode)
    expect(cards(pair)).toEqual([undefined, block])
    act(pair, 'github', { 'README.md': '# Again\n' })
    await run(pair, ...mode)
    expect(cards(pair)).toEqual(['# Again\n', `${block}# Again\n`])
  })

  test('on the Hub, and written again with another block', async () => {
    const pair = await beginApart()
    act(pair, 'huggingface', { 'README.md': null })
    await run(pair, ...mode)
    expect(cards(pair)).toEqual([undefined, undefined])
    act(pair, 'huggingface', { 'README.md': '---\nlicense: gpl\n---\n# Again\n' })
    await run(pair, ...mode)
    expect(cards(pair)).toEqual(['# Again\n', '---\nlicense: gpl\n---\n# Again\n'])
  })

  test('on GitHub, in favour of a folder: the block, which nobody sees there, is in its way', async () => {
    const pair = await beginApart()
    act(pair, 'github', { 'README.md': null, 'README.md/x': 'x\n' })
    expect(await expectStopped(pair, 3, ...mode)).toContain('"README.md" keeps its front matter')
  })

  test('on GitHub, where the mode is taken back afterwards: GitHub gets the block', async () => {
    const pair = await beginApart()
    act(pair, 'github', { 'README.md': null })
    await run(pair, ...mode)
    await run(pair)
    expect(cards(pair)).toEqual([block, block])
  })

  test('on GitHub in the run that takes the mode back: it is a deletion', async () => {
    const pair = await beginApart()
    act(pair, 'github', { 'README.md': null })
    await run(pair)
    expect(cards(pair)).toEqual([undefined, undefined])
  })
})

test('commits are copied one by one, each with the block of its time', async () => {
  const pair = await beginApart()
  act(pair, 'github', { 'README.md': '# One\n' }, 'One')
  act(pair, 'github', { 'b.txt': 'b\n' }, 'Two')
  act(pair, 'github', { 'README.md': '# Three\n' }, 'Three')
  await run(pair, ...mode)
  const { git } = pair.huggingface
  const log = git.readLog(heads(pair).huggingface!).map((oid) => git.readCommit(oid).message.split('\n')[0])
  expect(log.slice(0, 3)).toEqual(['Three', 'Two', 'One'])
  expect(cards(pair)).toEqual(['# Three\n', `${block}# Three\n`])
  act(pair, 'huggingface', { 'README.md': `${block}# Four\n` }, 'Four')
  act(pair, 'huggingface', { 'README.md': '---\nlicense: gpl\n---\n# Four\n' }, 'Five')
  act(pair, 'huggingface', { 'README.md': '---\nlicense: gpl\n---\n# Six\n' }, 'Six')
  await run(pair, ...mode)
  const github = pair.github.store.readLog(heads(pair).github!).map((oid) => pair.github.store.readCommit(oid))
  expect(github.slice(0, 2).map(({ message }) => message.split('\n')[0])).toEqual(['Six', 'Four'])
  expect(cards(pair)).toEqual(['# Six\n', '---\nlicense: gpl\n---\n# Six\n'])
})

test('a copy in parts', async () => {
  const pair = await beginApart()
  const files = Object.fromEntries(Array.from({ length: 2_500 }, (_, index) => [`many/${index}.txt`, `${index}\n`]))
  act(pair, 'github', { ...files, 'README.md': '# Many\n' })
  await run(pair, ...mode)
  expect(cards(pair)).toEqual(['# Many\n', `${block}# Many\n`])
})

describe('what cannot stand below front matter is refused before anything is written', () => {
  test.each([
    ['an empty file', '', 'is empty on the other side'],
    ['bytes that are no UTF-8', Buffer.from('caf\xe9\n', 'latin1'), 'is no UTF-8 text on the other side'],
  ])('%s', async (_, readme, sentence) => {
    const pair = await beginApart()
    act(pair, 'github', { 'README.md': readme })
    expect(await expectStopped(pair, 3, ...mode)).toContain(`Hugging Face would refuse this: "README.md" ${sentence}`)
  })

  test('an LFS object', async () => {
    const pair = await beginApart({ '.gitattributes': '*.big filter=lfs diff=lfs merge=lfs -text\n' })
    act(pair, 'github', {
      '.gitattributes': '*.md filter=lfs diff=lfs merge=lfs -text\n',
      'README.md': { lfs: Buffer.from('# X\n') } as never,
    })
    expect(await expectStopped(pair, 3, ...mode)).toContain('"README.md" would be stored as an LFS object')
  })

  test('a second block below the first', async () => {
    const pair = await beginApart()
    act(pair, 'huggingface', { 'README.md': `${block}---\ntags: [a]\n---\n# Corpus\n` })
    expect(await expectStopped(pair, 3, ...mode)).toContain('README.md would have front matter (tags) on GitHub')
  })

  test('metadata that the Hub refuses, though it is its own', async () => {
    const pair = await beginApart()
    act(pair, 'huggingface', { 'README.md': '---\nlicense: MIT License\n---\n# Corpus\n' })
    act(pair, 'github', { 'README.md': '# The corpus\n' })
    expect(await expectStopped(pair, 3, ...mode)).toContain('metadata that Hugging Face refuses')
  })
})

test('GitHub loses a block that it was given once more, where the Hub holds the same', async () => {
  const pair = await beginApart()
  act(pair, 'github', { 'README.md': `${block}# The corpus\n` })
  await run(pair, ...mode)
  expect(cards(pair)).toEqual(['# The corpus\n', `${block}# The corpus\n`])
  act(pair, 'github', { 'README.md': `${block}# The corpus\n`, 'c.txt': 'c\n' })
  act(pair, 'huggingface', { 'b.txt': 'b\n' })
  await run(pair, ...mode)
  expect(cards(pair)).toEqual(['# The corpus\n', `${block}# The corpus\n`])
})

test('the form changes while many commits wait: they go as one copy', async () => {
  const pair = startPair()
  act(pair, 'huggingface', { 'README.md': `${block}# Corpus\n`, 'a.txt': 'a\n' }, 'Begin')
  await run(pair)
  for (const name of ['one', 'two', 'three']) act(pair, 'huggingface', { [`${name}.txt`]: `${name}\n` }, name)
  await run(pair, ...mode)
  expect(cards(pair)).toEqual(['# Corpus\n', `${block}# Corpus\n`])
  for (const name of ['four', 'five']) act(pair, 'github', { [`${name}.txt`]: `${name}\n` }, name)
  await run(pair)
  expect(cards(pair)).toEqual([`${block}# Corpus\n`, `${block}# Corpus\n`])
})

test('a card that is an LFS object on the Hub is mirrored as it is', async () => {
  const pair = await beginApart({ '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n' })
  act(pair, 'huggingface', { 'README.md': { lfs: Buffer.from('# Large\n') } })
  const ran = await pair.run(...mode)
  expect([ran.exitCode, ran.out], ran.out + ran.err).toEqual([
    0,
    expect.stringContaining('README.md on Hugging Face is no plain text: it is mirrored as it is'),
  ])
  expect(text(pair, 'github', 'README.md')).toContain('# Large\n')
})

test('a folder of the GitHub repository has its README without front matter, too', async () => {
  const pair = startPair()
  const argv = [...mode, '--subdirectory', 'data/corpus']
  act(
    pair,
    'github',
    { 'README.md': '# All\n', 'data/corpus/README.md': '# Corpus\n', 'data/corpus/a.txt': 'a\n' },
    'Begin',
  )
  await run(pair, ...argv)
  act(pair, 'huggingface', { 'README.md': `${block}# Corpus\n\nMore.\n` })
  await run(pair, ...argv)
  expect([text(pair, 'github', 'README.md'), text(pair, 'github', 'data/corpus/README.md')]).toEqual([
    '# All\n',
    '# Corpus\n\nMore.\n',
  ])
  await run(pair, '--subdirectory', 'data/corpus')
  expect(text(pair, 'github', 'data/corpus/README.md')).toBe(`${block}# Corpus\n\nMore.\n`)
  await run(pair, ...argv)
  expect(text(pair, 'github', 'data/corpus/README.md')).toBe('# Corpus\n\nMore.\n')
})

test('a commit that changes the block alone makes no text the newer one', async () => {
  const pair = await beginApart()
  act(pair, 'huggingface', { 'README.md': `${block}# Old\n` })
  await pair.clock.sleep(60_000)
  const author = { name: 'Bob', email: 'bob@example.org' }
  pair.github.commit('main', { files: { 'README.md': '# New\n' }, message: 'Change the text', author })
  await pair.clock.sleep(60_000)
  act(pair, 'huggingface', { 'README.md': '---\nlicense: gpl\n---\n# Old\n' })
  await run(pair, ...mode, '--prefer', 'newer')
  expect(cards(pair)).toEqual(['# New\n', '---\nlicense: gpl\n---\n# New\n'])
})

test('the plan, its data and the doctor say where front matter is', async () => {
  const pair = await beginApart()
  act(pair, 'github', { 'README.md': '# The corpus\n' })
  const dry = await pair.run('--dry-run', ...mode)
  expect(dry.out).toMatch(/^ +changed +README\.md .*\n +keeps its front matter$/m)
  expect(JSON.parse((await pair.run('--dry-run', '--json', ...mode)).out).frontMatter).toBe('huggingface')
  await run(pair, ...mode)
  expect((await pair.run('--check', ...mode)).out).toContain('the front matter of README.md stays here alone')
  expect((await pair.run('--verify', ...mode)).out).toContain('README.md without its front matter')
  const off = await pair.run('--dry-run')
  expect(off.out).toMatch(/^ +changed +README\.md .*\n +with the front matter of Hugging Face$/m)
  expect(JSON.parse((await pair.run('--dry-run', '--json')).out).frontMatter).toBe('both')
  await run(pair)
  const on = await pair.run('--dry-run', ...mode)
  expect(on.out).toMatch(/^ +changed +README\.md .*\n +without its front matter, which stays on Hugging Face$/m)
})
