/** Which hosts `NO_PROXY` names, as curl reads it, and as Node and Go do where it says less. */
import { BlockList, isIP } from 'node:net'

/** `port`: the only one that is meant; null for all. */
interface Entry {
  readonly includes: (host: string) => boolean
  readonly port: string | null
}

const ports: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80' }

/**
 * `text` lists names, with or without a dot before them, which stand for everything below them, too; addresses and blocks
 * of addresses (`10.0.0.0/8`); each may have a port. `*` is every host.
 */
export function parseNoProxy(text: string): (url: URL) => boolean {
  const words = text.toLowerCase().split(/[\s,]+/)
  if (words.includes('*')) return () => true
  const entries = words.filter((word) => word !== '').map(parseEntry)
  return ({ hostname, port, protocol }) => {
    const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
    const asked = port || ports[protocol]
    return entries.some((entry) => (entry.port ?? asked) === asked && entry.includes(host))
  }
}

function parseEntry(word: string): Entry {
  const [, bracketed, plain, port = null] = isIP(word) === 0 ? (/^(?:\[(.*)\]|(.*?))(?::(\d+))?$/.exec(word) ?? []) : []
  const name = bracketed ?? plain ?? word
  const [address, bits] = name.split('/') as [string, string?]
  if (isIP(address) !== 0) return { includes: parseBlock(address, bits), port }
  const host = name.replace(/^\*?\./, '').replace(/\.$/, '')
  return { includes: (one) => isIP(one) === 0 && (one === host || one.endsWith(`.${host}`)), port }
}

/** A block that is none includes nothing. */
function parseBlock(address: string, bits: string | undefined): Entry['includes'] {
  const familyOf = (one: string) => (isIP(one) === 4 ? 'ipv4' : 'ipv6')
  const block = new BlockList()
  const length = Number(bits ?? (isIP(address) === 4 ? 32 : 128))
  if (!(length >= 0 && length <= (isIP(address) === 4 ? 32 : 128))) return () => false
  block.addSubnet(address, length, familyOf(address))
  return (one) => isIP(one) !== 0 && block.check(one, familyOf(one))
}
