/**
 * `discussions` as far as pull requests go (huggingface_hub, `community.py` and `hf_api.py`). One that the API opens is a draft; its
 * ref begins at the head of main, and whoever opened it may commit there. A merge squashes, and lists the commits, oldest first
 * (huggingface.co/datasets/community-datasets/crime_and_punish/commit/97be861c9aa6659504e18ca0e459722b756ae368).
 */
import { json, Refusal } from './huggingface-answer.ts'
import { readJson, type Call } from './huggingface-call.ts'
import type { HubRepository } from './huggingface-repository.ts'
import type { HubPull } from './huggingface-switches.ts'

const refOf = ({ num }: HubPull) => `refs/pr/${num}`

function find({ repository, rest }: Call): HubPull {
  const pull = repository.pulls.find(({ num }) => `${num}` === rest[0])
  if (!pull) throw new Refusal(404, 'Discussion not found')
  return pull
}

const format = ({ repository }: Call, { num, title, status, author }: HubPull) => ({
  num,
  title,
  status,
  isPullRequest: true,
  author: { name: author },
  repo: { name: repository.name, type: repository.type.slice(0, -1) },
  createdAt: '2026-11-01T00:00:00.000Z',
})

/** Newest first. */
export function readPulls(call: Call): Response {
  const { repository, rest, url } = call
  if (rest.length === 0) {
    const wanted = url.searchParams.get('author')
    const found = repository.pulls.filter(({ author }) => wanted === null || author === wanted)
    const discussions = found.toReversed().map((pull) => format(call, pull))
    return json({ discussions, count: discussions.length, start: 0 })
  }
  const pull = find(call)
  const changes = { base: 'refs/heads/main', ...(pull.merged !== null && { mergeCommitId: pull.merged }) }
  return json({ ...format(call, pull), events: [], filesWithConflicts: [], changes })
}

export async function changePulls(call: Call): Promise<Response> {
  const { server, repository, credentials, rest, request } = call
  if (credentials.state !== 'known' || repository.switches.refusesProposals)
    throw new Refusal(403, 'You are not allowed to open pull requests here')
  const body = await readJson(request)
  if (rest.length === 0) {
    const num = 3 + repository.pulls.length
    const pull: HubPull = {
      num,
      author: server.user,
      title: String(body['title']),
      description: String(body['description']),
      status: 'draft',
      merged: null,
    }
    repository.pulls.push(pull)
    repository.move(refOf(pull), repository.head('main'))
    return json({ ...format(call, pull), pullRequest: true })
  }
  const pull = find(call)
  if (rest[1] === 'title') {
    pull.title = String(body['title'])
    return json({ newTitle: { type: 'title-change', from: '', to: pull.title } })
  }
  if (rest[1] !== 'status' || pull.status === 'merged') throw new Refusal(400, 'This cannot be changed')
  pull.status = body['status'] === 'closed' ? 'closed' : 'open'
  return json({ newStatus: { status: pull.status } })
}

/** Presses the button. `files`: what whoever merges changes by commits of their own before. Returns the head of main. */
export function mergeHubPull(repository: HubRepository, num: number): string {
  const pull = repository.pulls.find((one) => one.num === num)
  if (pull?.status !== 'open') throw new Error(`Cannot merge #${num}`)
  const head = repository.head(refOf(pull))!
  const main = repository.head('main')!
  const had = repository.git.readAncestors(main)
  const base = repository.git.readLog(head).find((oid) => had.has(oid))!
  const [before, after] = [repository.readFiles(base), repository.readFiles(head)]
  const files = new Map(repository.readFiles(main))
  for (const path of new Set([...before.keys(), ...after.keys()])) {
    if (before.get(path)?.oid === after.get(path)?.oid) continue
    if (![before.get(path)?.oid, after.get(path)?.oid].includes(files.get(path)?.oid))
      throw new Error(`Both changed ${path}: this fake merges no lines`)
    if (after.has(path)) files.set(path, after.get(path)!)
    else files.delete(path)
  }
  const squashed = repository.git.readLog(head).filter((oid) => !had.has(oid))
  const list = squashed
    .toReversed()
    .map((oid) => `- ${repository.git.readCommit(oid).message.split('\n', 1)[0]} (${oid})\n`)
    .join('')
  const rest = repository.switches.squashLists
    ? `${list}\n\nCo-authored-by: Alice <alice@users.noreply.huggingface.co>`
    : ''
  const message = `${pull.title} (#${num})\n\n${rest}`
  pull.merged = repository.writeCommit('main', files, { message, user: 'alice' })
  pull.status = 'merged'
  return pull.merged
}
