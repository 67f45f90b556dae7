/** A real proxy of this machine, which counts, and a certificate authority of one's own. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Tls } from '../hubs/hub.ts'

/**
 * `tunnels`: where to, in their order; `forwarded`: addresses of requests without TLS; `byteLength`: what passed through
 * tunnels. All hosts are taken for this machine; `at-<port>.…` exists nowhere, so that the proxy alone reaches it.
 */
export interface Proxy {
  readonly address: string
  readonly tunnels: string[]
  readonly forwarded: string[]
  byteLength: number
  readonly close: () => Promise<void>
}

/** `refusal`: the status that every tunnel is answered with. `login`: what has to be shown, as `name:password`. `tls`: it speaks TLS itself. */
export async function startProxy({
  login = null,
  refusal = null,
  tls = null,
}: {
  readonly login?: string | null
  readonly refusal?: number | null
  readonly tls?: Tls | null
} = {}): Promise<Proxy> {
  const sockets = new Set<Socket>()
  const mayPass = (header: string | undefined) =>
    login === null || header === `Basic ${Buffer.from(login).toString('base64')}`
  const forward = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    if (!mayPass(incoming.headers['proxy-authorization'])) return void outgoing.writeHead(407).end()
    const url = new URL(incoming.url!)
    proxy.forwarded.push(url.href)
    const { 'proxy-authorization': _, ...headers } = incoming.headers
    const asked = request(
      { host: '127.0.0.1', port: url.port, method: incoming.method, path: url.pathname + url.search, headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode!, answer.headers)
        answer.pipe(outgoing)
      },
    )
    asked.on('error', () => outgoing.destroy())
    incoming.pipe(asked)
  }
  const server = tls ? createTlsServer(tls, forward) : createServer(forward)
  server.on('connect', ({ url, headers }, socket) => {
    const status = refusal ?? (mayPass(headers['proxy-authorization']) ? 200 : 407)
    socket.on('error', () => {})
    if (status !== 200) return void socket.end(`HTTP/1.1 ${status} No\r\n\r\n`)
    proxy.tunnels.push(url!)
    const [, port] = /^at-(\d+)\..*:443$/.exec(url!) ?? /:(\d+)$/.exec(url!)!
    const there = connect(Number(port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      socket.on('data', ({ length }: Buffer) => void (proxy.byteLength += length))
      socket.pipe(there).pipe(socket)
    })
    sockets.add(there)
    there.on('error', () => socket.destroy())
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const proxy: Proxy = {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    tunnels: [],
    forwarded: [],
    byteLength: 0,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return proxy
}

/** Null where there is no `openssl`. `authority`: the path of the certificate to trust. */
export function createAuthority(
  domain: string,
): { readonly tls: Tls; readonly authority: string; readonly remove: () => void } | null {
  const folder = mkdtempSync(join(tmpdir(), 'authority-'))
  const [key, authority] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const what = `-x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=${domain}`
  const files = ['-addext', `subjectAltName=DNS:*.${domain},IP:127.0.0.1`, '-keyout', key, '-out', authority]
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    execFileSync('openssl', ['req', ...what.split(' '), ...files], { stdio: 'ignore' })
  } catch {
    remove()
    return null
  }
  return { tls: { domain, key: readFileSync(key), cert: readFileSync(authority) }, authority, remove }
}
