import { expect, it } from 'vitest'
import { parseGithubId } from '../../lib/cli/repository-id.ts'
import { createGithubRemote } from '../../lib/github/remote.ts'
import { Http } from '../../lib/http/http.ts'
import { startWorld, writer } from './setup.ts'

it.each([
  ['https://api.github.com', '2026-03-10'],
  ['https://api.acme.ghe.com', '2026-03-10'],
  ['https://ghe.test/api/v3', null],
  ['https://github.com.test/api/v3', null],
])('requests to %s ask for the REST version %s', async (apiUrl, version) => {
  const { hub, commit } = startWorld()
  const head = commit({ 'a.txt': 'a\n' })
  const versions = new Set<string | null>()
  const network: typeof fetch = (input, init) => {
    const request = new Request(input, init)
    versions.add(request.headers.get('x-github-api-version'))
    return hub.fetch(new Request(request.url.replace(apiUrl, 'https://api.github.com'), request))
  }
  const http = new Http({ fetch: network, origins: { github: [apiUrl], huggingface: [] }, secrets: [writer] })
  const remote = createGithubRemote(http, {
    repository: parseGithubId('acme/corpus').repository,
    branch: 'main',
    token: writer,
    apiUrl,
    graphqlUrl: `${apiUrl}/graphql`,
    serverUrl: 'https://github.com',
  })
  expect(await remote.readHead()).toBe(head)
  expect((await remote.readEntries(head, ['a.txt'])).get('a.txt')?.byteLength).toBe(2)
  expect([...versions]).toEqual([version])
})
