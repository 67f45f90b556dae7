/**
 * Objects of one side that the other keeps as plain files: the commonest large files of all, since GitHub takes up to
 * 10 MB without a rule.
 */
import { createHash, randomBytes } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import type { LfsObject } from '../../lib/model/entry.ts'
import { gitBlobId } from '../../lib/model/git-object.ts'
import type { Remote } from '../../lib/model/remote.ts'
import { mapSides } from '../../lib/model/sides.ts'
import { Contents } from '../../lib/planner/contents.ts'
import { servePair, startPair, type Pair } from '../hubs/pair.ts'
import { act, beginMirror, expectInSync } from './mirror-setup.ts'

let pair: Pair | null = null
afterEach(() => pair?.close())

const idOf = (content: Buffer) => createHash('sha256').update(content).digest('hex')

/** What left the Hub's storage since the last call: requests, bytes, and from where on. */
function takeDownloads(from: Pair, state: { seen: number }) {
  const all = from.storages.huggingface.hub.requests.filter(({ method }) => method === 'GET')
  const some = all.slice(state.seen)
  state.seen = all.length
  return { requests: some.length, byteLength: some.reduce((sum, { downloadedBytes }) => sum + downloadedBytes, 0) }
}

test('a download that breaks goes on where it stopped, and the run with it', async () => {
  pair = await beginMirror(await servePair({ waitMsMax: 1 }), { 'README.md': '# Corpus\n' })
  const content = randomBytes(3_000_000)
  act(pair, 'huggingface', { 'z.bin': { lfs: content } })
  pair.storages.huggingface.cuts.push({ method: 'GET', key: idOf(content), at: 1_000_000 })
  const ran = await pair.run()
  expect(ran.exitCode, ran.err).toBe(0)
  expect(pair.github.files('main').get('z.bin')!.content.equals(content)).toBe(true)
  // Nothing came twice but what was on its way when the connection broke.
  const { requests, byteLength } = takeDownloads(pair, { seen: 0 })
  expect(requests).toBe(2)
  expect(byteLength).toBeLessThan(3_200_000)
  await expectInSync(pair)
})

test("bytes that are not the object's are downloaded again, and never become a file", async () => {
  pair = await beginMirror(await servePair({ waitMsMax: 1 }), { 'README.md': '# Corpus\n' })
  const content = randomBytes(30_000)
  act(pair, 'huggingface', { 'z.bin': { lfs: content } })
  const { faults } = pair.storages.huggingface.hub
  faults.push({ on: ({ method }) => method === 'GET', when: 'after', act: 'corrupt' })
  expect((await pair.run()).exitCode).toBe(0)
  expect(pair.github.files('main').get('z.bin')!.content.equals(content)).toBe(true)
  act(pair, 'huggingface', { 'y.bin': { lfs: randomBytes(30_000) } })
  faults.push({ on: ({ method }) => method === 'GET', when: 'after', act: 'corrupt', times: 9 })
  const ran = await pair.run()
  expect(ran).toMatchObject({ exitCode: 1, err: expect.stringMatching(/the bytes that came are object/) })
  expect(pair.github.files('main').has('y.bin')).toBe(false)
})

test('more of them than memory holds come once all the same, and are located together', async () => {
  pair = await beginMirror(startPair(), { 'README.md': '# Corpus\n' })
  const [count, byteLength] = [14, 5_000_000]
  act(
    pair,
    'huggingface',
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`d/${index}.bin`, { lfs: randomBytes(byteLength) }]),
    ),
  )
  const ran = await pair.run()
  expect(ran.exitCode, ran.err).toBe(0)
  expect(takeDownloads(pair, { seen: 0 })).toEqual({ requests: count, byteLength: count * byteLength })
  const batches = ran.log.filter((line) => line.includes('datasets/acme/corpus.git/info/lfs/objects/batch'))
  expect(batches.length, ran.log.join('\n')).toBeLessThanOrEqual(2)
}, 60_000)

test('as many objects are located at once as a batch takes, each is read once, and its git id is known then', async () => {
  const contents = Array.from({ length: 250 }, (_, index) => Buffer.from(`object ${index}`))
  const objects = contents.map((content): LfsObject => ({ oid: idOf(content), byteLength: content.length }))
  const located: number[] = []
  const known = new Set<string>()
  const read: string[] = []
  const remote = {
    capabilities: { objectsMax: 120 },
    locateObjects: async (some: readonly LfsObject[]) => {
      located.push(some.length)
      await Promise.resolve()
      for (const { oid } of some) known.add(oid)
    },
    readObject: async ({ oid }: LfsObject) => {
      if (!known.has(oid)) throw new Error('an object is read before it is located')
      read.push(oid)
      await Promise.resolve()
      return contents[objects.findIndex((one) => one.oid === oid)]!
    },
  } as unknown as Remote
  const reader = new Contents(mapSides(() => remote))
  reader.expectObjects('huggingface', objects)
  expect(reader.findBlobId(objects[7]!)).toBeNull()
  await Promise.all([...objects, ...objects].map((object) => reader.readObject({ side: 'huggingface' }, object)))
  expect(located).toEqual([120, 120, 10])
  expect([read.length, new Set(read).size]).toEqual([250, 250])
  expect(reader.findBlobId(objects[7]!)).toBe(gitBlobId(contents[7]!))
})
