/**
 * Signed addresses of LFS objects, which end: they are replaced before that, and every header that comes with them is
 * sent along.
 */
import { describe, expect, it } from 'vitest'
import type { Remote } from '../../lib/model/remote.ts'
import type { Upload } from '../../lib/model/upload.ts'
import { startWorld as startGithub } from '../github/setup.ts'
import { lfsObject } from '../hubs/new-commits.ts'
import { startWorld as startHuggingFace, type World as HubWorld } from '../huggingface/setup.ts'
import type { VirtualClock } from './hub.ts'
import type { Storage } from './storage.ts'

/** `uploadMs`: how long the address of an upload is good. */
interface Scene {
  readonly uploadMs: number
  readonly remote: Remote
  readonly clock: VirtualClock
  readonly storage: Storage
  readonly add: (content: Buffer) => void
  readonly takeRequests: () => string[]
}

function onHub(world: HubWorld): Scene {
  return {
    uploadMs: 900_000,
    ...world,
    add: (content) =>
      world.hub.commit('main', {
        files: { [`${world.hub.requests.length}.bin`]: { lfs: content } },
        message: 'Add',
        user: 'alice',
      }),
  }
}

const scenes: Record<string, () => Scene> = {
  'GitHub, seconds from now': () => {
    const world = startGithub()
    return {
      uploadMs: 3_600_000,
      ...world,
      storage: world.hub.server.storage,
      add: (content) => world.hub.addObject(content),
    }
  },
  'the Hub, signed by CloudFront': () => onHub(startHuggingFace()),
  'the Hub, signed by S3': () => onHub(startHuggingFace({ switches: { signs: 's3' } })),
  'the Hub, in parts': () => onHub(startHuggingFace({ switches: { multipartThreshold: 10, partByteLength: 4 } })),
}

const statuses = ({ hub }: Storage) => [...new Set(hub.requests.map(({ status }) => status))]
const batches = (requests: readonly string[]) => requests.filter((line) => line.endsWith('/objects/batch')).length

describe.each(Object.entries(scenes))('an address of %s', (_, start) => {
  it.each([
    [60_000, 1],
    [20_000, 2],
    [0, 2],
    [-60_000, 2],
  ])('that has %i ms left is used, or replaced before storage refuses it: %i batches', async (leftMs, count) => {
    const { remote, clock, storage, add, takeRequests } = start()
    const content = Buffer.from('an object\n')
    add(content)
    await remote.readMissing([lfsObject(content)])
    await clock.sleep(3_600_000 - leftMs)
    expect(await new Response(ReadableStream.from(await remote.openObject(lfsObject(content)))).text()).toBe(
      'an object\n',
    )
    expect(statuses(storage)).toEqual([200])
    expect(batches(takeRequests())).toBe(count)
  })

  it('of an object whose turn comes just before the end is replaced before its bytes are sent', async () => {
    const { uploadMs, remote, clock, storage, takeRequests } = start()
    const uploads = Array.from({ length: 20 }, (__, index): Upload => {
      const content = Buffer.from(`object number ${index}\n`)
      return {
        object: lfsObject(content),
        open: async (from) => {
          // Twelve objects at once take all but the last seconds.
          await clock.sleep((uploadMs - 12_000) / 12)
          return new Blob([content.subarray(from)]).stream()
        },
      }
    })
    expect(await remote.uploadObjects(uploads)).toHaveLength(20)
    expect(statuses(storage)).toEqual([200])
    expect(batches(takeRequests())).toBeLessThanOrEqual(20)
  })
})
