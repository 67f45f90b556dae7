/** Every byte leaves through the proxy that the environment names, and nothing tells its password. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { readText } from '../../lib/http/body.ts'
import { Http } from '../../lib/http/http.ts'
import { readProxies } from '../../lib/http/proxy.ts'
import type { Asking } from '../../lib/http/request.ts'
import { UsageError } from '../../lib/model/errors.ts'
import { buildOneFile } from '../bench/started.ts'
import { servePair, type Pair } from '../hubs/pair.ts'
import { act, beginMirror, contents, mirror } from '../run/mirror-setup.ts'
import { createAuthority, startProxy, type Proxy } from './proxy-server.ts'
import { closeServers, serve } from './served.ts'

const open: { readonly close: () => Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()))
  await closeServers()
})

async function start(options?: Parameters<typeof startProxy>[0]): Promise<Proxy> {
  const proxy = await startProxy(options)
  open.push(proxy)
  return proxy
}

/** What the hubs and their storages saw. */
function requestsOf({ github, huggingface, storages }: Pair) {
  return [github, huggingface, storages.github.hub, storages.huggingface.hub].flatMap(({ requests }) => requests)
}

describe('the environment', () => {
  const hosts = ['https://a.test', 'http://a.test', 'https://b.test']
  const find = async (env: Record<string, string>) => {
    const findRoute = await readProxies(env)
    return hosts.map((url) => /The proxy that (\w+) names/.exec(findRoute?.(new URL(url))?.about ?? '')?.[1] ?? null)
  }

  test.each<[env: Record<string, string>, names: (string | null)[]]>([
    [{}, [null, null, null]],
    [{ HTTPS_PROXY: '', NO_PROXY: 'x' }, [null, null, null]],
    [{ HTTPS_PROXY: 'p.test:1' }, ['HTTPS_PROXY', null, 'HTTPS_PROXY']],
    [{ HTTP_PROXY: 'http://p.test' }, [null, 'HTTP_PROXY', null]],
    [{ https_proxy: 'https://p.test', HTTPS_PROXY: 'q.test' }, ['https_proxy', null, 'https_proxy']],
    [{ https_proxy: '', HTTPS_PROXY: 'q.test' }, ['HTTPS_PROXY', null, 'HTTPS_PROXY']],
    [{ https_proxy: 'p.test', http_proxy: 'q.test', NO_PROXY: 'a.test' }, [null, null, 'https_proxy']],
    [{ https_proxy: 'p.test', no_proxy: 'b.test', NO_PROXY: 'a.test' }, ['https_proxy', null, null]],
  ])('%j', async (env, names) => {
    expect(await find(env)).toEqual(names)
  })

  test.each(['socks5://user:secret@p.test', 'http://', 'http://us%er:secret@p.test', 'p.test:99999'])(
    '%s is refused without being shown',
    async (address) => {
      await expect(readProxies({ HTTPS_PROXY: address })).rejects.toThrow(
        new UsageError(
          'Cannot use HTTPS_PROXY: it is not the address of an HTTP proxy, such as http://proxy.example.org:3128',
        ),
      )
    },
  )
})

test('all requests of mirrors in both directions leave through it, with their name and password', async () => {
  const proxy = await start({ login: 'a b:p@ss' })
  const pair = await servePair({ proxies: { http_proxy: `http://a%20b:p%40ss@${proxy.address}`, NO_PROXY: 'x.test' } })
  open.push(pair)
  const data = (byte: number) => ({ lfs: Buffer.alloc(300_000, byte) })
  await beginMirror(pair, { '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n', 'a.bin': data(1) })
  act(pair, 'github', { 'b.bin': data(2), 'c.txt': 'c\n' })
  act(pair, 'huggingface', { 'd.bin': data(3), 'e.txt': 'e\n' })
  await mirror(pair)
  expect(proxy.forwarded.length).toBe(requestsOf(pair).length)
  expect(contents(pair, 'github')).toEqual(contents(pair, 'huggingface'))
  expect(proxy.tunnels).toEqual([])
})

test('what fetch does beside is done as well: bodies have their type, and answers in gzip are unpacked', async () => {
  const proxy = await start()
  const origin = await serve((incoming, outgoing) => {
    const { 'content-type': type, 'content-length': length, 'accept-encoding': coding } = incoming.headers
    const text = JSON.stringify([incoming.method, type ?? null, length ?? null, coding])
    outgoing.writeHead(200, { 'content-encoding': 'gzip' }).end(incoming.method === 'HEAD' ? '' : gzipSync(text))
  })
  const http = new Http({
    origins: { github: [origin], huggingface: [] },
    secrets: [],
    proxies: { HTTP_PROXY: proxy.address },
  })
  const ask = async (init: Asking) => {
    const answer = await http.fetch('github', { repeat: true })(`${origin}/x`, init)
    return init.method === 'HEAD' ? await readText(answer.body) : JSON.parse(await readText(answer.body))
  }
  expect(await ask({})).toEqual(['GET', null, null, 'gzip'])
  expect(await ask({ method: 'HEAD' })).toBe('')
  expect(await ask({ method: 'POST', body: 'ä' })).toEqual(['POST', 'text/plain;charset=UTF-8', '2', 'gzip'])
  expect(await ask({ method: 'POST', body: new Uint8Array(3) })).toEqual(['POST', null, '3', 'gzip'])
  expect(proxy.forwarded.length).toBe(4)
})

test('a proxy that opens no tunnel is waited for as any host is', async () => {
  const silent = createServer()
  await new Promise<void>((resolve) => {
    silent.listen(0, '127.0.0.1', resolve)
  })
  open.push({ close: async () => void silent.close() })
  const http = new Http({
    origins: { github: ['https://github.invalid'], huggingface: [] },
    secrets: [],
    proxies: { https_proxy: `127.0.0.1:${(silent.address() as AddressInfo).port}` },
    timeoutMs: 200,
  })
  const asked = http.fetch('github', { repeat: false })('https://github.invalid/x')
  await expect(asked).rejects.toThrow(
    'Cannot reach github.invalid: nothing came for 0.2 s. Run again. The proxy that https_proxy names was asked to',
  )
})

/** Below a domain at which both services may have storage. */
const authority = createAuthority('nowhere.amazonaws.com')

/** The command as one file, which starts in a third of the time. */
let [folder, file] = ['', '']
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'proxy-'))
  file = await buildOneFile(folder)
})
afterAll(() => rmSync(folder, { recursive: true }))

/** The command in a process of its own, with TLS to hosts that only the proxy knows. */
async function run(pair: Pair, env: Record<string, string>) {
  const child = spawn(process.execPath, [file, '-v'], {
    env: { PATH: process.env['PATH'], NODE_EXTRA_CA_CERTS: authority!.authority, ...pair.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
    })
  const [code] = await once(child, 'close')
  return { code, printed }
}

describe.skipIf(authority === null)('a run over TLS, with a certificate authority of its own', () => {
  const begin = async () => {
    const pair = await servePair({ tls: authority!.tls })
    open.push(pair)
    const lfs = Buffer.alloc(2_000_000, 7)
    act(pair, 'huggingface', {
      '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
      'a.bin': { lfs },
      'b.txt': 'b\n',
    })
    return { pair, byteLength: lfs.byteLength }
  }

  test.each(['http', 'https'])('goes through tunnels of an %s proxy alone, objects included', async (scheme) => {
    const proxy = await start({ login: 'ann:pass-word', tls: scheme === 'https' ? authority!.tls : null })
    const { pair, byteLength } = await begin()
    const { code, printed } = await run(pair, { HTTPS_PROXY: `${scheme}://ann:pass-word@${proxy.address}` })
    expect(code, printed).toBe(0)
    expect(contents(pair, 'github')).toEqual(contents(pair, 'huggingface'))
    const hosts = new Set(requestsOf(pair).map(({ url }) => `${new URL(url).host}:443`))
    expect([hosts.size, new Set(proxy.tunnels)]).toEqual([5, hosts])
    expect(proxy.byteLength).toBeGreaterThan(byteLength)
    expect(printed).not.toMatch(/pass-word|YW5uOnBhc3Mtd29yZA/)
  })

  test.each<[why: string, options: Parameters<typeof startProxy>[0], env: Record<string, string>, says: RegExp]>([
    [
      'a host that NO_PROXY names',
      {},
      { no_proxy: 'invalid', GITHUB_API_URL: 'https://github.invalid', HF_ENDPOINT: 'https://hub.invalid' },
      /\.invalid: there is no host of this name \(ENOTFOUND\)/,
    ],
    ['a wrong password', { login: 'ann:other' }, {}, /the proxy asks for a name and a password \(PROXY_ANSWERED_407\)/],
    ['a proxy that refuses', { refusal: 403 }, {}, /the proxy lets nobody through to it \(PROXY_ANSWERED_403\)/],
    ['an unknown authority', {}, { NODE_EXTRA_CA_CERTS: '' }, /its certificate cannot be trusted \(\w+\)/],
  ])('%s is told', async (_, options, env, says) => {
    const proxy = await start(options)
    const { pair } = await begin()
    const { code, printed } = await run(pair, { https_proxy: `http://ann:pass-word@${proxy.address}`, ...env })
    expect([code, printed]).toEqual([1, expect.stringMatching(says)])
    expect(printed).not.toMatch(/pass-word|YW5uOnBhc3Mtd29yZA/)
  })
})
