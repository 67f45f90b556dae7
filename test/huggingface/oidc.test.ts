import { describe, expect, it } from 'vitest'
import { Http } from '../../lib/http/http.ts'
import { readOidcToken } from '../../lib/huggingface/oidc.ts'
import { DeniedError, RemoteError } from '../../lib/model/errors.ts'
import { Request } from '../hubs/message.ts'

const actions = 'https://run-7.actions.githubusercontent.com'
const request = {
  requestUrl: `${actions}/token?api-version=2.0`,
  requestToken: 'request-token',
  resource: 'datasets/acme/corpus',
  endpoint: 'https://huggingface.co',
}

/** GitHub Actions and the Hub, each with one answer; `sent` is what they were asked. */
function startServices(answers: { actions: [number, unknown]; hub: [number, unknown] }) {
  const sent: { url: string; authorization: string | null; body: string }[] = []
  const network: typeof fetch = async (input, init) => {
    const asked = new Request(input, init)
    sent.push({ url: asked.url, authorization: asked.headers.get('authorization'), body: await asked.text() })
    if (asked.url.startsWith(actions)) return Response.json(answers.actions[1], { status: answers.actions[0] })
    // The Hub's own ids: models have no prefix.
    const { resource } = JSON.parse(sent.at(-1)!.body) as { resource: string }
    if (!/^(?:(?:datasets|spaces|kernels|buckets)\/)?(?!models\/)[^/]+\/[^/]+$/.test(resource))
      return Response.json(
        { error: 'invalid_request', error_description: `Invalid resource: ${resource}` },
        { status: 400 },
      )
    return Response.json(answers.hub[1], { status: answers.hub[0] })
  }
  const http = new Http({
    fetch: network,
    sleep: () => Promise.resolve(),
    origins: { github: [actions], huggingface: ['https://huggingface.co'] },
    secrets: [],
  })
  return { http, sent }
}

describe('a token for one repository', () => {
  it('is exchanged for the word of GitHub, which is given for the Hub alone', async () => {
    const { http, sent } = startServices({
      actions: [200, { value: 'id-token' }],
      hub: [200, { access_token: 'hf_jwt_x', token_type: 'bearer', expires_in: 3600 }],
    })
    expect(await readOidcToken(http, request)).toBe('hf_jwt_x')
    expect(sent.map(({ url, authorization }) => [url, authorization])).toEqual([
      [`${actions}/token?api-version=2.0&audience=https%3A%2F%2Fhuggingface.co`, 'Bearer request-token'],
      ['https://huggingface.co/oauth/token', null],
    ])
    expect(JSON.parse(sent[1]!.body)).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
      subject_token: 'id-token',
      resource: 'datasets/acme/corpus',
    })
  })

  it.each([
    ['datasets/acme/corpus', 'datasets/acme/corpus'],
    ['spaces/acme/s', 'spaces/acme/s'],
    ['acme/m', 'acme/m'],
    ['models/acme/m', 'acme/m'],
  ])('is asked for a repository by the name that the Hub has for it: %s', async (resource, named) => {
    const { http, sent } = startServices({
      actions: [200, { value: 'id-token' }],
      hub: [200, { access_token: 'hf_jwt_x' }],
    })
    expect(await readOidcToken(http, { ...request, resource })).toBe('hf_jwt_x')
    expect(JSON.parse(sent[1]!.body)).toMatchObject({ resource: named })
  })

  it('is denied with what has to be set up, and without any token', async () => {
    const { http } = startServices({
      actions: [200, { value: 'id-token' }],
      hub: [400, { error: 'invalid_grant', error_description: 'no publisher', subject_token: 'id-token' }],
    })
    const failure = await readOidcToken(http, request).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(DeniedError)
    expect(String(failure)).toContain('"invalid_grant: no publisher"; the repository\'s settings must name')
    expect(String(failure)).not.toMatch(/id-token"|request-token/)
  })

  it('needs a job that may ask GitHub for its word', async () => {
    const { http, sent } = startServices({ actions: [403, {}], hub: [200, {}] })
    await expect(readOidcToken(http, request)).rejects.toThrow(/id-token: write/)
    expect(sent).toHaveLength(1)
  })

  it('is a matter of another try when a service is down', async () => {
    const { http } = startServices({ actions: [200, { value: 'id-token' }], hub: [503, {}] })
    await expect(readOidcToken(http, request)).rejects.toThrow(RemoteError)
  })
})

describe('a token that ends during the run', () => {
  /** The Hub takes the newest token alone. */
  function startHour() {
    let [given, asked] = [0, 0]
    const network: typeof fetch = async (input, init) => {
      const url = new URL(String(input))
      if (url.origin === actions) return Response.json({ value: 'id-token' })
      if (url.pathname === '/oauth/token') {
        given += 1
        return Response.json({ access_token: `hf_jwt_${given}` })
      }
      asked += 1
      return new Headers(init?.headers).get('authorization') === `Bearer hf_jwt_${given}`
        ? Response.json({ given })
        : new Response('expired', { status: 401 })
    }
    const secrets: string[] = []
    const http: Http = new Http({
      fetch: network,
      sleep: () => Promise.resolve(),
      origins: { github: [actions], huggingface: ['https://huggingface.co'] },
      secrets,
      renew: async (side) =>
        side === 'huggingface'
          ? `Bearer ${await readOidcToken(http, request, (secret) => secrets.push(secret))}`
          : null,
    })
    const ask = (authorization: string, repeat = false) =>
      http.fetch('huggingface', { repeat })('https://huggingface.co/api/x', {
        method: 'POST',
        headers: { authorization },
        body: '{}',
      })
    return {
      http,
      secrets,
      ask,
      end: () => {
        given += 1
      },
      counts: () => ({ given, asked }),
    }
  }

  it('is exchanged once for all requests that were refused, and the next ones begin with the new one', async () => {
    const { http, secrets, ask, end, counts } = startHour()
    const first = `Bearer ${await readOidcToken(http, request, (secret) => secrets.push(secret))}`
    expect((await ask(first)).status).toBe(200)
    end()
    expect((await Promise.all([ask(first), ask(first), ask(first)])).map(({ status }) => status)).toEqual([
      200, 200, 200,
    ])
    expect(counts()).toEqual({ given: 3, asked: 7 })
    expect([(await ask(first)).status, counts().asked]).toEqual([200, 8])
    end()
    expect((await ask(first)).status).toBe(200)
    expect(counts()).toEqual({ given: 5, asked: 10 })
    expect(secrets).toEqual(['id-token', 'hf_jwt_1', 'id-token', 'hf_jwt_3', 'id-token', 'hf_jwt_5'])
  })

  it('is refused for good when the new one is refused as well', async () => {
    const refusing = new Http({
      fetch: async () => new Response(null, { status: 401 }),
      sleep: () => Promise.resolve(),
      origins: { github: [], huggingface: ['https://huggingface.co'] },
      secrets: [],
      renew: () => Promise.resolve('Bearer hf_same'),
    })
    const send = () =>
      refusing.fetch('huggingface', { repeat: true })('https://huggingface.co/api/x', {
        headers: { authorization: 'Bearer hf_old' },
      })
    expect([(await send()).status, (await send()).status, refusing.requests.huggingface]).toEqual([401, 401, 3])
  })

  it('stays what it is where storage refuses its own signature', async () => {
    let renewals = 0
    const http = new Http({
      fetch: async () => new Response(null, { status: 401 }),
      sleep: () => Promise.resolve(),
      origins: { github: [], huggingface: ['https://huggingface.co'] },
      secrets: [],
      renew: () => Promise.resolve(`Bearer hf_${(renewals += 1)}`),
    })
    const send = (url: string, authorization: string) =>
      http.fetch('huggingface', { repeat: true })(url, { headers: { authorization } })
    expect(
      (await send('https://hf-hub-lfs-us-east-1.s3-accelerate.amazonaws.com/x', 'AWS4-HMAC-SHA256 x')).status,
    ).toBe(401)
    expect((await send('https://huggingface.co/verify', 'Basic bGZzOg==')).status).toBe(401)
    expect([renewals, http.requests.huggingface]).toEqual([0, 2])
  })
})
