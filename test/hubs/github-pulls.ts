/**
 * `pulls` as github.com has them, and what their buttons do. An open one follows its branch; it is closed where that is deleted,
 * and merged where its target comes to contain it (docs.github.com, "About pull request merges").
 */
import type { FileEntry, Person } from './git.ts'
import { json, notFound, Refusal } from './github-answer.ts'
import type { Answer } from './github-answer.ts'
import { readJson, requireString, type Call } from './github-call.ts'
import { repositoryUrl } from './github-commits.ts'
import { diffTrees } from './github-diff.ts'
import { mergeBase } from './github-history.ts'
import type { GithubRepository, Pull } from './github-repository.ts'

const contains = ({ store }: GithubRepository, head: string, oid: string) => store.readAncestors(head).has(oid)

/** The commits of a pull request that its target does not have, oldest first. */
function readOwn(repository: GithubRepository, { head, target }: Pull): string[] {
  const base = repository.head(target)
  const had = base === null ? new Set() : repository.store.readAncestors(base)
  return repository.store
    .readLog(head)
    .filter((oid) => !had.has(oid))
    .toReversed()
}

/** All of them, as they are by now. */
export function readPulls(repository: GithubRepository): Pull[] {
  for (const pull of repository.pulls.filter(({ state }) => state === 'open')) {
    const head = repository.head(pull.branch)
    const base = repository.head(pull.target)
    if (head === null) pull.state = 'closed'
    else {
      pull.head = head
      if (base !== null && contains(repository, base, head)) Object.assign(pull, { state: 'closed', merged: base })
    }
  }
  return repository.pulls
}

function pullJson(call: Call, { number, title, body, state, merged, head, branch, target }: Pull) {
  const [owner] = call.repository.name.split('/')
  const end = (ref: string, sha: string | null) => ({
    label: `${owner}:${ref}`,
    ref,
    sha,
    repo: { id: call.repository.id, full_name: call.repository.name },
  })
  return {
    url: `${repositoryUrl(call)}/pulls/${number}`,
    number,
    html_url: `${call.server.web}/${call.repository.name}/pull/${number}`,
    state,
    title,
    body,
    merged_at: merged === null ? null : '2026-11-01T00:00:00Z',
    // Of an open one this is the commit of a test merge, which is on no branch.
    merge_commit_sha: merged ?? 'e'.repeat(40),
    head: end(branch, head),
    base: end(target, call.repository.head(target)),
  }
}

export function listPulls(call: Call): Answer {
  const { searchParams: wanted } = call.url
  const [owner] = call.repository.name.split('/')
  const head = wanted.get('head')
  const isSeen = (pull: Pull) => pull.unseen === 0 || (pull.unseen--, false)
  const found = readPulls(call.repository)
    .filter(({ state }) => wanted.get('state') === 'all' || state === (wanted.get('state') ?? 'open'))
    .filter(({ branch }) => head === null || head === `${owner}:${branch}`)
    .filter(isSeen)
    .toReversed()
  return json(found.slice(0, Number(wanted.get('per_page') ?? 30)).map((pull) => pullJson(call, pull)))
}

export async function openPull(call: Call): Promise<Answer> {
  const { repository, server } = call
  const body = await readJson(call.request)
  const [title, branch, target] = ['title', 'head', 'base'].map((name) => requireString(body, name)) as [
    string,
    string,
    string,
  ]
  if (!server.switches.opensPulls)
    throw new Refusal(403, 'GitHub Actions is not permitted to create or approve pull requests.')
  const [head, base] = [repository.head(branch), repository.head(target)]
  const fail = (message: string) =>
    new Refusal(422, 'Validation Failed', { errors: [{ resource: 'PullRequest', code: 'custom', message }] })
  if (head === null || base === null) throw fail(`${head === null ? 'head' : 'base'} is invalid`)
  const [owner] = repository.name.split('/')
  if (readPulls(repository).some((one) => one.state === 'open' && one.branch === branch && one.target === target))
    throw fail(`A pull request already exists for ${owner}:${branch}.`)
  if (contains(repository, base, head)) throw fail(`No commits between ${target} and ${branch}`)
  const pull: Pull = {
    number: 11 + repository.pulls.length + 1,
    title,
    body: String(body['body'] ?? ''),
    state: 'open',
    merged: null,
    head,
    branch,
    target,
    unseen: server.switches.unseenPulls,
  }
  repository.pulls.push(pull)
  return json(pullJson(call, pull), 201)
}

export async function changePull(call: Call): Promise<Answer> {
  const pull = readPulls(call.repository).find(({ number }) => `${number}` === call.path)
  if (!pull) throw notFound()
  const { title, body, state } = await readJson(call.request)
  if (typeof title === 'string') pull.title = title
  if (typeof body === 'string') pull.body = body
  if (state === 'closed') pull.state = 'closed'
  return json(pullJson(call, pull))
}

/** What a merge of `from` into `into` holds: what changed since their merge base is taken path by path. */
function mergeTrees(repository: GithubRepository, base: string | null, from: string, into: string): string {
  const { store } = repository
  const rows = diffTrees(store, repository.tree(base), repository.tree(from), 'none')
  const [before, now] = [base, into].map((oid) => store.readFiles(repository.tree(oid))) as [
    Map<string, FileEntry>,
    Map<string, FileEntry>,
  ]
  for (const { path, after } of rows)
    if (![before.get(path)?.oid, after?.oid].includes(now.get(path)?.oid))
      throw new Error(`Both changed ${path}: this fake merges no lines`)
  return store.editFiles(
    repository.tree(into),
    rows.map(({ path, after }): [string, FileEntry | null] => [path, after]),
  )
}

const byGithub = (seconds: number): Person => ({
  name: 'GitHub',
  email: 'noreply@github.com',
  seconds,
  offset: '+0000',
})

/** The message that GitHub proposes for a squash. */
function formatSquash(repository: GithubRepository, { number, title }: Pull, oids: readonly string[]): string {
  const commits = oids.map((oid) => repository.store.readCommit(oid)).filter(({ parents }) => parents.length < 2)
  const people = [...new Set(commits.map(({ author }) => `Co-authored-by: ${author.name} <${author.email}>`))].join(
    '\n',
  )
  const [one, ...others] = commits
  if (one && others.length === 0) {
    const [subject = '', ...rest] = one.message.trimEnd().split('\n')
    return `${subject} (#${number})\n${rest.join('\n')}\n\n${people}`
  }
  const list = commits.map(({ message }) => `* ${message.trimEnd()}`).join('\n\n')
  return `${title} (#${number})\n\n${list}\n\n---------\n\n${people}`
}

/**
 * Presses a button. `tree`: what the reviewer makes of what would come of it; `message`: in the place of GitHub's own. Returns
 * the target's new head.
 */
export function mergePull(
  repository: GithubRepository,
  number: number,
  how: 'merge' | 'squash' | 'rebase',
  { tree: edit = (tree: string) => tree, message }: { tree?: (tree: string) => string; message?: string } = {},
): string {
  const pull = readPulls(repository).find((one) => one.number === number)
  const into = pull && repository.head(pull.target)
  if (!pull || !into || pull.state !== 'open') throw new Error(`Cannot merge #${number}`)
  const { store } = repository
  const own = readOwn(repository, pull)
  const now = Math.floor(repository.clock.now() / 1000)
  const merger: Person = { name: 'Rita', email: 'rita@example.org', seconds: now, offset: '+0000' }
  const base = mergeBase(repository, into, pull.head)
  let head = into
  if (how === 'rebase') {
    for (const oid of own) {
      const { parents, author, message: said } = store.readCommit(oid)
      if (parents.length > 1) continue
      const tree = edit(mergeTrees(repository, parents[0] ?? null, oid, head))
      head = store.writeCommit({ tree, parents: [head], author, committer: byGithub(now), message: said })
    }
  } else {
    const [owner] = repository.name.split('/')
    const said =
      how === 'squash'
        ? formatSquash(repository, pull, own)
        : `Merge pull request #${number} from ${owner}/${pull.branch}\n\n${pull.title}`
    head = store.writeCommit({
      tree: edit(mergeTrees(repository, base, pull.head, into)),
      parents: how === 'squash' ? [into] : [into, pull.head],
      author: merger,
      committer: byGithub(now),
      message: message ?? said,
    })
  }
  Object.assign(pull, { state: 'closed', merged: head })
  repository.moveRef(`refs/heads/${pull.target}`, head)
  return head
}
