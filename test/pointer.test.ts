import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatPointer, parsePointer } from '../lib/pointer.ts'

const oid = '4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393'
const text = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize 12345\n`

test('writes what git-lfs writes, and reads it', () => {
  expect(formatPointer({ oid, byteLength: 12_345 })).toBe(text)
  expect(parsePointer(Buffer.from(text))).toEqual({ oid, byteLength: 12_345 })
})

test.each([
  ['nothing', ''],
  ['CRLF', text.replaceAll('\n', '\r\n')],
  ['no final newline', text.slice(0, -1)],
  ['one newline too many', `${text}\n`],
  ['a byte order mark', `\uFEFF${text}`],
  ['a blank before the size', text.replace('size ', 'size  ')],
  ['hex in capitals', text.replace(oid, oid.toUpperCase())],
  ['a short id', text.replace(oid, oid.slice(1))],
  ['a long id', text.replace(oid, `${oid}0`)],
  ['another hash', text.replace('sha256', 'sha512')],
  ['an unknown key', `${text}x-note hello\n`],
  ['an extension', text.replace('oid', `ext-0-foo sha256:${oid}\noid`)],
  ['keys in another order', text.replace(/(oid.*\n)(size.*\n)/, '$2$1')],
  ['a key given twice', text.replace('size 12345\n', 'size 12345\nsize 12345\n')],
  ['the version of before', text.replace('git-lfs.github.com', 'hawser.github.com')],
  ['a leading zero', text.replace('12345', '012345')],
  ['a plus sign', text.replace('12345', '+12345')],
  ['a negative size', text.replace('12345', '-12345')],
  ['an exponent', text.replace('12345', '1e3')],
  ['a fraction', text.replace('12345', '1.5')],
  ['a size beyond exact numbers', text.replace('12345', '9007199254740992')],
  ['a size beyond 64 bits', text.replace('12345', '18446744073709551616')],
  ['no size', text.replace(/size.*\n/, '')],
  ['text around it', `# How a pointer looks\n${text}`],
  ['more than a kilobyte', text.padEnd(1024, '\n')],
])('takes %s for text', (_, other) => {
  expect(parsePointer(Buffer.from(other))).toBeNull()
})

test('reads back every object that it writes, and writes back every pointer that it reads', () => {
  const hex = fc.stringMatching(/^[0-9a-f]{64}$/)
  fc.assert(fc.property(hex, fc.maxSafeNat(), (name, byteLength) => {
    expect(parsePointer(Buffer.from(formatPointer({ oid: name, byteLength })))).toEqual({ oid: name, byteLength })
  }))
  fc.assert(fc.property(fc.nat(text.length), fc.string({ maxLength: 2 }), fc.nat(2), (at, put, taken) => {
    const changed = text.slice(0, at) + put + text.slice(at + taken)
    const object = parsePointer(Buffer.from(changed))
    expect(object === null || formatPointer(object) === changed).toBe(true)
  }))
})
