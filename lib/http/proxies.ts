/**
 * How requests leave through a proxy: for `https:` by a tunnel, for `http:` by a request that names the whole address.
 * Node's own switch for it came with 24.14 and reads NO_PROXY in another way than curl. Source: RFC 9110, sections 7.1
 * and 9.3.6; curl's manual on its environment.
 */
import { Agent, request } from 'node:http'
import { Agent as SecureAgent, request as requestSecurely, type RequestOptions } from 'node:https'
import type { Duplex } from 'node:stream'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'
import { UsageError } from '../model/errors.ts'
import { parseNoProxy } from './no-proxy.ts'
import { keeping, type Way } from './node-client.ts'

/** A proxy, and the variable that names it. `login`: the header with its name and password, if it has any. */
interface Proxy {
  readonly name: string
  readonly host: { readonly hostname: string; readonly port: number }
  readonly isSecure: boolean
  readonly login: Readonly<Record<string, string>>
  readonly agent: Agent
}

/** The way through a proxy. `about` is the last sentence of messages on what went wrong there. */
export interface Route {
  readonly about: string
  readonly findWay: (url: URL) => Way
}

/** The way that a request to an address takes; null for straight to its host. */
export type FindRoute = (url: URL) => Route | null

/** A variable that names a proxy. */
interface Named {
  readonly name: string
  readonly value: string
}

/**
 * Which requests leave through which proxy: those to `https:` and those to `http:`. `noProxy` is the value of `NO_PROXY`.
 * What is told of a proxy is the name of its variable, never its address.
 * @throws {UsageError} For what is no address of an HTTP proxy.
 */
export function createRoutes(
  { https: secure, http: plain }: { readonly https: Named | null; readonly http: Named | null },
  noProxy: string,
): FindRoute {
  const proxies: Readonly<Record<string, Proxy | null>> = {
    'https:': secure && readProxy(secure, true),
    'http:': plain && readProxy(plain, false),
  }
  const isDirect = parseNoProxy(noProxy)
  return (url) => {
    const proxy = proxies[url.protocol]
    if (!proxy || isDirect(url)) return null
    return {
      about: ` The proxy that ${proxy.name} names was asked to; NO_PROXY lists hosts that need none.`,
      findWay: (address) => findWay(address, proxy),
    }
  }
}

function findWay(url: URL, { host, isSecure, login, agent }: Proxy): Way {
  if (url.protocol === 'https:') return { isSecure: true, options: { agent }, headers: {} }
  const path = `${url.origin}${url.pathname}${url.search}`
  return { isSecure, options: { ...host, path, agent }, headers: { host: url.host, ...login } }
}

function readProxy({ name, value }: Named, makesTunnels: boolean): Proxy {
  const url = parseAddress(value)
  if (url === null)
    throw new UsageError(
      `Cannot use ${name}: it is not the address of an HTTP proxy, such as http://proxy.example.org:3128`,
    )
  const isSecure = url.protocol === 'https:'
  const host = { hostname: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || (isSecure ? 443 : 80)) }
  const [user, password] = [url.username, url.password].map(decodeURIComponent)
  const login: Record<string, string> =
    url.username === '' && url.password === ''
      ? {}
      : { 'proxy-authorization': `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` }
  const proxy = { name, host, isSecure, login }
  const agent = makesTunnels ? new TunnelAgent(proxy) : isSecure ? new SecureAgent(keeping) : new Agent(keeping)
  return { ...proxy, agent }
}

/** As people write it, with or without its scheme; null for any other scheme, and for what is no address. */
function parseAddress(text: string): URL | null {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`
  try {
    const url = new URL(address)
    decodeURIComponent(url.username + url.password)
    return /^https?:$/.test(url.protocol) ? url : null
  } catch {
    return null
  }
}

/** Connections to hosts, through tunnels that a proxy opens; kept open as others are. */
class TunnelAgent extends SecureAgent {
  readonly #proxy: Omit<Proxy, 'agent'>

  constructor(proxy: Omit<Proxy, 'agent'>) {
    super(keeping)
    this.#proxy = proxy
  }

  /** Node waits for `done`, with an error or with the connection. */
  override createConnection(
    options: RequestOptions,
    done: (error: Error | null, connection?: Duplex) => void,
  ): undefined {
    const { host, isSecure, login } = this.#proxy
    const name = String(options.host)
    const path = `${name.includes(':') ? `[${name}]` : name}:${options.port}`
    const asked = (isSecure ? requestSecurely : request)({
      ...host,
      method: 'CONNECT',
      path,
      headers: { host: path, ...login },
      agent: false,
    })
    asked
      // The request has its own timeout. A tunnel that nobody waits for any more is no reason to stay.
      .on('socket', (socket) => socket.unref())
      .on('error', (error) => done(error))
      .on('connect', ({ statusCode }, socket) => {
        if (statusCode !== 200) {
          socket.destroy()
          return done(Object.assign(new Error('no tunnel'), { code: `PROXY_ANSWERED_${statusCode}` }))
        }
        socket.ref()
        // The path is the request's, not that of a socket to connect to.
        done(null, connectTls({ ...(options as ConnectionOptions), path: undefined, socket }))
      })
      .end()
  }
}
