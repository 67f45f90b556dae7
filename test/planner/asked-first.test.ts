/**
 * What a run asks of both sides before it leaves anything behind: whether they can be written, and what their stores
 * take.
 */
import { describe, expect, test } from 'vitest'
import { otherSide, sides, type Side } from '../../lib/model/sides.ts'
import type { Hub } from '../hubs/hub.ts'
import { tokens, type Pair, type Ran } from '../hubs/pair.ts'
import { act, bob, startMirrored, startMoved, type Files } from '../run/mirror-setup.ts'

describe('a run asks before it leaves anything behind', () => {
  const rule = { '.gitattributes': '*.parquet filter=lfs diff=lfs merge=lfs -text\n' }
  const object: Files = { 'one.parquet': { lfs: Buffer.alloc(500, 1) } }
  /** All that a run can leave behind: objects, commits and what leads to them, branches. */
  const traces = ({ github, huggingface, storages }: Pair) => [
    [...storages.github.objects.keys()],
    [...storages.huggingface.objects.keys()],
    [...github.refs],
    [...huggingface.repository.branches],
  ]
  const writes = ({ log }: Ran) =>
    log.filter(
      (line) => !/^(?:GET|HEAD) |\/graphql |\/paths-info\/|\/preupload\/|\/validate-yaml |\/objects\/batch /.test(line),
    )
  async function expectNoTrace(pair: Pair, exitCode: number, ...argv: string[]): Promise<string> {
    const before = traces(pair)
    const ran = await pair.run(...argv)
    expect([ran.exitCode, writes(ran), traces(pair)], ran.out + ran.err).toEqual([exitCode, [], before])
    expect(ran.out).toContain('Nothing was written.')
    expect(JSON.parse((await pair.run('--json', ...argv)).out)).toMatchObject({
      status: exitCode === 3 ? 'refused' : 'denied',
      refusals: [{}],
    })
    return ran.out
  }
  /** `answer` gives another answer to what both services are asked for, null to leave it as it is. */
  function answerOtherwise(
    hub: Hub,
    answer: (request: Request, real: () => Promise<Response>) => Promise<Response | null>,
  ): void {
    const real = hub.fetch.bind(hub)
    hub.fetch = async (request) => (await answer(request.clone(), () => real(request.clone()))) ?? real(request)
  }
  const refuseUploads = (hub: Hub, status: number, body: string) =>
    answerOtherwise(hub, async (request) =>
      request.url.endsWith('/objects/batch') && ((await request.json()) as { operation: string }).operation === 'upload'
        ? new Response(body, { status })
        : null,
    )

  test('where both changed the text below front matter that the Hub holds and would not take today', async () => {
    const card = (first: string, last: string) => `---\nlicense: [mit\n---\n# ${first}\n\none\n\ntwo\n\n${last}\n`
    const pair = await startMirrored({ 'a.txt': 'a\n' })
    act(pair, 'huggingface', { 'README.md': card('Corpus', 'three') })
    expect((await pair.run()).exitCode).toBe(0)
    act(pair, 'github', { 'README.md': card('The corpus', 'three') })
    act(pair, 'huggingface', { 'README.md': card('Corpus', 'four') })
    expect(await expectNoTrace(pair, 3)).toContain('"README.md" has metadata that Hugging Face refuses')
  })

  describe.each([true, false])(
    'where GitHub is archived (its LFS store takes objects all the same: %s)',
    (archivedTakesObjects) => {
      test.each([['huggingface'], ['github', 'huggingface']] as Side[][])(
        'and objects come from %s %s',
        async (...from) => {
          const pair = await startMirrored(rule)
          for (const side of from) act(pair, side, { [`${side}.parquet`]: { lfs: Buffer.from(side) } })
          Object.assign(pair.github.switches, { archived: true, archivedTakesObjects })
          expect(await expectNoTrace(pair, 3)).toMatch(
            /refused: GitHub would refuse this: .*the repository is archived and cannot be written; unarchive it/,
          )
        },
      )

      test("and both sides have new texts, one of them an object's rule", async () => {
        const pair = await startMoved('github', 'huggingface')
        act(pair, 'github', { ...rule, ...object })
        Object.assign(pair.github.switches, { archived: true, archivedTakesObjects })
        expect(await expectNoTrace(pair, 3)).toContain('the repository is archived')
      })

      test('and plain files would become objects there', async () => {
        const pair = await startMoved()
        act(pair, 'github', { '.gitattributes': '*.csv filter=lfs diff=lfs merge=lfs -text\n' })
        act(pair, 'huggingface', { 'table.csv': 'a,b\n' })
        Object.assign(pair.github.switches, { archived: true, archivedTakesObjects })
        expect(await expectNoTrace(pair, 3)).toContain('the repository is archived')
      })
    },
  )

  test.each(sides)('where the token may only read %s, and both sides get objects', async (side) => {
    const pair = await startMirrored(rule)
    for (const from of sides) act(pair, from, { [`${from}.parquet`]: { lfs: Buffer.from(from) } })
    Object.assign(
      pair.env,
      side === 'github' ? { GITHUB_TOKEN: tokens.githubRead } : { HF_TOKEN: tokens.huggingfaceRead },
    )
    expect(await expectNoTrace(pair, 4)).toContain(side === 'github' ? 'GITHUB_TOKEN' : 'HF_TOKEN')
    Object.assign(pair.env, side === 'github' ? { GITHUB_TOKEN: '' } : { HF_TOKEN: '' })
    expect(await expectNoTrace(pair, 4)).toContain(`${side === 'github' ? 'GITHUB_TOKEN' : 'HF_TOKEN'} is not set`)
  })

  test("where the store of Hugging Face is full, before GitHub's gets its objects", async () => {
    const pair = await startMirrored(rule)
    for (const from of sides) act(pair, from, { [`${from}.parquet`]: { lfs: Buffer.from(from) } })
    refuseUploads(
      pair.huggingface,
      403,
      '{"error":"Private repository storage limit reached, please upgrade your plan"}',
    )
    expect(await expectNoTrace(pair, 3)).toMatch(
      /Hugging Face would refuse this: .*storage limit reached.*raise its LFS quota on Hugging Face/,
    )
  })

  test("where the store of GitHub takes no object of that size, before Hugging Face's gets its own", async () => {
    const pair = await startMirrored(rule)
    for (const from of sides) act(pair, from, { [`${from}.parquet`]: { lfs: Buffer.alloc(5_000, from) } })
    pair.github.switches.lfsObjectMax = 4_000
    expect(await expectNoTrace(pair, 3)).toMatch(/huggingface\.parquet.*Size must be less than or equal to 4000/)
  })

  test.each(sides)('where it would make a branch on the other side, and may not write to %s', async (side) => {
    const pair = await startMirrored(rule)
    const files = { 'next.txt': 'next\n' }
    if (side === 'huggingface') {
      pair.huggingface.gitPush('next', pair.huggingface.head('main'))
      pair.huggingface.commit('next', { files, message: 'Next', user: 'alice' })
    } else {
      pair.github.forcePush('next', pair.github.head('main'))
      pair.github.commit('next', { files, message: 'Next', author: bob })
    }
    Object.assign(
      pair.env,
      side === 'github' ? { HF_TOKEN: tokens.huggingfaceRead } : { GITHUB_TOKEN: tokens.githubRead },
    )
    const before = traces(pair)
    const ran = await pair.run('--branch', 'next')
    expect([ran.exitCode, traces(pair)], ran.out + ran.err).toEqual([4, before])
  })

  test.each(['token', 'user', 'nothing'] as const)(
    'at no further request where GraphQL tells that GitHub can be written (permissions of the %s)',
    async (permissions) => {
      const pair = await startMoved('github', 'huggingface')
      pair.github.switches.permissions = permissions
      const ran = await pair.run()
      expect([ran.exitCode, ran.log.filter((line) => line.startsWith('GET /repos/acme/corpus '))]).toEqual([0, []])
    },
  )

  test.each([
    [
      'does not know how to',
      () => ({
        errors: [
          { extensions: { code: 'undefinedField' }, message: "Field 'isDisabled' doesn't exist on type 'Repository'" },
        ],
      }),
    ],
    [
      'may not',
      ({ data }) => ({
        data: { repository: { ...data.repository, viewerPermission: null, isDisabled: null } },
        errors: [
          { type: 'FORBIDDEN', path: ['repository', 'isDisabled'], message: 'Resource not accessible by integration' },
        ],
      }),
    ],
  ] satisfies [string, (told: { data: { repository: object } }) => object][])(
    'by REST where GraphQL %s tell it, which is asked for all else as ever',
    async (_, change) => {
      const pair = await startMoved('github', 'huggingface')
      answerOtherwise(pair.github, async (request, real) =>
        (await request.text()).includes('isDisabled')
          ? Response.json(change((await (await real()).json()) as { data: { repository: object } }))
          : null,
      )
      const ran = await pair.run()
      expect([ran.exitCode, ran.log.filter((line) => line === 'GET /repos/acme/corpus 200').length], ran.err).toEqual([
        0, 1,
      ])
      expect(ran.log.filter((line) => line.startsWith('POST /graphql')).length).toBeGreaterThan(2)
      pair.github.switches.archived = true
      for (const side of sides) act(pair, side, { [`${side}.txt`]: 'y\n' })
      expect(await expectNoTrace(pair, 3)).toContain('the repository is archived')
    },
  )

  test('and a service that cannot say it now ends the run, with nothing written', async () => {
    const pair = await startMoved('github', 'huggingface')
    refuseUploads(pair.huggingface, 503, '')
    const before = traces(pair)
    expect(await pair.run()).toMatchObject({ exitCode: 1, err: expect.stringContaining('503') })
    expect(traces(pair)).toEqual(before)
  })

  test.each(sides)(
    'but not where texts go to one side alone, whose first write says it: archived or read-only, %s',
    async (side) => {
      const pair = await startMoved(otherSide[side])
      if (side === 'github') pair.github.switches.archived = true
      else pair.env.HF_TOKEN = tokens.huggingfaceRead
      const before = traces(pair)
      const ran = await pair.run()
      expect([ran.exitCode, traces(pair)], ran.err).toEqual([side === 'github' ? 3 : 4, before])
      expect(ran.err).toContain(side === 'github' ? 'Repository was archived so is read-only' : 'HF_TOKEN')
    },
  )
})
