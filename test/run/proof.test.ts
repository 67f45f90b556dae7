/** What a run says about both sides when it is done. */
import { describe, expect, test } from 'vitest'
import type { Remote } from '../../lib/model/remote.ts'
import { mapSides, type Side } from '../../lib/model/sides.ts'
import { proveRun } from '../../lib/run/verify.ts'
import { noFilters } from '../../lib/view/filters.ts'
import { createView } from '../../lib/view/view.ts'
import { servePair, startPair, type Pair } from '../hubs/pair.ts'
import { capabilities } from '../plan/drawing.ts'
import { act, beginMirror, directions } from './mirror-setup.ts'

const parquet = (name: string) => Buffer.from(`PAR1\0${name}\0PAR1`)
const rule = { '.gitattributes': '*.parquet filter=lfs diff=lfs merge=lfs -text\n' }

/** Both sides hold two files, one of them an object. */
async function start(): Promise<Pair> {
  return beginMirror(await servePair({ waitMsMax: 1 }), {
    ...rule,
    'keep.txt': 'keep\n',
    'a.parquet': { lfs: parquet('a') },
  })
}

/** The object is gone from a side's store as soon as that has said that it is there. */
function loseLater(pair: Pair, side: Side, content: Buffer): void {
  const isBatch = ({ url }: Request) => url.includes('/info/lfs/objects/batch')
  const commits = ({ method, url }: Request) =>
    method === 'POST' && (side === 'github' ? url.endsWith('/git/commits') : /\/commit\/main/.test(url))
  let committed = false
  pair[side].faults.push({
    on: commits,
    when: 'after',
    act: () => {
      committed = true
    },
  })
  pair[side].faults.push({
    on: (request) => committed && isBatch(request),
    when: 'before',
    times: 9,
    act: () => {
      const objects = pair.storages[side].objects
      for (const [key, bytes] of objects) if (bytes.equals(content)) objects.delete(key)
    },
  })
}

describe.each(directions)('an object from $from', ({ from, to }) => {
  test('is there on both sides in the end, and so is everything else: the run says so', async () => {
    const pair = await start()
    act(pair, from, { 'b.parquet': { lfs: parquet('b') } })
    expect(await pair.run()).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(/^equal: 3 files, 2 objects on both sides$/m),
    })
    await pair.close()
  })

  test('that its store loses again is an error that names it, and --verify says the same', async () => {
    const pair = await start()
    act(pair, from, { 'b.parquet': { lfs: parquet('b') } })
    loseLater(pair, to, parquet('b'))
    const name = to === 'github' ? 'GitHub' : 'Hugging Face'
    expect(await pair.run()).toMatchObject({
      exitCode: 5,
      out: expect.stringMatching(
        new RegExp(
          `^different: 1 path\nb.parquet {2}its LFS object is missing on ${name}\nObjects that are missing on ${name} can be pushed .*`,
          'm',
        ),
      ),
    })
    expect(await pair.run('--verify')).toMatchObject({
      exitCode: 5,
      out: expect.stringContaining(`b.parquet  its LFS object is missing on ${name}`),
    })
    await pair.close()
  })
})

test('an object that its store shows late is waited for', async () => {
  const pair = await start()
  act(pair, 'github', { 'b.parquet': { lfs: parquet('b') } })
  let hidden: [string, Buffer] | null = null
  let [committed, asked] = [false, 0]
  const { objects } = pair.storages.huggingface
  pair.huggingface.faults.push({
    on: ({ method, url }) => method === 'POST' && /\/commit\/main/.test(url),
    when: 'after',
    act: () => {
      committed = true
    },
  })
  pair.huggingface.faults.push({
    on: ({ url }) => committed && url.includes('/info/lfs/objects/batch'),
    when: 'before',
    times: 9,
    act: () => {
      asked++
      if (asked === 1) hidden = [...objects].find(([, bytes]) => bytes.equals(parquet('b')))!
      if (asked === 1) objects.delete(hidden![0])
      else objects.set(...hidden!)
    },
  })
  expect(await pair.run()).toMatchObject({
    exitCode: 0,
    out: expect.stringMatching(/^equal: 3 files, 2 objects on both sides$/m),
  })
  expect(asked).toBe(2)
  await pair.close()
})

test('a text alone is read back, and nothing is listed for it', async () => {
  const pair = await beginMirror(startPair(), { 'keep.txt': 'keep\n' })
  act(pair, 'huggingface', { 'keep.txt': 'kept\n' })
  const ran = await pair.run()
  expect([ran.exitCode, ran.out]).toEqual([0, expect.not.stringMatching(/^equal/m)])
  expect(
    ran.log.filter((line) => /\/tree\/[0-9a-f]{40}|git\/trees\/[0-9a-f]{40}\?recursive|info\/lfs/.test(line)),
  ).toEqual([])
})

test('a first mirror is compared, also without objects', async () => {
  const pair = startPair()
  act(pair, 'github', { 'keep.txt': 'keep\n' })
  expect(await pair.run()).toMatchObject({
    exitCode: 0,
    out: expect.stringMatching(/^equal: 1 file, 0 objects on both sides$/m),
  })
})

test('a comparison that cannot be made is a warning: all is written, and the next run has nothing to do', async () => {
  const pair = await start()
  act(pair, 'github', { 'b.parquet': { lfs: parquet('b') } })
  let committed = false
  pair.huggingface.faults.push({
    on: ({ method, url }) => method === 'POST' && /\/commit\/main/.test(url),
    when: 'after',
    act: () => {
      committed = true
    },
  })
  pair.huggingface.faults.push({
    on: ({ url }) => committed && /\/tree\//.test(url),
    when: 'before',
    act: { status: 404, body: '{"error":"Entry not found"}' },
    times: 99,
  })
  // Whoever asks for quiet has to know it all the same.
  const ran = await pair.run('--quiet')
  expect([ran.exitCode, ran.err]).toEqual([
    0,
    expect.stringMatching(/^warning: .*everything was written, but not compared once more: run with --verify$/m),
  ])
  pair.huggingface.faults.length = 0
  expect(await pair.run()).toMatchObject({ exitCode: 0, requests: 2 })
  await pair.close()
})

test('neither side is listed to find out that there are too many files to compare after each run', async () => {
  const heads = { github: 'a'.repeat(40), huggingface: 'b'.repeat(40) }
  const listed: Side[] = []
  const remoteOf = (side: Side, files: number) =>
    ({
      capabilities: capabilities[side],
      countFiles: (_: string, includes: (path: string) => boolean, most: number) =>
        Promise.resolve(includes('.gitattributes') ? 0 : Math.min(files, most)),
      readChanges: () => {
        listed.push(side)
        return Promise.resolve([])
      },
    }) as unknown as Remote
  const prove = (files: number) =>
    proveRun(
      heads,
      mapSides((side) => remoteOf(side, files)),
      createView(noFilters),
      () => Promise.resolve(),
    )
  expect([await prove(20_001), listed]).toEqual([null, []])
  expect(await prove(20_000)).toMatchObject({ status: 'equal' })
  expect(listed.toSorted()).toEqual(['github', 'huggingface'])
})
