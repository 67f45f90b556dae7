/** Which of GitHub's routes a request is for, and what every answer has: the envelope, the headers, the rate limit. */
import { json, notFound, Refusal, refusalAnswer, toResponse } from './github-answer.ts'
import type { Answer } from './github-answer.ts'
import { createBlob, readBlob } from './github-blobs.ts'
import {
  limitExceeded,
  RateLimit,
  readRole,
  readToken,
  requireRead,
  requireWrite,
  spendPoints,
  spendWrite,
} from './github-call.ts'
import type { Bucket, Call, Role, Route, Server } from './github-call.ts'
import { createGitCommit, readGitCommit } from './github-commits.ts'
import { putContents, readRepository } from './github-contents.ts'
import { answerCreate } from './github-create.ts'
import { answerFetch } from './github-fetch.ts'
import { answerGraphql } from './github-graphql.ts'
import { compare, listCommits, readBranch, readBranchRules, readCommit, readRuleset } from './github-history.ts'
import { addToIssue, createIssue, createLabel, listIssues, updateIssue } from './github-issues.ts'
import { batch, verifyObject } from './github-lfs.ts'
import { changePull, listPulls, openPull } from './github-pulls.ts'
import { answerPush } from './github-push.ts'
import { answerRaw } from './github-raw.ts'
import { createRef, deleteRef, matchRefs, readRef, updateRef } from './github-refs.ts'
import { readRelease, readTag } from './github-tags.ts'
import { createTree, readTree } from './github-trees.ts'

/** Method, path below the repository (`*` is the rest, slashes included), page of the documentation, what answers. */
const routes: [method: string, path: string, anchor: string, route: Route][] = [
  ['GET', '', 'repos/repos#get-a-repository', readRepository],
  ['GET', 'git/ref/*', 'git/refs#get-a-reference', readRef],
  ['GET', 'git/refs/*', 'git/refs#get-a-reference', readRef],
  ['GET', 'git/matching-refs/*', 'git/refs#list-matching-references', matchRefs],
  ['POST', 'git/refs', 'git/refs#create-a-reference', createRef],
  ['PATCH', 'git/refs/*', 'git/refs#update-a-reference', updateRef],
  ['DELETE', 'git/refs/*', 'git/refs#delete-a-reference', deleteRef],
  ['GET', 'git/blobs/*', 'git/blobs#get-a-blob', readBlob],
  ['POST', 'git/blobs', 'git/blobs#create-a-blob', createBlob],
  ['GET', 'git/trees/*', 'git/trees#get-a-tree', readTree],
  ['POST', 'git/trees', 'git/trees#create-a-tree', createTree],
  ['GET', 'git/commits/*', 'git/commits#get-a-commit-object', readGitCommit],
  ['POST', 'git/commits', 'git/commits#create-a-commit', createGitCommit],
  ['GET', 'git/tags/*', 'git/tags#get-a-tag', readTag],
  ['GET', 'releases/tags/*', 'releases/releases#get-a-release-by-tag-name', readRelease],
  ['GET', 'commits', 'commits/commits#list-commits', listCommits],
  ['GET', 'commits/*', 'commits/commits#get-a-commit', readCommit],
  ['GET', 'compare/*', 'commits/commits#compare-two-commits', compare],
  ['GET', 'pulls', 'pulls/pulls#list-pull-requests', listPulls],
  ['POST', 'pulls', 'pulls/pulls#create-a-pull-request', openPull],
  ['PATCH', 'pulls/*', 'pulls/pulls#update-a-pull-request', changePull],
  ['GET', 'branches/*', 'branches/branches#get-a-branch', readBranch],
  ['GET', 'rules/branches/*', 'repos/rules#get-rules-for-a-branch', readBranchRules],
  ['GET', 'rulesets/*', 'repos/rules#get-a-repository-ruleset', readRuleset],
  ['GET', 'issues', 'issues/issues#list-repository-issues', listIssues],
  ['POST', 'issues', 'issues/issues#create-an-issue', createIssue],
  ['POST', 'labels', 'issues/labels#create-a-label', createLabel],
  ['PATCH', 'issues/*', 'issues/issues#update-an-issue', updateIssue],
  ['POST', 'issues/*', 'issues/comments#create-an-issue-comment', addToIssue],
  ['GET', 'actions/permissions', 'actions/permissions#get-github-actions-permissions-for-a-repository', readActions],
  ['PUT', 'contents/*', 'repos/contents#create-or-update-file-contents', putContents],
]

interface Match {
  route: Route
  anchor: string
  rest: string
  failsEmpty: boolean
}

function findRoute(method: string, path: string): Match | null {
  for (const [verb, pattern, anchor, route] of routes) {
    const prefix = pattern.slice(0, -1)
    const isOpen = pattern.endsWith('*')
    const isMatch = isOpen ? path.startsWith(prefix) && path.length > prefix.length : path === pattern
    if (!isMatch || verb !== (method === 'HEAD' ? 'GET' : method)) continue
    return {
      route,
      anchor,
      rest: isOpen ? path.slice(prefix.length) : '',
      failsEmpty: /^(git|commits|compare)\b/.test(pattern),
    }
  }
  return null
}

function decodePath(path: string): string {
  try {
    return path.split('/').map(decodeURIComponent).join('/')
  } catch {
    throw new Refusal(400, 'Bad Request')
  }
}

/** Whether there is nothing to be seen by whoever asks; an answer that lags behind is one of few. */
function isUnseen({ repository, switches }: Server): boolean {
  if (repository.isMissing || switches.unseen) return true
  if (repository.unseenReads === 0) return false
  repository.unseenReads -= 1
  return true
}

/** Where a request goes: `rest` is what follows the repository's name. */
function splitPath(path: string, { repository }: Server): { name: string; rest: string } {
  const [, id, byId] = /^\/repositories\/(\d+)(?:\/(.*))?$/.exec(path) ?? []
  if (id !== undefined) return { name: id === `${repository.id}` ? repository.name : '', rest: byId ?? '' }
  const [, name, rest] = /^\/repos\/([^/]+\/[^/]+)(?:\/(.*))?$/.exec(path) ?? []
  return { name: name ?? '', rest: rest ?? '' }
}

function movedAnswer(server: Server, { request, url }: Call, rest: string): Answer {
  const to = `${server.api}/repositories/${server.repository.id}${rest === '' ? '' : `/${rest}`}${url.search}`
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  const page = 'https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api#follow-redirects'
  const content = { message: isRead ? 'Moved Permanently' : 'Temporary Redirect', url: to, documentation_url: page }
  return json(content, isRead ? 301 : 307, { Location: to })
}

/** Public ones, whoever asks (`repos/repos#list-repositories-for-a-user`). */
function listRepositories({ repository }: Server, owner: string): Answer {
  const isOwner = repository.name.toLowerCase().startsWith(`${owner.toLowerCase()}/`)
  return json(
    isOwner && !repository.private && !repository.isMissing ? [{ id: repository.id, full_name: repository.name }] : [],
  )
}

/** Told to administrators alone; to a fine-grained token that may read *Administration*. */
function readActions({ server }: Call): Answer {
  const { actions } = server.switches
  if (actions === null) throw new Refusal(403, 'Resource not accessible by personal access token')
  return json(actions)
}

/** Whose the token is. */
function readUser({ switches: { user } }: Server, role: Role | null): Answer {
  if (role === null) throw new Refusal(401, 'Requires authentication')
  if (user === null) throw new Refusal(403, 'Resource not accessible by integration')
  return json({ login: user, id: 1, type: 'User' })
}

/** What is left of each limit; to ask it costs none of it. `rate` is gone since 2026-03-10. */
function readLimits(server: Server, token: string | null): Answer {
  if (!server.switches.tellsLimits)
    throw new Refusal(404, 'Rate limiting is not enabled.', { documentation: '/rest/rate-limit' })
  const resource = (bucket: Bucket) => {
    const {
      'X-RateLimit-Limit': limit,
      'X-RateLimit-Remaining': remaining,
      'X-RateLimit-Reset': reset,
    } = new RateLimit(server, bucket, token).headers()
    return { limit: Number(limit), remaining: Number(remaining), reset: Number(reset) }
  }
  return json({ resources: { core: resource('core'), graphql: resource('graphql') } })
}

const anchors = {
  user: 'repos/repos#create-a-repository-for-the-authenticated-user',
  organization: 'repos/repos#create-an-organization-repository',
}

async function answerBeside(server: Server, request: Request, url: URL, about: { path: string; role: Role | null }) {
  try {
    return await answerCreate(server, request, url, about)
  } catch (error) {
    if (error instanceof Refusal)
      return refusalAnswer(error, about.path === '/user/repos' ? anchors.user : anchors.organization)
    throw error
  }
}

async function answerRest(server: Server, request: Request, url: URL, role: Role | null): Promise<Answer> {
  const version = request.headers.get('x-github-api-version')
  if (version !== null && version !== '2022-11-28' && version !== '2026-03-10') {
    throw new Refusal(400, `The API version '${version}' is not supported.`, {
      documentation: '/rest/about-the-rest-api/api-versions',
    })
  }
  const { repository } = server
  const path = url.pathname.slice(new URL(server.api).pathname.replace(/\/$/, '').length)
  if (request.method === 'GET' && /^\/users\/[^/]+\/repos$/.test(path))
    return listRepositories(server, path.split('/')[2]!)
  if (request.method === 'GET' && path === '/user') return readUser(server, role)
  const beside = await answerBeside(server, request, url, { path, role })
  if (beside) return beside
  const raw = splitPath(path, server)
  const { name, rest } = { name: raw.name.toLowerCase(), rest: decodePath(raw.rest) }
  const match = findRoute(request.method, rest)
  try {
    const hasMoved = server.former.has(name)
    if ((name !== repository.name.toLowerCase() && !hasMoved) || !match || isUnseen(server))
      throw new Refusal(404, 'Not Found', match ? {} : { documentation: '/rest' })
    const call: Call = { server, repository, request, url, path: match.rest, role }
    requireRead(call)
    if (hasMoved) return movedAnswer(server, call, raw.rest)
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      requireWrite(call)
      spendWrite(server)
    }
    if (match.failsEmpty && repository.isEmpty) throw new Refusal(409, 'Git Repository is empty.')
    return await match.route(call)
  } catch (error) {
    if (error instanceof Refusal)
      return error.status === 500 && error.message === ''
        ? json(null, 500)
        : refusalAnswer(error, match?.anchor ?? null)
    throw error
  }
}

async function answerGraphqlRequest(server: Server, request: Request, url: URL, role: Role | null): Promise<Answer> {
  const documentation = '/graphql/guides/forming-calls-with-graphql#authenticating-with-graphql'
  if (role === null) throw new Refusal(401, 'This endpoint requires you to be authenticated.', { documentation })
  if (request.method !== 'POST') throw notFound()
  return answerGraphql({ server, repository: server.repository, request, url, path: '', role })
}

async function answerWeb(server: Server, request: Request, url: URL, role: Role | null): Promise<Answer> {
  const { repository } = server
  const isLfs = url.origin === server.lfs
  const path = isLfs ? url.pathname : url.pathname.slice(new URL(server.web).pathname.replace(/\/$/, '').length)
  const [, name, verify] =
    /^\/([^/]+\/[^/]+?)(?:\.git\/info\/lfs\/objects\/batch|(\/objects\/verify))$/.exec(path) ?? []
  if (
    request.method !== 'POST' ||
    name?.toLowerCase() !== repository.name.toLowerCase() ||
    isLfs !== (verify !== undefined) ||
    isUnseen(server)
  )
    throw notFound()
  const call: Call = { server, repository, request, url, path: '', role }
  return isLfs ? verifyObject(call) : batch(call)
}

function bucketOf({ api, graphql }: Server, url: URL): Bucket {
  const address = url.origin + url.pathname
  if (address === graphql) return 'graphql'
  return address.startsWith(`${api}/`) || address === api ? 'core' : 'lfs'
}

/** The credentials for `verify` are not the API's; that they count as one asker is a guess. */
function readAsker(server: Server, request: Request): { token: string | null; role: Role | null } {
  if (request.headers.get('authorization')?.startsWith('RemoteAuth ')) return { token: 'RemoteAuth', role: null }
  const token = readToken(request)
  return { token, role: readRole(server, token) }
}

const answers = { core: answerRest, graphql: answerGraphqlRequest, lfs: answerWeb }

export async function answer(server: Server, request: Request): Promise<Response> {
  const url = new URL(request.url)
  const beside =
    answerRaw(server, request, url) ??
    (await answerPush(server, request, url)) ??
    (await answerFetch(server, request, url))
  if (beside) return beside
  const bucket = bucketOf(server, url)
  const { tokenEnd, scopes } = server.switches
  let limit = new RateLimit(server, bucket, null)
  const isFree = request.method === 'GET' && url.href === `${server.api}/rate_limit`
  let isKnown = false
  let content: Answer
  server.open += 1
  try {
    const { token, role } = readAsker(server, request)
    limit = new RateLimit(server, bucket, token)
    if (bucket !== 'lfs') spendPoints(server, bucket, request.method === 'GET' || request.method === 'HEAD')
    isKnown = role !== null
    if (isFree) content = readLimits(server, token)
    else if (!limit.isSpent || (role === null && bucket === 'graphql'))
      content = await answers[bucket](server, request, url, role)
    else if (bucket === 'graphql')
      content = json({ errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded for user ID 123.' }] })
    else throw limitExceeded()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    content = refusalAnswer(error, null)
  } finally {
    server.open -= 1
  }
  const response = toResponse(request, content)
  if (response.status !== 304 && !isFree) limit.spend()
  const common = {
    'Server': 'GitHub.com',
    'Date': new Date(server.clock.now()).toUTCString(),
    'Cache-Control': 'private, max-age=60, s-maxage=60',
    'Vary': 'Accept, Authorization, Cookie, X-GitHub-OTP, Accept-Encoding, Accept, X-Requested-With',
    'X-GitHub-Media-Type': 'github.v3; format=json',
    'X-GitHub-Api-Version-Selected': request.headers.get('x-github-api-version') ?? '2022-11-28',
    'X-GitHub-Request-Id': `E6F7:2F49:${limit.headers()['X-RateLimit-Used']!.padStart(6, '0')}`,
    ...limit.headers(),
    ...(isKnown && scopes !== null && { 'X-OAuth-Scopes': scopes }),
    ...(isKnown && tokenEnd !== null && { 'GitHub-Authentication-Token-Expiration': tokenEnd }),
  }
  for (const [name, value] of Object.entries(common)) response.headers.set(name, value)
  return response
}
