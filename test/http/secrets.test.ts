/** What leaves: which token goes where, and what is said of it. */
import { describe, expect, test } from 'vitest'
import { hideSecrets } from '../../lib/http/redact.ts'
import { answers, fixture, token } from './network.ts'

describe('what leaves', () => {
  test.each([
    ['another host', 'https://media.githubusercontent.com/x', { authorization: `Bearer ${token}` }],
    [
      'Basic in base64',
      'https://x.s3.amazonaws.com/x',
      { authorization: `Basic ${Buffer.from(`x:${token}`).toString('base64')}` },
    ],
    ['a header of another name', 'https://x.s3.amazonaws.com/x', { 'x-key': token }],
    ['any Bearer', 'https://x.s3.amazonaws.com/x', { authorization: 'Bearer of something else' }],
    ['the address', `https://x.s3.amazonaws.com/x?key=${token}`, {}],
  ])('no token in %s', async (_, url, headers) => {
    const { again, sent, http } = fixture(answers(200))
    await expect(again(url, { headers })).rejects.toThrow('carries a token that is not for it')
    expect([sent.length, http.requests.github]).toEqual([0, 0])
  })

  test("the Hub's token does not go to GitHub's address by way of the Hub's fetch", async () => {
    const { http, sent } = fixture(answers(200))
    await expect(http.fetch('huggingface', { repeat: true })('https://api.github.com/', {})).rejects.toThrow(
      /^Cannot send a Hugging Face request to api\.github\.com/,
    )
    expect(sent).toEqual([])
  })

  test("storage's own keys go to storage", async () => {
    const { once, sent } = fixture(answers(200))
    await once('https://x.s3.amazonaws.com/x', {
      method: 'PUT',
      body: 'b',
      headers: { authorization: 'AWS4-HMAC-SHA256 x' },
    })
    expect(sent[0]!.headers.get('authorization')).toBe('AWS4-HMAC-SHA256 x')
  })

  test('redact hides tokens in every form, and signed addresses', () => {
    const { http } = fixture(answers(200))
    const forms = [
      token,
      encodeURIComponent(token),
      Buffer.from(token).toString('hex'),
      ...['', 'x', 'xy', 'x-access-token:', 'user:'].flatMap((before) =>
        [Buffer.from(before + token), Buffer.from(`${before}${token}/tail`)].flatMap((bytes) => [
          bytes.toString('base64'),
          bytes.toString('base64url'),
        ]),
      ),
    ]
    for (const form of forms) {
      const core = form.slice(8, -8)
      expect(http.redact(`before ${form} after`)).not.toContain(core)
    }
    expect(http.redact('GET https://a.example/x?sig=1&b=2 and https://u:p@b.example/y#z')).toBe(
      'GET https://a.example/x?*** and https://***@b.example/y#z',
    )
    expect(http.redact('nothing to hide')).toBe('nothing to hide')
  })

  test('what is too short for a token hides nothing', () => {
    const text = 'the quick brown fox jumps over 6161 and YWFh'
    for (const secret of ['e', 'the', 'jumps', 'a'.repeat(3), ' brown ']) expect(hideSecrets(text, [secret])).toBe(text)
    expect(hideSecrets(`${text} a-secret`, ['a-secret'])).toBe(`${text} ***`)
  })
})
