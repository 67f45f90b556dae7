/** From a request to its route: addresses, credentials, quotas, and what every answer carries. */
import { json, Refusal, refusalAnswer, unauthorized, wrongBody } from './huggingface-answer.ts'
import { readCredentials, readJson, requireWrite } from './huggingface-call.ts'
import type { Call, Credentials, Route, Server } from './huggingface-call.ts'
import { createCommit, preupload, validateYaml } from './huggingface-commit.ts'
import { readCompare } from './huggingface-compare.ts'
import { fetchObjects } from './huggingface-fetch.ts'
import { raw, resolve } from './huggingface-files.ts'
import {
  createBranch,
  createTag,
  deleteBranch,
  deleteTag,
  readCommits,
  readRefs,
  superSquash,
} from './huggingface-history.ts'
import { batch, completeMultipart, grantRead, grantWrite, verifyObject } from './huggingface-lfs.ts'
import { changePulls, readPulls } from './huggingface-pulls.ts'
import { receivePack } from './huggingface-push.ts'
import { bucketUsed } from './huggingface-refusals.ts'
import { HubRepository } from './huggingface-repository.ts'
import { readInfo, readPathsInfo, readTree } from './huggingface-tree.ts'
import { Response } from './message.ts'

const repositoryRoutes: Record<string, Route> = {
  'GET ': readInfo,
  'GET revision': readInfo,
  'GET auth-check': checkAccess,
  'GET tree': readTree,
  'POST paths-info': readPathsInfo,
  'GET commits': readCommits,
  'GET refs': readRefs,
  'POST branch': createBranch,
  'DELETE branch': deleteBranch,
  'POST tag': createTag,
  'DELETE tag': deleteTag,
  'POST super-squash': superSquash,
  'GET compare': readCompare,
  'POST preupload': preupload,
  'POST commit': createCommit,
  'GET xet-read-token': grantRead,
  'GET xet-write-token': grantWrite,
  'GET discussions': readPulls,
  'POST discussions': changePulls,
}

const noPage = () => new Refusal(404, "Sorry, we can't find the page you are looking for.")

/** The repository, unless whoever asks may not see it, or it was made too short a time ago. */
function findSeen({ repositories, switches }: Server, id: string): HubRepository | undefined {
  const repository = repositories.get(id.toLowerCase())
  if (!repository || switches.unseen) return undefined
  if (repository.unseenReads === 0) return repository
  repository.unseenReads -= 1
  return undefined
}

function findRepository(server: Server, credentials: Credentials, id: string): HubRepository {
  const repository = findSeen(server, id)
  if (credentials.state === 'wrong')
    throw unauthorized(repository && !repository.private ? 'Invalid credentials in Authorization header' : undefined)
  if (repository && (!repository.private || credentials.state === 'known')) return repository
  throw credentials.state === 'none' ? unauthorized() : new Refusal(404, 'Repository not found', 'RepoNotFound')
}

/** Where an address of a renamed repository leads. */
function movedAnswer({ moved, switches }: Server, url: URL, id: string): Response | null {
  const target = moved.get(id.toLowerCase())
  if (target === undefined) return null
  const shown = (full: string) => (url.pathname.startsWith('/api/') ? full : full.replace(/^models\//, ''))
  const location = (url.pathname + url.search).replace(shown(id), shown(target))
  return new Response(null, {
    status: 307,
    headers: { 'Location': switches.movedOrigin + location, 'Content-Length': '0' },
  })
}

async function createRepository(server: Server, credentials: Credentials, request: Request): Promise<Response> {
  const { type = 'model', name, organization, visibility, private: isPrivate, files, sdk } = await readJson(request)
  if (typeof name !== 'string' || typeof type !== 'string') throw wrongBody()
  const fullName = `${typeof organization === 'string' ? organization : server.user}/${name}`
  const id = `${type}s/${fullName}`
  const url = `${server.origin}/${type === 'model' ? fullName : id}`
  if (credentials.state !== 'known') throw unauthorized()
  const { storage, clock, switches } = server
  if (switches.busyCreations > 0) {
    switches.busyCreations -= 1
    throw new Refusal(409, 'Cannot create repo: another conflicting operation is in progress')
  }
  if (server.repositories.has(id.toLowerCase()))
    return json({ error: `You already created this ${type} repo: ${fullName}`, url }, 409)
  if (credentials.role !== 'write' || !switches.member)
    throw new Refusal(
      403,
      `You don't have the rights to create a ${type} under the namespace "${fullName.split('/')[0]!}"`,
    )
  if (switches.createRefusal) throw new Refusal(switches.createRefusal.status, switches.createRefusal.error)
  if (type === 'space' && typeof sdk !== 'string') throw wrongBody()
  const isAsked = (switches.knowsVisibility && visibility === 'private') || isPrivate === true
  const asked = isAsked ? 'private' : 'public'
  const own = { private: (switches.createdAs ?? asked) === 'private', storage, clock, switches }
  const repository = server.unborn.get(id.toLowerCase()) ?? new HubRepository(id, own)
  repository.private = own.private
  repository.unseenReads = switches.createdReads
  if (typeof sdk === 'string') repository.sdk = sdk
  const contents = new Map<string, Buffer>()
  for (const { path, content, encoding } of Array.isArray(files)
    ? (files as { path: string; content: string; encoding?: string }[])
    : []) {
    contents.set(path, Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8'))
  }
  repository.writeInitialCommit(server.user, contents)
  server.repositories.set(id.toLowerCase(), repository)
  return json({ url, name: fullName, id: Buffer.from(id).toString('hex').slice(0, 24) })
}

async function deleteRepository(server: Server, credentials: Credentials, request: Request): Promise<Response> {
  const { type = 'model', name, organization } = await readJson(request)
  const id = `${String(type)}s/${String(organization ?? server.user)}/${String(name)}`
  findRepository(server, credentials, id)
  requireWrite({ credentials })
  server.repositories.delete(id.toLowerCase())
  return json({ success: true })
}

function whoAmI(server: Server, credentials: Credentials): Response {
  if (credentials.state !== 'known')
    throw unauthorized(credentials.state === 'wrong' ? 'Invalid credentials in Authorization header' : undefined)
  const { scopes, tokenEnd } = server.switches
  const repositories = [...server.repositories.values(), ...(server.switches.member ? server.unborn.values() : [])]
  const owners = new Set(repositories.map(({ name }) => name.split('/')[0]!))
  const organizations = [...owners].filter((name) => name !== server.user)
  return json({
    type: 'user',
    id: '6'.repeat(24),
    name: server.user,
    fullname: server.user,
    email: `${server.user}@example.com`,
    emailVerified: true,
    canPay: false,
    isPro: false,
    periodEnd: null,
    avatarUrl: `${server.origin}/avatars/${server.user}.svg`,
    orgs: organizations.map((name) => ({ type: 'org', id: '7'.repeat(24), name, fullname: name, roleInOrg: 'admin' })),
    auth: {
      type: 'access_token',
      accessToken: {
        displayName: 'mirror',
        role: scopes === null ? credentials.role : 'fineGrained',
        createdAt: '2026-01-01T00:00:00.000Z',
        ...(scopes !== null && { fineGrained: { canReadGatedRepos: false, global: [], scoped: scopes } }),
      },
      ...(tokenEnd !== null && { expiresAt: tokenEnd }),
    },
  })
}

/** Whether whoever asks may read the files (`auth_check` of huggingface_hub). */
function checkAccess({ server: { switches }, credentials }: Call): Response {
  if (switches.gated === false || (credentials.state === 'known' && switches.letIn)) return json({})
  throw new Refusal(
    credentials.state === 'known' ? 403 : 401,
    'Access to this repository is restricted and you are not in the authorized list. Visit its page to ask for access.',
    'GatedRepo',
  )
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw new Refusal(400, 'Malformed address')
  }
}

/** `GET /api/datasets?author=acme`, which models and Spaces have too: what whoever asks may see. */
function listRepositories({ repositories }: Server, { state }: Credentials, { pathname, searchParams }: URL): Response {
  const start = `${pathname.slice('/api/'.length)}/${searchParams.get('author')}/`.toLowerCase()
  const seen = [...repositories].filter(
    ([id, repository]) => id.startsWith(start) && (!repository.private || state === 'known'),
  )
  return Response.json(seen.map(([id]) => ({ id: id.slice(id.indexOf('/') + 1) })))
}

/** `HEAD` goes the way of `GET`. */
async function route(server: Server, request: Request, url: URL): Promise<Response> {
  const credentials = readCredentials(server, request)
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const segments = url.pathname.slice(1).split('/').map(decode)
  const one = `${method} ${segments.slice(0, 3).join('/')}`
  if (one === 'GET api/whoami-v2') return whoAmI(server, credentials)
  if (/^GET api\/(?:dataset|model|space)s$/.test(one)) return listRepositories(server, credentials, url)
  if (one === 'POST api/repos/create') return createRepository(server, credentials, request)
  if (one === 'DELETE api/repos/delete') return deleteRepository(server, credentials, request)
  if (one === 'POST api/validate-yaml') return validateYaml(request)
  if (one === 'POST api/complete_multipart') return completeMultipart(server, request, url)

  const isApi = segments[0] === 'api'
  const isCache = isApi && segments[1] === 'resolve-cache'
  const after = segments.slice(isCache ? 2 : isApi ? 1 : 0)
  if (!isApi && after[0] !== 'datasets' && after[0] !== 'spaces') after.unshift('models')
  const [type, owner, file, action = '', ...rest] = after
  if (file === undefined || !['datasets', 'models', 'spaces'].includes(type!)) throw noPage()
  const isGit = !isApi && file.endsWith('.git')
  const id = [type, owner, isGit ? file.slice(0, -'.git'.length) : file].join('/')
  const moved = movedAnswer(server, url, id)
  if (moved) return moved
  // The address that a batch gives for `verify` brings credentials of its own.
  const isVerify = isGit && [action, ...rest].join('/') === 'info/lfs/objects/verify'
  const repository = findRepository(
    server,
    isVerify && credentials.state === 'wrong' ? { state: 'none' } : credentials,
    id,
  )
  const call: Call = { server, repository, request, url, rest, credentials }
  if (isCache && method === 'GET') return raw({ ...call, rest: [action, ...rest] })
  if (isApi)
    return (
      repositoryRoutes[`${method} ${action}`] ??
      (() => {
        throw noPage()
      })
    )(call)
  if (isVerify && method === 'POST') return verifyObject(call)
  if (isGit && method === 'POST' && [action, ...rest].join('/') === 'info/lfs/objects/batch') return batch(call)
  if (isGit && method === 'POST' && action === 'git-receive-pack') return receivePack(call)
  if (isGit && method === 'POST' && action === 'git-upload-pack') {
    checkAccess(call)
    return fetchObjects(repository, request, server.switches.fetches)
  }
  if (method === 'GET' && action === 'resolve') return resolve(call)
  if (method === 'GET' && action === 'raw') return raw(call)
  throw noPage()
}

const windowMs = 300_000

function bucketOf({ pathname }: URL): keyof Server['switches']['quotas'] {
  if (/\/resolve(?:-cache)?\//.test(pathname)) return 'resolvers'
  return pathname.startsWith('/api/') || pathname.includes('.git/') ? 'api' : 'pages'
}

/** Counts a request in its bucket's fixed window of five minutes. */
function countRequest(
  server: Server,
  request: Request,
  url: URL,
): { bucket: string; quota: number; left: number; seconds: number } {
  const bucket = bucketOf(url)
  const credentials = readCredentials(server, request)
  const quota = server.switches.quotas[bucket] / (credentials.state === 'known' ? 1 : 2)
  const key = `${bucket} ${credentials.state === 'known' ? credentials.token : ''}`
  const now = server.clock.now()
  const start = Math.floor(now / windowMs) * windowMs
  const last = server.windows.get(key)
  const count = (last?.start === start ? last.count : 0) + 1
  server.windows.set(key, { start, count })
  return { bucket, quota, left: quota - count, seconds: Math.ceil((start + windowMs - now) / 1000) }
}

let requestCount = 0

/** The one function that the fake is. */
export async function answer(server: Server, request: Request): Promise<Response> {
  const url = new URL(request.url)
  const { bucket, quota, left, seconds } = countRequest(server, request, url)
  for (const repository of server.repositories.values()) repository.landLate(server.clock.now())
  let response: Response
  try {
    if (left < 0) throw new Refusal(429, bucketUsed(bucket, quota))
    response = await route(server, request, url)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    response = refusalAnswer(error, !url.pathname.startsWith('/api/') && !url.pathname.includes('.git/'))
  }
  requestCount += 1
  const { headers } = response
  headers.set('RateLimit', `"${bucket}";r=${Math.max(0, left)};t=${seconds}`)
  headers.set('RateLimit-Policy', `"fixed window";"${bucket}";q=${quota};w=${windowMs / 1000}`)
  headers.set(
    'X-Request-Id',
    `Root=1-${Math.floor(server.clock.now() / 1000).toString(16)}-${requestCount.toString(16).padStart(24, '0')}`,
  )
  headers.set('X-Powered-By', 'huggingface-moon')
  headers.set('Date', new Date(server.clock.now()).toUTCString())
  const etag = headers.get('ETag')
  const isKnown = etag !== null && request.headers.get('if-none-match') === etag && response.status === 200
  if (isKnown) headers.delete('Content-Length')
  return request.method === 'HEAD' || isKnown
    ? new Response(null, { status: isKnown ? 304 : response.status, headers })
    : response
}
