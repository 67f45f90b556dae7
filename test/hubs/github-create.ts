/** The routes that make the repository, for a user and for an organization, and what is told of an organization. */
import { json, notFound, Refusal, requiresAuthentication } from './github-answer.ts'
import type { Answer } from './github-answer.ts'
import { readJson, requireString, spendWrite } from './github-call.ts'
import type { Call, Role, Server } from './github-call.ts'
import { readRepository } from './github-contents.ts'

/** Refusals of creation, word for word. */
export const createRefusals = {
  member: { status: 403, message: 'You need admin access to the organization before adding a repository to it.' },
  scope: {
    status: 403,
    message:
      "You'll need a different OAuth scope to create a private repository. Please see the documentation for full details.",
  },
  plan: {
    status: 422,
    message: "Visibility can't be private. Please upgrade your subscription to create a new private repository.",
  },
}

const isSame = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()

/** Whether the owner of the repository is an organization that whoever asks can see. */
function requireOrganization({ repository, switches }: Server, owner: string): void {
  if (!switches.organization || !isSame(owner, repository.name.split('/')[0]!)) throw notFound()
}

function readOrganization(server: Server, owner: string): Answer {
  requireOrganization(server, owner)
  return json({ login: owner, id: 2, type: 'Organization' })
}

/** `POST /user/repos` (`owner` null), `POST /orgs/{org}/repos`. The one repository of this hub can be made, and no other. */
async function createRepository(server: Server, request: Request, url: URL, role: Role | null, owner: string | null) {
  const { repository, switches } = server
  if (role === null) throw requiresAuthentication()
  const body = await readJson(request)
  const name = requireString(body, 'name')
  if (owner !== null) requireOrganization(server, owner)
  else if (switches.user === null) throw new Refusal(403, 'Resource not accessible by integration')
  if (role === 'read') throw new Refusal(403, 'Resource not accessible by personal access token')
  spendWrite(server)
  if (switches.createRefusal) throw new Refusal(switches.createRefusal.status, switches.createRefusal.message)
  if (!isSame(`${owner ?? switches.user!}/${name}`, repository.name)) throw new Error(`This hub cannot make "${name}"`)
  if (!repository.isMissing) {
    const taken = {
      resource: 'Repository',
      code: 'custom',
      field: 'name',
      message: 'name already exists on this account',
    }
    throw new Refusal(422, 'Repository creation failed.', { errors: [taken] })
  }
  repository.isMissing = false
  repository.takesFirstBranch = true
  repository.unseenReads = switches.createdReads
  const seen = switches.createdAs ?? (body.private === true ? 'private' : 'public')
  repository.private = seen !== 'public'
  switches.internal = seen === 'internal'
  const call: Call = { server, repository, request, url, path: '', role }
  return { ...readRepository(call), status: 201 }
}

/** What answers beside the repository's own routes; null where the request is for none of these. */
export function answerCreate(
  server: Server,
  request: Request,
  url: URL,
  { path, role }: { readonly path: string; readonly role: Role | null },
): Promise<Answer> | Answer | null {
  const [, owner, repos] = /^\/orgs\/([^/]+)(\/repos)?$/.exec(path) ?? []
  if (request.method === 'GET' && owner !== undefined && repos === undefined) return readOrganization(server, owner)
  if (request.method !== 'POST') return null
  if (path === '/user/repos') return createRepository(server, request, url, role, null)
  return repos === undefined ? null : createRepository(server, request, url, role, owner!)
}
