/** Hosts that need no proxy. */
import { expect, test } from 'vitest'
import { parseNoProxy } from '../../lib/http/no-proxy.ts'

test.each<[list: string, direct: readonly string[], through: readonly string[]]>([
  ['', [], ['github.com', '127.0.0.1']],
  ['*', ['github.com', '127.0.0.1', '[::1]:8080'], []],
  ['example.com', ['example.com', 'EXAMPLE.com:8443', 'a.b.example.com', 'example.com.'], ['badexample.com', 'com']],
  ['.example.com', ['example.com', 'a.example.com'], ['badexample.com']],
  ['*.example.com', ['a.example.com'], ['badexample.com']],
  ['example.com.', ['example.com', 'a.example.com'], []],
  ['example.com:8443', ['example.com:8443', 'a.example.com:8443'], ['example.com', 'example.com:443']],
  ['example.com:443', ['example.com'], ['example.com:8443']],
  ['a.test,b.test  c.test,,\td.test', ['a.test', 'b.test', 'c.test', 'd.test'], ['e.test']],
  ['LOCALHOST', ['localhost'], ['127.0.0.1']],
  ['127.0.0.1', ['127.0.0.1', '127.0.0.1:8080'], ['127.0.0.2', 'localhost', '1.127.0.0']],
  ['127.0.0.1:8080', ['127.0.0.1:8080'], ['127.0.0.1']],
  ['0.0.1', [], ['127.0.0.1']],
  ['10.0.0.0/8', ['10.1.2.3'], ['11.0.0.1', '10.example.com']],
  ['192.168.0.0/16, 10.0.0.0/33', ['192.168.7.7'], ['192.169.0.1', '10.0.0.0']],
  ['::1', ['[::1]', '[0:0:0:0:0:0:0:1]:8080'], ['[::2]', '127.0.0.1']],
  ['[::1]:8080', ['[::1]:8080'], ['[::1]']],
  ['[fe80::]/10', [], ['[::1]']],
  ['fe80::/10', ['[fe80::1]'], ['[::1]']],
])('NO_PROXY=%j', (list, direct, through) => {
  const isDirect = parseNoProxy(list)
  for (const host of direct) expect([host, isDirect(new URL(`https://${host}/`))]).toEqual([host, true])
  for (const host of through) expect([host, isDirect(new URL(`https://${host}/`))]).toEqual([host, false])
})

test('the port of http is its own', () => {
  expect(parseNoProxy('example.com:80')(new URL('http://example.com'))).toBe(true)
  expect(parseNoProxy('example.com:80')(new URL('https://example.com'))).toBe(false)
})
