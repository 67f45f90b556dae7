/** Faults on the way of an object that pass by. */
import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { put, startTwoServers, type TwoServers } from './two-servers.ts'

let github: TwoServers['github']
let huggingface: TwoServers['huggingface']
let from: TwoServers['from']
let waits: TwoServers['waits']
let mirror: TwoServers['mirror']
let close: TwoServers['close']

beforeEach(async () => {
  ;({ github, huggingface, from, waits, mirror, close } = await startTwoServers())
})

afterEach(() => close())

describe('what passes by', () => {
  test.each(['corrupt', 'cut', 'drop'] as const)(
    'a download that is %s begins again, and nothing wrong is stored',
    async (fault) => {
      github.storageFault = (_, number) => (number === 1 ? fault : null)
      const object = put(github, randomBytes(500_000))
      expect(await mirror(object)).toEqual([object])
      expect(huggingface.objects.size).toBe(1)
      expect(huggingface.stored.filter(({ complete }) => complete)).toHaveLength(1)
    },
  )

  test('an upload whose answer is lost is looked up, not sent again', async () => {
    const object = put(github, randomBytes(1000))
    huggingface.storageFault = (_, number) => {
      if (number !== 1) return null
      put(huggingface, github.objects.get(object.oid)!)
      return 'drop'
    }
    expect(await mirror(object)).toEqual([object])
    expect(huggingface.stored).toHaveLength(1)
  })

  test.each([
    ['503 SlowDown', { status: 503, body: '<Error><Code>SlowDown</Code></Error>' }, 1000],
    ['503 with Retry-After', { status: 503, headers: { 'retry-after': '7' } }, 7000],
    ['400 RequestTimeout', { status: 400, body: '<Error><Code>RequestTimeout</Code></Error>' }, 1000],
  ])('storage that answers %s is tried again after a wait', async (_, fault, waitMs) => {
    huggingface.storageFault = (_method, number) => (number === 1 ? fault : null)
    const object = put(github, randomBytes(1000))
    await mirror(object)
    expect([huggingface.objects.size, waits]).toEqual([1, [waitMs]])
  })

  test('an address that expired is asked for once more, for uploads and for downloads', async () => {
    const object = put(github, randomBytes(1000))
    await from.readMissing([object])
    github.expiredBefore = 2
    huggingface.expiredBefore = 2
    expect(await mirror(object)).toEqual([object])
    expect(github.batches, 'one to look, one for the address that expired, one for the second try').toHaveLength(3)
    expect(huggingface.batches.map(({ operation }) => operation)).toEqual(['upload', 'upload', 'download'])
    expect(waits).toEqual([])
  })

  test('addresses whose time is over by what the batch said are asked for again before they are used', async () => {
    const objects = [put(github, randomBytes(1000)), put(github, randomBytes(2000))]
    github.expiresIn = 20
    huggingface.expiresIn = 20
    await from.readMissing(objects)
    await mirror(...objects)
    expect(huggingface.batches.map(({ operation, objects: { length } }) => [operation, length])).toEqual([
      ['upload', 2],
      ['upload', 1],
      ['upload', 1],
      ['download', 2],
    ])
    expect(github.batches.map(({ objects: { length } }) => length)).toEqual([2, 1, 1])
    expect([huggingface.stored.length, github.stored.length, waits]).toEqual([2, 2, []])
  })

  test.each([404, 500])('a verification that is answered %i once is asked again', async (status) => {
    huggingface.verifyFault = (number) =>
      number === 1 ? { status, body: '{"error":"No file uploaded for oid"}' } : null
    const object = put(github, randomBytes(1000))
    expect(await mirror(object)).toEqual([object])
    expect([huggingface.verified.length, huggingface.stored.length]).toEqual([2, 1])
  })

  test('a verification whose authorization has ended is sent with another, and the bytes are not sent again', async () => {
    huggingface.verifyNeeded = true
    huggingface.verifyFault = (number) => (number === 1 ? { status: 401 } : null)
    const object = put(github, randomBytes(1000))
    expect(await mirror(object)).toEqual([object])
    expect(huggingface.batches.map(({ operation }) => operation)).toEqual(['upload', 'upload', 'download'])
    expect([huggingface.verified.length, huggingface.stored.length, waits]).toEqual([2, 1, []])
  })

  test('a completion whose answer is lost, and that is not known any more when it is asked again, is complete', async () => {
    huggingface.partByteLength = 400
    huggingface.completeFault = (number) =>
      number === 1 ? 'drop' : { status: 400, body: '{"error":"no such upload"}' }
    const object = put(github, randomBytes(1000))
    expect(await mirror(object)).toEqual([object])
    expect([huggingface.completed, huggingface.stored.length]).toEqual([2, 3])
  })

  test('a batch that is answered 502 or cut is asked again', async () => {
    huggingface.batchFault = (_, number) => (number === 1 ? { status: 502 } : number === 2 ? 'drop' : null)
    const object = put(github, randomBytes(1000))
    expect(await mirror(object)).toEqual([object])
  })
})
