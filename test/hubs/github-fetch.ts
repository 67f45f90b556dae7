/** Who may fetch from GitHub with git. It knows none of the API's rate limits. */
import { readRole, readToken } from './github-call.ts'
import type { Role, Server } from './github-call.ts'
import { listRefs } from './github-tags.ts'
import { Response } from './message.ts'
import { answerUploadPack } from './upload-pack.ts'

/** `null` where this is no address of a fetch. */
export async function answerFetch(server: Server, request: Request, url: URL): Promise<Response | null> {
  const { repository, switches } = server
  if (
    `${url.origin}${url.pathname}`.toLowerCase() !==
    `${server.web}/${repository.name}.git/git-upload-pack`.toLowerCase()
  )
    return null
  let role: Role | null = null
  try {
    role = readRole(server, readToken(request))
  } catch {
    return new Response('', { status: 401 })
  }
  if (repository.private && role === null)
    return new Response('', { status: 401, headers: { 'WWW-Authenticate': 'Basic realm="GitHub"' } })
  const { store, refs } = repository
  const fetched = { store, refs, listRefs: (lines: readonly string[]) => listRefs(repository, lines) }
  return answerUploadPack(fetched, request, switches.fetches)
}
