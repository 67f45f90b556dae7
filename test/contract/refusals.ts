/** The contract on tokens, and on what a service is asked before anything is written. */
import { expect, it } from 'vitest'
import { DeniedError } from '../../lib/model/errors.ts'
import type { Candidate, Draft, Remote } from '../../lib/model/remote.ts'
import type { Scene } from './scene.ts'
import { objectOf, streamOf } from './writer.ts'

const megabyte = 1024 * 1024
const ruled = '*.ruled filter=lfs diff=lfs merge=lfs -text\n'

interface Question {
  readonly path: string
  readonly content: string | Buffer
  readonly more?: Partial<Candidate>
}

/** By the names that a service's traits have an answer for. Only what the tests bring as attributes has a rule. */
const questions: Readonly<Record<string, Question>> = {
  'empty': { path: 'empty.ruled', content: '' },
  'text': { path: 'notes.txt', content: 'text\n' },
  'bytes': { path: 'pixels', content: Buffer.from([0x89, 0, 1, 2]) },
  'large text': { path: 'large.csv', content: 'text\n', more: { byteLength: 11 * megabyte } },
  'ruled text': { path: 'a b/notes.ruled', content: 'text\n' },
  'small object': { path: 'small.csv', content: 'text\n', more: { object: true } },
  'kept object': { path: 'kept.csv', content: 'text\n', more: { object: true, was: 'lfs' } },
  'large object': { path: 'large.dat', content: 'text\n', more: { object: true, byteLength: 11 * megabyte } },
}

function candidates({ at }: Scene): [name: string, Candidate][] {
  return Object.entries(questions).map(([name, { path, content, more }]) => {
    const bytes = Buffer.from(content)
    return [
      name,
      {
        path: at(path),
        byteLength: bytes.byteLength,
        object: false,
        was: null,
        readSample: () => Promise.resolve(bytes.subarray(0, 512)),
        ...more,
      },
    ]
  })
}

const draft = (path: string, store: Draft['store'] = 'plain'): Draft => ({
  path,
  store,
  byteLength: 5,
  read: () => Promise.resolve(Buffer.from('text\n')),
})

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
    const asked = candidates(scene())
    const stores = await connect().readStores(
      head(),
      asked.map(([, candidate]) => candidate),
      new Map([['', ruled]]),
    )
    expect(Object.fromEntries(asked.map(([name, { path }]) => [name, stores.get(path)]))).toEqual(traits.stores)
    expect(stores.size).toBe(asked.length)
  })

  it('reads the rules that the commit brings for a folder, and those that stand there', async () => {
    const { connect, second, at } = scene()
    const files = [
      ['data/standing.bin', 'lfs'],
      ['brought/a.txt', 'lfs'],
      ['brought/deep/b.txt', 'lfs'],
      ['c.txt', 'plain'],
    ].map(([path, store]) => ({ path: at(path!), store }))
    const asked = files.map(({ path }): Candidate => ({
      path,
      byteLength: 5,
      object: false,
      was: null,
      readSample: () => Promise.resolve(Buffer.from('text\n')),
    }))
    const stores = await connect().readStores(
      second,
      asked,
      new Map([[at('brought'), '*.txt filter=lfs diff=lfs merge=lfs -text\n']]),
    )
    expect(files.map(({ path }) => stores.get(path))).toEqual(files.map(({ store }) => store))
  })

  it('speaks against no ordinary edit', async () => {
    const { connect, at } = scene()
    expect(
      await connect().readRefusals([
        draft(at('a b/ü.txt')),
        draft(at('data/x.bin'), 'lfs'),
        draft(at('text.txt'), null),
      ]),
    ).toEqual([])
  })

  it.each(['.git/config', 'sub/.GIT/hooks', '../up.txt', 'a//b.txt', './here.txt'])(
    'says in a sentence that it refuses "%s"',
    async (path) => {
      const { connect, at } = scene()
      const refusals = await connect().readRefusals([draft(at('fine.txt')), draft(at(path))])
      expect(refusals).toHaveLength(1)
      expect(refusals[0]).toContain(at(path))
    },
  )
}
