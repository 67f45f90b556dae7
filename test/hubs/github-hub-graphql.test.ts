/** What the fake GitHub answers to GraphQL. */
import { beforeEach, describe, expect, test } from 'vitest'
import { askGraphql, createRepository, readToken, zeros } from './github-fixture.ts'
import type { GithubHub } from './github.ts'

let hub: GithubHub
let first: string

beforeEach(() => {
  hub = createRepository()
  first = hub.commit('main', {
    files: {
      'a.txt': 'a\n',
      'sub/run.sh': { mode: '100755', content: '#!\n' },
      'link': { mode: '120000', content: 'a.txt' },
      'vendor': { mode: '160000', content: '1'.repeat(40) },
      'x.bin': Buffer.from([0, 255]),
    },
    message: 'First',
  })
})

const inRepository = async (selection: string) =>
  (await askGraphql(hub, `{ repository(owner: "acme", name: "corpus") { ${selection} } }`)).data.repository

describe('a query', () => {
  test('needs a token', async () => {
    const asked = (token: string | null) =>
      askGraphql(hub, '{ repository(owner: "acme", name: "corpus") { id } }', {}, { token })
    expect(await asked(null)).toMatchObject({
      status: '401',
      message: 'This endpoint requires you to be authenticated.',
    })
    expect(await asked('wrong')).toMatchObject({ status: '401', message: 'Bad credentials' })
  })

  test('tells the repository, what one may do there, and its refs', async () => {
    const refs =
      'ref(qualifiedName: "refs/heads/main") { name prefix target { oid } } none: ref(qualifiedName: "refs/heads/none") { id }'
    expect(await inRepository(`id nameWithOwner viewerPermission isEmpty ${refs}`)).toEqual({
      id: hub.repository.nodeId,
      nameWithOwner: 'acme/corpus',
      viewerPermission: 'WRITE',
      isEmpty: false,
      ref: { name: 'main', prefix: 'refs/heads/', target: { oid: first } },
      none: null,
    })
    const question = [
      '{ repository(owner: "acme", name: "corpus") { viewerPermission } }',
      {},
      { token: readToken },
    ] as const
    expect((await askGraphql(hub, ...question)).data.repository).toEqual({ viewerPermission: 'READ' })
    hub.switches.permissions = 'nothing'
    expect((await askGraphql(hub, ...question)).data.repository).toEqual({ viewerPermission: null })
  })

  test('finds no other repository', async () => {
    expect(await askGraphql(hub, '{ repository(owner: "acme", name: "nope") { id } }')).toEqual({
      data: { repository: null },
      errors: [
        {
          type: 'NOT_FOUND',
          path: ['repository'],
          locations: [{ line: 1, column: 3 }],
          message: "Could not resolve to a Repository with the name 'acme/nope'.",
        },
      ],
    })
  })

  test('tells entries by path with modes as decimal numbers', async () => {
    const fields = '{ mode name oid path size type object { __typename } }'
    const paths = ['a.txt', 'sub', 'sub/run.sh', 'link', 'vendor', 'none', 'a.txt/x']
    const files = paths.map((path, index) => `f${index}: file(path: "${path}") ${fields}`).join(' ')
    const { object } = await inRepository(`object(oid: "${first}") { ... on Commit { tree { oid } ${files} } }`)
    expect(object.tree.oid).toBe(hub.store.readCommit(first).tree)
    const row = ({ mode, name, path, size, type, object: target }: any) => [
      mode,
      name,
      path,
      size,
      type,
      target?.__typename ?? null,
    ]
    const rows = paths.map((_, index) => object[`f${index}`] && row(object[`f${index}`]))
    expect(rows).toEqual([
      [33188, 'a.txt', 'a.txt', 2, 'blob', 'Blob'],
      [16384, 'sub', 'sub', 0, 'tree', 'Tree'],
      [33261, 'run.sh', 'sub/run.sh', 3, 'blob', 'Blob'],
      [40960, 'link', 'link', 5, 'blob', 'Blob'],
      [57344, 'vendor', 'vendor', 0, 'commit', null],
      null,
      null,
    ])
  })

  test('reads blobs by the batch: text as it is, nothing of binary, the beginning of long ones', async () => {
    hub.switches.blobTextMax = 10
    const contents = ['short\r\n', 'x'.repeat(11), Buffer.from([0, 1]), Buffer.from('caf\u00e9', 'latin1')]
    const blob = (content: string | Buffer, index: number) =>
      `b${index}: object(oid: "${hub.store.writeBlob(content)}") { ... on Blob { byteSize text isBinary isTruncated } }`
    const blobs = await inRepository(contents.map(blob).join(' '))
    expect(Object.values(blobs)).toEqual([
      { byteSize: 7, text: 'short\r\n', isBinary: false, isTruncated: false },
      { byteSize: 11, text: 'x'.repeat(10), isBinary: false, isTruncated: true },
      { byteSize: 2, text: null, isBinary: true, isTruncated: false },
      { byteSize: 4, text: 'caf\u00e9', isBinary: false, isTruncated: false },
    ])
  })

  test('understands expressions', async () => {
    const oid = async (expression: string) =>
      (await inRepository(`object(expression: "${expression}") { oid ... on Tree { entries { path } } }`)).object
    expect(await oid('main')).toEqual({ oid: first })
    expect((await oid('HEAD:sub')).entries).toEqual([{ path: 'sub/run.sh' }])
    expect((await oid(`${first}:a.txt`)).oid).toBe(hub.files('main').get('a.txt')!.oid)
    expect((await oid('main:')).oid).toBe(hub.store.readCommit(first).tree)
    expect(await oid('main:none')).toBeNull()
  })

  test('may lag behind as the rest does, or not', async () => {
    hub.switches.staleReads = 1
    const second = hub.commit('main', { files: { 'a.txt': 'new\n' }, message: 'Second' })
    const head = async () =>
      (await inRepository('ref(qualifiedName: "refs/heads/main") { target { oid } }')).ref.target.oid
    expect(await head()).toBe(second)
    hub.switches.staleGraphql = true
    expect([await head(), await head()]).toEqual([first, second])
  })

  test('that asks for what is not in the schema gets errors and no data', async () => {
    const answer = await askGraphql(hub, '{ repository(owner: "acme", name: "corpus") { nope } }')
    expect([Object.keys(answer), answer.errors.length]).toEqual([['errors'], 1])
  })

  test('over the limit is answered with 200', async () => {
    hub.switches.limits.graphql = 0
    expect((await askGraphql(hub, '{ repository(owner: "acme", name: "corpus") { id } }')).errors[0].type).toBe(
      'RATE_LIMITED',
    )
    expect(hub.requests[0]!.status).toBe(200)
  })
})

describe('updateRefs', () => {
  const update = (refUpdates: object[], question = {}) =>
    askGraphql(
      hub,
      'mutation($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }',
      { input: { repositoryId: hub.repository.nodeId, refUpdates, clientMutationId: 'mine' } },
      question,
    )
  const next = (branch = 'main') => {
    const oid = hub.commit('aside', { files: { 'a.txt': 'next\n' }, message: 'Next', parents: [hub.head(branch)!] })
    hub.refs.delete('refs/heads/aside')
    return oid
  }

  test('moves, makes and deletes refs', async () => {
    hub.forcePush('old', first)
    const oid = next()
    expect(
      await update([
        { name: 'refs/heads/main', beforeOid: first, afterOid: oid },
        { name: 'refs/heads/new', beforeOid: zeros, afterOid: first },
        { name: 'refs/heads/old', afterOid: zeros },
      ]),
    ).toEqual({ data: { updateRefs: { clientMutationId: 'mine' } } })
    expect([hub.head('main'), hub.head('new'), hub.head('old')]).toEqual([oid, first, null])
  })

  test('moves none where one does not pass', async () => {
    hub.switches.refConflictType = 'STALE_DATA'
    const oid = next()
    const answer = await update([
      { name: 'refs/heads/new', afterOid: first },
      { name: 'refs/heads/main', beforeOid: oid, afterOid: oid },
    ])
    expect(answer).toMatchObject({ data: { updateRefs: null }, errors: [{ type: 'STALE_DATA', path: ['updateRefs'] }] })
    expect([hub.head('new'), hub.head('main')]).toEqual([null, first])
  })

  test.each<[string, () => object, string | undefined]>([
    ['a branch made that is there', () => ({ beforeOid: zeros, afterOid: first }), undefined],
    [
      'a move backwards',
      () => ({ beforeOid: first, afterOid: hub.commit('root', { files: {}, message: 'Root', parents: [] }) }),
      'UNPROCESSABLE',
    ],
    ['a tree', () => ({ beforeOid: first, afterOid: hub.store.readCommit(first).tree }), 'UNPROCESSABLE'],
    ['nothing known', () => ({ beforeOid: first, afterOid: 'f'.repeat(40) }), 'NOT_FOUND'],
  ])('refuses %s', async (_, make, type) => {
    expect((await update([{ name: 'refs/heads/main', ...make() }])).errors[0].type).toBe(type)
    expect(hub.head('main')).toBe(first)
  })

  test('goes backwards by force', async () => {
    const oid = next()
    hub.forcePush('main', oid)
    await update([{ name: 'refs/heads/main', beforeOid: oid, afterOid: first, force: true }])
    expect(hub.head('main')).toBe(first)
  })

  test('is refused for a token that may only read, where it is not allowed, and on a protected branch', async () => {
    const move = { name: 'refs/heads/main', beforeOid: first, afterOid: next() }
    expect((await update([move], { token: readToken })).errors[0]).toMatchObject({
      type: 'FORBIDDEN',
      message: 'Resource not accessible by personal access token',
    })
    hub.switches.protectedBranches.set('main', 'Changes must be made through a pull request.')
    expect((await update([move])).errors[0]).toMatchObject({
      type: 'UNPROCESSABLE',
      message: 'Changes must be made through a pull request.',
    })
    hub.switches.hidesRules = true
    expect((await update([move])).errors[0].message).toMatch(/^Something went wrong while executing your query/)
    hub.switches.protectedBranches.clear()
    hub.switches.updateRefs = 'forbidden'
    expect((await update([move])).errors[0].type).toBe('FORBIDDEN')
    expect(hub.head('main')).toBe(first)
  })
})
