/**
 * Every request of a run for tags fails in every way once; the next run finishes it. `npm test` takes every third request
 * for each way, others for the next one; `npm run test:random` all. And tags of a third service.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import { mapSides, sides, type Sides } from '../../lib/model/sides.ts'
import { runMirror } from '../../lib/run/mirror.ts'
import { mirrorTags } from '../../lib/run/tags.ts'
import type { Fault, RequestRecord } from '../hubs/hub.ts'
import { createLineRemote } from '../hubs/line-remote.ts'
import { LineHub } from '../hubs/line.ts'
import { copyPair, type Pair } from '../hubs/pair.ts'
import { usualOptions } from '../planner/drawn-remotes.ts'
import { isLong } from '../random.ts'
import { log, record, startTagged, tagsOf } from './tags-setup.ts'

let begun: Pair

/** A new tag and a deleted one on each side, one of them annotated. */
function startWorld(): Pair {
  const pair = copyPair(begun)
  pair.github.tag('g', log(pair, 'github')[0]!, 'From GitHub\n')
  pair.huggingface.tag('h', log(pair, 'huggingface')[1]!)
  pair.github.tag('v1', null)
  pair.huggingface.tag('v2', null)
  return pair
}

const kill = () => {
  throw new Error('killed')
}
const isRead = ({ method, url }: RequestRecord) => method === 'GET' || /upload-pack|info\/lfs/.test(url)
const faults: Record<string, Pick<Fault, 'when' | 'act' | 'times'>> = {
  'is never answered': { when: 'before', act: 'drop' },
  'has its effect and is never answered': { when: 'after', act: 'drop' },
  'is answered by half a body': { when: 'after', act: 'cut' },
  'is the last before the run is killed': { when: 'after', act: kill },
  'and all after it are never answered': { when: 'before', act: 'drop', times: 99 },
}

describe('a request of a run that makes and deletes tags', () => {
  let expected: Sides<Record<string, string>>
  let requests: Sides<readonly RequestRecord[]>

  beforeAll(async () => {
    begun = await startTagged({}, ['v1', 'v2', 'v3', 'v4'])
    const pair = startWorld()
    expect((await pair.run('--tags')).exitCode).toBe(0)
    expected = tagsOf(pair)
    expect(mapSides((side) => Object.keys(expected[side]).toSorted())).toEqual(mapSides(() => ['g', 'h', 'v3', 'v4']))
    requests = mapSides((side) => pair[side].requests)
  })

  test.each(Object.entries(faults))('%s', async (name, { when, act, times = 1 }) => {
    const way = Object.keys(faults).indexOf(name)
    for (const side of sides)
      // The first one is of the run of the branch.
      for (const request of requests[side].slice(1)) {
        const hasEffect = when === 'after' && act !== 'cut'
        if (hasEffect && isRead(request)) continue
        const { number } = request
        if (!isLong && (number + way) % 3 !== 0) continue
        const pair = startWorld()
        pair[side].faults.push({
          on: (_request, now) => (times > 1 ? now >= number : now === number),
          when,
          act,
          times,
        })
        const ran = await pair.run('--tags')
        if (times > 1) expect(ran.exitCode).not.toBe(0)
        pair[side].faults.length = 0
        const next = await pair.run('--tags')
        const where = `${request.method} ${request.url}: ${next.out}${next.err}`
        expect([next.exitCode, tagsOf(pair)], where).toEqual([0, expected])
        expect([(await pair.run('--tags')).requests, record(pair).length], where).toEqual([4, 1])
      }
  })
})

test('a third service has tags, too; where none keeps a record, nothing is deleted', async () => {
  const hubs = { github: new LineHub('third/one'), huggingface: new LineHub('third/two') }
  const connect = () => mapSides((side) => createLineRemote(hubs[side], { side }))
  const options = { ...usualOptions, looksAgain: false, isWhole: true, compares: false, sleep: async () => {} }
  const first = hubs.github.commit({ 'a.txt': 'a\n' })
  hubs.github.commit({ 'b.txt': 'b\n' })
  const audience = { warn: () => {}, note: () => {} }
  expect((await runMirror(connect(), { ...options, inspect: false, audience })).status).toBe('mirrored')
  hubs.github.tags.set('v1', first)
  hubs.huggingface.tags.set('v2', hubs.huggingface.branches.get('main')!)
  const told = () => mapSides((side) => Object.fromEntries(hubs[side].tags))
  const { moves } = await mirrorTags([connect()], options)
  expect(moves.map(({ name, to }) => `${name} ${to}`).toSorted()).toEqual(['v1 huggingface', 'v2 github'])
  const [copy] = hubs.huggingface.log(hubs.huggingface.branches.get('main')).toReversed()
  expect(told()).toEqual({
    github: { v1: first, v2: hubs.github.branches.get('main') },
    huggingface: { v1: copy!.oid, v2: hubs.huggingface.branches.get('main') },
  })
  hubs.github.tags.delete('v1')
  expect((await mirrorTags([connect()], options)).moves).toHaveLength(1)
  expect(told().github).toHaveProperty('v1', first)
})
