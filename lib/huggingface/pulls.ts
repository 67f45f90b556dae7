/**
 * Pull requests of the mirror's on the Hub: known by their title and who opened them, each on a ref of its own (`refs/pr/3`). Such
 * a ref only goes on, so that where what it holds is out of date another one takes its place.
 */
import { catchFailure, catchRemoteError, isSuccess } from '../http/answer.ts'
import { fields, isOid, parseJson, parseList } from '../http/json.ts'
import { MovedError, RefusedError, RemoteError } from '../model/errors.ts'
import { digestSquash } from '../model/onto.ts'
import type { Proposal, ProposalDraft } from '../model/proposal.ts'
import type { Commit, NewCommit, Prepared, ProposedCommits, Proposals } from '../model/remote.ts'
import { parseTrailers } from '../model/trailers.ts'
import { apiUrl, repositoryUrl } from './address.ts'
import { ask, askJson, parseAnswer, type Answer, type Api } from './api.ts'
import { createFailure } from './failure.ts'
import { readBranches, readHistory } from './history.ts'
import { askOwner, readOwner } from './owner.ts'

/** Makes commits on the branch of the given API, as `prepare` does. */
type Prepare = (api: Api, commits: readonly NewCommit[], head: string) => Prepared

const refOf = (number: number | string) => `refs/pr/${number}`
const numberOf = ({ name }: Proposal) => name.slice(1)
const outOfDate = (title: string) => `${title} (out of date)`

/** How the branch is proposed to. `title`: of the mirror's pull requests. */
export function createProposals(api: Api, title: string, prepare: Prepare): Proposals {
  return {
    list: () => listPulls(api, title),
    readCommits: (proposal, head) => readCommits(api, proposal, head),
    propose: (commits, head, draft) => propose({ api, title, prepare }, commits, head, draft),
    offer: (proposal, head) => offer(api, title, proposal, head),
    withdraw: (proposal) => withdraw(api, title, proposal),
  }
}

async function read(api: Api, what: string, url: string): Promise<Answer> {
  const answer = await ask(api, { what, url })
  if (!isSuccess(answer)) throw await createFailure(api, `read ${what} of ${api.where}`, answer, 'read')
  return answer
}

/**
 * Those of the token's owner, since anybody may open one of the same title. Of those that were merged only the latest is told by
 * which commit: nobody needs the others. One that was out of date counts where people have merged it all the same, and where it is the
 * latest and open: a run has died before it closed it.
 */
async function listPulls(api: Api, title: string): Promise<Proposal[]> {
  const what = 'the pull requests'
  const owner = readOwner(await askOwner(api))
  const author = owner ? `&author=${encodeURIComponent(owner.name)}` : ''
  const answer = await read(api, what, `${apiUrl(api, 'discussions')}?type=pull_request&status=all${author}`)
  const rows = parseAnswer(api, what, answer, (value) =>
    parseList(fields(value)['discussions'], (row) => {
      const { num, title: its, status } = fields(row)
      const plain = typeof its === 'string' ? its.replace(/ \([0-9a-f]{16}\)$/, '') : its
      const isOld = its === outOfDate(title)
      return typeof num === 'number' ? { num, isOurs: isOld || plain === title, isOld, status } : null
    }),
  )
  const ours = rows
    .filter(({ isOurs }) => isOurs)
    .filter(({ isOld, status }, index) => !isOld || status === 'merged' || (index === 0 && status !== 'closed'))
  if (ours.length === 0) return []
  const heads = await readBranches({ ...api, branch: refOf('') })
  const merged = ours.find(({ status }) => status === 'merged')
  const details =
    merged && parseJson((await read(api, what, apiUrl(api, 'discussions', `${merged.num}`))).bytes.toString())
  const { mergeCommitId: by } = fields(fields(details)['changes'])
  return ours.map(({ num, status }) => ({
    name: `#${num}`,
    url: `${repositoryUrl(api)}/discussions/${num}`,
    state: status === 'merged' || status === 'closed' ? status : 'open',
    isDraft: status === 'draft',
    head: heads.get(refOf(num)) ?? '',
    merged: num === merged?.num && isOid(by) ? by : null,
  }))
}

/** Down to the branch's head; where that has moved, with commits that the branch has as well. */
async function readCommits(api: Api, { head: proposed }: Proposal, head: string): Promise<ProposedCommits> {
  const history = proposed === '' ? null : await readHistory(api, proposed)
  const listed = history?.state === 'branch' ? history.commits : []
  const at = listed.findIndex(({ oid }) => oid === head)
  const commits = at < 0 ? listed : listed.slice(0, at)
  const isOwn = ({ message }: Commit) => parseTrailers(message).mirroredOnto !== null
  return { commits, isOwn: (at < 0 ? listed.slice(0, 1) : commits).every(isOwn), isOnHead: at >= 0 }
}

/** Posts to a pull request, or where there is no number, opens one. */
async function post(api: Api, action: string, segments: readonly string[], json: unknown): Promise<Answer> {
  const answer = await askJson(api, {
    what: 'an answer',
    url: apiUrl(api, 'discussions', ...segments),
    repeat: false,
    json,
  })
  if (!isSuccess(answer)) throw await createFailure(api, `${action} of ${api.where}`, answer, 'write')
  return answer
}

/**
 * Closes one by another title, so that nobody takes it for one that people have refused, wherever a run ends. Throws a
 * `MovedError` where people have merged it or added to it since the plan was made, which may be long ago.
 */
async function withdraw(api: Api, title: string, proposal: Proposal): Promise<void> {
  const action = `close pull request ${proposal.name}`
  const requireOpen = async () => {
    const now = (await listPulls(api, title)).find(({ name }) => name === proposal.name)
    if (now?.state === 'open' && now.head === proposal.head) return
    throw new MovedError(`Cannot ${action} of ${api.where}: somebody has merged it, closed it or added to it meanwhile`)
  }
  const close = async () => {
    await post(api, action, [numberOf(proposal), 'title'], { title: outOfDate(title) })
    await post(api, action, [numberOf(proposal), 'status'], { status: 'closed' })
  }
  await requireOpen()
  const failure = await catchFailure(close())
  if (failure === undefined) return
  // The Hub refuses to change what was merged since this run has looked.
  await requireOpen()
  throw failure
}

/**
 * A draft cannot be merged. It gets the title by which its squash is known, and is opened. Where an answer is lost it may be a draft
 * still, and the next run tries again; a title that is refused only costs requests.
 */
async function offer(api: Api, title: string, proposal: Proposal, head: string): Promise<void> {
  const change = (what: string, json: unknown) =>
    post(api, `open pull request ${proposal.name}`, [numberOf(proposal), what], json)
  const rename = async () => {
    const digest = await digestProposal(api, proposal, head)
    if (digest !== null) await change('title', { title: `${title} (${digest})` })
  }
  if ((await catchFailure(rename())) instanceof RemoteError) return
  await catchRemoteError(change('status', { status: 'open' }), null)
}

/** Null where it is not the mirror's alone any more. */
async function digestProposal(api: Api, proposal: Proposal, head: string): Promise<string | null> {
  const { commits, isOnHead } = await readCommits(api, proposal, head)
  const told = commits.map(({ parents, message }) => ({ parent: parents[0], ...parseTrailers(message) }))
  const { mirroredFrom, mirroredSet } = told[0] ?? {}
  if (!mirroredFrom || !isOnHead || !told.every(({ parent, mirroredOnto }) => mirroredOnto?.parent === parent))
    return null
  return digestSquash(
    mirroredFrom.oid,
    mirroredSet ?? null,
    head,
    commits.map(({ oid }) => oid),
  )
}

async function propose(
  { api, title, prepare }: { readonly api: Api; readonly title: string; readonly prepare: Prepare },
  commits: readonly NewCommit[],
  head: string,
  { words, open }: ProposalDraft,
): Promise<Proposal> {
  if (api.branch !== 'main')
    throw new RefusedError(
      `Cannot propose to ${api.where}: on the Hub pull requests are opened for the branch main alone`,
    )
  const isEmpty = (one: Proposal | null | undefined) => one?.state === 'open' && one.head === head
  if (open && !isEmpty(open)) await withdraw(api, title, open)
  if (!isEmpty(open)) {
    const request = { title, description: words.body, pullRequest: true }
    await catchRemoteError(post(api, 'open a pull request', [], request), null)
  }
  const made = isEmpty(open) ? open : (await listPulls(api, title)).find(isEmpty)
  if (!made) throw new RemoteError(`Cannot open a pull request of ${api.where}: it cannot be seen; run again later`)
  const own = { ...api, branch: refOf(numberOf(made)) }
  const proposed = await prepare(own, commits, head).publish()
  const filled = { ...made, head: proposed }
  await offer(api, title, filled, head)
  return filled
}
