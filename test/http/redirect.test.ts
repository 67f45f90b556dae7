import { describe, expect, test } from 'vitest'
import { HeaderMap } from '../../lib/http/headers.ts'
import { planRedirect, refuseAddress } from '../../lib/http/redirect.ts'
import type { Redirect } from '../../lib/http/redirect.ts'

const origins = {
  github: ['https://api.github.com', 'https://github.com', 'https://ghe.acme.example:8443'],
  huggingface: ['https://huggingface.co'],
}
const loopback = { github: ['http://127.0.0.1:4001'], huggingface: ['http://[::1]:4002', 'http://localhost:4003'] }

/** Loopback, link-local, private networks and this machine itself, in all the ways that an address can be written. */
const privateHosts = [
  '127.0.0.1',
  '2130706433',
  '0x7f000001',
  '0177.0.0.1',
  '0x7f.1',
  '127.1',
  '\uff11\uff12\uff17.0.0.1',
  '127.0.0.1.',
  '0',
  '10.0.0.1',
  '167772161',
  '172.16.0.1',
  '192.168.0.1',
  '0300.0250.1',
  '169.254.0.1',
  '0xa9fe0001',
  '[::1]',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[::ffff:a00:1]',
  '[64:ff9b::a00:1]',
  '[fe80::1]',
  '[fd00::1]',
  'localhost',
  'localhost.',
  'LOCALHOST',
  'x.localhost',
  'x.internal',
]

describe.each(['https', 'http'])('%s to a private host', (scheme) => {
  test.each(privateHosts)('%s is refused, as an address and as a redirect, on both sides', (host) => {
    const address = `${scheme}://${host}/x`
    for (const side of ['github', 'huggingface'] as const) {
      expect(refuseAddress(address, side, origins)).not.toBeNull()
      const redirect = { status: 302, location: address, hops: 0, method: 'GET', headers: new HeaderMap() }
      expect(planRedirect({ ...redirect, url: new URL(origins[side][0]!) }, side, origins)).toHaveProperty('refused')
    }
  })
})

describe('a configured host in a private network', () => {
  const inside = { github: ['https://10.0.0.1:8443'], huggingface: ['https://huggingface.co'] }

  test.each([
    ['https://10.0.0.1:8443/x', null],
    ['https://0xa.1:8443/x', null],
    ['http://10.0.0.1:8443/x', 'it is not https'],
    ['https://10.0.0.1/x', 'it is not a host that GitHub is known to use'],
    ['https://10.0.0.2:8443/x', 'port 8443 is not the default one'],
  ])('%s: %s', (address, refused) => {
    expect(refuseAddress(address, 'github', inside)).toBe(refused)
    expect(refuseAddress(address, 'huggingface', inside)).not.toBeNull()
  })
})

describe('refuseAddress', () => {
  test.each([
    'https://api.github.com/repos/a/b',
    'https://github-cloud.s3.amazonaws.com/x?y',
    'https://lfs.github.com/x',
    'https://GITHUB.com/',
    'https://ghe.acme.example:8443/x',
    'https://github-cloud.githubusercontent.com/x',
    'https://productionresults.blob.core.windows.net/x',
    'https://github.com:443/x',
  ])("lets GitHub's %s through", (address) => {
    expect(refuseAddress(address, 'github', origins)).toBeNull()
  })

  test.each([
    'https://us.aws.cdn.hf.co/x',
    'https://cas-bridge.xethub.hf.co/x',
    'https://d1.cloudfront.net/x',
    'https://hf-hub-lfs-us-east-1.s3-accelerate.amazonaws.com/x',
  ])("lets the Hub's %s through", (address) => {
    expect(refuseAddress(address, 'huggingface', origins)).toBeNull()
  })

  test.each([
    ['http://api.github.com/', 'not https'],
    ['http://127.0.0.1:4001/', 'not https'],
    ['http://169.254.169.254/', 'not https'],
    ['https://169.254.169.254/', 'not a host'],
    ['https://127.0.0.1/', 'not a host'],
    ['https://[::ffff:7f00:1]/', 'not a host'],
    ['https://localhost/', 'not a host'],
    ['ftp://github.com/', 'not https'],
    ['file:///etc/passwd', 'not https'],
    ['javascript:alert(1)', 'not https'],
    ['data:,x', 'not https'],
    ['https://evilgithub.com/', 'not a host'],
    ['https://github.com.evil.example/', 'not a host'],
    ['https://evil.example/github.com', 'not a host'],
    ['https://evil.example#github.com', 'not a host'],
    ['https://github.com@evil.example/', 'credentials'],
    ['https://token@github.com/', 'credentials'],
    ['https://:pw@github.com/', 'credentials'],
    ['https://github.com:22/', 'port 22'],
    ['https://api.github.com:8443/', 'port 8443'],
    ['https://huggingface.co/', 'not a host'],
    ['//github.com', 'not an address'],
    ['', 'not an address'],
    ['https://github.com\\@evil.example/', null],
    ['https://0x7f.1/', 'not a host'],
    ['https://github.com./', 'not a host'],
  ])('%s: %s', (address, reason) => {
    const refused = refuseAddress(address, 'github', origins)
    if (reason === null) expect(refused).toBeNull()
    else expect(refused).toContain(reason)
  })

  test('loopback origins allow other ports of loopback, and nothing else over http', () => {
    const allowed = [
      'http://127.0.0.1:4001/',
      'http://127.0.0.1:9/',
      'http://localhost:80/',
      'http://[::1]:5/',
      'http://127.8.8.8/',
      'https://github.com/',
    ]
    for (const address of allowed) {
      expect(refuseAddress(address, 'github', loopback), address).toBeNull()
      expect(refuseAddress(address.replace('github.com', 'hf.co'), 'huggingface', loopback), address).toBeNull()
    }
    const others = [
      'http://10.0.0.1/',
      'http://169.254.169.254/',
      'http://127.evil.example/',
      'http://github.com/',
      'http://localhost.evil.example/',
      'http://0.0.0.0/',
    ]
    for (const address of others) {
      expect(refuseAddress(address, 'github', loopback), address).not.toBeNull()
    }
  })

  test('loopback among other origins allows no http', () => {
    expect(
      refuseAddress('http://127.0.0.1:9/', 'github', {
        ...origins,
        github: ['https://github.com', 'http://127.0.0.1:9'],
      }),
    ).toBe('it is not https')
  })
})

describe('planRedirect', () => {
  const headers = new HeaderMap({
    'authorization': 'Bearer x',
    'cookie': 'a=b',
    'x-api-key': 'k',
    'x-amz-date': 'd',
    'range': 'bytes=0-9',
    'accept': '*/*',
    'accept-encoding': 'identity',
    'user-agent': 'hubmirror',
  })
  const plan = (change: Partial<Redirect>) =>
    planRedirect(
      {
        status: 302,
        location: '/b?c',
        hops: 0,
        method: 'GET',
        url: new URL('https://huggingface.co/a'),
        headers,
        ...change,
      },
      'huggingface',
      origins,
    )

  test('stays in the origin with all headers', () => {
    const step = plan({})
    expect(step).toMatchObject({ url: new URL('https://huggingface.co/b?c') })
    expect('headers' in step && [...step.headers]).toEqual([...headers])
  })

  test('goes to another origin with nothing that could be a secret', () => {
    const step = plan({ location: 'https://us.aws.cdn.hf.co/x?signed' })
    expect('headers' in step && [...step.headers.keys()]).toEqual(['range', 'accept', 'accept-encoding', 'user-agent'])
  })

  test.each([301, 302, 303, 307, 308])('GET and HEAD follow %i', (status) => {
    expect(plan({ status })).not.toHaveProperty('refused')
    expect(plan({ status, method: 'HEAD' })).not.toHaveProperty('refused')
  })

  test.each([
    [307, true],
    [308, true],
    [301, false],
    [302, false],
    [303, false],
  ])('POST within the origin: %i is followed: %s', (status, followed) => {
    expect('url' in plan({ status, method: 'POST' })).toBe(followed)
  })

  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('the body of a %s never goes to another origin', (method) => {
    expect(plan({ status: 307, method, location: 'https://hf.co/x' })).toEqual({
      refused: expect.stringContaining('only sent to the host'),
    })
  })

  test("between two origins that the side's token is for, all of a request goes along", () => {
    const both = { ...origins, huggingface: ['https://huggingface.co', 'https://hf.co'] }
    for (const [status, method] of [
      [307, 'POST'],
      [308, 'PUT'],
      [302, 'GET'],
    ] as const) {
      const step = planRedirect(
        { status, location: 'https://hf.co/x', hops: 0, method, url: new URL('https://huggingface.co/a'), headers },
        'huggingface',
        both,
      )
      expect('headers' in step && [step.url.href, step.headers.get('authorization')]).toEqual([
        'https://hf.co/x',
        'Bearer x',
      ])
    }
    expect(
      planRedirect(
        {
          status: 307,
          location: 'https://us.aws.cdn.hf.co/x',
          hops: 0,
          method: 'POST',
          url: new URL('https://hf.co/a'),
          headers,
        },
        'huggingface',
        both,
      ),
    ).toHaveProperty('refused')
  })

  test('another port or scheme is another origin', () => {
    expect(plan({ location: 'http://huggingface.co/b' })).toEqual({ refused: 'it is not https' })
    expect(plan({ location: 'https://huggingface.co:8443/b' })).toEqual({ refused: 'port 8443 is not the default one' })
  })

  test('five hops are followed, a sixth is not', () => {
    expect(plan({ hops: 4 })).not.toHaveProperty('refused')
    expect(plan({ hops: 5 })).toEqual({ refused: 'more than 5 redirects' })
  })

  test('an address that is none is refused', () => {
    expect(plan({ location: 'http://[' })).toEqual({ refused: 'it is not an address' })
  })
})
