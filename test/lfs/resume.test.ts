/** Transfers that are cut: what is asked for again, what is sent again, and that it is never more than was missing. */
import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Http } from '../../lib/http/http.ts'
import { BufferPool } from '../../lib/lfs/buffer-pool.ts'
import { Lfs } from '../../lib/lfs/server.ts'
import type { LfsObject } from '../../lib/model/entry.ts'
import { IntegrityError } from '../../lib/model/errors.ts'
import { otherSide, sides, type Side } from '../../lib/model/sides.ts'
import type { UploadWatch } from '../../lib/model/upload.ts'
import { isWhole, LfsServer, objectOf } from '../hubs/lfs-server.ts'
import { isLong } from '../random.ts'

/** What may be on its way when a connection breaks, and is lost with it. */
const inFlight = 256 * 1024
const byteLength = 2_000_000
const partByteLength = 300_000
const tenths = Array.from({ length: 9 }, (_, index) => ((index + 1) * byteLength) / 10)
/** Each way of sending is cut at other tenths, and at all of them in the long form. */
const cutsOf = (way: number) => (isLong ? tenths : tenths.filter((_, index) => index % 3 === way % 3))

let hosts: Record<Side, LfsServer>
let content: Buffer
let object: LfsObject

beforeEach(async () => {
  const [github, huggingface] = await Promise.all([new LfsServer().start(), new LfsServer().start()])
  hosts = { github, huggingface }
})

afterEach(async () => {
  await Promise.all(sides.map((side) => hosts[side].close()))
})

function connect({ signal, kept = Infinity }: { signal?: AbortSignal; kept?: number } = {}) {
  const { github, huggingface } = hosts
  const http = new Http({
    origins: { github: [github.origin], huggingface: [huggingface.origin] },
    secrets: [],
    random: () => 0,
    sleep: async () => {},
    ...(signal && { signal }),
  })
  const lfsOf = (side: Side) =>
    new Lfs(
      http,
      {
        side,
        url: `${hosts[side].origin}/info/lfs`,
        authorization: null,
        transfers: side === 'huggingface' ? ['basic', 'multipart'] : ['basic'],
        ref: 'refs/heads/main',
      },
      new BufferPool(kept),
    )
  const lfs = { github: lfsOf('github'), huggingface: lfsOf('huggingface') }
  const mirror = (to: Side, objects: readonly LfsObject[], watch?: UploadWatch) =>
    lfs[to].upload(
      objects.map((each) => ({ object: each, open: (from: number) => lfs[otherSide[to]].open(each, from) })),
      watch,
    )
  return { http, mirror }
}

function put(side: Side, bytes: Buffer): LfsObject {
  const named = objectOf(bytes)
  hosts[side].objects.set(named.oid, bytes)
  return named
}

const given = ({ gets }: LfsServer) => ({
  ranges: gets.map(({ headers }) => headers.get('range')),
  byteLength: gets.reduce((sum, { downloadedBytes }) => sum + downloadedBytes, 0),
})
const taken = ({ puts }: LfsServer, from = 0) => ({
  requests: puts.length - from,
  byteLength: puts.slice(from).reduce((sum, { uploadedBytes }) => sum + uploadedBytes, 0),
})

const ways = [
  { way: 'whole to GitHub', to: 'github' as const, parts: 0, kept: 0 },
  { way: 'whole to Hugging Face', to: 'huggingface' as const, parts: 0, kept: 0 },
  { way: 'in parts that are kept', to: 'huggingface' as const, parts: partByteLength, kept: 8 * partByteLength },
  { way: 'in parts, one of them kept', to: 'huggingface' as const, parts: partByteLength, kept: partByteLength },
  { way: 'in parts that pass through', to: 'huggingface' as const, parts: partByteLength, kept: 0 },
]

describe.each(ways)('an object that is sent $way', ({ way, to, parts, kept }) => {
  const cuts = cutsOf(ways.findIndex((each) => each.way === way))
  let from: LfsServer
  let at: LfsServer
  beforeEach(() => {
    ;[from, at] = [hosts[otherSide[to]], hosts[to]]
    at.partByteLength = parts
    content = randomBytes(byteLength)
    object = put(otherSide[to], content)
  })
  const putsWanted = parts === 0 ? 1 : Math.ceil(byteLength / parts)
  const arrived = () => at.objects.get(object.oid)?.equals(content)
  /** Uploads that came to the object's end. */
  const lastBytes = () =>
    at.puts.filter((sent) => isWhole(sent) && (parts === 0 || new URL(sent.url).pathname.endsWith(`/${putsWanted}`)))

  test('goes down once and up once, byte for byte', async () => {
    const { http, mirror } = connect({ kept })
    const seen: number[] = []
    await mirror(to, [object], { progress: ({ sent }) => seen.push(sent) })
    expect([arrived(), given(from), taken(at)]).toEqual([
      true,
      { ranges: [null], byteLength },
      { requests: putsWanted, byteLength },
    ])
    expect(
      [http.bytes.uploaded - byteLength, http.bytes.downloaded - byteLength].every((more) => more >= 0 && more < 5_000),
      'batches are all that comes on top',
    ).toBe(true)
    expect([seen.at(-1), seen.every((sent, index) => sent > (seen[index - 1] ?? 0))]).toEqual([byteLength, true])
  })

  test.each(cuts)('goes on where its download was cut, after %i bytes', async (cut) => {
    from.storage.cuts.push({ method: 'GET', key: '', at: cut })
    await connect({ kept }).mirror(to, [object])
    const [, range] = given(from).ranges
    const resumedAt = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1])
    expect(arrived()).toBe(true)
    expect(resumedAt).toBeLessThanOrEqual(cut)
    expect(given(from)).toEqual({ ranges: [null, range], byteLength: byteLength + cut - resumedAt })
    expect(cut - resumedAt).toBeLessThanOrEqual(inFlight)
    expect(taken(at), 'the upload never noticed').toEqual({ requests: putsWanted, byteLength })
  })

  test('goes on after a cut at every tenth in turn', async () => {
    from.storage.cuts.push({ method: 'GET', key: '', at: byteLength / 10, times: 9 })
    await connect({ kept }).mirror(to, [object])
    expect(arrived()).toBe(true)
    expect(from.gets.length).toBeGreaterThanOrEqual(10)
    expect(taken(at)).toEqual({ requests: putsWanted, byteLength })
  })

  test.each(cuts)(
    'is sent again, the whole or the part alone, where its upload was cut after %i bytes',
    async (cut) => {
      const [cutPart, cutAt] = parts === 0 ? [1, cut] : [Math.floor(cut / parts) + 1, Math.max(1, cut % parts)]
      at.storage.cuts.push({ method: 'PUT', key: parts === 0 ? '' : `/${cutPart}`, at: cutAt })
      await connect({ kept }).mirror(to, [object])
      expect([arrived(), at.storage.cuts, taken(at).requests]).toEqual([true, [], putsWanted + 1])
      expect(taken(at).byteLength - byteLength).toBeGreaterThanOrEqual(cutAt)
      expect(taken(at).byteLength - byteLength).toBeLessThanOrEqual(cutAt + inFlight)
      const { ranges } = given(from)
      if (kept >= byteLength) expect(given(from), 'the part was kept').toEqual({ ranges: [null], byteLength })
      if (parts === 0) expect(ranges).toEqual([null, null])
      if (parts > 0 && kept === 0) {
        expect(ranges, 'from the beginning of the part').toEqual(
          cutPart === 1 ? [null, null] : [null, `bytes=${(cutPart - 1) * parts}-`],
        )
      }
      if (parts > 0) expect(ranges.length).toBeLessThanOrEqual(2)
    },
  )

  test.each(['ignored', 'wrong'] as const)('goes on in the same upload where Range is %s', async (ranges) => {
    from.storage.ranges = ranges
    from.storage.cuts.push({ method: 'GET', key: '', at: byteLength / 2 })
    await connect({ kept }).mirror(to, [object])
    expect([arrived(), from.gets.length]).toEqual([true, ranges === 'ignored' ? 2 : 3])
    expect(taken(at)).toEqual({ requests: putsWanted, byteLength })
  })

  test('is damaged where its store has only the beginning, and is not sent', async () => {
    hosts[otherSide[to]].objects.set(object.oid, content.subarray(0, byteLength / 2))
    await expect(connect({ kept }).mirror(to, [object])).rejects.toBeInstanceOf(IntegrityError)
    expect([at.oids, at.count('/complete'), lastBytes()]).toEqual([[], 0, []])
  })

  test('is damaged where the bytes after a cut are others, and begins again', async () => {
    from.storage.cuts.push({ method: 'GET', key: '', at: byteLength / 2 })
    from.storage.hub.faults.push({ on: 2, when: 'after', act: 'corrupt' })
    await connect({ kept }).mirror(to, [object])
    expect([arrived(), given(from).ranges.at(-1)]).toEqual([true, null])
    expect(lastBytes()).toHaveLength(1)
  })
})

describe('a run that is killed', () => {
  const count = 20
  const each = byteLength / count

  test.each(tenths)('after %i bytes is finished by the next, which sends only what is missing', async (killedAfter) => {
    const contents = Array.from({ length: count }, (_, index) => randomBytes(each + index))
    const objects = contents.map((bytes) => put('github', bytes))
    const stop = new AbortController()
    const sent = new Map<string, number>()
    const first = connect({ signal: stop.signal }).mirror('huggingface', objects, {
      progress: ({ object: { oid }, sent: bytes }) => {
        sent.set(oid, bytes)
        if ([...sent.values()].reduce((sum, more) => sum + more) >= killedAfter) stop.abort(new Error('killed'))
      },
    })
    await expect(first).rejects.toThrow('killed')
    await hosts.huggingface.quiet()
    const missing = objects.filter(({ oid }) => !hosts.huggingface.objects.has(oid))
    expect(missing.length).toBeGreaterThan(0)
    const before = hosts.huggingface.puts.length
    const again = await connect().mirror('huggingface', objects)
    expect(again.map(({ oid }) => oid).toSorted()).toEqual(missing.map(({ oid }) => oid).toSorted())
    expect(taken(hosts.huggingface, before)).toEqual({
      requests: missing.length,
      byteLength: missing.reduce((sum, { byteLength: bytes }) => sum + bytes, 0),
    })
    expect(contents.every((bytes, index) => hosts.huggingface.objects.get(objects[index]!.oid)!.equals(bytes))).toBe(
      true,
    )
  })
})

test('bytes of a text type pass like any others', async () => {
  hosts.github.storage.type = 'text/csv; charset=utf-8'
  let first = 0
  hosts.github.storage.cuts.push({ method: 'GET', key: '', at: 1_000_000 })
  const csv = put('github', Buffer.alloc(3_000_000, 'a,b\n'))
  await connect().mirror('huggingface', [csv], {
    progress: ({ sent }) => {
      first ||= sent
    },
  })
  expect(first, 'the first chunk left before the rest had come').toBeLessThan(1_000_000)
  expect(hosts.github.gets).toHaveLength(2)
})
