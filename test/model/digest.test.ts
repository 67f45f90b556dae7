import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { digest } from '../../lib/model/digest.ts'
import fc from '../random.ts'

test('is the SHA-256 of JSON with its keys in order', () => {
  const canonical = '{"a":[1,"é",null,{"b":true,"c":-0.5}],"z":{}}'
  expect(digest({ z: {}, a: [1, 'é', null, { c: -0.5, b: true }] })).toBe(
    createHash('sha256').update(canonical).digest('hex'),
  )
})

test.each([
  ['the order of keys', { a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 }],
  ['a property that is undefined', { a: 1 }, { a: 1, b: undefined }],
  ['an object without a prototype', { a: 1 }, Object.assign(Object.create(null), { a: 1 })],
])('does not see %s', (_, a, b) => {
  expect(digest(a)).toBe(digest(b))
})

test.each([
  ['the order of a list', [1, 2], [2, 1]],
  ['a number and its text', 1, '1'],
  ['nothing and null', {}, { a: null }],
  ['nesting', [[1], 2], [1, [2]]],
  ['keys that a number would sort', { 10: 'a', 9: 'b' }, { 10: 'b', 9: 'a' }],
  ['lists and objects', [], {}],
  ['quotes', ['a","b'], ['a', 'b']],
  ['__proto__', JSON.parse('{"__proto__":1}'), {}],
])('sees %s', (_, a, b) => {
  expect(digest(a)).not.toBe(digest(b))
})

test.each([
  ['a map', new Map([['a', 1]])],
  ['a set', [new Set([1])]],
  ['a date', { at: new Date(0) }],
  ['NaN', Number.NaN],
  ['infinity', [Infinity]],
  ['a big number', 1n],
  ['a function', { run: () => 1 }],
  ['undefined', undefined],
  ['a gap in a list', Array.from({ length: 2 })],
  ['bytes', new Uint8Array(1)],
])('refuses %s, which JSON would blur', (_, value) => {
  expect(() => digest(value)).toThrow(TypeError)
})

test('two values share a digest only if they are equal', () => {
  const value = fc.jsonValue({ maxDepth: 3 })
  fc.assert(
    fc.property(value, value, (a, b) => {
      expect(digest(JSON.parse(JSON.stringify(a)))).toBe(digest(a))
      if (digest(a) === digest(b)) expect(JSON.parse(JSON.stringify(a))).toEqual(JSON.parse(JSON.stringify(b)))
    }),
  )
})
