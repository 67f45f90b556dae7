/** The contract on tokens, and on what a service is asked before anything is written. */
import { expect, it } from 'vitest'
import { DeniedError } from '../../lib/model/errors.ts'
import type { Draft, Remote } from '../../lib/model/remote.ts'
import { draft, readDraft, storesOf, type Drawn } from './drafts.ts'
import type { Scene } from './scene.ts'
import { objectOf, streamOf } from './writer.ts'

const megabyte = 1024 * 1024
const ruled = '*.ruled filter=lfs diff=lfs merge=lfs -text\n'

/** By the names that a service's traits have an answer for. Only what the tests bring as attributes has a rule. */
const questions: Readonly<Record<string, Drawn & { readonly path: string }>> = {
  'empty': { path: 'empty.ruled', bytes: '' },
  'text': { path: 'notes.txt' },
  'bytes': { path: 'pixels', bytes: Buffer.from([0x89, 0, 1, 2]) },
  'large text': { path: 'large.csv', byteLength: 11 * megabyte },
  'ruled text': { path: 'a b/notes.ruled' },
  'small object': { path: 'small.csv', object: true },
  'kept object': { path: 'kept.csv', object: true, was: 'lfs' },
  'large object': { path: 'large.dat', object: true, byteLength: 11 * megabyte },
}

function drafts({ at }: Scene): [name: string, Draft][] {
  return Object.entries(questions).map(([name, { path, ...drawn }]) => [name, draft(at(path), drawn)])
}

export function describeRefusals(scene: () => Scene): void {
  const content = Buffer.from('never to be seen\n')
  const commit = (remote: Remote) => remote.prepare([scene().compose({ 'forged.txt': 'forged\n' })], scene().head())
  const writes: [string, (remote: Remote) => Promise<unknown>][] = [
    ['writes a commit', async (remote) => (await commit(remote)).publish()],
    [
      'sends an object',
      (remote) => remote.uploadObjects([{ object: objectOf(content), open: () => Promise.resolve(streamOf(content)) }]),
    ],
    ['makes a branch', (remote) => remote.createBranch(scene().second)],
  ]

  it.each(writes.flatMap(([name, write]) => (['wrong', 'weak'] as const).map((kind) => [kind, name, write] as const)))(
    'denies a %s token that %s, and nothing is written',
    async (kind, _, write) => {
      const {
        connect,
        head,
        expectFailure,
        connection: { tokens, scratch },
      } = scene()
      const branch = `${scratch}-denied`
      await expectFailure(() => write(connect({ token: tokens[kind] })), DeniedError)
      await expectFailure(() => connect({ token: tokens[kind], branch }).createBranch(scene().second), DeniedError)
      expect(await connect().readHead()).toBe(head())
      expect(await connect({ branch }).readHead()).toBeNull()
      expect(await connect().readMissing([objectOf(content)])).toEqual([objectOf(content)])
    },
  )

  it('denies a wrong token and one that may only read as soon as it is asked, or else before anything shows', async () => {
    const {
      connect,
      head,
      expectFailure,
      connection: { tokens, traits },
    } = scene()
    await expectFailure(() => connect({ token: tokens.wrong }).checkWrite(), DeniedError)
    const remote = connect({ token: tokens.weak })
    await expectFailure(() => (traits.probes ? remote.checkWrite() : commit(remote)), DeniedError)
    expect(await connect().readHead()).toBe(head())
  })

  it('lets a token write that may, and writes nothing to find out', async () => {
    const { connect, head } = scene()
    await expect(connect().checkWrite()).resolves.toBeUndefined()
    expect(await connect().readHead()).toBe(head())
  })

  it('says who can see the repository, however often it is asked, and that it does not know where it is not told', async () => {
    const {
      connect,
      connection: { tokens, visibility },
    } = scene()
    const remote = connect()
    const told = await remote.readVisibility()
    expect(visibility === null ? ['public', 'internal', 'gated', 'private'] : [visibility]).toContain(told)
    expect(await remote.readVisibility()).toBe(told)
    expect(await connect({ token: tokens.wrong }).readVisibility()).toBe('unknown')
  })

  it('says how each file has to be stored', async () => {
    const {
      connect,
      head,
      connection: { traits },
    } = scene()
    const asked = drafts(scene())
    const stores = await connect().readStores(
      head(),
      asked.map(([, one]) => one),
      new Map([['', ruled]]),
      readDraft,
    )
    const told = storesOf(
      asked.map(([, one]) => one),
      stores,
    )
    expect(Object.fromEntries(asked.map(([name, { path }]) => [name, told[path]]))).toEqual(traits.stores)
    expect([...stores.keys()].filter((path) => !(path in told))).toEqual([])
  })

  it('reads the rules that the commit brings for a folder, and those that stand there', async () => {
    const { connect, second, at } = scene()
    const files = [
      ['data/standing.bin', 'lfs'],
      ['brought/a.txt', 'lfs'],
      ['brought/deep/b.txt', 'lfs'],
      ['c.txt', 'plain'],
    ].map(([path, store]) => ({ path: at(path!), store }))
    const stores = await connect().readStores(
      second,
      files.map(({ path }) => draft(path)),
      new Map([[at('brought'), '*.txt filter=lfs diff=lfs merge=lfs -text\n']]),
      readDraft,
    )
    expect(files.map(({ path }) => stores.get(path) ?? 'plain')).toEqual(files.map(({ store }) => store))
  })

  it('speaks against no ordinary edit', async () => {
    const { connect, at } = scene()
    expect(
      await connect().readRefusals(
        [draft(at('a b/ü.txt')), draft(at('data/x.bin'), { store: 'lfs' }), draft(at('text.txt'), { store: null })],
        readDraft,
      ),
    ).toEqual([])
  })

  it.each(['.git/config', 'sub/.GIT/hooks', '../up.txt', 'a//b.txt', './here.txt'])(
    'says in a sentence that it refuses "%s"',
    async (path) => {
      const { connect, at } = scene()
      const refusals = await connect().readRefusals([draft(at('fine.txt')), draft(at(path))], readDraft)
      expect(refusals).toHaveLength(1)
      expect(refusals[0]).toContain(at(path))
    },
  )
}
