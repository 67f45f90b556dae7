import { expect, it } from 'vitest'
import { Request } from '../hubs/message.ts'
import { connectThrough, startWorld } from './setup.ts'

it.each([
  ['https://api.github.com', '2026-03-10'],
  ['https://api.acme.ghe.com', '2026-03-10'],
  ['https://ghe.test/api/v3', null],
  ['https://github.com.test/api/v3', null],
])('requests to %s ask for the REST version %s', async (apiUrl, version) => {
  const { hub, commit } = startWorld()
  const head = commit({ 'a.txt': 'a\n' })
  const versions = new Set<string | null>()
  const network = (request: Request) => {
    versions.add(request.headers.get('x-github-api-version'))
    return hub.fetch(new Request(request.url.replace(apiUrl, 'https://api.github.com'), request))
  }
  const { remote } = connectThrough(network, { apiUrl })
  expect(await remote.readHead()).toBe(head)
  expect((await remote.readEntries(head, ['a.txt'])).get('a.txt')?.byteLength).toBe(2)
  expect([...versions]).toEqual([version])
})
