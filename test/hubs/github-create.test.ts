/** The official client makes the repository, by the route of its owner, and is refused as on github.com. */
import { Octokit } from '@octokit/rest'
import { expect, test } from 'vitest'
import { createRefusals } from './github-create.ts'
import { Request } from './message.ts'
import { startPair, tokens } from './pair.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }

function start(switches: NonNullable<NonNullable<Parameters<typeof startPair>[0]>['github']>['switches'] = {}) {
  const { github } = startPair({ github: { missing: true, switches } })
  const connect = (auth: string) =>
    new Octokit({
      auth,
      log: silent,
      request: { fetch: (url: string, init: RequestInit) => github.fetch(new Request(url, init)) },
    })
  return { github, octokit: connect(tokens.github), reader: connect(tokens.githubRead) }
}

const asked = { name: 'corpus', private: true, auto_init: false }
const repository = { owner: 'acme', repo: 'corpus' }

test('for an organization: it is private and empty then, and its name is taken', async () => {
  const { github, octokit, reader } = start()
  await expect(octokit.repos.get(repository)).rejects.toMatchObject({ status: 404 })
  const { status, data } = await octokit.repos.createInOrg({ org: 'acme', ...asked })
  expect([status, data.full_name, data.private]).toEqual([201, 'acme/corpus', true])
  expect((await octokit.repos.get(repository)).data.visibility).toBe('private')
  await expect(octokit.repos.listCommits(repository)).rejects.toMatchObject({ status: 409 })
  await expect(octokit.repos.createInOrg({ org: 'acme', ...asked })).rejects.toMatchObject({
    status: 422,
    response: { data: { errors: [{ field: 'name', message: 'name already exists on this account' }] } },
  })
  await expect(reader.repos.createInOrg({ org: 'acme', ...asked })).rejects.toMatchObject({ status: 403 })
  expect(github.repository.isEmpty).toBe(true)
})

test('for a user, where no organization has that name', async () => {
  const { octokit } = start({ user: 'acme', organization: false })
  await expect(octokit.repos.createInOrg({ org: 'acme', ...asked })).rejects.toMatchObject({ status: 404 })
  expect((await octokit.repos.createForAuthenticatedUser(asked)).status).toBe(201)
})

test('not for an app, nor where the organization does not let its members', async () => {
  const app = start({ user: null })
  await expect(app.octokit.repos.createForAuthenticatedUser(asked)).rejects.toMatchObject({ status: 403 })
  const { status, message } = createRefusals.member
  const { octokit } = start({ createRefusal: createRefusals.member })
  await expect(octokit.repos.createInOrg({ org: 'acme', ...asked })).rejects.toMatchObject({
    status,
    response: { data: { message } },
  })
})
