/**
 * What the storage behind the Hub has been seen to do: bytes that are others, refusals, and another host in the middle
 * of a download.
 */
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Fault } from '../hubs/hub.ts'
import { startPair, type Pair } from '../hubs/pair.ts'
import { act, beginMirror, expectInSync, heads } from './mirror-setup.ts'

const content = Buffer.alloc(100_000, 'a row of a table\n')
const oid = createHash('sha256').update(content).digest('hex')

async function start(): Promise<Pair> {
  const pair = await beginMirror(startPair(), {
    '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
    'a.txt': 'a\n',
  })
  act(pair, 'huggingface', { 'a.txt': 'b\n', 'x.bin': { lfs: content } })
  return pair
}

function fault({ storages }: Pair, times: number, answer: Fault['act']): void {
  storages.huggingface.hub.faults.push({ on: ({ method }) => method === 'GET', times, when: 'after', act: answer })
}

const other = {
  status: 200,
  headers: { 'content-length': `${content.length}` },
  body: content.toString().replace('table', 'stone'),
}
const xml = (status: number, code: string, message: string) => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: `<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
})

const troubles: {
  readonly name: string
  readonly act: Fault['act']
  readonly says: RegExp
  readonly helps: boolean
}[] = [
  {
    name: 'as many bytes as there should be, and others',
    act: other,
    says: /the bytes that came are object [0-9a-f]{64}/,
    helps: true,
  },
  {
    name: '403 for an object that was not migrated',
    act: xml(403, 'AccessDenied', 'Access Denied'),
    says: /403 AccessDenied: Access Denied/,
    helps: true,
  },
  {
    name: '400 for a large object',
    act: xml(400, 'BadRequest', 'Entity too large'),
    says: /400 BadRequest: Entity too large/,
    helps: false,
  },
  { name: '500', act: { status: 500 }, says: /500/, helps: true },
]

describe('a storage that answers', () => {
  it.each(troubles)(
    '$name for good ends the run with 1, names the object, and leaves both sides as they were',
    async ({ act: answer, says }) => {
      const pair = await start()
      fault(pair, 99, answer)
      const before = heads(pair)
      const ran = await pair.run()
      expect([ran.exitCode, heads(pair)]).toEqual([1, before])
      expect(ran.err).toMatch(says)
      expect(ran.err).toContain(`"x.bin" (LFS object ${oid.slice(0, 12)}, `)
      expect([...pair.storages.github.objects.keys()]).toEqual([])
      pair.storages.huggingface.hub.faults.length = 0
      expect((await pair.run()).exitCode).toBe(0)
      await expectInSync(pair)
    },
  )

  it.each(troubles.filter(({ helps }) => helps))(
    '$name once is asked again, and the right bytes arrive',
    async ({ act: answer }) => {
      const pair = await start()
      fault(pair, 1, answer)
      const ran = await pair.run()
      expect(ran.exitCode, ran.err).toBe(0)
      expect(pair.github.files('main').get('x.bin')?.content.equals(content)).toBe(true)
      await expectInSync(pair)
    },
  )
})

describe('a download that breaks', () => {
  it('goes on at another host, where the object has moved meanwhile', async () => {
    const pair = await start()
    const { storages, huggingface } = pair
    storages.huggingface.cuts.push({ method: 'GET', key: oid, at: 40_000 })
    storages.huggingface.hub.faults.push({
      on: ({ method }) => method === 'GET',
      when: 'after',
      act: () => {
        huggingface.switches.downloadOrigin = 'https://cas-bridge.xethub.hf.co'
      },
    })
    const ran = await pair.run()
    expect(ran.exitCode, ran.err).toBe(0)
    const hosts = storages.huggingface.hub.requests
      .filter(({ method }) => method === 'GET')
      .map(({ url, status }) => [new URL(url).host, status])
    expect(hosts).toEqual([
      ['hf-hub-lfs-us-east-1.s3-accelerate.amazonaws.com', 200],
      ['cas-bridge.xethub.hf.co', 206],
    ])
    expect(pair.github.files('main').get('x.bin')?.content.equals(content)).toBe(true)
  })

  it('and goes on at a host that has other bytes there is proven wrong, and nothing is written', async () => {
    const pair = await start()
    const { storages, huggingface } = pair
    const before = heads(pair)
    for (let time = 0; time < 9; time += 1) storages.huggingface.cuts.push({ method: 'GET', key: oid, at: 40_000 })
    const rest = content.subarray(40_000).toString().replaceAll('table', 'stone')
    storages.huggingface.hub.faults.push({
      on: ({ headers }) => headers.has('range'),
      times: 99,
      when: 'after',
      act: {
        status: 206,
        headers: {
          'content-length': `${rest.length}`,
          'content-range': `bytes 40000-${content.length - 1}/${content.length}`,
        },
        body: rest,
      },
    })
    huggingface.switches.downloadOrigin = 'https://cas-bridge.xethub.hf.co'
    const ran = await pair.run()
    expect([ran.exitCode, heads(pair)]).toEqual([1, before])
    expect(ran.err).toMatch(/the bytes that came are object/)
    expect([...storages.github.objects.keys()]).toEqual([])
  })
})
