/** When a service is asked for many files together again that did not give them once. */
import { expect, it } from 'vitest'
import { BlobFetcher } from '../../lib/git-wire/blob-fetcher.ts'
import { Http } from '../../lib/http/http.ts'
import { blobId, formatObject, formatPack } from './packs.ts'

/** Of the lengths that are told of these files two are as much as a request asks for. */
const told = 4_000_000

/**
 * Reads this many files, one after the other. `gives` tells what a fetch gives, by its number: the files, none of them, or
 * a status. Returns the places of the files that have to be read otherwise, and the number of fetches.
 */
async function readAll(count: number, gives: (fetch: number) => 'files' | 'nothing' | number) {
  const files = new Map(
    Array.from({ length: count }, (_, index) => {
      const body = Buffer.from(`${index}\n`)
      return [blobId(body), body] as const
    }),
  )
  let fetches = 0
  const http = new Http({
    origins: { github: ['https://github.com'], huggingface: [] },
    secrets: [],
    sleep: async () => {},
    fetch: async (_, init) => {
      const given = gives((fetches += 1))
      if (typeof given === 'number') return new Response('No.', { status: given })
      const wants = [
        ...Buffer.from(init!.body as Uint8Array)
          .toString()
          .matchAll(/want (\w+)/g),
      ]
      const objects = given === 'files' ? wants.map(([, oid]) => formatObject(3, files.get(oid!)!)) : []
      const pack = Buffer.concat([Buffer.from([1]), formatPack(objects)])
      const length = (pack.length + 4).toString(16).padStart(4, '0')
      return new Response(Buffer.concat([Buffer.from(`000dpackfile\n${length}`), pack, Buffer.from('0000')]))
    },
  })
  const kept = new Map<string, Uint8Array>()
  const fetcher = new BlobFetcher(
    { http, side: 'github', url: 'https://github.com/o/r.git', authorization: null },
    {
      expected: new Map([...files.keys()].map((oid) => [oid, told])),
      find: (oid) => kept.get(oid) ?? null,
      keep: (oid, content) => kept.set(oid, content),
    },
  )
  const others: number[] = []
  for (const [index, oid] of [...files.keys()].entries()) if ((await fetcher.find(oid)) === null) others.push(index)
  return { others, fetches }
}
const span = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index)

it.each([403, 'nothing'] as const)(
  'one that has given some, and fails, is asked again a hundred files later: %s',
  async (failure) => {
    expect(await readAll(401, (fetch) => (fetch === 2 ? failure : 'files'))).toEqual({
      others: span(2, 101),
      fetches: 2 + (401 - 103) / 2,
    })
  },
)

it('and a thousand files later when it fails again', async () => {
  expect(await readAll(2_000, (fetch) => (fetch === 1 ? 'files' : 403))).toEqual({ others: span(2, 1_998), fetches: 4 })
})

it.each([403, 'nothing'] as const)('one that has given none is not asked again: %s', async (failure) => {
  expect(await readAll(300, () => failure)).toEqual({ others: span(0, 300), fetches: 1 })
})
