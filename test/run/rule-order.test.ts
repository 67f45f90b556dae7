/**
 * Where a rule stands is what it means: lines that changed places travel, and the files that they decide on are stored
 * by them on both sides.
 */
import { expect, test } from 'vitest'
import { isLfsPath } from '../../lib/gitattributes/rules.ts'
import { mapSides } from '../../lib/model/sides.ts'
import type { Pair } from '../hubs/pair.ts'
import { act, expectStopped, mirror, startMirrored, text } from './mirror-setup.ts'

const all = '*.dat filter=lfs diff=lfs merge=lfs -text\n'
const exception = 'small.dat !filter !diff !merge text\n'
const start = (rules: string) => startMirrored({ '.gitattributes': rules, 'README.md': '# Corpus\n' })
const isRule = (pair: Pair) =>
  mapSides((side) => isLfsPath(new Map([['', text(pair, side, '.gitattributes')!]]), 'small.dat'))
const isObject = (pair: Pair) => mapSides((side) => pair[side].files('main').get('small.dat')!.lfs !== null)
const both = <T>(value: T) => ({ github: value, huggingface: value })
/** As with git: the Hub's web page would make an object of rules that a rule tracks. */
const plain = (content: string) => ({ mode: '100644', content }) as const

test('two lines that changed places on GitHub have changed places on the Hub, below its own rules, and the file is plain on both', async () => {
  const pair = await start(exception + all)
  const own = text(pair, 'huggingface', '.gitattributes')!
  act(pair, 'github', { '.gitattributes': all + exception, 'small.dat': '1 2 3\n' })
  await mirror(pair)
  expect([isRule(pair), isObject(pair)]).toEqual([both(false), both(false)])
  expect(text(pair, 'huggingface', '.gitattributes')).toBe(own.replace(exception + all, all + exception))
})

test.each([
  [exception + all, all + exception, false],
  [all + exception, exception + all, true],
])(
  'two lines that changed places on the Hub, and the file that they decide on, in one commit of its web page',
  async (before, after, isLfs) => {
    const pair = await start(before)
    const own = text(pair, 'huggingface', '.gitattributes')!
    act(pair, 'huggingface', { '.gitattributes': plain(own.replace(before, after)), 'small.dat': '1 2 3\n' })
    await mirror(pair)
    expect([isRule(pair), isObject(pair)]).toEqual([both(isLfs), both(isLfs)])
    expect(text(pair, 'github', '.gitattributes')).toBe(after)
  },
)

test('--take on rules in dispute leaves the Hub its own rules and gives GitHub none of them', async () => {
  const pair = await start('*.md text\n')
  const own = mapSides((side) => text(pair, side, '.gitattributes')!)
  act(pair, 'github', { '.gitattributes': own.github + all })
  act(pair, 'huggingface', { '.gitattributes': plain(`${own.huggingface}${exception}*.tsv text\n`) })
  expect(await expectStopped(pair, 2)).toContain('"small.dat"')
  await mirror(pair, '--take', '.gitattributes=github')
  expect(text(pair, 'github', '.gitattributes')).toBe(`${own.github}${all}*.tsv text\n`)
  expect(text(pair, 'huggingface', '.gitattributes')).toBe(`${own.huggingface}*.tsv text\n${all}`)
})
