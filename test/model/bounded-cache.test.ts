import { expect, test } from 'vitest'
import { BoundedCache, sizeOfBytes } from '../../lib/model/bounded-cache.ts'
import fc from '../random.ts'

test('the oldest values make way for new ones, and one that is set again is the newest', () => {
  const cache = new BoundedCache<number>(4)
  for (const key of ['a', 'b', 'c', 'd']) cache.set(key, 1)
  cache.set('a', 2)
  cache.set('e', 1)
  expect(['a', 'b', 'c', 'd', 'e'].map((key) => cache.get(key))).toEqual([2, undefined, 1, 1, 1])
})

test('what is set twice counts once: a blob that two readers bring does not push out others', () => {
  const cache = new BoundedCache<Uint8Array>(10_000, sizeOfBytes)
  for (let again = 0; again < 100; again++) cache.set('same', new Uint8Array(1_000))
  cache.set('other', new Uint8Array(1_000))
  expect([cache.get('same')?.length, cache.get('other')?.length]).toEqual([1_000, 1_000])
})

test('a value larger than a quarter of the room is not kept, and neither is the older one of its key', () => {
  const cache = new BoundedCache<string>(8, (value) => value.length)
  cache.set('a', '12')
  cache.set('b', '12')
  cache.set('a', '123')
  expect([cache.get('a'), cache.get('b')]).toEqual([undefined, '12'])
})

test('never holds more than its limit, and always the value that was set last if that fits', () => {
  const step = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), size: fc.nat(6), remove: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const cache = new BoundedCache<{ readonly size: number }>(12, ({ size }) => size)
      for (const { key, size, remove } of steps) {
        const value = { size }
        if (remove) cache.delete(key)
        else cache.set(key, value)
        expect(cache.get(key)).toBe(remove || size > 3 ? undefined : value)
        expect(
          ['a', 'b', 'c', 'd', 'e', 'f'].reduce((sum, each) => sum + (cache.get(each)?.size ?? 0), 0),
        ).toBeLessThanOrEqual(12)
      }
    }),
  )
})
