/** How requests are put together, judged by GitHub's own client. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Octokit } from '@octokit/rest'
import { expect, it } from 'vitest'
import { formRequest } from '../../lib/github/api.ts'
import type { Route } from '../../lib/github/routes.ts'
import fc from '../random.ts'

const folder = fileURLToPath(new URL('../../lib/github', import.meta.url))
const sources = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
const routes = [...new Set(sources.join('').match(/(?<=')(?:GET|POST|PUT|PATCH) \/[^']*(?=')/g))] as Route[]

const baseUrl = 'https://api.github.com'
const { endpoint } = new Octokit({ baseUrl }).request
const repository = { owner: 'acme', repo: 'corpus' }
const value = fc.string({ unit: 'binary', minLength: 1 })

/** A route of `lib/github`, and values for what its template names, for others, and for none. */
const requests = fc.constantFrom(...routes).chain((route) => {
  const named = [...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!).filter((name) => !(name in repository))
  const others = route.startsWith('GET') ? {} : { message: value, parents: fc.array(value) }
  return fc.record({
    route: fc.constant(route),
    parameters: fc.record({
      ...Object.fromEntries(named.map((name) => [name, value])),
      ...others,
      since: value,
      per_page: fc.nat(),
      sha: fc.constant(undefined),
    }),
  })
})

it('a route and its parameters make the address and the body that Octokit makes of them', () => {
  expect(routes.length).toBeGreaterThan(25)
  fc.assert(
    fc.property(requests, ({ route, parameters }) => {
      const { method, url, body } = endpoint(route, {
        ...(route.includes('{owner}') && repository),
        ...parameters,
      } as never)
      const formed = formRequest(route, parameters, repository)
      expect([formed.method, baseUrl + formed.address]).toEqual([method, url])
      expect(formed.body).toBe(body === undefined ? null : JSON.stringify(body))
    }),
  )
})
