/** Hosts that a service names are not reached in private networks, whatever their names are said to lead to. */
import dns from 'node:dns'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Http } from '../../lib/http/http.ts'
import { isPrivate, lookupPublic } from '../../lib/http/public-lookup.ts'

afterEach(() => vi.restoreAllMocks())

/** Every name leads to these addresses. */
function resolveTo(...addresses: string[]) {
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  return vi
    .spyOn(dns, 'lookup')
    .mockImplementation(((_: string, { all }: dns.LookupOptions, done: (error: null, ...rest: unknown[]) => void) =>
      setImmediate(() => (all ? done(null, found) : done(null, found[0]!.address, found[0]!.family)))) as never)
}

test.each([
  ['0.0.0.0', '0.1.2.3', '10.0.0.1', '10.255.255.255', '127.0.0.1', '127.8.8.8', '169.254.0.1', '169.254.255.255'],
  ['172.16.0.1', '172.31.255.255', '192.168.0.1', '192.168.255.255'],
  ['::', '::1', 'fc00::1', 'fdff:ffff::1', 'fe80::1', 'fe80::1%eth0', 'febf::1'],
  ['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::ffff:a9fe:1', '64:ff9b::10.0.0.1', '64:ff9b::c0a8:1'],
])('%s and others like it are private', (...addresses) => {
  expect(addresses.filter((address) => !isPrivate(address))).toEqual([])
})

test.each([
  ['1.1.1.1', '9.255.255.255', '11.0.0.0', '126.255.255.255', '128.0.0.0', '169.253.255.255', '169.255.0.0'],
  ['172.15.255.255', '172.32.0.0', '192.167.255.255', '192.169.0.0', '198.18.0.1', '100.64.0.1'],
  ['2606:4700::1', '::ffff:1.1.1.1', '64:ff9b::101:101', 'fbff::1', 'fec0::1', '::2'],
])('%s and others like it are not', (...addresses) => {
  expect(addresses.filter(isPrivate)).toEqual([])
})

describe('a name', () => {
  const look = (all: boolean) =>
    new Promise<unknown[]>((resolve) => {
      lookupPublic('x.example', { all }, (error, found) => resolve([error?.code, found]))
    })

  test('that leads to public addresses is looked up as ever', async () => {
    resolveTo('192.0.2.1', '2001:db8::1')
    expect(await look(false)).toEqual([undefined, '192.0.2.1'])
    expect(await look(true)).toEqual([
      undefined,
      [
        { address: '192.0.2.1', family: 4 },
        { address: '2001:db8::1', family: 6 },
      ],
    ])
  })

  test('that leads to a private one among others is refused', async () => {
    resolveTo('192.0.2.1', 'fe80::1')
    expect((await look(true))[0]).toBe('PRIVATE_ADDRESS')
    resolveTo('10.0.0.1')
    expect((await look(false))[0]).toBe('PRIVATE_ADDRESS')
  })

  test('that nobody knows keeps its error', async () => {
    const unknown = Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })
    vi.spyOn(dns, 'lookup').mockImplementation(((_: string, __: object, done: (error: Error) => void) =>
      done(unknown)) as never)
    expect((await look(true))[0]).toBe('ENOTFOUND')
  })
})

describe('a request', () => {
  const origins = { github: ['https://api.github.com'], huggingface: ['https://huggingface.co'] }
  const ask = async (url: string) => {
    const http = new Http({ origins, secrets: [], sleep: async () => {} })
    try {
      return await http.fetch('github', { repeat: false })(url)
    } finally {
      http.close()
    }
  }

  test("to a store's name that leads to loopback is not sent, and the message says why", async () => {
    const looked = resolveTo('127.0.0.1')
    await expect(ask('https://media.githubusercontent.com/x')).rejects.toThrow(
      'Cannot reach media.githubusercontent.com: its name leads into a private network',
    )
    expect(looked).toHaveBeenCalledOnce()
  })

  test('to a configured host goes wherever its name leads', async () => {
    const looked = resolveTo('127.0.0.1')
    await expect(ask('https://api.github.com/x')).rejects.toThrow(/^Cannot reach api\.github\.com: (?!its name leads)/)
    expect(looked).toHaveBeenCalled()
  })
})
