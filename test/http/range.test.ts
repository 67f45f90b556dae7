/** A part of a file: exactly the bytes that were asked for, or none, and never a second try. */
import { describe, expect, test } from 'vitest'
import { readRange } from '../../lib/http/range.ts'
import { RemoteError } from '../../lib/model/errors.ts'
import { fixture, type Network } from './network.ts'

const url = new URL('https://github.com/acme/corpus/raw/abc/a.parquet')
const range = { from: 3, to: 6, byteLength: 10 }

function ask(network: Network) {
  const made = fixture(network)
  const found = readRange(made.http, 'github', { url, headers: new Headers({ authorization: 'Basic eA==' }) }, range)
  return { ...made, found }
}

const part =
  (body: string, contentRange: string, status = 206): Network =>
  () =>
    new Response(body, { status, headers: { 'content-range': contentRange } })

test('the bytes are asked for as they are stored, and come as they were asked for', async () => {
  const { found, sent } = ask(part('def', 'bytes 3-5/10'))
  expect(Buffer.from((await found)!).toString()).toBe('def')
  expect(sent[0]!.headers.get('range')).toBe('bytes=3-5')
  expect(sent[0]!.headers.get('accept-encoding')).toBe('identity')
})

test.each([
  ['the whole file', part('abcdefghij', 'bytes 0-9/10', 200)],
  ['a part that is another one', part('cde', 'bytes 2-4/10')],
  ['a part of a file of another length', part('def', 'bytes 3-5/11')],
  ['a part without its place', () => new Response('def', { status: 206 })],
  ['more bytes than it says', part('defg', 'bytes 3-5/10')],
  ['fewer bytes than it says', part('de', 'bytes 3-5/10')],
  ['no such file', () => new Response('404', { status: 404 })],
  ['no such part', () => new Response('', { status: 416 })],
])('%s is nothing', async (_, network) => {
  const { found, sent, waits } = ask(network)
  expect(await found).toBeNull()
  expect([sent.length, waits]).toEqual([1, []])
})

test('a whole file that is sent all the same is not read', async () => {
  let cancelled = false
  const body = new ReadableStream(
    { pull: (controller) => controller.enqueue(new Uint8Array(1_000)), cancel: () => void (cancelled = true) },
    { highWaterMark: 0 },
  )
  const { found, http } = ask(() => new Response(body, { status: 200 }))
  expect([await found, http.bytes.downloaded]).toEqual([null, 0])
  expect(cancelled).toBe(true)
})

describe('a server that knows no ranges', () => {
  const askStart = async (byteLength: number, headers: Record<string, string> = {}) => {
    let pulled = 0
    const pull = (controller: ReadableStreamDefaultController) => {
      pulled += 1
      controller.enqueue(Buffer.from('abcd'))
    }
    const body = () => new ReadableStream({ pull }, { highWaterMark: 0 })
    const answer = () => new Response(body(), { status: 200, headers: { 'content-length': '4000', ...headers } })
    const found = await readRange(fixture(answer).http, 'github', { url }, { from: 0, to: 6, byteLength })
    return [found && Buffer.from(found).toString(), pulled]
  }

  test('gives the beginning, and no more of the file is read', async () => {
    expect(await askStart(4_000)).toEqual(['abcdab', 2])
  })

  test('gives nothing where it sends something else, or that in another coding', async () => {
    expect(await askStart(4_001)).toEqual([null, 0])
    expect(await askStart(4_000, { 'content-encoding': 'gzip' })).toEqual([null, 0])
  })
})

describe('a refusal ends the reading, without a second try', () => {
  test.each([401, 403, 429, 500, 503])('%i', async (status) => {
    const { found, sent, waits, warnings } = ask(() => new Response('no', { status, headers: { 'retry-after': '60' } }))
    await expect(found).rejects.toThrow(RemoteError)
    expect([sent.length, waits, warnings]).toEqual([1, [], []])
  })
})

test('a redirect to storage is followed without what was only for the service', async () => {
  const { found, sent } = ask((request) =>
    new URL(request.url).host === 'github.com'
      ? new Response(null, { status: 302, headers: { location: 'https://raw.githubusercontent.com/a?sig=x' } })
      : (part('def', 'bytes 3-5/10')(request, 2) as Response),
  )
  expect(Buffer.from((await found)!).toString()).toBe('def')
  expect(sent.map(({ headers }) => [headers.get('authorization'), headers.get('range')])).toEqual([
    ['Basic eA==', 'bytes=3-5'],
    [null, 'bytes=3-5'],
  ])
})
