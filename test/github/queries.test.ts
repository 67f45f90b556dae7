/** Large GraphQL queries, of which GitHub answers a part or nothing, and answers that are no GraphQL at all. */
import { describe, expect, it } from 'vitest'
import type { Change } from '../../lib/model/entry.ts'
import { askGraphql, createRepository } from '../hubs/github-fixture.ts'
import { act, expectInSync, startMirrored, text } from '../run/mirror-setup.ts'
import { at, blobId, connectThrough, startWorld, type World } from './setup.ts'

const json = { 'content-type': 'application/json' }

function numbered(count: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`${String(index).padStart(3, '0')}.txt`, `${index}\n`]),
  )
}

/** Changes whose files will be read. */
async function readExpected({ remote }: World, from: string, to: string): Promise<Change[]> {
  const changes = await remote.readChanges(from, to, () => true)
  remote.expectContents!(changes.map(({ after }) => after!))
  return changes
}

describe.each(['partial', 502] as const)('a query that asks for too much (%s)', (queryOverload) => {
  it.each([18, 50, 76])(
    'is asked in smaller ones where %i objects are the most, and no text is asked for alone',
    async (queryObjectsMax) => {
      const world = startWorld({ switches: { fetches: 404 } })
      const from = world.commit({ x: 'x' })
      const count = 300
      const to = world.commit(numbered(count))
      const changes = await readExpected(world, from, to)
      Object.assign(world.hub.switches, { queryObjectsMax, queryOverload })
      world.takeRequests()
      for (const { path, after } of changes)
        expect(blobId(Buffer.from(await world.remote.readContent(to, path, after!)))).toBe(after!.oid)
      const requests = world.takeRequests()
      expect([...new Set(requests)].filter((line) => !line.endsWith('/git-upload-pack'))).toEqual(['POST /graphql'])
      // What came of an answer is kept. Where nothing comes, halves are not full, and some tries only tell how much is
      // too much.
      const least = Math.ceil(count / queryObjectsMax)
      expect(requests.length).toBeLessThanOrEqual(queryOverload === 'partial' ? least + 3 : least * 1.5 + 16)
    },
  )

  it('gives the same entries of paths in both commits as a small one', async () => {
    const world = startWorld()
    const files = { ...numbered(45), '.gitattributes': '*.bin filter=lfs\n' }
    const from = world.commit(files)
    const to = world.commit({ ...numbered(60), '003.txt': null, '004.txt': 'other\n', '005.txt': 'other\n' })
    const read = async (switches: object) => {
      Object.assign(world.hub.switches, { queryObjectsMax: 250, ...switches })
      const remote = world.connect()
      world.takeRequests()
      return [
        await remote.readChanges(from, to, () => true),
        await remote.readEntries(to, ['003.txt', '004.txt', 'nothing', '.gitattributes']),
      ]
    }
    const whole = await read({})
    expect(await read({ queryObjectsMax: 18, queryOverload })).toEqual(whole)
    // Where a query ends without an answer, the folders that prove the comparison are given up first: two listings
    // prove it then.
    expect(world.takeRequests().filter((line) => line.includes('trees'))).toHaveLength(queryOverload === 502 ? 2 : 0)
  })
})

it('a service that does not know how to tell folders is asked once, and then for all the rest', async () => {
  const world = startWorld()
  const from = world.commit({ ...numbered(5), 'd/a.txt': 'a\n' })
  const to = world.commit({ '000.txt': 'new\n', 'd/a.txt': 'b\n' })
  const last = world.commit({ '001.txt': 'new\n' })
  const body = JSON.stringify({
    errors: [
      {
        path: ['query', 'repository'],
        extensions: { code: 'undefinedField' },
        message: "Field 'nameRaw' doesn't exist on type 'TreeEntry'",
      },
    ],
  })
  const query = async (request: Request) => (await request.clone().text()).includes('nameRaw')
  const { http, remote } = connectThrough(async (request) =>
    request.method === 'POST' && (await query(request))
      ? new Response(body, { headers: json })
      : world.hub.fetch(request),
  )
  expect((await remote.readChanges(from, to, () => true)).map(({ path }) => path)).toEqual(['000.txt', 'd/a.txt'])
  expect((await remote.readChanges(to, last, () => true)).map(({ path }) => path)).toEqual(['001.txt'])
  // What was asked of GraphQL beside that was answered, and two listings prove what it does not tell.
  expect(world.takeRequests().filter((line) => line === 'POST /graphql')).toHaveLength(2)
  expect(http.requests.github).toBeLessThanOrEqual(12)
})

it('what GraphQL never tells is asked for otherwise, after five queries', async () => {
  const world = startWorld({ switches: { queryObjectsMax: 0, fetches: 404 } })
  const from = world.commit({ x: 'x' })
  const to = world.commit(numbered(40))
  const changes = await readExpected(world, from, to)
  world.takeRequests()
  for (const { path, after } of changes)
    expect(Buffer.from(await world.remote.readContent(to, path, after!)).toString()).toBe(
      `${Number(path.slice(0, 3))}\n`,
    )
  const requests = world.takeRequests()
  expect(requests.filter((line) => line === 'POST /graphql')).toHaveLength(5)
  expect(requests.length).toBeLessThanOrEqual(46)
})

it('a complaint that does not say what it is about leaves what came', async () => {
  const world = startWorld({ switches: { fetches: 404 } })
  const from = world.commit({ x: 'x' })
  const to = world.commit(numbered(30))
  const changes = await readExpected(world, from, to)
  const blob = (content: string | null) => (content === null ? null : { text: content, isTruncated: false })
  const body = JSON.stringify({
    data: { repository: { id: 'R_1', b0: blob('0\n'), b1: null, b2: blob('2\n') } },
    errors: [{ message: 'One of the servers did not answer' }],
  })
  world.hub.faults.push(at('POST', '/graphql', { when: 'before', act: { status: 200, headers: json, body } }))
  world.takeRequests()
  for (const { path, after } of changes.slice(0, 3))
    expect(Buffer.from(await world.remote.readContent(to, path, after!)).toString()).toBe(
      `${Number(path.slice(0, 3))}\n`,
    )
  expect(world.takeRequests().filter((line) => line === 'POST /graphql')).toHaveLength(1)
})

const strange = [
  'null',
  '[]',
  '17',
  '"no"',
  '{}',
  '{"data":null}',
  '{"data":[]}',
  '{"data":{"repository":[]}}',
  '{"data":{"repository":{"id":7}}}',
  '{"errors":"no"}',
  '{"errors":{"message":"no"}}',
  '{"errors":17,"data":{"updateRefs":{}}}',
  '{"errors":[null]}',
  '{"errors":[[]],"data":null}',
  '{"errors":[{"message":{"a":1},"path":"x","type":[]}]}',
  'not json',
  '',
]

describe.each(['all', 'mutations'] as const)('answers with status 200 that are no GraphQL, to %s', (which) => {
  it.each(strange)('end in a run that says what is wrong, or goes on by REST: %s', async (body) => {
    const pair = await startMirrored({ 'a.txt': 'a\n' })
    act(pair, 'huggingface', { 'a.txt': 'b\n', 'c.txt': 'c\n' })
    const graphql = { times: 999, when: 'before', act: { status: 200, headers: json, body } } as const
    let count = 0
    // The first query of the run is the one that looks paths up; what follows the objects is the mutation.
    pair.github.faults.push({
      ...graphql,
      on: ({ method, url }) => method === 'POST' && url.endsWith('/graphql') && (which === 'all' || ++count > 1),
    })
    const ran = await pair.run()
    expect([0, 1], ran.out + ran.err).toContain(ran.exitCode)
    if (ran.exitCode === 1)
      expect(ran.err + ran.out).toMatch(/Cannot move GitHub "acme\/corpus@main" to [0-9a-f]{7}: .*run again later/)
    pair.github.faults.length = 0
    expect((await pair.run()).exitCode).toBe(0)
    expect(text(pair, 'github', 'c.txt')).toBe('c\n')
    await expectInSync(pair)
  })
})

describe('the fake', () => {
  const query =
    '{ repository(owner: "acme", name: "corpus") { id a: object(expression: "main") { oid } b: object(expression: "main:") { oid } c: object(expression: "main:a") { oid } } }'

  it('fills the first objects of a query that asks for too many, and complains about each of the others', async () => {
    const hub = createRepository({ switches: { queryObjectsMax: 2 } })
    hub.commit('main', { files: { a: 'a' }, message: 'First' })
    const oid = expect.stringMatching(/^[0-9a-f]{40}$/) as string
    expect(await askGraphql(hub, query)).toMatchObject({
      data: { repository: { a: { oid }, b: { oid }, c: null } },
      errors: [{ type: 'RESOURCE_LIMITS_EXCEEDED', path: ['repository', 'c'] }],
    })
  })

  it('or gives up after ten seconds', async () => {
    const hub = createRepository({ switches: { queryObjectsMax: 2, queryOverload: 502 } })
    hub.commit('main', { files: { a: 'a' }, message: 'First' })
    const start = hub.clock.now()
    await askGraphql(hub, query)
    expect([hub.requests[0]!.status, hub.clock.now() - start]).toEqual([502, 10_000])
  })
})
