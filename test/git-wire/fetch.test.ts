/** Answers that git's server does not give, or gives when something is wrong. */
import { expect, it } from 'vitest'
import { fetchObjects } from '../../lib/git-wire/fetch.ts'
import { Http } from '../../lib/http/http.ts'
import { blobId, formatObject, formatPack } from './packs.ts'

const text = Buffer.from('one line\n')
const pack = formatPack([formatObject(3, text)])
const line = (content: string | Buffer) => {
  const bytes = Buffer.from(content)
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, '0')), bytes])
}
const band = (number: number, content: string | Buffer) =>
  line(Buffer.concat([Buffer.from([number]), Buffer.from(content)]))
const flush = Buffer.from('0000')

/** A body of these chunks, which breaks where one of them is an error. */
function streamOf(parts: readonly (Buffer | string | Error)[]): ReadableStream<Uint8Array> {
  const left = [...parts]
  const pull = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    const part = left.shift()
    if (part === undefined) controller.close()
    else if (part instanceof Error) controller.error(part)
    else controller.enqueue(Buffer.from(part))
  }
  return new ReadableStream<Uint8Array>({ pull }, { highWaterMark: 0 })
}

/** How a request ends that gets this answer, what came, and what was sent. */
async function fetchFrom(parts: readonly (Buffer | string | Error)[], status = 200) {
  const sent: string[] = []
  const http = new Http({
    origins: { github: ['https://github.com'], huggingface: [] },
    secrets: [],
    sleep: async () => {},
    fetch: async (_, init) => {
      const { 'authorization': token, 'git-protocol': version } = Object.fromEntries(
        init!.headers as [string, string][],
      )
      sent.push(`${version} ${token} ${Buffer.from(init!.body as Uint8Array).toString()}`)
      return new Response(streamOf(parts), { status })
    },
  })
  const came: string[] = []
  const server = { http, side: 'github', url: 'https://github.com/o/r.git', authorization: 'Basic abc' } as const
  const outcome = await fetchObjects(server, ['1'.repeat(40), '2'.repeat(40)], {
    byteLengthMax: 1_000,
    keptBytesMax: 1_000,
    totalBytesMax: 10_000,
    take: (oid) => void came.push(oid),
  })
  return { outcome, came, sent }
}

const whole = line('packfile\n')
const came = [blobId(text)]

it('asks as version 2 of the protocol says, once, and sends the token', async () => {
  const { sent, outcome } = await fetchFrom([whole, band(1, pack), flush])
  expect(outcome).toEqual({ kind: 'whole', leftOut: 0 })
  expect(sent).toEqual([
    'version=2 Basic abc ' +
      '0012command=fetch\n0014agent=hubmirror\n00010010no-progress\n000eofs-delta\n' +
      `0032want ${'1'.repeat(40)}\n0032want ${'2'.repeat(40)}\n0009done\n0000`,
  ])
})

it.each<[string, (Buffer | string)[], string, number, string]>([
  [
    'sections before the pack',
    [line('shallow-info\n'), line(`shallow ${'1'.repeat(40)}`), '0001', whole, band(1, pack), flush],
    'whole',
    1,
    '',
  ],
  [
    'progress in between',
    [whole, band(2, 'Counting'), band(1, pack.subarray(0, 20)), band(1, ''), band(1, pack.subarray(20)), flush],
    'whole',
    1,
    '',
  ],
  [
    'an error in the middle',
    [whole, band(1, pack.subarray(0, -20)), band(3, 'out of memory\u001b[2J\n'), flush],
    'broken',
    1,
    'it is "out of memory\\u{1b}[2J"',
  ],
  ['a refusal', [line('ERR upload-pack: not our ref 1\n'), flush], 'refused', 0, 'it is "upload-pack: not our ref 1"'],
  ['nothing at all', [], 'refused', 0, 'it is ""'],
  ['no pack', [line('shallow-info\n'), '0001', flush], 'broken', 0, 'it has no pack'],
  ['a page for people', ['<html>'], 'broken', 0, 'it is not made of lines'],
  ['a length that no line has', [whole, '0003'], 'broken', 0, 'it is not made of lines'],
  ['a mark of version 2 that is of no use here', [whole, '0002'], 'broken', 0, 'it is not made of lines'],
  ['a line that breaks off', [whole, band(1, pack).subarray(0, 15)], 'broken', 0, 'it ended too early'],
  ['no end, but the whole pack', [whole, band(1, pack)], 'whole', 1, ''],
  ['something after its end', [whole, band(1, pack), flush, line('more')], 'whole', 1, ''],
  ['a band that there is not', [whole, band(4, pack), flush], 'broken', 0, 'a line belongs to no band'],
  ['an empty line', [whole, '0004', flush], 'broken', 0, 'a line belongs to no band'],
  [
    'more than anybody expects',
    [whole, ...Array.from({ length: 20 }, () => band(2, Buffer.alloc(60_000)))],
    'broken',
    0,
    'it is longer than it should be',
  ],
])('an answer with %s', async (_, parts, kind, count, why) => {
  const { outcome, ...rest } = await fetchFrom(parts)
  const said = kind === 'whole' ? { leftOut: 0 } : { why: `Cannot read git's answer: ${why}` }
  expect([outcome, rest.came]).toEqual([{ kind, ...said }, came.slice(0, count)])
})

it.each([
  ['before the answer', [], 0],
  ['within the pack, after an object', [whole, band(1, pack.subarray(0, -5))], 1],
] as const)('a connection that breaks %s ends nothing but the request', async (_, parts, count) => {
  const broken = Object.assign(new TypeError('terminated'), { code: 'ECONNRESET' })
  const { outcome, ...rest } = await fetchFrom([...parts, broken])
  expect([outcome, rest.came]).toEqual([
    { kind: 'broken', why: expect.stringContaining('github.com') },
    came.slice(0, count),
  ])
})

it.each([301, 401, 403, 404, 500])('status %i is a refusal', async (status) => {
  const { outcome } = await fetchFrom(['No.'], status)
  expect(outcome).toEqual({ kind: 'refused', why: `Cannot read git's answer: its status is ${status}` })
})
