/** Fetching from real git over HTTP, by `git http-backend`. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fetchObjects, type FetchOutcome, type FetchRequest } from '../../lib/git-wire/fetch.ts'
import type { PackReading, Unpacked } from '../../lib/git-wire/pack.ts'
import { Http } from '../../lib/http/http.ts'
import { serveGit, type GitServer } from '../bench/git-server.ts'
import { hasGit } from '../git-judge.ts'
import { createRepository, versions, type GitRepository } from './git-repository.ts'

describe.skipIf(!hasGit)('git over HTTP', () => {
  let repository: GitRepository
  let server: GitServer
  let http: Http
  let known: Map<string, string>

  beforeAll(async () => {
    repository = createRepository(versions)
    repository.git(['config', 'uploadpack.allowFilter', 'true'])
    repository.git(['config', 'uploadpack.allowAnySHA1InWant', 'true'])
    server = await serveGit(`${repository.folder}/..`)
    http = new Http({
      origins: { github: [server.origin], huggingface: [server.origin] },
      secrets: [],
      timeoutMs: 9_000,
    })
    known = repository.listObjects()
  })
  afterAll(() => {
    http.close()
    server.close()
    repository.remove()
  })

  const fetchFrom = async (
    path: string,
    request: FetchRequest,
    reading: Partial<PackReading> = {},
  ): Promise<{ outcome: FetchOutcome; objects: Map<string, Unpacked> }> => {
    const objects = new Map<string, Unpacked>()
    const bounds = { byteLengthMax: 1e7, keptBytesMax: 1e7, totalBytesMax: 1e8 }
    const take = (oid: string, object: Unpacked) => void objects.set(oid, object)
    const url = `${server.origin}/${path}`
    const outcome = await fetchObjects({ http, side: 'github', url, authorization: null }, request, {
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

  it('gives a history, what is new since a commit, and a snapshot, without large files where they are not wanted', async () => {
    const main = idOf('main')
    const before = idOf('main~5')
    const all = await fetchFrom('r.git', { wants: [main] })
    expect([all.outcome, [...all.objects.keys()].toSorted()]).toEqual([whole, list('main')])
    const since = await fetchFrom('r.git', { wants: [main], haves: [before] })
    expect([since.outcome, [...since.objects.keys()].toSorted()]).toEqual([whole, list('main', '^main~5')])
    // The server may take deltas to what we say that we have, where we say that we can read them.
    const thin = await fetchFrom(
      'r.git',
      { wants: [main], haves: [before] },
      { findBase: (oid) => all.objects.get(oid) ?? null },
    )
    expect([thin.outcome, [...thin.objects.keys()].toSorted()]).toEqual([whole, list('main', '^main~5')])
    const { outcome, objects } = await fetchFrom('r.git', { wants: [main], depth: 1, without: { blobsFrom: 1_000 } })
    const small = repository
      .git(['ls-tree', '-rtz', '--format=%(objectname)', 'main'])
      .toString()
      .split('\0')
      .filter((oid) => known.get(oid)?.startsWith('tree') || Number(known.get(oid)?.split(' ')[1]) < 1_000)
    expect([outcome, [...objects.keys()].toSorted()]).toEqual([
      whole,
      [...new Set([main, idOf('main^{tree}'), ...small])].toSorted(),
    ])
  })

  it('gives single blobs and trees by their ids', async () => {
    const wants = ['main:one.txt', 'main:empty.txt', 'main:small/7.txt', 'main~9:data/table.csv', 'main:zeros.bin'].map(
      idOf,
    )
    const { outcome, objects } = await fetchFrom('r.git', { wants }, { byteLengthMax: 1_000_000 })
    expect([outcome, [...objects.keys()].toSorted()]).toEqual([
      { kind: 'whole', leftOut: 1 },
      wants.slice(0, 4).toSorted(),
    ])
    const trees = await fetchFrom('r.git', { wants: [idOf('main^{tree}')], without: 'blobs' })
    expect([trees.outcome, [...trees.objects.values()].map(({ type }) => type)]).toEqual([
      whole,
      ['tree', 'tree', 'tree'],
    ])
  })

  it('that refuses is no failure: an unknown id, another repository, no filters', async () => {
    const unknown = '1'.repeat(40)
    const refused = await fetchFrom('r.git', { wants: [idOf('main'), unknown] })
    expect(refused.outcome).toEqual({ kind: 'refused', why: expect.stringContaining(`not our ref ${unknown}`) })
    expect((await fetchFrom('other.git', { wants: [unknown] })).outcome).toEqual({
      kind: 'refused',
      why: "Cannot read git's answer: its status is 404",
    })
    repository.git(['config', 'uploadpack.allowFilter', 'false'])
    expect((await fetchFrom('r.git', { wants: [idOf('main')], without: 'blobs' })).outcome.kind).toBe('unfiltered')
    repository.git(['config', 'uploadpack.allowFilter', 'true'])
  })

  it('is left where more comes than was expected, and where a reader fails', async () => {
    const wants = [idOf('main')]
    expect((await fetchFrom('r.git', { wants }, { totalBytesMax: 100_000 })).outcome.kind).toBe('broken')
    const failing = fetchFrom(
      'r.git',
      { wants },
      {
        take: () => {
          throw new Error('enough')
        },
      },
    )
    await expect(failing).rejects.toThrow('enough')
  })
})
