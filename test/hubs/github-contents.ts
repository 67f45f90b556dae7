/**
 * `PUT contents`: a file and its commit in one call, the only write that an empty repository takes; and the repository
 * itself.
 */
import { json, Refusal } from './github-answer.ts'
import type { Answer } from './github-answer.ts'
import { readJson, requireString } from './github-call.ts'
import type { Call } from './github-call.ts'
import { defaultPerson, gitCommitJson, parsePerson, repositoryUrl, webUrl } from './github-commits.ts'
import { checkMove } from './github-refs.ts'
import { misstore } from './misstore.ts'

export function readRepository(call: Call): Answer {
  const { repository, server, role } = call
  const [owner, name] = repository.name.split('/')
  const { permissions: told } = server.switches
  const push = told === 'user' || role === 'write'
  return json({
    id: repository.id,
    node_id: repository.nodeId,
    name,
    full_name: repository.name,
    owner: { login: owner, id: 1, type: 'Organization' },
    private: repository.private,
    visibility: !repository.private ? 'public' : server.switches.internal ? 'internal' : 'private',
    html_url: webUrl(call),
    url: repositoryUrl(call),
    fork: false,
    archived: server.switches.archived,
    disabled: server.switches.disabled,
    default_branch: repository.defaultBranch,
    size: 0,
    ...(role !== null &&
      told !== 'nothing' && { permissions: { admin: false, maintain: false, push, triage: push, pull: true } }),
  })
}

/** A rule set that refuses the branch answers 409 here, 422 elsewhere. */
function checkContentsMove(call: Call, ref: string, before: string | null, after: string): void {
  try {
    checkMove(call, ref, before, after)
  } catch (error) {
    if (error instanceof Refusal && error.metadata !== undefined)
      throw new Refusal(409, error.message, { metadata: {} })
    throw error
  }
}

export async function putContents(call: Call): Promise<Answer> {
  const { repository, path } = call
  const { store } = repository
  const body = await readJson(call.request)
  const message = requireString(body, 'message')
  const content = requireString(body, 'content')
  const branch = body.branch === undefined ? repository.defaultBranch : requireString(body, 'branch')
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(content)) throw new Refusal(422, 'content is not valid Base64')
  if (!call.server.switches.allowsWorkflows && path.startsWith('.github/workflows/'))
    throw new Refusal(403, 'Resource not accessible by integration')
  const head = repository.head(branch)
  // Only an empty repository gets its branch on the way.
  if (head === null && !repository.isEmpty) throw new Refusal(404, `Branch ${branch} not found`)
  const old = store.readFiles(repository.tree(head)).get(path)
  if (old && body.sha === undefined) throw new Refusal(422, 'Invalid request.\n\n"sha" wasn\'t supplied.')
  if (body.sha !== undefined && body.sha !== old?.oid)
    throw new Refusal(409, `${path} does not match ${String(body.sha)}`)
  const bytes = Buffer.from(content, 'base64')
  const blob = store.writeBlob(bytes)
  const committer = parsePerson(body, 'committer', defaultPerson(repository))
  const author = parsePerson(body, 'author', committer)
  const sent = store.editFiles(repository.tree(head), [[path, { mode: old?.mode ?? '100644', oid: blob }]])
  const { stores } = call.server.switches
  const tree =
    stores === null
      ? sent
      : store.writeFiles(misstore(store, store.readFiles(repository.tree(head)), store.readFiles(sent), stores))
  const commit = store.writeCommit({ tree, parents: head === null ? [] : [head], author, committer, message })
  checkContentsMove(call, `refs/heads/${branch}`, head, commit)
  repository.moveRef(`refs/heads/${branch}`, commit)
  const url = `${repositoryUrl(call)}/contents/${path}?ref=${branch}`
  const gitUrl = `${repositoryUrl(call)}/git/blobs/${blob}`
  return json(
    {
      content: {
        name: path.split('/').at(-1),
        path,
        sha: blob,
        size: bytes.length,
        url,
        git_url: gitUrl,
        type: 'file',
      },
      commit: gitCommitJson(call, commit),
    },
    old ? 200 : 201,
  )
}
