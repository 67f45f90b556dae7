/** The store of chunks believes nothing: what it is sent has to be what its name and the shard say. */
import { createHash } from 'node:crypto'
import { beforeEach, expect, test } from 'vitest'
import { parseAnswer } from '../../lib/xet/answer.ts'
import { formatHash } from '../../lib/xet/hashes.ts'
import { KnownChunks } from '../../lib/xet/known-chunks.ts'
import { assemble, type Assembled } from '../xet/assemble.ts'
import { randomBytes } from '../xet/generated.ts'
import { Cas } from './cas.ts'
import { VirtualClock } from './hub.ts'
import { api, ask, createCorpus, read, readToken } from './huggingface-fixture.ts'
import type { HuggingFaceHub } from './huggingface.ts'
import { Request } from './message.ts'

const clock = new VirtualClock()
const content = randomBytes(400_000, 3)
const oid = createHash('sha256').update(content).digest('hex')
let [cas, hub]: [Cas, HuggingFaceHub] = [new Cas('https://cas.example', clock), createCorpus()]
let token = ''
let sent: Assembled = assemble([])

beforeEach(async () => {
  cas = new Cas('https://cas.example', clock)
  hub = createCorpus({ cas, clock })
  token = (await read<{ accessToken: string }>(hub, `${api}/xet-write-token/main`)).accessToken
  sent = assemble([content])
})

async function post(path: string, body: Uint8Array, authorization = `Bearer ${token}`): Promise<number> {
  const init = { method: 'POST', body: new Uint8Array(body), headers: { authorization } }
  return (await cas.hub.fetch(new Request(cas.origin + path, init))).status
}

const sendXorbs = async () => {
  for (const xorb of sent.xorbs)
    expect(await post(`/v1/xorbs/default/${formatHash(xorb.finish())}`, Buffer.concat(xorb.parts))).toBe(200)
}

test('a file is there when its xorbs and then its shard were sent, and not before', async () => {
  expect(await post('/v1/shards', sent.shards[0]!)).toBe(400)
  await sendXorbs()
  expect(hub.repository.hasObject({ oid, byteLength: content.length })).toBe(false)
  expect(await post('/v1/shards', sent.shards[0]!)).toBe(200)
  expect(hub.repository.hasObject({ oid, byteLength: content.length })).toBe(true)
})

test('a xorb is refused under another name, cut, or with a byte that is wrong', async () => {
  const [xorb] = sent.xorbs
  const body = Buffer.concat(xorb!.parts)
  const path = `/v1/xorbs/default/${formatHash(xorb!.finish())}`
  const wrong = Buffer.from(body)
  wrong[1_000]! ^= 1
  expect(await post(`/v1/xorbs/default/${'0'.repeat(64)}`, body)).toBe(400)
  expect(await post(path, body.subarray(0, -1))).toBe(400)
  expect(await post(path, wrong)).toBe(400)
  expect(await post('/v1/xorbs/default/short', body)).toBe(400)
  expect(await post(path, body)).toBe(200)
})

test('a shard is refused with any byte of its rows wrong, and the file is not there', async () => {
  await sendXorbs()
  const [shard] = sent.shards
  for (let at = 48; at < shard!.length - 48; at += 7) {
    const wrong = Buffer.from(shard!)
    wrong[at]! ^= 1
    // Rows have numbers that are not used, and flags.
    if ((await post('/v1/shards', wrong)) === 200) expect(at % 48).toBeGreaterThanOrEqual(32)
    else expect(hub.repository.storage.objects.size).toBe(0)
    hub.repository.storage.objects.clear()
  }
})

test.each([true, false])(
  'it tells of chunks that it has, under a key or not (%s), for as long as it says',
  async (keyed) => {
    cas.switches.hmacKey = keyed ? Buffer.alloc(32, 5) : null
    await sendXorbs()
    await post('/v1/shards', sent.shards[0]!)
    const [first] = sent.xorbs[0]!.chunks
    const url = `${cas.origin}/v1/chunks/default/${formatHash(first!.hash)}`
    const answer = await cas.hub.fetch(new Request(url, { headers: { authorization: `Bearer ${token}` } }))
    const told = parseAnswer(new Uint8Array(await answer.arrayBuffer()))!
    expect(told.hmacKey === null).toBe(!keyed)
    const known = new KnownChunks()
    known.learn(told)
    const nowS = clock.now() / 1000
    expect(assemble([content], { known }).newLengths).toEqual([0])
    expect(sent.xorbs[0]!.chunks.every((chunk) => known.find(chunk, nowS) !== null)).toBe(true)
    expect(known.find(first!, nowS + cas.switches.answerSeconds)).toBeNull()
  },
)

test('a token opens what it is for, until it ends', async () => {
  const reading = await read<{ accessToken: string }>(hub, `${api}/xet-read-token/main`, { token: readToken })
  expect((await ask(hub, `${api}/xet-write-token/main`, { token: readToken })).status).toBe(403)
  expect(await post('/v1/shards', sent.shards[0]!, `Bearer ${reading.accessToken}`)).toBe(403)
  expect(await post('/v1/shards', sent.shards[0]!, 'Bearer hf_write')).toBe(401)
  clock.pass(cas.switches.tokenSeconds * 1000)
  expect(await post('/v1/shards', sent.shards[0]!)).toBe(401)
})
