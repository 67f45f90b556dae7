import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Http } from '../../lib/http/http.ts'
import { Lfs } from '../../lib/lfs/server.ts'
import type { LfsObject } from '../../lib/model/entry.ts'
import { RemoteError } from '../../lib/model/errors.ts'
import { apiToken, LfsServer, objectOf } from '../hubs/lfs-server.ts'

let github: LfsServer
let huggingface: LfsServer
let http: Http
let from: Lfs
let to: Lfs

beforeEach(async () => {
  ;[github, huggingface] = await Promise.all([new LfsServer().start(), new LfsServer().start()])
  http = new Http({
    origins: { github: [github.origin], huggingface: [huggingface.origin] },
    secrets: [apiToken],
    sleep: async () => {},
  })
  from = lfsOf('github', github)
  to = lfsOf('huggingface', huggingface)
})

afterEach(async () => {
  await Promise.all([github.close(), huggingface.close()])
})

function lfsOf(side: 'github' | 'huggingface', host: LfsServer, batchMax?: number): Lfs {
  return new Lfs(http, {
    ...(batchMax && { batchMax }),
    side,
    url: `${host.origin}/info/lfs`,
    authorization: `Bearer ${apiToken}`,
    transfers: ['basic', 'multipart'],
    ref: 'refs/heads/main',
  })
}

function put(host: LfsServer, content: Buffer): LfsObject {
  const object = objectOf(content)
  host.objects.set(object.oid, content)
  return object
}

const partOf = ({ url }: { readonly url: string }) => new URL(url).pathname.split('/')[2]

const mirror = (objects: LfsObject[]) =>
  to.upload(objects.map((object) => ({ object, open: (at: number) => from.open(object, at) })))

describe('from one server to the other', () => {
  test('an object arrives whole, with a length, never chunked, and without the token at the storage', async () => {
    const content = randomBytes(3_000_000)
    const object = put(github, content)
    expect(await mirror([object])).toEqual([object])
    expect(huggingface.objects.get(object.oid)!.equals(content)).toBe(true)
    const [[got], [sent]] = [github.gets, huggingface.puts]
    expect([sent!.status, sent!.headers.get('transfer-encoding'), sent!.headers.get('content-length')]).toEqual([
      200,
      null,
      '3000000',
    ])
    expect([sent!.headers.get('authorization'), sent!.headers.get('x-amz-content-sha256')]).toEqual([
      expect.stringMatching(/^AWS4-HMAC-SHA256 /),
      object.oid,
    ])
    expect([got!.headers.get('authorization'), got!.headers.get('accept-encoding')]).toEqual([
      expect.stringMatching(/^AWS4-HMAC-SHA256 /),
      'identity',
    ])
    expect(JSON.stringify([got!, sent!].map(({ headers, url }) => [[...headers], url]))).not.toContain(apiToken)
    expect(huggingface.verified).toEqual([{ oid: object.oid, size: 3_000_000 }])
    expect(http.bytes.downloaded).toBeGreaterThanOrEqual(3_000_000)
    expect(http.bytes.uploaded).toBeGreaterThanOrEqual(3_000_000)
  })

  test('a multipart upload sends each part and completes with their ETags in order', async () => {
    huggingface.partByteLength = 400_000
    const content = randomBytes(1_000_001)
    const object = put(github, content)
    expect(await mirror([object])).toEqual([object])
    expect(huggingface.objects.get(object.oid)!.equals(content)).toBe(true)
    expect(
      huggingface.puts
        .map((sent) => [partOf(sent), sent.headers.get('content-length'), sent.headers.get('transfer-encoding')])
        .toSorted(),
    ).toEqual([
      ['1', '400000', null],
      ['2', '400000', null],
      ['3', '200001', null],
    ])
    expect(huggingface.count('/complete')).toBe(1)
    expect(JSON.stringify(huggingface.puts.map(({ headers }) => [...headers]))).not.toContain(apiToken)
  })

  test('a part that storage fails is sent again alone, with the same bytes', async () => {
    huggingface.partByteLength = 300_000
    huggingface.storage.hub.faults.push({
      on: 2,
      when: 'after',
      act: { status: 503, body: '<Error><Code>SlowDown</Code></Error>' },
    })
    const content = randomBytes(700_000)
    const object = put(github, content)
    await mirror([object])
    expect(huggingface.objects.get(object.oid)!.equals(content)).toBe(true)
    const parts = huggingface.puts.map(partOf)
    expect([parts.length, [...new Set(parts)].toSorted(), github.gets.length]).toEqual([4, ['1', '2', '3'], 1])
  })

  test('a multipart answer with too few addresses is refused before any byte is sent', async () => {
    huggingface.partByteLength = 400_000
    huggingface.partsMissing = 1
    const object = put(github, randomBytes(1_000_000))
    await expect(mirror([object])).rejects.toThrow(/2 addresses for the 3 parts/)
    expect(huggingface.puts).toEqual([])
  })

  test('250 objects take 3 batches to look, 3 to send and 3 to confirm, and no other to download', async () => {
    const objects = Array.from({ length: 250 }, (_, index) => put(github, Buffer.from(`object ${index}`)))
    expect(await from.readMissing(objects)).toEqual([])
    expect(github.batches.map((batch) => batch.objects.length)).toEqual([100, 100, 50])
    expect(await mirror(objects)).toHaveLength(250)
    expect(huggingface.objects.size).toBe(250)
    expect(huggingface.batches.map((batch) => [batch.operation, batch.objects.length])).toEqual([
      ['upload', 50],
      ['upload', 100],
      ['upload', 100],
      ['download', 100],
      ['download', 100],
      ['download', 50],
    ])
    expect(github.batches, 'the addresses of the first look are used').toHaveLength(3)
  })

  test.each([
    [Infinity, 413, [256, 256, 88]],
    [150, 413, [256, 100, 100, 56, 100, 100, 56, 88]],
    [100, 422, [256, 100, 100, 56, 100, 100, 56, 88]],
  ])(
    'a batch is as large as the server takes, and a hundred objects where it refuses more (%d, %d)',
    async (batchLimit, status, lengths) => {
      Object.assign(huggingface, { batchLimit, tooLargeStatus: status })
      const objects = Array.from({ length: 600 }, (_, index) => objectOf(`object ${index}`))
      expect(await lfsOf('huggingface', huggingface, 256).readMissing(objects)).toEqual(objects)
      expect(huggingface.batches.map((batch) => batch.objects.length)).toEqual(lengths)
    },
  )

  test('a batch that is refused whatever its size is an error after two requests', async () => {
    Object.assign(huggingface, { batchLimit: 0, tooLargeStatus: 422 })
    const objects = Array.from({ length: 600 }, (_, index) => objectOf(`object ${index}`))
    await expect(lfsOf('huggingface', huggingface, 256).readMissing(objects)).rejects.toThrow(/422 Too many objects/)
    expect(huggingface.batches.map((batch) => batch.objects.length)).toEqual([256, 100])
  })

  test('of very many, the addresses of the first look are asked for again together, a hundred at a time', async () => {
    const objects = Array.from({ length: 1_250 }, (_, index) => put(github, Buffer.from(`object ${index}`)))
    await from.readMissing(objects)
    const before = github.batches.length
    const uploads = objects.map((object) => ({ object, open: (at: number) => from.open(object, at) }))
    expect(await to.upload(uploads, { next: (soon) => from.locate(soon) })).toHaveLength(1_250)
    const asked = github.batches.slice(before).map((batch) => batch.objects.length)
    expect(asked.length).toBeLessThanOrEqual(13)
    expect(asked.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(250)
    // 3,750 requests on ports, while other tests take the cores.
  }, 60_000)

  test('what is known and recent is not asked for again, and what is not there is no error before it is opened', async () => {
    const [there, gone] = [put(github, Buffer.from('there')), objectOf('gone')]
    await from.locate([there, gone])
    expect(github.batches).toHaveLength(1)
    await from.locate([there])
    expect(github.batches).toHaveLength(1)
    await expect(from.open(gone)).rejects.toBeInstanceOf(RemoteError)
  })

  test('what the server has, what is empty, and what was listed twice is not sent', async () => {
    const [there, once] = [put(github, Buffer.from('there')), put(github, Buffer.from('once'))]
    put(huggingface, Buffer.from('there'))
    expect(await mirror([there, once, once, objectOf('')])).toEqual([once])
    expect(huggingface.puts).toHaveLength(1)
    expect(huggingface.batches[0]!.objects).toEqual([
      { oid: once.oid, size: 4 },
      { oid: there.oid, size: 5 },
    ])
  })
})
