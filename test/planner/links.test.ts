/**
 * A symlink on one side, the other one's file at, below or above it, end to end: told once, settled either way, equal
 * afterwards.
 */
import { describe, expect, test } from 'vitest'
import type { Side } from '../../lib/model/sides.ts'
import type { Pair } from '../hubs/pair.ts'
import { pushTo, storeOf } from '../run/git-users.ts'
import { act, contents, directions, expectStopped, mirror, startMirrored } from '../run/mirror-setup.ts'

/** A push with git, which alone brings a symlink to the Hub; null deletes. */
function pushLinks(pair: Pair, side: Side, links: Readonly<Record<string, string | null>>): void {
  const store = storeOf(pair, side)
  const head = store.readCommit(pair[side].head('main')!)
  const person = {
    name: 'Gita',
    email: 'gita@example.org',
    seconds: Math.floor(pair.clock.now() / 1_000),
    offset: '+0000',
  }
  const tree = store.editFiles(
    head.tree,
    Object.entries(links).map(([path, target]) => [
      path,
      target === null ? null : { mode: '120000', oid: store.writeBlob(target) },
    ]),
  )
  pushTo(
    pair,
    side,
    'main',
    store.writeCommit({
      tree,
      parents: [pair[side].head('main')!],
      author: person,
      committer: person,
      message: 'Link',
    }),
  )
}

async function expectVerified(pair: Pair): Promise<void> {
  const ran = await pair.run('--verify')
  expect(ran.exitCode, ran.out + ran.err).toBe(0)
}

describe.each(directions)('a link on $from', ({ from, to }) => {
  const cases = [
    { name: 'and a file in its place', path: 's', files: { s: 'file\n' } },
    { name: 'and a file below it', path: 's/a', files: { 's/a': 'file\n' } },
  ]
  test.each(cases.flatMap(({ name, path, files }) => [from, to].map((taken) => ({ name, path, files, taken }))))(
    '$name on the other side: $taken taken',
    async ({ path, files, taken }) => {
      const pair = await startMirrored({ 'a.txt': 'a\n' })
      pushLinks(pair, from, { s: 'a.txt' })
      expect((await pair.run()).exitCode).toBe(0)
      act(pair, to, files)
      expect(await expectStopped(pair, 2)).toContain(`${path}  type: ${from} holds a symlink`)
      await mirror(pair, '--take', `${path}=${taken}`)
      expect(contents(pair, from)).toEqual({ 'a.txt': 'a\n', ...(taken === to && files) })
      expect(pair[from].files('main').get('s')?.mode).toBe(
        taken === from ? '120000' : path === 's' ? '100644' : undefined,
      )
      await expectVerified(pair)
      // Both go on from there.
      act(pair, to, { 'b.txt': 'b\n' })
      await mirror(pair)
      if (taken === to) return
      act(pair, from, { s: null })
      act(pair, from, { s: 'the link is a file now\n' })
      await mirror(pair)
      await expectVerified(pair)
    },
  )

  test.each([from, to])('in the place of a file that became executable on the other side: %s taken', async (taken) => {
    const pair = await startMirrored({ 'a.txt': 'a\n', 's': 'file\n' })
    pushLinks(pair, from, { s: 'a.txt' })
    act(pair, to, { s: { mode: '100755', content: 'file\n' } })
    const said = `s  modify/delete: ${from} deleted it, ${to} changed its mode, and ${from} holds a symlink there`
    expect(await expectStopped(pair, 2)).toContain(said)
    await mirror(pair, '--take', `s=${taken}`)
    expect(contents(pair, from)).toEqual({ 'a.txt': 'a\n', ...(taken === to && { s: 'file\n' }) })
    await expectVerified(pair)
  })

  test('below the place of a file that the other side edited, or made executable, is a conflict that nothing but people settle', async () => {
    for (const edit of ['edited\n', { mode: '100755', content: 'file\n' }] as const) {
      const pair = await startMirrored({ 'a.txt': 'a\n', 'd': 'file\n' })
      pushLinks(pair, from, { 'd/s': '../a.txt' })
      act(pair, to, { d: edit })
      for (const argv of [[], ['--take', `d=${to}`]]) {
        const said = /\n {2}d {2}(modify\/delete|file\/directory): .*\n[^]*settle it by hand/
        expect(await expectStopped(pair, 2, ...argv)).toMatch(said)
      }
    }
  })

  test('that was removed leaves no conflict behind', async () => {
    const pair = await startMirrored({ 'a.txt': 'a\n', 'd/f': 'f\n' })
    pushLinks(pair, from, { 'd/s': 'f' })
    // With it goes a file, so that the base's tree holds the link, too.
    act(pair, from, { 'with.txt': 'with\n' })
    await mirror(pair)
    act(pair, to, { 'd/f': null, 'd': 'a file now\n' })
    expect(await expectStopped(pair, 2)).toContain('d  type: ')
    act(pair, from, { 'd/s': null, 'own.txt': 'own\n' })
    await mirror(pair)
    expect(contents(pair, from)).toEqual({
      'a.txt': 'a\n',
      'd': 'a file now\n',
      'own.txt': 'own\n',
      'with.txt': 'with\n',
    })
    await expectVerified(pair)
  })
})
