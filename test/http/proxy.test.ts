/** A proxy that the environment names is used where Node can, and is told of where it cannot. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import * as http from 'node:http'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, test } from 'vitest'
import { useProxies } from '../../lib/http/proxy.ts'
import { UsageError } from '../../lib/model/errors.ts'

describe('the environment', () => {
  const set: object[] = []
  const use = (env: Record<string, string>) =>
    useProxies(env, (one) => {
      set.push(one)
    })

  it('that names no proxy changes nothing, and says nothing', () => {
    for (const env of [{}, { HTTPS_PROXY: '' }, { NO_PROXY: 'x' }]) expect([use(env), set]).toEqual(['', []])
    expect(useProxies({}, null)).toBe('')
  })

  it.each(['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'])(
    'that has %s is given to Node, and its value is told nowhere',
    (name) => {
      const env = { [name]: 'http://user:secret@proxy.example.org:3128' }
      expect(use(env)).toBe(` The proxy that ${name} names was asked to; NO_PROXY lists hosts that need none.`)
      expect(set.splice(0)).toEqual([env])
      expect(useProxies(env, null)).toMatch(
        new RegExp(
          `^ ${name} is set, and this version of Node goes through no proxy by itself: use Node .* NODE_USE_ENV_PROXY=1`,
        ),
      )
      const refuse = () => {
        throw new Error('secret')
      }
      expect(() => useProxies(env, refuse)).toThrow(
        new UsageError(
          `Cannot use ${name}: it is not the address of an HTTP proxy, such as http://proxy.example.org:3128`,
        ),
      )
    },
  )
})

test('the command goes through the proxy, or says why it does not', async () => {
  const asked: string[] = []
  // Any tunnel ends at something that does not speak TLS.
  const proxy = createServer((socket) => {
    socket
      .on('error', () => {})
      .on('data', (data) => {
        const [line = ''] = data.toString('latin1').split('\r\n')
        if (line.startsWith('CONNECT ')) asked.push(line)
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
      })
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const child = spawn(process.execPath, ['--import', 'tsx', fileURLToPath(new URL('../../sync.ts', import.meta.url))], {
    env: {
      PATH: process.env['PATH'],
      HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
      GITHUB_REPOSITORY: 'acme/corpus',
      HF_REPO: 'datasets/acme/corpus',
      GITHUB_TOKEN: 'ghp_token',
      HF_TOKEN: 'hf_token',
      GITHUB_API_URL: 'https://github.invalid/api/v3',
      GITHUB_SERVER_URL: 'https://github.invalid',
      HF_ENDPOINT: 'https://hub.invalid',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let err = ''
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString()
  })
  const [code] = await once(child, 'close')
  proxy.close()
  const goesThrough = 'setGlobalProxyFromEnv' in http
  expect([code, asked.includes('CONNECT github.invalid:443 HTTP/1.1')], err).toEqual([1, goesThrough])
  expect(err).toContain(
    goesThrough
      ? 'The proxy that HTTPS_PROXY names was asked to'
      : 'HTTPS_PROXY is set, and this version of Node goes through no proxy by itself',
  )
})
