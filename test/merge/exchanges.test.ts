import { describe, expect, test } from 'vitest'
import { findExchanges } from '../../lib/merge/exchanges.ts'
import type { Side, Sides } from '../../lib/model/sides.ts'
import { swapSides } from '../swap.ts'
import {
  binary,
  changesBetween,
  lfs,
  merge,
  numbers,
  plain,
  symlink,
  verdict,
  type Case,
  type World,
} from './worlds.ts'

const [one, two, three] = [numbers(), numbers({ 1: 'two' }), numbers({ 1: 'three' })]
const edited = numbers({ 5: 'five' })
const shown = (content: string) => JSON.stringify(content).replaceAll('"', "'")
const textsOf = (files: World) =>
  Object.fromEntries(
    Object.entries(files).map(([path, file]) => [path, typeof file === 'string' ? file : file.bytes.toString()]),
  )
/** A world, and the same with the sides exchanged. */
const bothWays = (world: Omit<Case, 'base' | 'take'> & { readonly base: World }): Case[] => [
  world,
  { ...world, ...swapSides({ github: world.github, huggingface: world.huggingface }) },
]

describe('files that changed places', () => {
  test.each<[string, World, World, string[][]]>([
    ['two', { a: one, b: two }, { a: two, b: one }, [['a', 'b']]],
    ['three', { a: one, b: two, c: three }, { a: three, b: one, c: two }, [['a', 'b', 'c']]],
    ['two objects', { a: lfs('1'), b: lfs('2') }, { a: lfs('2'), b: lfs('1') }, [['a', 'b']]],
    [
      'two, and a third that came to one of them before',
      { a: one, b: two, z: three },
      { a: two, b: one, z: edited },
      [['a', 'b']],
    ],
    ['none where one was edited on the way', { a: one, b: two }, { a: edited, b: one }, []],
    ['none where one was moved on and replaced', { a: one, b: two }, { a: two, c: one }, []],
    ['none where the content is in several places', { a: one, b: two, c: three }, { a: two, b: one, c: one }, []],
  ])('%s', (_, before, after, expected) => {
    expect(findExchanges(changesBetween(before, after)).map((round) => round.toSorted())).toEqual(expected)
  })

  test('are not settled over a link that the other side has at one of them, also where its entries take the link for a file', () => {
    for (const world of bothWays({
      base: { a: one, b: two },
      github: { a: two, b: one },
      huggingface: { a: edited, b: symlink('elsewhere') },
    })) {
      for (const blind of [[], ['github', 'huggingface']] as const)
        expect(merge({ ...world, blind }).conflicts).toMatchObject([{ path: 'a', settleable: false }])
    }
  })

  test('while the other side edits one of them are a conflict, by which no edit ends in another document', () => {
    for (const [index, world] of bothWays({
      base: { a: one, b: two },
      github: { a: two, b: one },
      huggingface: { a: edited, b: two },
    }).entries()) {
      const [swapper, editor]: [Side, Side] = index === 0 ? ['github', 'huggingface'] : ['huggingface', 'github']
      expect(merge(world).conflicts).toMatchObject([
        {
          path: 'a',
          kind: 'content',
          settleable: true,
          detail: `${swapper} exchanged "a", "b" with one another, and ${editor} changed "a"; taking a side takes its version of all of them`,
        },
      ])
      expect(verdict({ ...world, take: { a: swapper } })).toEqual([
        `${editor} a = ${shown(two)}`,
        `${editor} b = ${shown(one)}`,
      ])
      expect(verdict({ ...world, take: { a: editor } })).toEqual([
        `${swapper} a = ${shown(edited)}`,
        `${swapper} b = ${shown(two)}`,
      ])
    }
  })

  test('are one conflict for three of them too, and where the other side moved one away', () => {
    const base = { a: one, b: two, c: three }
    const github = { a: three, b: one, c: two }
    expect(
      verdict({
        base,
        github,
        huggingface: { ...base, b: numbers({ 1: 'two', 5: 'five' }), c: numbers({ 1: 'three', 5: 'five' }) },
      }),
    ).toEqual(['conflict b content'])
    expect(verdict({ base, github, huggingface: { a: one, b: two, d: three } })).toContain('conflict c content')
    for (const side of ['github', 'huggingface'] as const) {
      const { after } = merge({ base, github, huggingface: { a: one, b: two, d: three }, take: { c: side } })
      expect(textsOf(after.github)).toEqual(textsOf(after.huggingface))
    }
  })

  test('are none where the other side did the same, left them alone, or deleted one', () => {
    const base = { a: one, b: two }
    const swapped = { a: two, b: one }
    expect(verdict({ base, github: swapped, huggingface: swapped })).toEqual([])
    expect(verdict({ base, github: swapped, huggingface: base })).toEqual([
      `huggingface a = ${shown(two)}`,
      `huggingface b = ${shown(one)}`,
    ])
    expect(verdict({ base, github: swapped, huggingface: { b: two } })).toEqual([
      `huggingface b = ${shown(one)}`,
      'conflict a modify/delete',
    ])
  })

  test("are not offered to be taken where a folder or a link has come into one's place", () => {
    const world = {
      base: { a: one, b: two },
      github: { a: two, b: one },
      huggingface: { 'a/moved': one, 'b': numbers({ 1: 'two', 5: 'five' }) },
    }
    expect(merge(world).conflicts).toMatchObject([{ path: 'a', settleable: false }])
    expect(merge({ ...world, huggingface: { c: one, a: symlink('c'), b: two } }).conflicts).toMatchObject([
      { path: 'a', settleable: false },
    ])
  })
})

describe('an empty file that both sides added', () => {
  test("takes the other side's text, as git merges it", () => {
    for (const world of bothWays({ base: {}, github: { a: '' }, huggingface: { a: 'one\n' } })) {
      const { after, conflicts } = merge(world)
      expect([conflicts, textsOf(after.github), textsOf(after.huggingface)]).toEqual([
        [],
        { a: 'one\n' },
        { a: 'one\n' },
      ])
      expect(verdict(world)).toEqual([`${world.github['a'] === '' ? 'github' : 'huggingface'} a = 'one\\n'`])
    }
  })

  test('is a conflict with bytes that are no text, and with an object, as for git', () => {
    expect(verdict({ base: {}, github: { a: '' }, huggingface: { a: plain(binary('x')) } })).toEqual([
      'conflict a add/add',
    ])
    expect(verdict({ base: {}, github: { a: '' }, huggingface: { a: lfs('x') } })).toEqual(['conflict a add/add'])
  })
})

describe('a file that was renamed into a folder that the other side renamed', () => {
  const base = { 'xy/z': two, 'm/a': one }
  const world = (github: string, huggingface: string): Case => ({
    base,
    github: { 'nn/z': two, 'm/a': github },
    huggingface: { 'xy/z': two, 'xy/a': huggingface },
  })
  const both = numbers({ 5: 'five', 9: 'nine' })

  test.each<[string, string, string, string]>([
    ['and edited on the other side', edited, one, edited],
    ['and edited on both', edited, numbers({ 9: 'nine' }), both],
  ])('%s keeps every edit, wherever it is taken to', (_, github, huggingface, expected) => {
    expect(merge(world(github, huggingface)).conflicts.filter(({ kind }) => kind === 'file location')).toMatchObject([
      { path: 'xy/a', settleable: true },
    ])
    for (const [taken, place] of [
      ['github', 'nn/a'],
      ['huggingface', 'xy/a'],
    ] as const) {
      const { after, conflicts } = merge({ ...world(github, huggingface), take: { 'xy/a': taken } })
      expect(conflicts).toEqual([])
      for (const files of Object.values(after)) expect(textsOf(files)).toEqual({ 'nn/z': two, [place]: expected })
    }
  })

  test('keeps new bytes of an object too', () => {
    const objects: Case = {
      base: { 'xy/z': two, 'm/a': lfs('0') },
      github: { 'nn/z': two, 'm/a': lfs('1') },
      huggingface: { 'xy/z': two, 'xy/a': lfs('0') },
    }
    expect(verdict({ ...objects, take: { 'xy/a': 'github' } })).toEqual([
      'github m/a deleted',
      "github nn/a = lfs '1'",
      "huggingface nn/a = lfs '1'",
      `huggingface nn/z = ${shown(two)}`,
      'huggingface xy/a deleted',
      'huggingface xy/z deleted',
    ])
  })

  test('is a conflict in its new place where the edits meet, and that one is settled as any other', () => {
    const meeting = world(edited, numbers({ 5: 'V' }))
    expect(verdict({ ...meeting, take: { 'xy/a': 'github' } })).toContain('conflict nn/a content')
    for (const [taken, expected] of [
      ['github', edited],
      ['huggingface', numbers({ 5: 'V' })],
    ] as const) {
      const { after, conflicts } = merge({ ...meeting, take: { 'xy/a': 'github', 'nn/a': taken } })
      expect([conflicts, textsOf(after.github)['nn/a'], textsOf(after.huggingface)['nn/a']]).toEqual([
        [],
        expected,
        expected,
      ])
    }
  })

  test('is told what each answer does', () => {
    expect(merge(world(edited, one)).conflicts.map(({ detail }) => detail)).toEqual([
      'github moved all of the folder "xy" to "nn", and huggingface put this file into it: taking github moves it to "nn/a", taking huggingface leaves it here',
    ])
  })
})

describe('equal files are no conflict', () => {
  const equal = (base: Sides<World>, now: Sides<World>) =>
    verdict({ base: base as Case['base'], ...now }).filter((line) => line.startsWith('conflict'))
  test.each<[string, World, World, World, World]>([
    [
      'a file that both moved, and that one took out of LFS on the way',
      { 'lfs/t': lfs('t') },
      { 'lfs/t': lfs('t') },
      { 'old/t': lfs('t') },
      { 'old/t': plain('t') },
    ],
    [
      'one that was plain at one side all the time',
      { 'lfs/t': plain('t') },
      { 'lfs/t': lfs('t') },
      { 'old/t': plain('t') },
      { 'old/t': plain('t') },
    ],
    ['one that both have in two places now', { a: one }, { a: one }, { b: one, c: one }, { b: one, c: one }],
    [
      'two new places of the same content, of which one side took one out of LFS',
      { a: lfs('t') },
      { a: lfs('t') },
      { b: lfs('t'), c: lfs('t') },
      { b: lfs('t'), c: plain('t') },
    ],
    [
      'a folder that one side moved, while both have the same new file in it',
      { 'd/a': one },
      { 'd/a': one },
      { 'e/a': one, 'd/n': 'n\n' },
      { 'e/a': one, 'd/n': 'n\n' },
    ],
    [
      'rules of which one pattern changed on both',
      { '.gitattributes': '*.a one\n' },
      { '.gitattributes': '*.a two\n' },
      { '.gitattributes': '*.a three\n' },
      { '.gitattributes': '*.a three\n' },
    ],
  ])('%s', (_, github, huggingface, githubNow, huggingfaceNow) => {
    expect(equal({ github, huggingface }, { github: githubNow, huggingface: huggingfaceNow })).toEqual([])
    expect(
      equal({ github: huggingface, huggingface: github }, { github: huggingfaceNow, huggingface: githubNow }),
    ).toEqual([])
  })

  test('but a file in two new places is one where only one of them is the same', () => {
    expect(
      equal({ github: { a: one }, huggingface: { a: one } }, { github: { b: one, c: one }, huggingface: { b: one } }),
    ).toEqual(['conflict a rename/delete'])
  })
})
