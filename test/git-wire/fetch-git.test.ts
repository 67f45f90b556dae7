/** Fetching from real git over HTTP, by `git http-backend`. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fetchObjects, type FetchOutcome } from '../../lib/git-wire/fetch.ts'
import type { PackReading, Unpacked } from '../../lib/git-wire/pack.ts'
import { Http } from '../../lib/http/http.ts'
import { serveGit, type GitServer } from '../bench/git-server.ts'
import { hasGit } from '../git-judge.ts'
import { createRepository, versions, type GitRepository } from './git-repository.ts'

describe.skipIf(!hasGit)('git over HTTP', () => {
  let repository: GitRepository
  let server: GitServer
  let http: Http

  beforeAll(async () => {
    repository = createRepository(versions)
    repository.git(['config', 'uploadpack.allowAnySHA1InWant', 'true'])
    server = await serveGit(`${repository.folder}/..`)
    http = new Http({
      origins: { github: [server.origin], huggingface: [server.origin] },
      secrets: [],
      timeoutMs: 9_000,
    })
  })
  afterAll(() => {
    http.close()
    server.close()
    repository.remove()
  })

  const fetchFrom = async (
    path: string,
    wants: readonly string[],
    reading: Partial<PackReading> = {},
  ): Promise<{ outcome: FetchOutcome; objects: Map<string, Unpacked> }> => {
    const objects = new Map<string, Unpacked>()
    const bounds = { byteLengthMax: 1e7, keptBytesMax: 1e7, totalBytesMax: 1e8 }
    const take = (oid: string, object: Unpacked) => void objects.set(oid, object)
    const url = `${server.origin}/${path}`
    const outcome = await fetchObjects({ http, side: 'github', url, authorization: null }, wants, {
      ...bounds,
      take,
      ...reading,
    })
    return { outcome, objects }
  }
  const idOf = (name: string) => repository.git(['rev-parse', name]).toString().trim()
  const list = (...args: string[]) =>
    repository
      .git(['rev-list', '--objects', ...args])
      .toString()
      .trim()
      .split('\n')
      .map((line) => line.slice(0, 40))
      .toSorted()
  const whole = { kind: 'whole', leftOut: 0 }

  it('gives a history', async () => {
    const all = await fetchFrom('r.git', [idOf('main')])
    expect([all.outcome, [...all.objects.keys()].toSorted()]).toEqual([whole, list('main')])
  })

  it('gives single blobs by their ids, and a tree with all that it leads to', async () => {
    const wants = ['main:one.txt', 'main:empty.txt', 'main:small/7.txt', 'main~9:data/table.csv', 'main:zeros.bin'].map(
      idOf,
    )
    const { outcome, objects } = await fetchFrom('r.git', wants, { byteLengthMax: 1_000_000 })
    expect([outcome, [...objects.keys()].toSorted()]).toEqual([
      { kind: 'whole', leftOut: 1 },
      wants.slice(0, 4).toSorted(),
    ])
    const trees = await fetchFrom('r.git', [idOf('main^{tree}')])
    expect([trees.outcome, [...trees.objects.keys()].toSorted()]).toEqual([whole, list('main^{tree}')])
  })

  it('that refuses is no failure: an unknown id, another repository', async () => {
    const unknown = '1'.repeat(40)
    const refused = await fetchFrom('r.git', [idOf('main'), unknown])
    expect(refused.outcome).toEqual({ kind: 'refused', why: expect.stringContaining(`not our ref ${unknown}`) })
    expect((await fetchFrom('other.git', [unknown])).outcome).toEqual({
      kind: 'refused',
      why: "Cannot read git's answer: its status is 404",
    })
  })

  it('is left where more comes than was expected, and where a reader fails', async () => {
    const wants = [idOf('main')]
    expect((await fetchFrom('r.git', wants, { totalBytesMax: 100_000 })).outcome.kind).toBe('broken')
    const failing = fetchFrom('r.git', wants, {
      take: () => {
        throw new Error('enough')
      },
    })
    await expect(failing).rejects.toThrow('enough')
  })
})
