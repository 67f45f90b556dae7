/** Faults on the way of an object that stay, addresses where it must not go, and rights. */
import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { LfsObject } from '../../lib/model/entry.ts'
import { DeniedError, IntegrityError, RefusedError, RemoteError } from '../../lib/model/errors.ts'
import { apiToken, isWhole, objectOf } from '../hubs/lfs-server.ts'
import { expired, failStorage, failure, put, startTwoServers, type TwoServers } from './two-servers.ts'

let github: TwoServers['github']
let huggingface: TwoServers['huggingface']
let from: TwoServers['from']
let to: TwoServers['to']
let waits: TwoServers['waits']
let mirror: TwoServers['mirror']
let close: TwoServers['close']

beforeEach(async () => {
  ;({ github, huggingface, from, to, waits, mirror, close } = await startTwoServers())
})

afterEach(() => close())

describe('what stays', () => {
  test('where the next objects are is not told: nothing is sent, and one error says why', async () => {
    const objects = [put(github, randomBytes(1000)), put(github, randomBytes(1001))]
    github.fail('/info/lfs', { status: 403, body: JSON.stringify({ message: 'no' }) }, { times: Infinity })
    const open = () => Promise.reject(new Error('opened all the same'))
    const error = await failure(
      to.upload(
        objects.map((object) => ({ object, open })),
        { next: (soon) => from.locate(soon) },
      ),
    )
    expect(error).toBeInstanceOf(DeniedError)
    expect([error.message.includes('opened'), huggingface.puts.length]).toEqual([false, 0])
  })

  test('an object that is damaged at every try is an IntegrityError, and is stored nowhere', async () => {
    failStorage(github, 'corrupt', { times: Infinity })
    const object = put(github, randomBytes(500_000))
    const error = await failure(mirror(object))
    expect(error).toBeInstanceOf(IntegrityError)
    expect(error.message).toContain(object.oid)
    expect([huggingface.oids, github.gets.length]).toEqual([[], 3])
    expect(huggingface.puts.filter(isWhole)).toEqual([])
  })

  test.each([0, 200_000])(
    'a download that brings nothing three times in a row is a RemoteError, in parts of %i bytes too',
    async (partByteLength) => {
      huggingface.partByteLength = partByteLength
      github.storage.cuts.push({ method: 'GET', key: '', at: 0, times: Infinity })
      const error = await failure(mirror(put(github, randomBytes(500_000))))
      expect(error).toBeInstanceOf(RemoteError)
      expect(error.message.replaceAll(/[0-9a-f]{64}|127\.0\.0\.1:\d+/g, '…')).toBe(
        'Cannot download LFS object … (500,000 bytes). Cannot reach …: the connection broke (ECONNRESET). Run again.',
      )
      expect([github.gets.length, waits, huggingface.oids]).toEqual([3, [1000, 2000], []])
    },
  )

  test('an address that is refused again after a new batch is the end', async () => {
    failStorage(huggingface, expired, { times: Infinity })
    const error = await failure(mirror(put(github, randomBytes(1000))))
    expect(error.message).toMatch(
      /^Cannot upload LFS object [0-9a-f]{64} \(1,000 bytes\) at 127\.0\.0\.1:\d+: 403 AccessDenied: Request has expired\./,
    )
    expect(huggingface.puts).toHaveLength(2)
  })

  test('a completion that is refused is an error, and the bytes are not sent again', async () => {
    huggingface.partByteLength = 400
    huggingface.fail('/complete', { status: 400, body: '{"error":"the parts do not add up"}' }, { times: Infinity })
    expect((await failure(mirror(put(github, randomBytes(1000))))).message).toContain('400 the parts do not add up')
    expect([huggingface.count('/complete'), huggingface.puts.length]).toEqual([1, 3])
  })

  test('a verification that fails for good is an error, and the bytes are not sent again', async () => {
    huggingface.fail('/verify', { status: 404 }, { times: Infinity })
    expect(await failure(mirror(put(github, randomBytes(1000))))).toBeInstanceOf(RemoteError)
    expect([huggingface.count('/verify'), huggingface.puts.length]).toEqual([3, 1])
  })

  test('a verification whose connections all break is an error, and the bytes are not sent again', async () => {
    huggingface.fail('/verify', 'drop', { times: Infinity })
    const error = await failure(mirror(put(github, randomBytes(1000))))
    expect(error).toBeInstanceOf(RemoteError)
    expect([error.message, huggingface.puts.length]).toEqual([expect.stringMatching(/^Cannot verify LFS object/), 1])
  })

  test('an object that the server takes and then does not have is an error', async () => {
    huggingface.objectError = (operation) =>
      operation === 'download' ? { code: 404, message: 'Object does not exist on the server' } : null
    expect((await failure(mirror(put(github, randomBytes(1000))))).message).toMatch(/^Cannot find LFS object/)
  })

  test.each([
    ['too large', 'Size must be less than or equal to 2147483648', 'Make the file smaller or split it.'],
    [
      'not of the size that its pointer names',
      'Object size does not match',
      'Its pointer may name a size that the object does not have: commit the file itself again.',
    ],
  ])(
    'an object that is %s is refused with its name, its host and what to do, and asked for once',
    async (_, message, advice) => {
      huggingface.objectError = () => ({ code: 422, message })
      const object = put(github, randomBytes(1000))
      const error = await failure(mirror(object))
      expect(error).toBeInstanceOf(RefusedError)
      expect(error.message).toBe(
        `Cannot upload LFS object ${object.oid} (1,000 bytes) at ${new URL(huggingface.origin).host}: ` +
          `422 ${message}. ${advice}`,
      )
      expect([huggingface.batches.length, github.gets.length]).toEqual([1, 0])
    },
  )

  test.each([
    'This repository is over its data quota. Account responsible for LFS bandwidth should purchase more data packs.',
    'This repository exceeded its LFS budget.',
  ])('a used up quota is refused once: %s', async (message) => {
    huggingface.fail('/info/lfs', { status: 403, body: JSON.stringify({ message }) }, { times: Infinity })
    const error = await failure(mirror(put(github, randomBytes(1000))))
    expect(error).toBeInstanceOf(RefusedError)
    expect(error.message).toContain(message.slice(0, -1))
    expect(huggingface.count('/info/lfs')).toBe(1)
  })

  test('an object that its source does not have is an error that names it, tried once', async () => {
    const object = objectOf('nowhere')
    const error = await failure(mirror(object))
    expect(error).toMatchObject({ name: 'RemoteError', status: 404 })
    expect(error.message).toContain(`download LFS object ${object.oid}`)
    expect(github.batches).toHaveLength(1)
  })

  test('nothing is sent where one of the objects is refused, and all that are refused are told', async () => {
    const objects = Array.from({ length: 20 }, (_, index) => put(github, Buffer.alloc(100 + index)))
    const bad = new Set([objects[1]!.oid, objects[19]!.oid])
    huggingface.objectError = (_, oid) => (bad.has(oid) ? { code: 422, message: 'too large' } : null)
    const error = await failure(mirror(...objects))
    expect(error).toBeInstanceOf(RefusedError)
    expect(error.message).toMatch(/^2 LFS objects failed:\n- .*\n- .*$/)
    expect([huggingface.puts, github.gets]).toEqual([[], []])
  })

  test('an object that is too large is found before the others are sent, among however many', async () => {
    const objects = Array.from({ length: 230 }, (_, index) => put(github, Buffer.alloc(1 + index)))
    huggingface.objectError = (_, oid) => (oid === objects[229]!.oid ? { code: 422, message: 'too large' } : null)
    expect((await failure(mirror(...objects))).message).toContain(objects[229]!.oid)
    expect([huggingface.batches.length, huggingface.puts, github.gets]).toEqual([1, [], []])
  })

  test('after a failure nothing new begins, what is under way ends, all failures are told, and so is what arrived', async () => {
    const objects = Array.from({ length: 40 }, (_, index) => put(github, Buffer.alloc(1000 + index)))
    const bad = new Set([objects[38]!.oid, objects[36]!.oid])
    huggingface.storage.hub.faults.push({
      on: ({ url }) => bad.has(new URL(url).pathname.slice(1)),
      when: 'before',
      times: Infinity,
      act: { status: 400 },
    })
    const stored: LfsObject[] = []
    const error = await failure(
      to.upload(
        objects.map((object) => ({ object, open: (at) => from.open(object, at) })),
        { stored: (object) => stored.push(object) },
      ),
    )
    expect(error.message).toMatch(/^2 LFS objects failed:\n- .* 400 .*\n- .* 400 /)
    expect(stored.map(({ oid }) => oid).toSorted()).toEqual(huggingface.oids.toSorted())
    expect(stored.length, 'twelve were under way at the most, and some had been replaced').toBeLessThan(24)
    expect(stored).toEqual(expect.arrayContaining([objects[39], objects[37], objects[0]]))
  })
})

describe('where it must not go', () => {
  test.each([
    'http://169.254.169.254/latest',
    'https://evil.example/x',
    'https://user:pass@s3.amazonaws.com/x',
    'http://localhost.evil.example/x',
  ])('an action for %s is refused before anything is sent', async (href) => {
    const object = put(github, randomBytes(1000))
    const actions = { upload: { href } }
    huggingface.fail(
      '/info/lfs',
      { status: 200, body: JSON.stringify({ objects: [{ oid: object.oid, size: 1000, actions }] }) },
      { times: Infinity },
    )
    let opened = false
    const open = async () => {
      opened = true
      return new ReadableStream<Uint8Array>()
    }
    const error = await failure(to.upload([{ object, open }]))
    expect(error.message).toMatch(/^Cannot send a Hugging Face request to /)
    expect([huggingface.count('/info/lfs'), opened]).toEqual([1, false])
  })

  test('an action that would carry the token to storage is refused', async () => {
    const object = put(github, randomBytes(1000))
    const header = { 'X-Whatever': `Basic ${Buffer.from(`x-access-token:${apiToken}`).toString('base64')}` }
    const actions = { upload: { href: `${huggingface.storage.origin}/x`, header } }
    huggingface.fail(
      '/info/lfs',
      { status: 200, body: JSON.stringify({ objects: [{ oid: object.oid, size: 1000, actions }] }) },
      { times: Infinity },
    )
    expect((await failure(mirror(object))).message).toContain('carries a token that is not for it')
    expect(huggingface.puts).toEqual([])
  })
})

describe('rights', () => {
  test('checkWrite asks for an upload and sends nothing', async () => {
    await to.checkWrite()
    expect(huggingface.batches.map(({ operation }) => operation)).toEqual(['upload'])
    expect(huggingface.puts).toEqual([])
  })

  test.each([401, 403, 404])('checkWrite is denied by %i, which names the token and what it needs', async (status) => {
    huggingface.fail('/info/lfs', { status, body: '{"error":"no"}' }, { times: Infinity })
    const error = await failure(to.checkWrite())
    expect(error).toBeInstanceOf(DeniedError)
    expect(error.message).toMatch(/HF_TOKEN must be a token with write access/)
  })

  test('an answer that is no batch, or leaves an object out, is an error', async () => {
    for (const body of ['<html>', '{"objects":[]}', '{"objects":{}}', '{"transfer":"xet","objects":[]}']) {
      huggingface.hub.faults.length = 0
      huggingface.fail('/info/lfs', { status: 200, body }, { times: Infinity })
      expect(await failure(to.readMissing([objectOf('x')]))).toBeInstanceOf(RemoteError)
    }
  })
})
