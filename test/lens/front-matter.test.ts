import { describe, expect, test } from 'vitest'
import { startPair } from '../hubs/pair.ts'
import { begin, run } from '../planner/filters-setup.ts'
import { act, expectStopped, pushToBoth } from '../run/mirror-setup.ts'
import { beginApart, block, cards, mode } from './card-setup.ts'

const card = (body: string, front = block) => `${front}${body}`

describe('the front matter stays on the Hub, and the text is mirrored both ways', () => {
  test('from the Hub to an empty repository', async () => {
    const pair = await beginApart()
    expect(cards(pair)).toEqual(['# Corpus\n', card('# Corpus\n')])
  })

  test('a blank line between the block and the text belongs to the block', async () => {
    const pair = startPair()
    act(pair, 'huggingface', { 'README.md': `${block}\n# Corpus\n`, 'a.txt': 'a\n' }, 'Begin')
    await run(pair, ...mode)
    expect(cards(pair)).toEqual(['# Corpus\n', `${block}\n# Corpus\n`])
    act(pair, 'github', { 'README.md': '# The corpus\n' })
    await run(pair, ...mode)
    expect(cards(pair)).toEqual(['# The corpus\n', `${block}\n# The corpus\n`])
    await run(pair)
    expect(cards(pair)).toEqual([`${block}\n# The corpus\n`, `${block}\n# The corpus\n`])
  })

  test('five edits, on one side after the other', async () => {
    const pair = await beginApart()
    act(pair, 'github', { 'README.md': '# Corpus\n\nOne.\n' })
    await run(pair, ...mode)
    expect(cards(pair)).toEqual(['# Corpus\n\nOne.\n', card('# Corpus\n\nOne.\n')])
    const other = '---\nlicense: apache-2.0\n---\n'
    act(pair, 'huggingface', { 'README.md': card('# Corpus\n\nOne.\n', other) })
    expect(await pair.run(...mode)).toMatchObject({ exitCode: 0, out: expect.stringContaining('In sync') })
    act(pair, 'huggingface', { 'README.md': card('# Corpus\n\nOne.\n\nTwo.\n', other) })
    await run(pair, ...mode)
    act(pair, 'github', { 'README.md': '# The corpus\n\nOne.\n\nTwo.\n' })
    act(pair, 'huggingface', { 'README.md': card('# Corpus\n\nOne.\n\nTwo.\n\nThree.\n', block) })
    await run(pair, ...mode)
    const end = '# The corpus\n\nOne.\n\nTwo.\n\nThree.\n'
    expect(cards(pair)).toEqual([end, card(end)])
  })
})

describe('the mode is changed', () => {
  test('GitHub loses a block that both hold, and gets it back', async () => {
    const pair = await begin({ 'README.md': card('# Corpus\n'), 'a.txt': 'a\n' })
    await run(pair, ...mode)
    expect(cards(pair)).toEqual(['# Corpus\n', card('# Corpus\n')])
    await run(pair)
    expect(cards(pair)).toEqual([card('# Corpus\n'), card('# Corpus\n')])
  })

  test('with edits in between, on both sides', async () => {
    const pair = await begin({ 'README.md': card('# Corpus\n\na\n\nb\n'), 'a.txt': 'a\n' })
    act(pair, 'github', { 'README.md': card('# The corpus\n\na\n\nb\n'), 'b.txt': 'b\n' })
    act(pair, 'huggingface', { 'README.md': card('# Corpus\n\na\n\nB\n', '---\nlicense: gpl\n---\n'), 'c.txt': 'c\n' })
    await run(pair, ...mode)
    const end = '# The corpus\n\na\n\nB\n'
    expect(cards(pair)).toEqual([end, card(end, '---\nlicense: gpl\n---\n')])
    act(pair, 'github', { 'README.md': '# Le corpus\n\na\n\nB\n', 'd.txt': 'd\n' })
    act(pair, 'huggingface', { 'README.md': card(end), 'e.txt': 'e\n' })
    await run(pair)
    const back = card('# Le corpus\n\na\n\nB\n')
    expect(cards(pair)).toEqual([back, back])
  })

  test('from one commit on both sides', async () => {
    const pair = startPair()
    pushToBoth(pair, { 'README.md': card('# Corpus\n'), 'a.txt': 'a\n' })
    await run(pair, ...mode)
    expect(cards(pair)).toEqual(['# Corpus\n', card('# Corpus\n')])
  })
})

test('front matter on GitHub is refused, with what to do', async () => {
  const pair = await beginApart()
  act(pair, 'github', { 'README.md': card('# Corpus\n', '---\ntags: [a]\n---\n') })
  expect(await expectStopped(pair, 3, ...mode)).toContain('README.md would have front matter (tags) on GitHub')
  await run(pair)
  await run(pair, ...mode)
  expect(cards(pair)).toEqual(['# Corpus\n', card('# Corpus\n', '---\nlicense: mit\ntags: [a]\n---\n')])
})
