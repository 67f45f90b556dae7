/**
 * The command on transfers that are cut, over real ports, with the services' own storage: one run is enough, and what
 * passed twice is told.
 */
import { createHash, randomBytes } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { sync } from '../../lib/cli/command.ts'
import { servePair, type Pair } from '../hubs/pair.ts'
import { act, beginMirror, directions, expectInSync } from './mirror-setup.ts'

const byteLength = 1_000_000
const inFlight = 256 * 1024

let pair: Pair
afterEach(() => pair.close())

/** Without the waits of a run. */
async function run(): Promise<{ exitCode: number; said: string }> {
  let said = ''
  const print = (text: string) => {
    said += text
  }
  return { exitCode: await sync([], { env: pair.env, out: print, err: print, sleep: () => Promise.resolve() }), said }
}

describe.each(directions)('an object from $from to $to', ({ from, to }) => {
  test.each([0, 1, 5, 9])('goes on after a cut of its download and of its upload at %i tenths', async (tenths) => {
    pair = await servePair()
    Object.assign(pair.huggingface.switches, { multipartThreshold: 500_000, partByteLength: 300_000 })
    await beginMirror(pair, {
      'README.md': '# Corpus\n',
      '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
    })
    const content = randomBytes(byteLength)
    const oid = createHash('sha256').update(content).digest('hex')
    act(pair, from, { 'a.bin': { lfs: content } })
    const at = (tenths * byteLength) / 10
    const inParts = to === 'huggingface'
    const [part, partAt] = [Math.floor(at / 300_000) + 1, Math.max(1, at % 300_000)]
    pair.storages[from].cuts.push({ method: 'GET', key: oid, at: Math.max(1, at) })
    pair.storages[to].cuts.push({
      method: 'PUT',
      key: inParts ? `.${part}` : oid,
      at: inParts ? partAt : Math.max(1, at),
    })
    const count = { down: pair.storages[from].hub.requests.length, up: pair.storages[to].hub.requests.length }
    const { exitCode, said } = await run()
    expect(exitCode, said).toBe(0)
    expect([
      pair.storages[from].cuts,
      pair.storages[to].cuts,
      pair[to].files('main').get('a.bin')!.content.equals(content),
    ]).toEqual([[], [], true])
    const down = pair.storages[from].hub.requests
      .slice(count.down)
      .reduce((sum, { downloadedBytes }) => sum + downloadedBytes, 0)
    const up = pair.storages[to].hub.requests.slice(count.up).reduce((sum, { uploadedBytes }) => sum + uploadedBytes, 0)
    // An upload that is whole begins again, a part was kept.
    expect(down).toBeLessThanOrEqual(inParts ? byteLength + inFlight : 2 * byteLength + inFlight)
    expect(up).toBeLessThanOrEqual(byteLength + (inParts ? partAt : at) + inFlight)
    await expectInSync(pair)
  })
})
