/** Faults on the way of an object that pass by. */
import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isWhole } from '../hubs/lfs-server.ts'
import { expired, failStorage, put, startTwoServers, type TwoServers } from './two-servers.ts'

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
      failStorage(github, fault)
      const object = put(github, randomBytes(500_000))
      expect(await mirror(object)).toEqual([object])
      expect(huggingface.objects.size).toBe(1)
      expect(huggingface.puts.filter(isWhole)).toHaveLength(1)
    },
  )

  test('an upload whose answer is lost is looked up, not sent again', async () => {
    const object = put(github, randomBytes(1000))
    failStorage(huggingface, 'drop', { when: 'after' })
    expect(await mirror(object)).toEqual([object])
    expect(huggingface.puts).toHaveLength(1)
  })

  test.each([
    ['503 SlowDown', { status: 503, body: '<Error><Code>SlowDown</Code></Error>' }, 1000],
    ['503 with Retry-After', { status: 503, headers: { 'retry-after': '7' } }, 7000],
    ['400 RequestTimeout', { status: 400, body: '<Error><Code>RequestTimeout</Code></Error>' }, 1000],
  ])('storage that answers %s is tried again after a wait', async (_, fault, waitMs) => {
    failStorage(huggingface, fault)
    const object = put(github, randomBytes(1000))
    await mirror(object)
    expect([huggingface.objects.size, waits]).toEqual([1, [waitMs]])
  })

  test('an address that expired is asked for once more, for uploads and for downloads', async () => {
    const object = put(github, randomBytes(1000))
    await from.readMissing([object])
    for (const server of [github, huggingface]) failStorage(server, expired)
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
    expect([huggingface.puts.length, github.gets.length, waits]).toEqual([2, 2, []])
  })

  test.each([404, 500])('a verification that is answered %i once is asked again', async (status) => {
    huggingface.fail('/verify', { status, body: '{"error":"No file uploaded for oid"}' })
    const object = put(github, randomBytes(1000))
    expect(await mirror(object)).toEqual([object])
    expect([huggingface.count('/verify'), huggingface.puts.length]).toEqual([2, 1])
  })

  test('a verification whose authorization has ended is sent with another, and the bytes are not sent again', async () => {
    huggingface.verifyNeeded = true
    huggingface.fail('/verify', { status: 401 })
    const object = put(github, randomBytes(1000))
    expect(await mirror(object)).toEqual([object])
    expect(huggingface.batches.map(({ operation }) => operation)).toEqual(['upload', 'upload', 'download'])
    expect([huggingface.count('/verify'), huggingface.puts.length, waits]).toEqual([2, 1, []])
  })

  test('a completion whose answer is lost, and that is not known any more when it is asked again, is complete', async () => {
    huggingface.partByteLength = 400
    huggingface.fail('/complete', 'drop', { when: 'after' })
    huggingface.fail(
      '/complete',
      { status: 400, body: '{"error":"no such upload"}' },
      { when: 'after', times: Infinity },
    )
    const object = put(github, randomBytes(1000))
    expect(await mirror(object)).toEqual([object])
    expect([huggingface.count('/complete'), huggingface.puts.length]).toEqual([2, 3])
  })

  test('a batch that is answered 502 or cut is asked again', async () => {
    huggingface.fail('/info/lfs', { status: 502 })
    huggingface.fail('/info/lfs', 'drop')
    const object = put(github, randomBytes(1000))
    expect(await mirror(object)).toEqual([object])
  })
})
