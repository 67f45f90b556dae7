import { expect, test } from 'vitest'
import { EntryCache } from '../../lib/huggingface/entry-cache.ts'
import { fetchedByteLengthMax } from '../../lib/model/bounded-cache.ts'

test('four of the longest files that are read together are kept, so that none of them is read twice', () => {
  const { contents } = new EntryCache()
  const oids = ['a', 'b', 'c', 'd']
  for (const oid of oids) contents.set(oid, new Uint8Array(fetchedByteLengthMax))
  expect(oids.map((oid) => contents.get(oid)?.byteLength)).toEqual(oids.map(() => fetchedByteLengthMax))
})
