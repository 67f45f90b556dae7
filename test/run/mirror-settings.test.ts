/** The same changes under every setting of the services that is uncertain, and for every kind of repository. */
import { describe, expect, test } from 'vitest'
import type { Side } from '../../lib/model/sides.ts'
import type { ObjectStore } from '../hubs/git.ts'
import { startPair, type PairOptions } from '../hubs/pair.ts'
import {
  act,
  beginMirror,
  contents,
  directions,
  expectInSync,
  expectStopped,
  heads,
  mirror,
  pushToBoth,
  startMirrored,
  text,
  type Files,
} from './mirror-setup.ts'

const settings: { readonly name: string; readonly options: PairOptions }[] = [
  { name: 'as they are', options: {} },
  { name: 'the Hub quotes names as git does', options: { huggingface: { switches: { compareQuoting: 'git' } } } },
  { name: 'the Hub tells renames, with tabs', options: { huggingface: { switches: { compareRenames: 'tab' } } } },
  { name: 'the Hub tells renames, with spaces', options: { huggingface: { switches: { compareRenames: 'space' } } } },
  { name: 'the Hub compares nothing', options: { huggingface: { switches: { compareStatus: 404 } } } },
  { name: 'the Hub resets modes', options: { huggingface: { switches: { keepsModes: false } } } },
  { name: 'the Hub looks at whole files', options: { huggingface: { switches: { binaryCheck: 'whole' } } } },
  {
    name: 'the Hub forgets what no branch reaches',
    options: { huggingface: { switches: { readsUnreachable: false } } },
  },
  { name: 'GitHub tells no renames', options: { github: { switches: { compareRenames: 'none' } } } },
  { name: 'GitHub compares nothing', options: { github: { switches: { compareStatus: 404 } } } },
  { name: 'GitHub truncates listings', options: { github: { switches: { compareStatus: 404, listingMax: 3 } } } },
  { name: 'GitHub lists tree ids', options: { github: { switches: { listingSha: 'tree' } } } },
  { name: 'GitHub takes few files at once', options: { github: { switches: { treeEntriesMax: 2 } } } },
  { name: 'GitHub gives little text at once', options: { github: { switches: { blobTextMax: 10 } } } },
  { name: 'GitHub forbids updateRefs', options: { github: { switches: { updateRefs: 'forbidden' } } } },
  { name: 'GitHub tells no permissions', options: { github: { switches: { permissions: 'nothing' } } } },
]

const lines = (edits: Record<number, string> = {}) =>
  Array.from({ length: 12 }, (_, index) => `${edits[index] ?? `line ${index}`}\n`).join('')
const begin: Files = {
  'README.md': lines(),
  'a b.csv': 'a\n1\n2\n',
  'ä/q"uo\\te.txt': 'odd\n',
  'gone.txt': 'gone\n',
  'run.sh': { mode: '100755', content: '#!/bin/sh\n' },
}
const changes: Files = {
  'README.md': lines({ 3: 'changed' }),
  'a b.csv': null,
  'moved/a b.csv': 'a\n1\n2\n',
  'ä/q"uo\\te.txt': 'changed\n',
  'new \u00e9 "x".txt': 'new\n',
  'gone.txt': null,
  'run.sh': '#!/bin/bash\n',
  'empty': '',
}

describe.each(settings)('$name', ({ options }) => {
  test.each(directions)('changes on $from arrive on $to', async ({ from, to }) => {
    const pair = await startMirrored(begin, options)
    act(pair, from, changes)
    const wanted = contents(pair, from)
    await mirror(pair)
    expect(contents(pair, to)).toEqual(wanted)
    expect(pair.github.files('main').get('run.sh')).toMatchObject({ mode: '100755' })
  })

  test('changes on both are merged, and go on from there', async () => {
    const pair = await startMirrored(begin, options)
    act(pair, 'github', { ...changes, 'README.md': lines({ 1: 'g' }) })
    act(pair, 'huggingface', { 'README.md': lines({ 10: 'h' }), 'a b.csv': 'a\n1\n3\n', 'hub.txt': 'hub\n' })
    await mirror(pair)
    expect(text(pair, 'github', 'README.md')).toBe(lines({ 1: 'g', 10: 'h' }))
    expect([text(pair, 'huggingface', 'moved/a b.csv'), text(pair, 'huggingface', 'a b.csv')]).toEqual([
      'a\n1\n3\n',
      undefined,
    ])
    act(pair, 'huggingface', { 'hub.txt': null, 'README.md': lines() })
    await mirror(pair)
    expect([text(pair, 'github', 'hub.txt'), text(pair, 'github', 'README.md')]).toEqual([undefined, lines()])
  })

  test('a conflict stops the run', async () => {
    const pair = await startMirrored(begin, options)
    for (const { from } of directions) act(pair, from, { 'README.md': lines({ 3: from }), [`${from}.txt`]: from })
    await expectStopped(pair, 2)
    await mirror(pair, '--take', 'README.md=huggingface')
  })
})

describe.each(['models/acme/m', 'spaces/acme/s'])('%s', (id) => {
  test.each(directions)('changes on $from arrive on $to', async ({ from, to }) => {
    const pair = startPair({ huggingface: { id }, env: { HF_REPO: id } })
    // A new Space has a README of its own, and it may be what configures it.
    await beginMirror(pair, begin, ...(id.startsWith('spaces') ? ['--take', 'README.md=github'] : []))
    act(pair, from, changes)
    await mirror(pair)
    expect(text(pair, to, 'README.md')).toBe(lines({ 3: 'changed' }))
  })
})

const lags: { readonly name: string; readonly side: Side; readonly reads: number; readonly graphql: boolean }[] = [
  { name: 'the Hub', side: 'huggingface', reads: 2, graphql: false },
  { name: 'the Hub for long', side: 'huggingface', reads: 7, graphql: false },
  { name: "GitHub's REST", side: 'github', reads: 2, graphql: false },
  { name: 'all of GitHub', side: 'github', reads: 3, graphql: true },
  { name: 'all of GitHub for long', side: 'github', reads: 7, graphql: true },
]

describe.each(lags)('$name lags behind its writes', ({ side, reads, graphql }) => {
  test('nothing is lost, written twice or undone, and a few runs later both hold everything', async () => {
    const pair = await startMirrored(begin)
    pair[side].switches.staleReads = reads
    if (side === 'github') pair.github.switches.staleGraphql = graphql
    const titles = (log: readonly string[], store: ObjectStore) =>
      log.map((oid) => store.readCommit(oid).message.split('\n')[0]!)
    for (const [round, files] of [
      { 'README.md': lines({ 1: 'g' }) },
      { 'README.md': lines({ 1: 'g', 2: 'gg' }), 'gone.txt': null },
    ].entries()) {
      act(pair, 'github', files, `Bob ${round}`)
      act(
        pair,
        'huggingface',
        { 'ä/q"uo\\te.txt': `round ${round}\n`, [`hub-${round}.txt`]: 'hub\n' },
        `Alice ${round}`,
      )
      for (let run = 0; run < 4; run++) {
        const before = heads(pair)
        const { exitCode, out, err } = await pair.run()
        if (exitCode === 0) continue
        // A head that is not there yet looks as if it had been taken away, or as if somebody were writing all the time.
        expect([exitCode, heads(pair)], out + err).toEqual([err.includes('Gave up') ? 1 : 3, before])
        expect(out + err).toMatch(/which is no longer in that branch's history|Gave up after 5 plans/)
      }
    }
    for (let run = 0; run < 8; run++) await pair.run()
    await expectInSync(pair)
    expect(contents(pair, 'github')).toMatchObject({
      'README.md': lines({ 1: 'g', 2: 'gg' }),
      'hub-0.txt': 'hub\n',
      'hub-1.txt': 'hub\n',
    })
    expect(text(pair, 'huggingface', 'gone.txt')).toBeUndefined()
    for (const title of ['Bob 0', 'Bob 1', 'Alice 0', 'Alice 1']) {
      expect(
        titles(pair.github.store.readLog(pair.github.head('main')!), pair.github.store).filter((one) => one === title)
          .length,
        title,
      ).toBeLessThanOrEqual(1)
      expect(
        titles(pair.huggingface.git.readLog(pair.huggingface.head('main')!), pair.huggingface.git).filter(
          (one) => one === title,
        ).length,
        title,
      ).toBeLessThanOrEqual(1)
    }
  })
})

test.each(directions)('more files than one comparison lists, changed on $from', async ({ from, to }) => {
  const many = (content: string) =>
    Object.fromEntries(
      Array.from({ length: 320 }, (_, index) => [`many/${index % 7}/${index}.txt`, `${content} ${index}\n`]),
    )
  const pair = startPair()
  pushToBoth(pair, { ...begin, ...many('old') })
  act(pair, from, { ...many('new'), 'gone.txt': null })
  await mirror(pair)
  expect(contents(pair, to)).toMatchObject(many('new'))
})

test('a merged branch of GitHub is mirrored, what it got since is not', async () => {
  const pair = await startMirrored(begin)
  pair.github.commit('side', { files: { 'side.txt': 'side\n' }, message: 'Side', parents: [pair.github.head('main')!] })
  const merged = pair.github.merge('main', 'side')
  pair.github.commit('side', { files: { 'later.txt': 'later\n' }, message: 'Not merged' })
  await mirror(pair)
  expect([
    pair.github.head('main'),
    text(pair, 'huggingface', 'side.txt'),
    text(pair, 'huggingface', 'later.txt'),
  ]).toEqual([merged, 'side\n', undefined])
})

test('a branch of GitHub that began before the last run and is merged after it brings only its own change', async () => {
  const pair = await startMirrored(begin)
  pair.github.commit('side', { files: { 'side.txt': 'side\n' }, message: 'Side', parents: [pair.github.head('main')!] })
  act(pair, 'huggingface', { 'README.md': lines({ 5: 'h' }) })
  await mirror(pair)
  pair.github.merge('main', 'side')
  act(pair, 'huggingface', { 'gone.txt': null })
  await mirror(pair)
  expect([
    text(pair, 'huggingface', 'side.txt'),
    text(pair, 'github', 'README.md'),
    text(pair, 'github', 'gone.txt'),
  ]).toEqual(['side\n', lines({ 5: 'h' }), undefined])
})
