/** Services that store something else than they were sent: each way of writing, seen from the command. */
import { describe, expect, test } from 'vitest'
import { misstorings, type Misstoring } from '../hubs/misstore.ts'
import { servePair, startPair, type Pair } from '../hubs/pair.ts'
import { act, expectInSync, heads, pushToBoth, startMirrored, text, type Files } from './mirror-setup.ts'
import { allBut, begin, parquet, rule } from './wrong-stores-setup.ts'

/** The run fails, and GitHub's branch is where it was: what was wrong was found before anybody could see it. */
async function expectUnpublished(pair: Pair, what: Misstoring, ...argv: string[]): Promise<void> {
  const before = heads(pair)
  pair.github.switches.stores = what
  const ran = await pair.run(...argv)
  expect([ran.exitCode, heads(pair)], `${what.how}: ${ran.out}${ran.err}`).toEqual([1, before])
  expect(ran.err).toMatch(
    /GitHub stored something else than it was sent, ".+" among it .*the branch was not moved to it, run again/,
  )
  pair.github.switches.stores = null
}

describe('on GitHub nothing wrong is ever published', () => {
  const edits: Record<
    string,
    { readonly files: Files; readonly path: string; readonly how: readonly Misstoring['how'][] }
  > = {
    'a text in the root': { files: { 'README.md': '# The corpus\n' }, path: 'README.md', how: allBut('another size') },
    'a text in a folder': { files: { 'a/b/deep.txt': 'deeper\n' }, path: 'a/b/deep.txt', how: allBut('another size') },
    'a text in a new folder': { files: { 'x/y/z.txt': 'new\n' }, path: 'x/y/z.txt', how: allBut('another size') },
    'bytes that are a blob first': {
      files: { 'a/b/long.txt': 'line\n'.repeat(30_000) },
      path: 'a/b/long.txt',
      how: allBut('another size'),
    },
    'a pointer': { files: { 'a/one.parquet': { lfs: parquet('one') } }, path: 'a/one.parquet', how: misstorings },
    'a deletion': { files: { 'gone/old.txt': null }, path: 'gone/old.txt', how: ['as before', 'others deleted'] },
    'rules': {
      files: { '.gitattributes': '*.parquet filter=lfs diff=lfs merge=lfs -text\n*.csv text\n' },
      path: '.gitattributes',
      how: allBut('another size'),
    },
  }
  test.each(Object.entries(edits))('%s', async (_, { files, path, how }) => {
    const pair = await servePair({ waitMsMax: 1 })
    act(pair, 'github', { ...begin, ...rule }, 'Begin')
    expect((await pair.run()).exitCode).toBe(0)
    act(pair, 'huggingface', files)
    for (const one of how) await expectUnpublished(pair, { how: one, of: (written) => written === path })
    expect((await pair.run()).exitCode).toBe(0)
    await expectInSync(pair)
    await pair.close()
  })

  test.each(['the side line', 'the merge'])("%s of both sides' changes", async (which) => {
    const pair = await startMirrored(begin)
    act(pair, 'github', { 'a/b/github.txt': 'github\n' })
    act(pair, 'huggingface', { 'a/b/huggingface.txt': 'huggingface\n' })
    let trees = 0
    for (const how of allBut('another size')) {
      trees = which === 'the merge' ? 0 : 1
      // The side line's tree is made first.
      await expectUnpublished(pair, { how, of: (path) => path === 'a/b/huggingface.txt' && trees++ > 0 })
    }
    expect((await pair.run()).exitCode).toBe(0)
    await expectInSync(pair)
  })

  test('one of many copies', async () => {
    const pair = await startMirrored(begin)
    for (const [index, path] of ['one', 'two', 'three'].entries())
      act(pair, 'huggingface', { [`a/${path}.txt`]: `${path}\n` }, `Add ${index}`)
    for (const how of allBut('another size')) await expectUnpublished(pair, { how, of: (path) => path === 'a/two.txt' })
    await pair.run()
    await expectInSync(pair)
  })

  test.each(['--init', '--lfs'])('what %s writes', async (flag) => {
    const pair = await startMirrored(begin)
    act(pair, 'huggingface', { 'README.md': '# From the Hub\n' })
    act(pair, 'github', { 'README.md': '# From GitHub\n' })
    const argv = [flag, 'huggingface', ...(flag === '--lfs' ? ['--take', 'README.md=huggingface'] : [])]
    for (const how of allBut('another size'))
      await expectUnpublished(
        pair,
        { how, of: (path) => path === (flag === '--lfs' ? '.lfsconfig' : 'README.md') },
        ...argv,
      )
    expect((await pair.run(...argv)).exitCode).toBe(0)
    expect(text(pair, 'github', 'README.md')).toBe('# From the Hub\n')
  })

  test('where a name that is no UTF-8 keeps a folder from being told, the paths that were written are read', async () => {
    const pair = startPair()
    const { store } = pair.github
    const begun = store.readCommit(pushToBoth(pair, { ...begin, 'odd/a.txt': 'a\n' }))
    const entry = (mode: string, name: number[], oid: string) =>
      Buffer.concat([Buffer.from(`${mode} `), Buffer.from(name), Buffer.from('\0'), Buffer.from(oid, 'hex')])
    // One byte that is no character.
    const odd = store.write(
      'tree',
      Buffer.concat([
        entry('100644', [...Buffer.from('a.txt')], store.writeBlob('a\n')),
        entry('100644', [0xfc], store.writeBlob('b\n')),
      ]),
    )
    const tree = store.writeTree(
      store
        .readTree(begun.tree)
        .map((one) => ({ name: one.name, mode: one.mode, oid: one.name === 'odd' ? odd : one.oid })),
    )
    const oid = store.writeCommit({ ...begun, tree })
    pair.github.forcePush('main', oid)
    const { git } = pair.huggingface
    for (const one of [odd, tree]) git.write('tree', store.read(one, 'tree'))
    git.writeBlob('b\n')
    pair.huggingface.gitPush('main', git.writeCommit({ ...begun, tree }))
    act(pair, 'huggingface', { 'odd/a.txt': 'changed\n' })
    pair.github.switches.stores = { how: 'other bytes', of: (path) => path === 'odd/a.txt' }
    expect(await pair.run()).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('GitHub stored "odd/a.txt" otherwise than it was sent'),
    })
    expect(pair.github.head('main')).toBe(oid)
    pair.github.switches.stores = null
    const ran = await pair.run()
    expect([ran.exitCode, text(pair, 'github', 'odd/a.txt')], ran.out + ran.err).toEqual([0, 'changed\n'])
  })
})

describe('the first commit of an empty GitHub repository', () => {
  test.each(allBut('another size', 'as before', 'others deleted'))(
    'is told when it holds %s, answered or not, and the run after it does not go on from it',
    async (how) => {
      for (const lost of [false, true]) {
        const pair = startPair()
        pair.huggingface.commit('main', {
          files: { 'a.txt': 'a\n', 'd/b.txt': 'bb\n' },
          message: 'Begin',
          user: 'alice',
        })
        pair.github.switches.stores = { how, of: (path) => path === 'a.txt' }
        if (lost) pair.github.faults.push({ on: ({ method }) => method === 'PUT', when: 'after', act: 'drop' })
        const ran = await pair.run('--json', '--squash')
        expect([ran.exitCode, JSON.parse(ran.out)]).toMatchObject([
          1,
          {
            written: { github: pair.github.head('main') },
            error: expect.stringContaining('"a.txt" otherwise than it was sent'),
          },
        ])
        expect(ran.err).toContain('--init huggingface')
        pair.github.switches.stores = null
        const before = heads(pair)
        const again = await pair.run()
        const holdsMore = how === 'other bytes' || how === 'another path'
        // An empty commit and an executable bit contradict nothing: the copy on top is whole.
        expect(again.exitCode, again.out + again.err).toBe(holdsMore ? 3 : 0)
        if (holdsMore) expect(heads(pair)).toEqual(before)
        if (holdsMore) expect((await pair.run('--init', 'huggingface', '--allow-delete')).exitCode).toBe(0)
        await expectInSync(pair)
      }
    },
  )
})
