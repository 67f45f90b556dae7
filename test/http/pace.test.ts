/** Requests to GitHub leave in turn, so that its secondary limits are never met, and no slower than these allow. */
import { expect, it } from 'vitest'
import { Pace } from '../../lib/http/pace.ts'
import fc, { runs } from '../random.ts'

const ask = (method: string, address: string) => ({ method, url: new URL(address) })
const api = 'https://api.github.com/repos/acme/corpus/git/blobs'
const push = 'https://github.com/acme/corpus.git/git-receive-pack'

/** How long each of these requests, made at once, waits for its turn, in seconds. */
function waitsOf(requests: readonly ReturnType<typeof ask>[], pace = new Pace()): number[] {
  return requests.map((request) => {
    const { waitMs } = pace.findTurn(request, 0)
    pace.take(request, waitMs)
    return waitMs / 1_000
  })
}
const times = (count: number, request: ReturnType<typeof ask>) => Array.from({ length: count }, () => request)

it('eighty writes leave at once, the next eighty a minute later, and the five hundred and first an hour later', () => {
  const waits = waitsOf(times(501, ask('POST', api)))
  expect(waits.slice(0, 80)).toEqual(Array.from({ length: 80 }, () => 0))
  expect([waits[80], waits[159], waits[160], waits[499], waits[500]]).toEqual([61, 61, 122, 366, 3_601])
})

it('a read is one of 900 points in a minute and a write five, pushes are counted by repository, six in a minute', () => {
  expect(waitsOf([...times(850, ask('GET', api)), ...times(11, ask('PATCH', api))]).slice(-2)).toEqual([0, 61])
  expect(waitsOf([...times(7, ask('POST', push)), ask('POST', push.replace('corpus', 'other'))]).slice(-2)).toEqual([
    61, 0,
  ])
})

it('reads that leave while writes wait are counted where they leave, and go on as those before them are over', () => {
  const pace = new Pace()
  waitsOf(times(84, ask('POST', api)), pace)
  const waits = Array.from({ length: 900 }, (_, index) => {
    const nowMs = index * 70
    const { waitMs } = pace.findTurn(ask('GET', api), nowMs)
    pace.take(ask('GET', api), nowMs + waitMs)
    return waitMs
  })
  expect([Math.max(...waits.slice(0, 480)), waits[480], Math.max(...waits.slice(870))]).toEqual([0, 27_400, 100])
})

it.each([
  ['GraphQL', ask('POST', 'https://api.github.com/graphql')],
  ['LFS', ask('POST', 'https://github.com/acme/corpus.git/info/lfs/objects/batch')],
  ['storage', ask('PUT', 'https://github-cloud.s3.amazonaws.com/x')],
  [
    'a server of its own, which has no limits unless they are set',
    ask('POST', 'https://github.acme.com/api/v3/repos/a/b/git/blobs'),
  ],
  ['the Hub', ask('POST', 'https://huggingface.co/api/datasets/acme/corpus/commit/main')],
])('%s waits for nothing', (_, request) => {
  expect(waitsOf(times(1_000, request)).every((wait) => wait === 0)).toBe(true)
})

it('whatever is asked and when, no span of a minute or an hour has more than is allowed', () => {
  const one = fc.tuple(fc.constantFrom(ask('POST', api), ask('GET', api)), fc.constantFrom(0, 0, 0, 50, 700, 400_000))
  fc.assert(
    fc.property(fc.array(one, { minLength: 300, maxLength: 1_500, size: 'max' }), (asked) => {
      const pace = new Pace()
      let nowMs = 0
      const left = asked.map(([request, gapMs]) => {
        nowMs += gapMs
        const { waitMs } = pace.findTurn(request, nowMs)
        pace.take(request, nowMs + waitMs)
        return { atMs: nowMs + waitMs, write: request.method === 'POST' }
      })
      const most = (spanMs: number, weigh: (one: (typeof left)[number]) => number) => {
        let [first, sum, found] = [0, 0, 0]
        const sorted = left.toSorted((a, b) => a.atMs - b.atMs)
        for (const each of sorted) {
          sum += weigh(each)
          while (sorted[first]!.atMs <= each.atMs - spanMs) sum -= weigh(sorted[first++]!)
          found = Math.max(found, sum)
        }
        return found
      }
      expect(most(60_000, ({ write }) => Number(write))).toBeLessThanOrEqual(80)
      expect(most(3_600_000, ({ write }) => Number(write))).toBeLessThanOrEqual(500)
      expect(most(60_000, ({ write }) => (write ? 5 : 1))).toBeLessThanOrEqual(900)
    }),
    { numRuns: runs(20) },
  )
})
