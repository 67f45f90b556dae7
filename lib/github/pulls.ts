/**
 * Pull requests of the mirror's. What is proposed for a branch stands on a branch of its own, `mirror/` and the name of the other
 * repository; it is moved by compare-and-swap, and away from commits of the mirror alone.
 */
import { lagWaitsMs, lookUntil } from '../async/retry.ts'
import { catchRemoteError, isSuccess, isUnclear } from '../http/answer.ts'
import { fields, isOid, parseList } from '../http/json.ts'
import { DeniedError, MovedError, RefusedError, RemoteError } from '../model/errors.ts'
import { mirrorIdentity } from '../model/mirror-identity.ts'
import type { Proposal, ProposalDraft, ProposalWords } from '../model/proposal.ts'
import { quote } from '../model/quote.ts'
import type { NewCommit, ProposedCommits, Proposals } from '../model/remote.ts'
import { parseTrailers } from '../model/trailers.ts'
import { ask, askUntil, once, parseAnswer, type Answer, type Api } from './api.ts'
import { createBranch } from './branch.ts'
import { createFailure, formatFact, parseText } from './failure.ts'
import { movedError, readHead } from './history.ts'
import { writeObject, writeUnseen } from './new-commit.ts'
import { publish } from './publish.ts'
import { parseCommit } from './schema.ts'
import { signCommit } from './signature.ts'

/** Pull requests and commits that one answer holds. */
const listedMax = 30
const commitsMax = 100

/** A branch of proposals: `own` is that branch, `target` the mirrored one, `other` the other side's repository. */
interface Proposing {
  readonly target: Api
  readonly own: Api
  readonly other: string
}

/** The branch for proposals. Git takes no branch below another one, so that a target is named in the last part. */
const nameProposals = (other: string, branch: string) => `mirror/${other}${branch === 'main' ? '' : `@${branch}`}`

/** How a branch is proposed to. `onBranch`: the same repository on another branch. */
export function createProposals(target: Api, other: string, onBranch: (name: string) => Api): Proposals {
  const proposing = { target, own: onBranch(nameProposals(other, target.branch)), other }
  return {
    list: () => listPulls(proposing),
    readCommits: ({ head: proposed }, head) => readCommits(target, head, proposed),
    propose: (commits, head, draft) => propose(proposing, commits, head, draft),
  }
}

function createPullFailure({ target: api }: Proposing, action: string, answer: Answer): Error {
  const { status, data } = answer
  if (api.token === null || (status !== 403 && status !== 404)) return createFailure(api, action, answer, 'write')
  const error = createFailure(api, action, answer, 'read')
  return error instanceof DeniedError
    ? new DeniedError(
        `${formatFact(action, status, parseText(data))}; in a workflow that needs \`permissions: pull-requests: write\`, and ` +
          'the repository has to let Actions create pull requests (Settings, Actions, General); else a personal token that may ' +
          'write contents and pull requests',
      )
    : error
}

/** A pull request from the branch of proposals to the mirrored one, or an open one to another; undefined for any other. */
function parsePull({ target, own }: Proposing, value: unknown): Proposal | undefined | null {
  const { number, html_url: url, state, merged_at: mergedAt, merge_commit_sha: by, head, base } = fields(value)
  const { sha, ref, repo } = fields(head)
  const isOurs = String(fields(repo)['full_name']).toLowerCase() === target.repository.name.toLowerCase()
  if (typeof number !== 'number' || typeof url !== 'string' || !isOid(sha)) return null
  const into = fields(base)['ref']
  const isElsewhere = into !== target.branch
  if (!isOurs || ref !== own.branch || (isElsewhere && state !== 'open')) return undefined
  const merged = typeof mergedAt === 'string' && isOid(by) ? by : null
  return {
    name: `#${number}`,
    url,
    state: typeof mergedAt === 'string' ? 'merged' : state === 'open' ? 'open' : 'closed',
    head: sha,
    merged,
    ...(isElsewhere && { into: String(into) }),
  }
}

async function listPulls(proposing: Proposing): Promise<Proposal[]> {
  const { target, own } = proposing
  const answer = await ask(target, 'GET /repos/{owner}/{repo}/pulls', {
    head: `${target.ownerAndRepo.owner}:${own.branch}`,
    state: 'all',
    sort: 'created',
    direction: 'desc',
    per_page: listedMax,
  })
  if (!isSuccess(answer)) throw createPullFailure(proposing, `read the pull requests of ${target.where}`, answer)
  const rows = parseAnswer(target, 'the pull requests', answer, (data) =>
    parseList(data, (row) => {
      const pull = parsePull(proposing, row)
      return pull === null ? null : { pull }
    }),
  )
  return rows.flatMap(({ pull }) => pull ?? [])
}

/** Whether the mirror made a commit of a listing, and nobody has changed it since. */
function isOwnCommit(value: unknown): boolean {
  const { committer } = fields(fields(value)['commit'])
  const commit = parseCommit(value)
  const recorded = commit && parseTrailers(commit.message).mirroredTree
  return fields(committer)['email'] === mirrorIdentity.email && (recorded === null || recorded === commit?.tree)
}

/** Costs a request for each hundred commits, oldest first. */
async function readCommits(api: Api, head: string, proposed: string): Promise<ProposedCommits> {
  const what = `commit ${proposed.slice(0, 7)}`
  const basehead = `${head}...${proposed}`
  const rows: unknown[] = []
  for (let page = 1; ; page++) {
    const answer = await askUntil(api, [404], () =>
      ask(api, 'GET /repos/{owner}/{repo}/compare/{basehead}', { basehead, per_page: commitsMax, page }),
    )
    if (!isSuccess(answer)) throw createFailure(api, `compare ${what} of ${api.where}`, answer, 'read')
    const { status, commits: listed, total_commits: total } = fields(answer.data)
    const found = parseAnswer(api, what, answer, () => (Array.isArray(listed) ? (listed as unknown[]) : null))
    rows.push(...found)
    if (found.length > 0 && typeof total === 'number' && rows.length < total) continue
    const commits = parseAnswer(api, what, answer, () => parseList(rows, parseCommit))
    return {
      commits: commits.toReversed(),
      isOwn: total === commits.length && rows.every(isOwnCommit),
      isOnHead: status === 'ahead' || status === 'identical',
    }
  }
}

/**
 * The commits without older copies below them that the target has in another form, after a squash or a rebase: one commit of the same
 * files, on the target's own history, takes their place. Else each pull request would hold those of all before it.
 */
async function shorten(
  { target, own, other }: Proposing,
  commits: readonly NewCommit[],
  head: string,
): Promise<readonly NewCommit[]> {
  const [start] = commits.flatMap(({ parents }) => parents.flatMap((parent) => ('oid' in parent ? [parent.oid] : [])))
  if (start === undefined || start === head) return commits
  const older = new Map((await readCommits(target, head, start)).commits.map((commit) => [commit.oid, commit]))
  const last = older.get(start)
  const { mirroredFrom, mirroredTree: tree } = parseTrailers(last?.message ?? '')
  let root: string | undefined = start
  while (root !== undefined && older.has(root)) root = older.get(root)!.parents[0]
  if (older.size < 2 || !last || !mirroredFrom || tree === null || tree !== last.tree || !root) return commits
  const message = last.message.trimEnd()
  const object = {
    tree,
    parents: [root],
    ...signCommit({ author: null, date: last.committerDate }),
    message: `Copies of ${other} up to ${mirroredFrom.oid.slice(0, 7)}${message.slice(message.lastIndexOf('\n\n'))}\n`,
  }
  const oid = await writeObject(own, object, [])
  return commits.map((commit) => ({
    ...commit,
    parents: commit.parents.map((parent) => ('oid' in parent && parent.oid === start ? { oid } : parent)),
  }))
}

async function propose(
  proposing: Proposing,
  commits: readonly NewCommit[],
  head: string,
  { words, open }: ProposalDraft,
): Promise<Proposal> {
  const { target, own } = proposing
  const oid = await writeUnseen(own, await shorten(proposing, commits, head))
  const current = await readHead(own)
  if (current === null) await createBranch(own, oid)
  else if (current !== oid) {
    // What people have merged is theirs no longer, even where the branch was left behind.
    const isFree = async () => (await listPulls(proposing)).some((one) => one.merged !== null && one.head === current)
    if (!(await readCommits(target, head, current)).isOwn && !(await isFree())) {
      // Another run may have proposed on what people have merged since this one was planned.
      const now = await readHead(target)
      if (now !== head) throw movedError(`propose to ${target.where}`, now, head)
      throw new RefusedError(
        `Cannot propose to ${target.where}: the branch "${quote(own.branch)}" holds commits that are not the mirror's, which ` +
          'are never overwritten. Merge it, or delete it on GitHub',
      )
    }
    await publish(own, current, oid, true)
  }
  return open ? changePull(proposing, open, words) : openPull(proposing, words)
}

/** Puts the description in the place of the one before. The title stays as people may have changed it. */
async function changePull(proposing: Proposing, open: Proposal, { body }: ProposalWords): Promise<Proposal> {
  const { target } = proposing
  const pull_number = Number(open.name.slice(1))
  const answer = await ask(target, 'PATCH /repos/{owner}/{repo}/pulls/{pull_number}', { pull_number, body })
  if (!isSuccess(answer))
    throw createPullFailure(proposing, `change pull request ${open.name} of ${target.where}`, answer)
  return open
}

async function openPull(proposing: Proposing, words: ProposalWords): Promise<Proposal> {
  const { target, own } = proposing
  const action = `open a pull request to ${target.where}`
  const answer = await catchRemoteError(
    ask(target, 'POST /repos/{owner}/{repo}/pulls', { ...words, head: own.branch, base: target.branch }, once),
    null,
  )
  const made = answer !== null && isSuccess(answer) ? parsePull(proposing, answer.data) : null
  if (made) return made
  const text = answer === null ? '' : parseText(answer.data)
  if (answer?.status === 422 && /no commits between/i.test(text))
    throw new MovedError(`Cannot ${action}: the branch has these commits by now`)
  const isThere = answer?.status === 422 && /already exists/i.test(text)
  if (answer !== null && !isThere && !isSuccess(answer) && !isUnclear(answer))
    throw createPullFailure(proposing, action, answer)
  const isOpen = ({ state, into }: Proposal) => state === 'open' && into === undefined
  const look = {
    waitsMs: lagWaitsMs,
    sleep: target.http.sleep,
    mayPass: (error: Error) => error instanceof RemoteError,
  }
  const found = (
    await lookUntil(
      () => listPulls(proposing),
      (pulls) => pulls.some(isOpen),
      look,
    )
  ).find(isOpen)
  if (found) return found
  throw new RemoteError(
    `Cannot ${action}: no clear answer, and it cannot be seen; run again later`,
    answer?.status ?? null,
  )
}
