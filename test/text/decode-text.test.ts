/** Which bytes are a text, and which text they are. */
import { describe, expect, test } from 'vitest'
import { decodeText } from '../../lib/text/decode-text.ts'
import fc from '../random.ts'

const encode = (text: string) => new TextEncoder().encode(text)

describe('decodeText', () => {
  test.each([
    ['plain text', 'a\nb\n'],
    ['no final newline', 'a\nb'],
    ['nothing', ''],
    ['CRLF', 'a\r\nb\r\n'],
    ['a byte order mark', '\uFEFFa,b\n'],
    ['two of them', '\uFEFF\uFEFF'],
    ['letters of any script', 'données エイミ 𝒳\n'],
    ['control characters but NUL', '\u0001\u001b\u007f\u0085'],
  ])('gives %s back byte for byte', (_, text) => {
    expect(decodeText(encode(text))).toBe(text)
  })

  test.each([
    ['a NUL', [0x61, 0]],
    ['Latin-1', [0x64, 0xe9]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a cut character', [0xe3, 0x82]],
    ['UTF-16', [0xff, 0xfe, 0x61, 0x62]],
    ['a number beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
  ])('takes %s for no text', (_, bytes) => {
    expect(decodeText(Uint8Array.from(bytes))).toBeNull()
  })

  test('takes 10 MB and not a byte more', () => {
    const bytes = new Uint8Array(10_000_001).fill(0x61)
    expect(decodeText(bytes)).toBeNull()
    expect(decodeText(bytes.subarray(1))).toHaveLength(10_000_000)
  })

  test('keeps every byte of whatever it takes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.string({ unit: 'binary' }).map(encode)), (bytes) => {
        const text = decodeText(bytes)
        expect(text === null || Buffer.from(text).equals(bytes)).toBe(true)
      }),
    )
  })
})
