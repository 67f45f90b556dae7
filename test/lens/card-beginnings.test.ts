import { describe, expect, test } from 'vitest'
import { startPair } from '../hubs/pair.ts'
import { run } from '../planner/filters-setup.ts'
import { act, expectStopped, text } from '../run/mirror-setup.ts'
import { beginApart, block, cards, mode } from './card-setup.ts'

describe('--init', () => {
  const joined = () => {
    const pair = startPair()
    act(pair, 'github', { 'README.md': '# Mine\n', 'a.txt': 'a\n' }, 'Begin')
    act(pair, 'huggingface', { 'README.md': `${block}# Theirs\n`, 'a.txt': 'a\n' }, 'Begin')
    return pair
  }

  test.each([
    ['github', '# Mine\n'],
    ['huggingface', '# Theirs\n'],
  ])('%s', async (winner, body) => {
    const pair = joined()
    await expectStopped(pair, 3, ...mode)
    expect((await pair.run(...mode, '--init', winner)).exitCode).toBe(0)
    expect(cards(pair)).toEqual([body, block + body])
    await run(pair, ...mode)
  })

  test('github, where GitHub holds the block as well', async () => {
    const pair = startPair()
    act(pair, 'github', { 'README.md': `${block}# Mine\n`, 'a.txt': 'a\n' }, 'Begin')
    act(pair, 'huggingface', { 'README.md': `${block}# Theirs\n`, 'a.txt': 'a\n' }, 'Begin')
    const ran = await pair.run(...mode, '--init', 'github')
    expect([ran.exitCode, ...cards(pair)], ran.out + ran.err).toEqual([0, '# Mine\n', `${block}# Mine\n`])
    await run(pair, ...mode)
  })

  test('github, where GitHub holds another block, is refused', async () => {
    const pair = startPair()
    act(pair, 'github', { 'README.md': '---\nlicense: gpl\n---\n# Mine\n', 'a.txt': 'a\n' }, 'Begin')
    act(pair, 'huggingface', { 'README.md': `${block}# Theirs\n`, 'a.txt': 'a\n' }, 'Begin')
    await expectStopped(pair, 3, ...mode, '--init', 'github')
  })

  test('union, where the texts are equal', async () => {
    const pair = startPair()
    act(pair, 'github', { 'README.md': '# Same\n', 'a.txt': 'a\n' }, 'Begin')
    act(pair, 'huggingface', { 'README.md': `${block}# Same\n`, 'b.txt': 'b\n' }, 'Begin')
    const ran = await pair.run(...mode, '--init', 'union')
    expect([ran.exitCode, ...cards(pair)], ran.out + ran.err).toEqual([0, '# Same\n', `${block}# Same\n`])
    await run(pair, ...mode)
  })

  test('of equal texts needs none', async () => {
    const pair = startPair()
    act(pair, 'github', { 'README.md': '# Same\n', 'a.txt': 'a\n' }, 'Begin')
    act(pair, 'huggingface', { 'README.md': `${block}# Same\n`, 'a.txt': 'a\n' }, 'Begin')
    await run(pair, ...mode)
    expect(cards(pair)).toEqual(['# Same\n', `${block}# Same\n`])
  })
})

describe('an empty repository', () => {
  test('on the Hub: front matter on GitHub is refused until a run brings it there', async () => {
    const pair = startPair()
    act(pair, 'github', { 'README.md': `${block}# Corpus\n`, 'a.txt': 'a\n' }, 'Begin')
    await expectStopped(pair, 3, ...mode)
    await run(pair)
    await run(pair, ...mode)
    expect(cards(pair)).toEqual(['# Corpus\n', `${block}# Corpus\n`])
  })

  test('on the Hub: a new Space keeps its block', async () => {
    const id = 'spaces/acme/corpus'
    const pair = startPair({ huggingface: { id }, env: { HF_REPO: id } })
    const own = text(pair, 'huggingface', 'README.md')!
    act(pair, 'github', { 'README.md': '# My app\n', 'app.py': 'print(1)\n' })
    await run(pair, ...mode)
    expect(cards(pair)).toEqual(['# My app\n', `${own}# My app\n`])
    act(pair, 'github', { 'README.md': null })
    await run(pair, ...mode)
    expect(cards(pair)).toEqual([undefined, own])
  })

  test('on GitHub: a card of the block alone is no README.md there', async () => {
    const pair = startPair()
    act(pair, 'huggingface', { 'README.md': block, 'a.txt': 'a\n' }, 'Begin')
    await run(pair, ...mode)
    expect(cards(pair)).toEqual([undefined, block])
  })
})

describe('one way', () => {
  test('to the Hub: the text goes there below its block, and a block on GitHub has to be taken out there', async () => {
    const pair = await beginApart()
    act(pair, 'github', { 'README.md': '# The corpus\n' })
    await run(pair, ...mode, '--to', 'huggingface')
    expect(cards(pair)).toEqual(['# The corpus\n', `${block}# The corpus\n`])
    act(pair, 'github', { 'README.md': `${block}# The corpus\n` })
    const told = await expectStopped(pair, 3, ...mode, '--to', 'huggingface')
    expect(told).toContain('take it out on GitHub.')
    expect(told).not.toContain('run once with')
  })

  test('to GitHub: it loses the block', async () => {
    const pair = startPair()
    act(pair, 'huggingface', { 'README.md': `${block}# Corpus\n`, 'a.txt': 'a\n' }, 'Begin')
    await run(pair)
    await run(pair, ...mode, '--to', 'github')
    expect(cards(pair)).toEqual(['# Corpus\n', `${block}# Corpus\n`])
  })
})
