import { describe, expect, test } from 'vitest'
import { mapSides, type Side } from '../../lib/model/sides.ts'
import { lfs, merge, plain, type Case, type World } from './worlds.ts'

const text = (name: string | number, edits: Readonly<Record<number, string>> = {}) =>
  Array.from({ length: 10 }, (_, line) => `${edits[line] ?? `${name} line ${line}`}\n`).join('')
const many = (count: number, folder: string, edits: Readonly<Record<number, string>> = {}): World =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`${folder}/${at}`, text(at, edits)]))
const kinds = ({ conflicts }: ReturnType<typeof merge>) => conflicts.map(({ path, kind }) => `${path} ${kind}`)
const read = ({ asked }: ReturnType<typeof merge>) => asked.filter((question) => question.startsWith('bytes'))
/** One world for a side, another one for the other. */
const apart = (side: Side, here: World, there: World) => mapSides((one) => (one === side ? here : there))
/** More than 10 MB, and like another one of the same name. */
const large = (edit: string): Buffer =>
  Buffer.concat([Buffer.from(`${edit}\n`), Buffer.alloc(10_000_001, 'the same line\n')])

describe('files are read to find out where one went', () => {
  test('only when the other side has a say in it', () => {
    const base = { 'd/a': text('a'), 'k': 'keep\n' }
    const github = { 'e/b': text('a', { 3: 'edited' }), 'k': 'keep\n' }
    expect(read(merge({ base, github, huggingface: base }))).toEqual([])
    expect(read(merge({ base, github, huggingface: { ...base, 'k': 'kept\n', 'f/n': 'new\n' } }))).toEqual([])
    expect(read(merge({ base, github, huggingface: { ...base, 'd/a': text('a', { 8: 'edited' }) } }))).toEqual([
      'bytes github base d/a',
      'bytes github head e/b',
    ])
    expect(read(merge({ base, github, huggingface: { k: 'keep\n' } }))).toHaveLength(2)
  })

  test('not for a file that came into a folder which is still there', () => {
    const base = { 'd/a': text('a'), 'd/k': 'keep\n' }
    const merged = merge({
      base,
      github: { 'd/b': text('a', { 3: 'edited' }), 'd/k': 'keep\n' },
      huggingface: { ...base, 'd/n': 'new\n' },
    })
    expect([read(merged), merged.conflicts]).toEqual([[], []])
    expect(Object.keys(merged.after.huggingface).toSorted()).toEqual(['d/b', 'd/k', 'd/n'])
  })

  test('not for a file in a new folder within one that is gone: git does not look where that went', () => {
    const base = { 'd/a': text('a'), 'a': text('a', { 3: 'another' }) }
    const merged = merge({
      base,
      github: { 'e/a': text('a', { 3: 'edited' }), 'a': text('a', { 3: 'another' }) },
      huggingface: { ...base, 'd/new/n': 'new\n' },
    })
    expect([read(merged), merged.conflicts]).toEqual([[], []])
    expect(Object.keys(merged.after.github).toSorted()).toEqual(['a', 'd/new/n', 'e/a'])
  })

  test('only those that are long enough and not too long to be half the same', () => {
    const base = { a: text('a') }
    const github = { short: text('a').slice(0, 40), long: text('a').repeat(3), near: text('b') }
    expect(read(merge({ base, github, huggingface: { a: text('a', { 8: 'edited' }) } }))).toEqual([
      'bytes github base a',
      'bytes github head near',
    ])
  })
})

describe.each([
  ['github', 'huggingface'],
  ['huggingface', 'github'],
] as const)('a folder within one that %s moved', (mover, other) => {
  const world = (base: World, moved: World, stayed: World, take = {}) =>
    merge({ base, take, ...apart(mover, moved, stayed) })
  const [base, moved] = [{ 'd/e/a': text('a') }, { c: text('a') }]

  test('has a file in a new folder of its own that may belong elsewhere, once git asks where all of it went', () => {
    expect(kinds(world(base, moved, { ...base, 'd/e/new/n': 'new\n' }))).toEqual([])
    expect(kinds(world(base, moved, { ...base, 'd/n': 'asks\n', 'd/e/new/n': 'new\n' }))).toEqual([
      'd/e/new/n file location',
    ])
  })

  test('lets the file follow, or stay', () => {
    for (const [taken, path] of [
      [mover, 'new/n'],
      [other, 'd/e/new/n'],
    ] as const) {
      const { conflicts, after } = world(
        base,
        moved,
        { ...base, 'd/n': 'asks\n', 'd/e/new/n': 'new\n' },
        { 'd/e/new/n': taken },
      )
      expect([conflicts, Object.keys(after.github).toSorted(), Object.keys(after.huggingface).toSorted()]).toEqual([
        [],
        ['c', 'd/n', path].toSorted(),
        ['c', 'd/n', path].toSorted(),
      ])
    }
  })
})

describe.each([
  ['github', 'huggingface'],
  ['huggingface', 'github'],
] as const)('an object that %s moved and changed at once', (mover, other) => {
  const world = (base: Case['base'], moved: World, stayed: World, take = {}) =>
    merge({ base, take, ...apart(mover, moved, stayed) })
  const rows = (edit: string) => text('row', { 3: edit })

  test('is not read: a pointer says nothing of what is in it', () => {
    const merged = world({ d: lfs(rows('as it was')) }, { e: lfs(rows('moved')) }, { d: lfs(rows('edited')) })
    expect([kinds(merged), read(merged)]).toEqual([['d modify/delete'], []])
  })

  test('and that the other side deleted is deleted, and new under its new name', () => {
    const merged = world({ d: lfs(rows('as it was')) }, { e: lfs(rows('moved')) }, {})
    expect([kinds(merged), read(merged), Object.keys(merged.after[other])]).toEqual([[], [], ['e']])
  })

  test('is not merged line by line where it is plain for one side alone', () => {
    const base = apart(mover, { d: plain(rows('as it was')) }, { d: lfs(rows('as it was')) })
    const sides = [{ e: plain(rows('moved')) }, { d: lfs(text('row', { 8: 'edited' })) }] as const
    expect(world(base, ...sides).conflicts).toMatchObject([
      {
        path: 'e',
        kind: 'content',
        detail: expect.stringMatching(/^both sides changed it \(it is "d" on \w+\), and it is stored in LFS$/),
        settleable: true,
      },
    ])
    for (const [winner, content] of [
      [mover, rows('moved')],
      [other, text('row', { 8: 'edited' })],
    ] as const) {
      const { conflicts, after } = world(base, ...sides, { e: winner })
      const contents = [after.github, after.huggingface].map((files) =>
        Object.entries(files).map(([path, file]) => [path, typeof file === 'string' ? file : file.bytes.toString()]),
      )
      expect([conflicts, contents]).toEqual([[], [[['e', content]], [['e', content]]]])
    }
  })

  test('is followed where only its place changed, and so is a pointer that somebody committed as a text, but neither is merged as one', () => {
    const pointer = (size: number) =>
      `version https://git-lfs.github.com/spec/v1\noid sha256:${'7'.repeat(64)}\nsize ${size}\n`
    expect(world({ d: lfs('v0') }, { e: lfs('v0') }, { d: lfs('v1') }).after[mover]).toMatchObject({
      e: { bytes: Buffer.from('v1'), lfs: true },
    })
    expect(world({ d: pointer(5) }, { e: pointer(5) }, { d: pointer(6) }).after[mover]).toMatchObject({
      e: { bytes: Buffer.from(pointer(6)) },
    })
    expect(world({ d: pointer(5) }, { e: pointer(6) }, { d: pointer(7) }).conflicts).toMatchObject([
      {
        path: 'e',
        kind: 'content',
        detail: expect.stringMatching(/^both sides changed it \(it is "d" on \w+\), and it is not text$/),
      },
    ])
  })
})

describe.each([
  ['github', 'huggingface'],
  ['huggingface', 'github'],
] as const)('where there is too much to compare what %s did', (mover, other) => {
  const world = (base: World, moved: World, stayed: World) => merge({ base, ...apart(mover, moved, stayed) })

  test('with many files, nothing is read, and what may have been renamed is a conflict', () => {
    const merged = world(many(150, 'd'), many(150, 'e', { 3: 'edited' }), {})
    expect([merged.conflicts.length, new Set(merged.conflicts.map(({ kind }) => kind)), read(merged)]).toEqual([
      150,
      new Set(['rename/delete']),
      [],
    ])
    expect(merged.conflicts[0]).toMatchObject({
      settleable: true,
      detail: `${mover} may have renamed it: more than one place fits, or there is too much to compare`,
    })
  })

  test('with many candidates for one file too', () => {
    const merged = world({ 'd/0': text(0) }, many(600, 'e', { 3: 'edited' }), {})
    expect([kinds(merged), read(merged)]).toEqual([['d/0 rename/delete'], []])
  })

  test('with a file of more than 10 MB', () => {
    const merged = world({ a: plain(large('one')) }, { b: plain(large('two')) }, {})
    expect([kinds(merged), read(merged)]).toEqual([['a rename/delete'], []])
  })

  test('a file that came into a folder of which all are gone is one', () => {
    const merged = world(many(150, 'd'), many(150, 'e', { 3: 'edited' }), { ...many(150, 'd'), 'd/new': 'new\n' })
    expect([kinds(merged), read(merged)]).toEqual([['d/new file location'], []])
  })

  test('and changed files are what they were: changed here and deleted there', () => {
    const merged = world(many(150, 'd'), many(150, 'e', { 3: 'edited' }), many(150, 'd', { 8: 'edited' }))
    expect([merged.conflicts.length, new Set(merged.conflicts.map(({ kind }) => kind))]).toEqual([
      150,
      new Set(['modify/delete']),
    ])
  })

  test('taking a side settles it, and both sides end equal', () => {
    const take = Object.fromEntries(Object.keys(many(150, 'd')).map((path) => [path, other]))
    const { conflicts, after } = merge({
      base: many(150, 'd'),
      take,
      ...apart(mover, many(150, 'e', { 3: 'edited' }), {}),
    })
    expect(conflicts).toEqual([])
    expect(Object.keys(after.github).toSorted()).toEqual(Object.keys(after.huggingface).toSorted())
  })
})

test('as many files as may be compared, all alike, take no long time', () => {
  const alike = (folder: string, edit: string): World =>
    Object.fromEntries(
      Array.from({ length: 141 }, (_, at) => [`${folder}/${at}`, text('same', { 3: `${edit} ${at}` })]),
    )
  const started = performance.now()
  const { conflicts } = merge({ base: alike('d', 'one'), github: alike('e', 'two'), huggingface: alike('d', 'six') })
  expect(conflicts.length).toBeGreaterThanOrEqual(141)
  expect(performance.now() - started).toBeLessThan(4_000)
})
