import { describe, expect, test } from 'vitest'
import { readText } from '../../lib/http/body.ts'
import { RemoteError } from '../../lib/model/errors.ts'
import { type Network, answers, api, fixture, token } from './network.ts'

const broken: Network = () => {
  throw new TypeError('fetch failed', {
    cause: Object.assign(new Error('read ECONNRESET ?sig=x'), { code: 'ECONNRESET' }),
  })
}

describe('retries', () => {
  test.each([408, 429, 500, 502, 503, 504])('%i is asked again where that is harmless', async (status) => {
    const { again, sent, waits, http } = fixture(answers(status, status, 200))
    expect((await again(api)).status).toBe(200)
    expect([sent.length, http.requests, waits]).toEqual([3, { github: 3, huggingface: 0 }, [1000, 2000]])
  })

  test.each([200, 304, 400, 401, 404, 409, 412, 422, 501])('%i is an answer', async (status) => {
    const { again, sent } = fixture((_, number) => new Response(status === 304 ? null : String(number), { status }))
    expect((await again(api)).status).toBe(status)
    expect(sent).toHaveLength(1)
  })

  test('a request that must not be sent twice is sent once', async () => {
    for (const network of [answers(500), answers(503, 200), answers(408, 200)]) {
      const { once, sent } = fixture(network)
      expect((await once(api, { method: 'POST', body: '{}' })).status).toBeGreaterThan(400)
      expect(sent).toHaveLength(1)
    }
    const { once, sent } = fixture(broken)
    await expect(once(api, { method: 'POST', body: '{}' })).rejects.toBeInstanceOf(RemoteError)
    expect(sent).toHaveLength(1)
  })

  test('429, and 403 for a rate limit, say that nothing was done: also such a request is sent again', async () => {
    const text = '{"message":"You have exceeded a secondary rate limit."}'
    const secondary: [number, Record<string, string>, string] = [403, { 'retry-after': '60' }, text]
    const { once, waits, sent } = fixture(answers([429, { ratelimit: '"api";r=0;t=55' }], secondary, 201))
    expect((await once(api, { method: 'POST', body: '{"a":1}' })).status).toBe(201)
    expect(waits).toEqual([56_000, 60_000])
    expect(await Promise.all(sent.map((request) => request.text()))).toEqual(['{"a":1}', '{"a":1}', '{"a":1}'])
  })

  test('a 403 for missing rights is an answer, and its text can still be read', async () => {
    const { again, sent } = fixture(answers([403, {}, 'Resource not accessible by integration']))
    expect(await readText((await again(api)).body)).toBe('Resource not accessible by integration')
    expect(sent).toHaveLength(1)
  })

  test('the last answer is returned when the attempts are used up, its text unread', async () => {
    const { again, sent, waits } = fixture((_, number) => new Response(`answer ${number}`, { status: 503 }))
    expect(await readText((await again(api)).body)).toBe('answer 5')
    expect([sent.length, waits]).toEqual([5, [1000, 2000, 4000, 8000]])
  })

  test('a wait that is longer than what is left is not waited for', async () => {
    const { again, waits } = fixture(answers([429, { 'retry-after': '200' }], [429, { 'retry-after': '201' }], 200))
    expect((await again(api)).status).toBe(429)
    expect(waits).toEqual([200_000])
  })

  test('a connection that breaks is tried again, then told without the address', async () => {
    const { again, sent, warnings } = fixture(broken)
    await expect(again(`${api}?sig=canary`)).rejects.toThrow(
      /^Cannot reach api\.github\.com: the connection broke \(ECONNRESET\)\. Run again\.$/,
    )
    expect(sent).toHaveLength(5)
    const wait =
      'GitHub does not answer GET api.github.com/repos/acme/corpus: the connection broke (ECONNRESET); attempt'
    expect(warnings).toEqual([2, 3, 4, 5].map((next) => `${wait} ${next} of 5 in ${2 ** (next - 2)} s`))
  })

  test.each([
    ['ENOTFOUND', 'there is no host of this name'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate cannot be trusted'],
  ])('%s is told at once', async (code, text) => {
    const cause = new AggregateError([Object.assign(new Error('failed'), { code })])
    const { again, sent } = fixture(() => {
      throw new TypeError('fetch failed', { cause })
    })
    await expect(again(api)).rejects.toThrow(text)
    expect(sent).toHaveLength(1)
  })

  test('a text that is cut is asked for again before any of it is given out', async () => {
    const { again, sent } = fixture(
      (_, number) =>
        new Response(
          new ReadableStream(
            {
              pull(controller) {
                controller.enqueue(Buffer.from('{"a":'))
                if (number === 1) return controller.error(new TypeError('terminated'))
                controller.enqueue(Buffer.from('1}'))
                controller.close()
              },
            },
            { highWaterMark: 0 },
          ),
          { headers: { 'content-type': 'application/json' } },
        ),
    )
    expect(JSON.parse(await readText((await again(api)).body))).toEqual({ a: 1 })
    expect(sent).toHaveLength(2)
  })

  test('a stream is never sent twice, whatever is answered', async () => {
    for (const status of [429, 503]) {
      const { again, sent } = fixture(answers(status, 200))
      const body = ReadableStream.from([Buffer.from('abc')])
      expect((await again(api, { method: 'PUT', body, headers: { 'content-length': '3' } })).status).toBe(status)
      expect(sent.map((request) => request.redirect)).toEqual(['error'])
    }
  })

  test('a body that falls silent is an error, never an end', async () => {
    const { again } = fixture(() => new Response(new ReadableStream({ pull: () => new Promise(() => {}) })), {
      timeoutMs: 20,
    })
    await expect(readText((await again(api)).body)).rejects.toThrow('nothing came for 0.02 s')
  })

  test('what is still read of an upload after its answer does not end the answer', async () => {
    const { once, sent } = fixture(() => new Response('text'), { timeoutMs: 20 })
    const body = new ReadableStream<Uint8Array>(
      { pull: (controller) => controller.enqueue(Buffer.from('abc')) },
      { highWaterMark: 0 },
    )
    const answer = await once(api, { method: 'PUT', body })
    await sent[0]!.body!.getReader().read()
    await new Promise((resolve) => {
      setTimeout(resolve, 60)
    })
    expect(await readText(answer.body)).toBe('text')
  })

  test('a caller who gives up ends the waiting', async () => {
    const stop = new AbortController()
    const { again, sent } = fixture(answers(503), { sleep: async () => stop.abort(new Error('enough')) })
    await expect(again(api, { signal: stop.signal })).rejects.toThrow('enough')
    expect(sent).toHaveLength(1)
  })
})

describe('redirects', () => {
  const to = (location: string, status = 302) => new Response(null, { status, headers: { location } })

  test('a download goes to storage without anything of the request but what it is for', async () => {
    const { again, sent } = fixture((request) =>
      new URL(request.url).host === 'api.github.com'
        ? to('https://media.githubusercontent.com/x?sig=1')
        : new Response('bytes'),
    )
    const answer = await again(api, {
      headers: { 'authorization': `Bearer ${token}`, 'x-key': 'k', 'range': 'bytes=0-4' },
    })
    expect([await readText(answer.body), answer.url]).toEqual(['bytes', 'https://media.githubusercontent.com/x?sig=1'])
    expect([...sent[1]!.headers.keys()]).toEqual(['range', 'user-agent'])
  })

  test('a renamed repository takes the request again, with its method, body and token', async () => {
    const { http, sent } = fixture((_, number) =>
      number === 1 ? to('/api/datasets/new/name', 307) : new Response('{}'),
    )
    const init = { method: 'POST', body: 'b', headers: { authorization: 'Bearer x' } }
    await http.fetch('huggingface', { repeat: false })('https://huggingface.co/api/datasets/old/name', init)
    expect([sent[1]!.url, sent[1]!.method, sent[1]!.headers.get('authorization')]).toEqual([
      'https://huggingface.co/api/datasets/new/name',
      'POST',
      'Bearer x',
    ])
    expect(await sent[1]!.text()).toBe('b')
  })

  test.each(['https://evil.example/', 'http://api.github.com/', 'https://a:b@github.com/', 'http://169.254.169.254/'])(
    'a redirect to %s is not followed',
    async (location) => {
      const { again, sent } = fixture(() => to(location))
      await expect(again(api)).rejects.toThrow(
        /^Cannot follow the redirect of GET api\.github\.com\/repos\/acme\/corpus: /,
      )
      expect(sent).toHaveLength(1)
    },
  )

  test('a caller who wants to see the redirect sees it', async () => {
    const { again } = fixture(() => to('https://media.githubusercontent.com/x'))
    expect((await again(api, { redirect: 'manual' })).status).toBe(302)
  })

  test('a loop ends', async () => {
    const { again, sent } = fixture(() => to(api))
    await expect(again(api)).rejects.toThrow('more than 5 redirects')
    expect(sent).toHaveLength(6)
  })
})
