import { expect, test } from 'vitest'
import { formatPointer, parsePointer, pointerBytesMin } from '../../lib/model/pointer.ts'
import fc from '../random.ts'

const oid = '4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393'
const text = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize 12345\n`

test('writes what git-lfs writes, and reads it', () => {
  expect(formatPointer({ oid, byteLength: 12_345 })).toBe(text)
  expect(parsePointer(Buffer.from(text))).toEqual({ oid, byteLength: 12_345 })
})

const extension = `ext-0-foo sha256:${oid}\n`

test.each([
  ['CRLF', text.replaceAll('\n', '\r\n')],
  ['no final newline', text.slice(0, -1)],
  ['blank lines around and inside', `\n\r\n${text.replaceAll('\n', '\n\n')}\n`],
  ['a blank before it and blanks of Unicode behind it', ` ${text}\u00a0\u2003`],
  ['the version line of before', text.replace('git-lfs.github.com', 'hawser.github.com')],
  ['the first version line', text.replace('https://git-lfs.github.com/spec/v1', 'http://git-media.io/v/2')],
  ['a leading zero', text.replace('12345', '012345')],
  ['a plus sign', text.replace('12345', '+12345')],
  ['newlines up to a kilobyte', text.padEnd(1023, '\n')],
])('reads %s as git-lfs does', (_, other) => {
  expect(parsePointer(Buffer.from(other))).toEqual({ oid, byteLength: 12_345 })
})

test.each([
  ['an extension', text.replace('oid', `${extension}oid`), /^it names the extension ext-0-foo,/],
  ['an extension before the version', `${extension}${text}`, /^it names the extension ext-0-foo,/],
  ['a size beyond exact numbers', text.replace('12345', '9007199254740992'), /^it names 9007199254740992 bytes/],
  ['the largest size', text.replace('12345', `${2n ** 63n - 1n}`), /^it names 9223372036854775807 bytes/],
])('says why nobody can follow %s', (_, other, why) => {
  expect(parsePointer(Buffer.from(other))).toEqual({ unreadable: expect.stringMatching(why) })
})

test.each([
  ['nothing', ''],
  ['a size that is too large for git-lfs', text.replace('12345', `${2n ** 63n}`)],
  ['a byte order mark', `\uFEFF${text}`],
  ['a blank before the size', text.replace('size ', 'size  ')],
  ['a blank behind the id', text.replace(oid, `${oid} `)],
  ['two carriage returns', text.replaceAll('\n', '\r\r\n')],
  ['hex in capitals', text.replace(oid, oid.toUpperCase())],
  ['a short id', text.replace(oid, oid.slice(1))],
  ['a long id', text.replace(oid, `${oid}0`)],
  ['another hash', text.replace('sha256', 'sha512')],
  ['an unknown key', `${text}x-note hello\n`],
  ['an extension behind the size', `${text}${extension}`],
  ['two extensions of one priority', text.replace('oid', `${extension}${extension.replace('foo', 'bar')}oid`)],
  ['an extension with a broken id', text.replace('oid', `${extension.replace(oid, 'x')}oid`)],
  ['keys in another order', text.replace(/(oid.*\n)(size.*\n)/, '$2$1')],
  ['a key given twice', text.replace('size 12345\n', 'size 12345\nsize 12345\n')],
  ['another version', text.replace('spec/v1', 'spec/v2')],
  ['a negative size', text.replace('12345', '-12345')],
  ['an exponent', text.replace('12345', '1e3')],
  ['a fraction', text.replace('12345', '1.5')],
  ['a size beyond 64 bits', text.replace('12345', '18446744073709551616')],
  ['no size', text.replace(/size.*\n/, '')],
  ['text around it', `# How a pointer looks\n${text}`],
  ['a kilobyte', text.padEnd(1024, '\n')],
])('takes %s for text', (_, other) => {
  expect(parsePointer(Buffer.from(other))).toBeNull()
})

test('the shortest pointer is one', () => {
  const shortest = `version http://git-media.io/v/2\noid sha256:${oid}\nsize 0`
  expect([shortest.length, parsePointer(Buffer.from(shortest))]).toEqual([pointerBytesMin, { oid, byteLength: 0 }])
})

test('reads back every object that it writes', () => {
  const hex = fc.stringMatching(/^[0-9a-f]{64}$/)
  fc.assert(
    fc.property(hex, fc.maxSafeNat(), (name, byteLength) => {
      expect(parsePointer(Buffer.from(formatPointer({ oid: name, byteLength })))).toEqual({ oid: name, byteLength })
    }),
  )
})
