/** What a run has done stays done when a limit ends it: under the limits of a workflow's own token, in virtual time. */
import { describe, expect, test } from 'vitest'
import { objectId } from '../hubs/git.ts'
import { workflowLimits } from '../hubs/github-switches.ts'
import { startPair, type Pair, type PairOptions, type Ran } from '../hubs/pair.ts'
import { isLong } from '../random.ts'
import { act, beginMirror, expectInSync, pictures, type Files } from './mirror-setup.ts'
import { hourMs, listRefused, pass, runUntilFinished } from './under-limits.ts'

/** More in an hour than one by one is allowed, and than a workflow's token may ask for. */
const counts = isLong ? [50, 600, 1_000, 2_000, 3_000] : [520, 1_100]

/**
 * Begun on GitHub and mirrored to a new dataset, whose own rules store pictures in LFS. The limits are those of a
 * workflow's token and of a free account.
 */
async function startLimited(files: Files, { github, huggingface, ...more }: PairOptions = {}): Promise<Pair> {
  const pair = startPair({
    github: { ...github, switches: { ...workflowLimits, ...github?.switches } },
    huggingface: { ...huggingface, switches: { commitsPerHour: 128, ...huggingface?.switches } },
    ...more,
  })
  await beginMirror(pair, files)
  pass(pair, hourMs)
  return pair
}

const isWrite = (line: string) => /^(?:POST|PATCH|PUT) \/repos\/\S+ 20\d$/.test(line)
const isBlob = (line: string) => /^POST \/repos\/\S+\/git\/blobs 201$/.test(line)
const isGithub = (line: string) => /\/repos\/|graphql|legacy\.tar\.gz|git-receive-pack|git-upload-pack/.test(line)
const isFile = (line: string) => /\/(?:resolve-cache|raw)\/.* 200$/.test(line)
const count = (runs: readonly Ran[], is: (line: string) => boolean) => runs.map(({ log }) => log.filter(is).length)

/** Runs an hour apart until one ends with 0; all before it end with 1. */
async function runHourly(pair: Pair, runsMax: number, ...argv: string[]): Promise<Ran[]> {
  const runs: Ran[] = []
  while (runs.length < runsMax) {
    const ran = await pair.run(...argv)
    runs.push(ran)
    if (ran.exitCode === 0) break
    expect(ran.exitCode, ran.out + ran.err).toBe(1)
    pass(pair, hourMs)
  }
  expect(runs.at(-1)!.exitCode, runs.at(-1)!.err).toBe(0)
  await expectInSync(pair)
  return runs
}

function expectLess(numbers: readonly number[]): void {
  expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => b - a))
}

const begin: Files = { 'README.md': '# Corpus\n', 'a/b/c/d/e/deep.txt': 'deep\n' }

/**
 * Where many files cannot be pushed together: each that is no text is a request of its own, and 500 of those an hour
 * are allowed.
 */
const oneByOne: PairOptions = { github: { switches: { pushes: 403 } } }

describe('Hub to GitHub', () => {
  test.each(counts)(
    "%i pictures that no rule of GitHub's stores in LFS are pushed in one run, for a small share of an hour's requests",
    async (pictureCount) => {
      const pair = await startLimited(begin)
      act(pair, 'huggingface', pictures(pictureCount))
      const runs = await runHourly(pair, 1)
      expect([count(runs, isBlob), [...pair.github.refs.keys()]]).toEqual([[0], ['refs/heads/main']])
      expect(count(runs, isGithub)[0]).toBeLessThanOrEqual(30)
      expect(count(runs, isWrite)[0]).toBeLessThanOrEqual(10)
    },
  )

  test('into an empty repository too', async () => {
    const pair = startPair({ github: { switches: workflowLimits } })
    act(pair, 'huggingface', { 'README.md': '# Corpus\n', '.gitattributes': '', ...pictures(120) })
    const runs = await runHourly(pair, 1)
    expect(count(runs, isBlob)).toEqual([0])
  })

  test('420 pictures that cannot be pushed leave as fast as GitHub takes them: none is refused, and people are told', async () => {
    const pair = await startLimited(begin, oneByOne)
    act(pair, 'huggingface', pictures(420))
    const [ran] = await runHourly(pair, 1)
    const refused = listRefused(ran!).filter((line) => !line.includes('git-receive-pack'))
    expect([refused, count([ran!], isBlob)]).toEqual([[], [420]])
    expect(
      ran!.err.match(/^GitHub did not take files by a push: they go one by one, 500 in an hour at most$/gm),
    ).toHaveLength(1)
    expect(ran!.err).toMatch(/^GitHub takes 80 writes a minute: the next one goes in 61 s$/m)
  })

  test('520 pictures that cannot be pushed end in the second run, which writes only what the first one could not; the first says when to run again', async () => {
    const pair = await startLimited(begin, oneByOne)
    act(pair, 'huggingface', pictures(520))
    const runs = await runHourly(pair, 2)
    expect(count(runs, isBlob).reduce((sum, each) => sum + each)).toBe(520)
    for (const is of [isWrite, isBlob, () => true]) expectLess(count(runs, is))
    expect(runs[0]!.err).toMatch(/too much was asked of GitHub in a short time, run again after 2026-11-01 02:0\d UTC/)
  })

  test.each([true, false])(
    '250 pictures at 100 writes an hour take three runs, and no blob is written twice; a Retry-After comes: %s',
    async (secondaryRetryAfter) => {
      const pair = await startLimited(begin, {
        github: { switches: { pushes: 403, contentWrites: { minute: 80, hour: 100 }, secondaryRetryAfter } },
      })
      act(pair, 'huggingface', pictures(250, 'a/b/c/d/e'))
      const runs = await runHourly(pair, 3)
      expect([count(runs, isBlob).reduce((sum, each) => sum + each), count(runs, isWrite).slice(0, 2)]).toEqual([
        250,
        [100, 100],
      ])
    },
  )

  test('texts that a run before has written are not even read again, and need fewer requests to be put into trees', async () => {
    const pair = await startLimited(begin, {
      github: { switches: { contentWrites: { minute: 80, hour: 4 } } },
      huggingface: { switches: { fetches: 404 } },
    })
    act(pair, 'huggingface', {
      ...Object.fromEntries(
        Array.from({ length: 260 }, (_, index) => [`data/${index % 7}/${index}.csv`, `${index}\n`.padEnd(4_000)]),
      ),
      ...pictures(5),
    })
    const runs = await runHourly(pair, 3, '--no-inspect')
    expect(count(runs, isFile)).toEqual([260, 10])
    expect(count(runs, isBlob).reduce((sum, each) => sum + each)).toBe(5)
  })

  test('files whose content GitHub had once are neither read nor written', async () => {
    const texts = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`old/${index}.csv`, `${index}\n`]))
    const pair = await startLimited(begin)
    act(pair, 'github', { ...texts, ...pictures(40) })
    act(
      pair,
      'github',
      Object.fromEntries([...Object.keys(texts), ...Object.keys(pictures(40))].map((path) => [path, null])),
    )
    act(pair, 'huggingface', {
      ...Object.fromEntries(Object.entries(texts).map(([path, text]) => [path.replace('old', 'new'), text])),
      ...pictures(40, 'again'),
    })
    const runs = await runHourly(pair, 1, '--no-inspect')
    expect([count(runs, isBlob), count(runs, isFile)]).toEqual([[0], [0]])
  })
})

describe('GitHub to Hub', () => {
  test.each(counts.slice(1))(
    "%i pictures, be it more than a workflow's token may ask for in an hour, are read with few requests and end in one run",
    async (pictureCount) => {
      const pair = await startLimited(begin)
      act(pair, 'github', pictures(pictureCount))
      const runs = await runHourly(pair, 1)
      expect(count(runs, isGithub)[0]).toBeLessThanOrEqual(12)
    },
  )

  test('pictures and texts, five folders deep, at 40 requests an hour', async () => {
    const pair = await startLimited(begin, { github: { switches: { limits: { core: 40, graphql: 40, lfs: 100 } } } })
    const texts = Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [`a/b/c/d/e/${index % 7}/${index}.csv`, `${index}\n`]),
    )
    act(pair, 'github', { ...texts, ...pictures(300, 'a/b/c/d/e') })
    await runHourly(pair, 1)
  })

  test('what is ready to be uploaded when a read fails is uploaded, and the next run finds it there', async () => {
    const pair = await startLimited(begin)
    const large = Buffer.concat([
      Buffer.from([0, 255]),
      Buffer.alloc(10_500_000, 'an object whatever its first bytes are '),
    ])
    act(pair, 'github', { ...pictures(5), 'z/large.bin': large })
    const blob = `/git/blobs/${objectId('blob', large)}`
    pair.github.faults.push({
      on: ({ url }) => url.endsWith(blob),
      times: 1,
      when: 'before',
      act: {
        status: 403,
        headers: { 'x-ratelimit-remaining': '0', 'retry-after': '3600' },
        body: '{"message":"API rate limit exceeded"}',
      },
    })
    const stored = () =>
      pair.storages.huggingface.hub.requests.filter(({ method, status }) => method === 'PUT' && status === 200).length
    const before = stored()
    const runs = await runHourly(pair, 2)
    expect([runs.length, stored() - before]).toEqual([2, 6])
    expect(runs[0]!.log.filter((line) => line.includes('/verify'))).toHaveLength(5)
  })
})

describe('what a run would ask too fast waits for its turn, so that nothing is refused', () => {
  test('pushes of several branches, of which GitHub takes six in a minute', async () => {
    const names = [...'abcdefg']
    const pair = await startLimited(begin)
    for (const name of names) {
      pair.huggingface.repository.branches.set(name, pair.huggingface.head('main')!)
      pair.huggingface.commit(name, { files: pictures(20, name), message: 'Add pictures', user: 'alice' })
    }
    const ran = await pair.run(...names.flatMap((name) => ['--branch', name]))
    expect([ran.exitCode, listRefused(ran)], ran.out + ran.err).toEqual([0, []])
    expect(count([ran], (line) => line.includes('git-receive-pack'))).toEqual([names.length])
    expect(ran.err).toMatch(/^GitHub takes 6 pushes a minute: the next one goes in 61 s$/m)
  })

  test('950 pictures that GitHub gives one by one, where it takes 900 points of requests in a minute', async () => {
    const pair = await startLimited(begin, { github: { switches: { fetches: 403 } } })
    act(pair, 'github', pictures(950))
    const [ran] = await runHourly(pair, 1)
    expect(count([ran!], (line) => /GET \S+\/git\/blobs\/\S+ 200/.test(line))).toEqual([950])
    expect(listRefused(ran!).filter((line) => line.includes('/repos/'))).toEqual([])
    expect(ran!.err).toMatch(/^GitHub takes 900 points of requests a minute: the next one goes in \d+ s$/m)
  })
})

test('150 pictures that cannot be pushed, at 100 requests an hour: the run ends when these are made, and another one does the rest when it was told to', async () => {
  const pair = await startLimited(begin, {
    github: { switches: { pushes: 403, limits: { core: 100, graphql: 100, lfs: 100 } } },
  })
  act(pair, 'huggingface', pictures(150))
  const { runs } = await runUntilFinished(pair, 2)
  expect([runs.length, count(runs, isBlob).reduce((sum, each) => sum + each)]).toEqual([2, 150])
})
