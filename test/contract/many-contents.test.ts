/** Many small files of both services, fetched with git in few requests; and every reason to read some of them otherwise. */
import { describe, expect, it } from 'vitest'
import { pathsOf, type Entry } from '../../lib/model/entry.ts'
import type { Remote } from '../../lib/model/remote.ts'
import { sides, type Side } from '../../lib/model/sides.ts'
import { hasGit } from '../git-judge.ts'
import { startWorld as startGithub } from '../github/setup.ts'
import type { Fault, Hub } from '../hubs/hub.ts'
import type { Fetches } from '../hubs/upload-pack.ts'
import { startWorld as startHub } from '../huggingface/setup.ts'

interface World {
  readonly hub: Hub
  readonly remote: Remote
  readonly commit: (files: Record<string, string>) => string
}
interface Setup {
  readonly private?: boolean
  readonly switches?: { readonly fetches: Fetches }
}

function startWorld(side: Side, setup: Setup = {}): World {
  if (side === 'github') return startGithub(setup)
  const { hub, remote } = startHub(setup)
  return { hub, remote, commit: (files) => hub.commit('main', { files, message: 'Many' }) }
}

/** Texts that resemble one another, so that git tells them as differences. */
const table = (index: number, byteLength: number) =>
  `${index}\n${'one,two,three\n'.repeat(Math.ceil(byteLength / 14))}`.slice(0, byteLength)
const tables = (count: number, byteLength = 300) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`t/${index}.csv`, table(index, byteLength)]))

interface Reading {
  /** Reads all files, several at once, and counts fetches, queries, and other reads. */
  readonly read: () => Promise<{ readonly fetches: number; readonly queries: number; readonly others: number }>
  readonly entries: readonly Entry[]
}

/** Somebody's commit of these files, which the remote is told to expect each time. */
async function startReading({ hub, remote, commit }: World, files: Record<string, string>): Promise<Reading> {
  const head = commit(files)
  const changes = await remote.readChanges(null, head, (path) => path in files)
  const [paths, entries] = [pathsOf(changes), changes.map(({ after }) => after!)]
  const read = async () => {
    const before = hub.requests.length
    remote.expectContents!(entries)
    for (let from = 0; from < paths.length; from += 8)
      await Promise.all(
        paths.slice(from, from + 8).map(async (path, index) => {
          const bytes = await remote.readContent(head, path, entries[from + index]!)
          expect(Buffer.from(bytes).toString() === files[path], path).toBe(true)
        }),
      )
    const urls = hub.requests.slice(before).map(({ url }) => url)
    const count = (part: string) => urls.filter((url) => url.includes(part)).length
    const [fetches, queries, cached] = [count('/git-upload-pack'), count('/graphql'), count('/resolve-cache/')]
    return { fetches, queries, others: urls.length - fetches - queries - cached }
  }
  return { read, entries }
}

const ofFetch = (fault: Pick<Fault, 'act' | 'times'>): Fault => ({
  on: ({ url }) => url.endsWith('/git-upload-pack'),
  when: 'after',
  ...fault,
})

describe.each(sides)('%s', (side) => {
  /** GitHub gives up to 250 short texts by a query, so that only longer ones are read one by one. */
  const long = side === 'github' ? 110_000 : 300

  it.each([{ private: false }, { private: true }])('gives 300 files by one fetch: %o', async (setup) => {
    const { read } = await startReading(startWorld(side, setup), tables(300))
    expect(await read()).toEqual({ fetches: 1, queries: 0, others: 0 })
    expect(await read()).toEqual({ fetches: 0, queries: 0, others: 0 })
  })

  it.skipIf(!hasGit)('gives them where real git answers, with differences of differences', async () => {
    const { read } = await startReading(startWorld(side, { switches: { fetches: 'by git' } }), tables(100, 3_000))
    expect(await read()).toEqual({ fetches: 1, queries: 0, others: 0 })
  })

  it('is not asked for less than 8 files so', async () => {
    const { read } = await startReading(startWorld(side), tables(7, long))
    expect(await read()).toEqual({ fetches: 0, queries: 0, others: 7 })
  })

  it('gives files in portions that memory has room for, and longer ones by themselves', async () => {
    const files = { ...tables(12, 1_500_000), 'long.csv': table(0, 4_100_000) }
    const { read } = await startReading(startWorld(side), files)
    expect(await read()).toEqual({ fetches: 3, queries: 0, others: 1 })
  })

  it.each<Fetches>([401, 403, 404, 503, 'page', 'no ids'])(
    'is read one by one where it answers %s',
    async (fetches) => {
      const { read } = await startReading(startWorld(side, { switches: { fetches } }), tables(12, long))
      const counted = await read()
      expect(counted.others).toBe(12)
      expect(counted.fetches).toBeLessThanOrEqual(4)
      expect((await read()).fetches).toBe(0)
    },
  )

  it('is asked alone for the one file that it leaves out', async () => {
    const { read } = await startReading(startWorld(side, { switches: { fetches: 'fewer' } }), tables(12, long))
    expect(await read()).toEqual({ fetches: 1, queries: 0, others: 1 })
  })

  it('gives the others where it lacks one that was expected', async () => {
    const world = startWorld(side)
    const { read, entries } = await startReading(world, tables(12, long))
    world.remote.expectContents!([{ ...entries[0]!, oid: 'deadbeef'.repeat(5) }])
    expect(await read()).toEqual({ fetches: 2, queries: 0, others: 0 })
  })

  it.each(['cut', 'corrupt', 'drop'] as const)('is asked once more where its answer is not whole: %s', async (act) => {
    const world = startWorld(side)
    const { read } = await startReading(world, tables(12, long))
    world.hub.faults.push(ofFetch({ act, times: 1 }))
    expect(await read()).toEqual({ fetches: 2, queries: 0, others: 0 })
  })

  it.each(['cut', 'corrupt', 'drop'] as const)('is read otherwise where it never is: %s', async (act) => {
    const world = startWorld(side)
    const { read } = await startReading(world, tables(12, long))
    world.hub.faults.push(ofFetch({ act, times: Infinity }))
    const { fetches, others } = await read()
    expect(fetches).toBeLessThanOrEqual(4)
    expect(others).toBeLessThanOrEqual(12)
  })
})
