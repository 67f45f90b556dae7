/**
 * Keeps what a service names out of private networks. A known name may still lead there, so what counts is the address of
 * the connection itself (.github/decisions/0061). Ranges: RFC 1122, 1918, 3927, 4193, 4291; NAT64: RFC 6052.
 */
import dns from 'node:dns'
import { BlockList, type LookupFunction } from 'node:net'

const ranges4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const

const ranges6 = [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const

const list = new BlockList()
for (const [address, bits] of ranges6) list.addSubnet(address, bits, 'ipv6')
for (const [address, bits] of ranges4) {
  list.addSubnet(address, bits, 'ipv4')
  for (const prefix of ['::ffff:', '64:ff9b::']) list.addSubnet(prefix + address, 96 + bits, 'ipv6')
}

/** Whether an IP address is this machine's own, link-local, or of a private network, also where IPv6 stands for IPv4. */
export function isPrivate(address: string): boolean {
  return list.check(address.replace(/%.*/, ''), address.includes(':') ? 'ipv6' : 'ipv4')
}

/** Looks a host up as node does. A name with any private address is an error with the code `PRIVATE_ADDRESS`. */
export const lookupPublic: LookupFunction = (hostname, options, done) =>
  dns.lookup(hostname, options, (error, found, family) => {
    const addresses = typeof found === 'string' ? [found] : (found ?? []).map(({ address }) => address)
    const refused = addresses.some(isPrivate) ? Object.assign(new Error('private'), { code: 'PRIVATE_ADDRESS' }) : error
    done(refused, found, family)
  })
