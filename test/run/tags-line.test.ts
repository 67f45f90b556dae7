/** Tags of a third service, and of a Hub that says it has deleted one. */
import { expect, test } from 'vitest'
import { mapSides } from '../../lib/model/sides.ts'
import { runMirror } from '../../lib/run/mirror.ts'
import { mirrorTags } from '../../lib/run/tags.ts'
import { createLineRemote } from '../hubs/line-remote.ts'
import { LineHub } from '../hubs/line.ts'
import { usualOptions } from '../planner/drawn-remotes.ts'
import { startTagged, tagsOf } from './tags-setup.ts'

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

test('a page in the place of the answer to a deletion is no deletion: the tag is not brought back by the next run', async () => {
  const pair = await startTagged({}, ['v1', 'v2'])
  pair.github.tag('v1', null)
  pair.huggingface.faults.push({
    on: ({ method }) => method === 'DELETE',
    when: 'before',
    act: { status: 200, headers: { 'content-type': 'text/html' }, body: '<h1>Busy</h1>' },
  })
  const ran = await pair.run('--tags')
  expect([ran.exitCode, ran.err]).toEqual([1, expect.stringContaining('delete tag "v1"')])
  expect((await pair.run('--tags')).exitCode).toBe(0)
  expect(Object.values(tagsOf(pair)).map((tags) => Object.keys(tags))).toEqual([['v2'], ['v2']])
})
