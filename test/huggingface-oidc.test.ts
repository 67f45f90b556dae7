import { describe, expect, it } from 'vitest'
import { DeniedError, RemoteError } from '../lib/errors.ts'
import { Http } from '../lib/http.ts'
import { readOidcToken } from '../lib/huggingface/oidc.ts'

const actions = 'https://run-7.actions.githubusercontent.com'
const request = { requestUrl: `${actions}/token?api-version=2.0`, requestToken: 'request-token', resource: 'datasets/acme/corpus', endpoint: 'https://huggingface.co' }

/** GitHub Actions and the Hub, each with one answer; `sent` is what they were asked. */
function startServices(answers: { actions: [number, unknown], hub: [number, unknown] }) {
  const sent: { url: string, authorization: string | null, body: string }[] = []
  const network: typeof fetch = async (input, init) => {
    const asked = new Request(input, init)
    sent.push({ url: asked.url, authorization: asked.headers.get('authorization'), body: await asked.text() })
    const [status, body] = asked.url.startsWith(actions) ? answers.actions : answers.hub
    return Response.json(body, { status })
  }
  const http = new Http({ fetch: network, sleep: () => Promise.resolve(), origins: { github: [actions], huggingface: ['https://huggingface.co'] }, secrets: [] })
  return { http, sent }
}

describe('a token for one repository', () => {
  it('is exchanged for the word of GitHub, which is given for the Hub alone', async () => {
    const { http, sent } = startServices({ actions: [200, { value: 'id-token' }], hub: [200, { access_token: 'hf_jwt_x', token_type: 'bearer', expires_in: 3600 }] })
    expect(await readOidcToken(http, request)).toBe('hf_jwt_x')
    expect(sent.map(({ url, authorization }) => [url, authorization])).toEqual([
      [`${actions}/token?api-version=2.0&audience=https%3A%2F%2Fhuggingface.co`, 'Bearer request-token'], ['https://huggingface.co/oauth/token', null],
    ])
    expect(JSON.parse(sent[1]!.body)).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
      subject_token: 'id-token', resource: 'datasets/acme/corpus',
    })
  })

  it('is denied with what has to be set up, and without any token', async () => {
    const { http } = startServices({ actions: [200, { value: 'id-token' }], hub: [400, { error: 'invalid_grant', error_description: 'no publisher', subject_token: 'id-token' }] })
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
