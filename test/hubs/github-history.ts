/** Commits as people read them: listings, single ones with their files, comparisons, branches. */
import { json, notFound, paginate, Refusal } from './github-answer.ts'
import type { Answer } from './github-answer.ts'
import type { Call } from './github-call.ts'
import { commitJson, repositoryUrl, webUrl } from './github-commits.ts'
import { countChanges, diffTrees } from './github-diff.ts'
import type { FileRow } from './github-diff.ts'
import type { GithubRepository } from './github-repository.ts'
import { protections } from './github-switches.ts'

const filesPerPage = 300

function fileStatus({ before, after, previousPath }: FileRow): string {
  if (previousPath !== null) return 'renamed'
  if (!before) return 'added'
  if (!after) return 'removed'
  // The mode's first digits are its kind: a file that becomes a symlink is more than modified.
  return before.mode.slice(0, 3) === after.mode.slice(0, 3) ? 'modified' : 'changed'
}

function fileJson(call: Call, commit: string, row: FileRow): Record<string, unknown> {
  const { additions, deletions } = countChanges(call.repository.store, row)
  const path = row.path.split('/').map(encodeURIComponent).join('/')
  return {
    sha: (row.after ?? row.before)!.oid,
    filename: row.path,
    status: fileStatus(row),
    additions,
    deletions,
    changes: additions + deletions,
    blob_url: `${webUrl(call)}/blob/${commit}/${path}`,
    raw_url: `${webUrl(call)}/raw/${commit}/${path}`,
    contents_url: `${repositoryUrl(call)}/contents/${path}?ref=${commit}`,
    ...(row.previousPath !== null && { previous_filename: row.previousPath }),
  }
}

// One commit, many commits

/** As git simplifies a history: a merge that holds there what one of its parents holds is not listed. */
function touches(repository: GithubRepository, commit: string, path: string): boolean {
  const { parents } = repository.store.readCommit(commit)
  return (parents.length === 0 ? [null] : parents).every((parent) => {
    const rows = diffTrees(repository.store, repository.tree(parent), repository.tree(commit), 'none')
    return rows.some((row) => row.path === path || row.path.startsWith(`${path}/`))
  })
}

export function listCommits(call: Call): Answer {
  const { repository, url } = call
  const { fullNames } = repository.switches
  const revision = url.searchParams.get('sha') || `refs/heads/${repository.defaultBranch}`
  if (fullNames !== true && url.searchParams.has('sha') && revision.startsWith('refs/'))
    throw new Refusal(fullNames, fullNames === 404 ? 'Not Found' : 'No commit found for SHA')
  const head = repository.readCommitId(revision)
  if (head === null) throw notFound()
  // "Due to limitations of Git, timestamps must be between 1970-01-01 and 2099-12-31 (inclusive)."
  const bound = (name: string, fallback: number) => {
    const ms = url.searchParams.has(name) ? Date.parse(url.searchParams.get(name)!) : fallback * 1000
    if (url.searchParams.has(name) && !(ms >= 0 && ms < Date.UTC(2100, 0))) throw new Refusal(422, `${name} is no date`)
    return ms / 1000
  }
  const [since, until] = [bound('since', 0), bound('until', Infinity)]
  const path = url.searchParams.get('path')?.replace(/\/$/, '')
  const commits = repository.store.readLog(head).filter((commit) => {
    const { seconds } = repository.store.readCommit(commit).committer
    return seconds >= since && seconds <= until && (!path || touches(repository, commit, path))
  })
  const { items, headers } = paginate(url, `${repositoryUrl(call)}/commits`, commits)
  return json(
    items.map((oid) => commitJson(call, oid)),
    200,
    headers,
  )
}

/** `Accept: application/vnd.github.sha` asks for the id alone. */
export function readCommit(call: Call): Answer {
  const { repository, path, request, url, server } = call
  const oid = repository.readCommitId(path)
  if (oid === null) throw new Refusal(422, `No commit found for SHA: ${path}`)
  if (/^application\/vnd\.github(\.v3)?\.sha$/.test(request.headers.get('accept') ?? '')) return json(oid)
  const parent = repository.store.readCommit(oid).parents[0] ?? null
  const rows = diffTrees(
    repository.store,
    repository.tree(parent),
    repository.tree(oid),
    server.switches.compareRenames,
  )
  const files = rows.map((row) => fileJson(call, oid, row))
  const sum = (key: string) => files.reduce((total, file) => total + Number(file[key]), 0)
  const { items, headers } = paginate(url, `${repositoryUrl(call)}/commits/${path}`, files, filesPerPage)
  const stats = { total: sum('changes'), additions: sum('additions'), deletions: sum('deletions') }
  return json({ ...commitJson(call, oid), stats, files: items }, 200, headers)
}

export function readBranch(call: Call): Answer {
  const { repository, path, server } = call
  const oid = repository.readRef(`refs/heads/${path}`, 'stale')
  if (oid === null) throw new Refusal(404, 'Branch not found')
  return json({
    name: path,
    commit: commitJson(call, oid),
    _links: { self: `${repositoryUrl(call)}/branches/${path}`, html: `${webUrl(call)}/tree/${path}` },
    protected: isClassic(server.switches.protectedBranches.get(path)),
    protection_url: `${repositoryUrl(call)}/branches/${path}/protection`,
  })
}

const isClassic = (message: string | undefined) => message !== undefined && message !== protections.rules

/** The rules of rule sets; those of classic protection are told to administrators alone. */
export function readBranchRules({ path, server }: Call): Answer {
  const ruled = server.switches.protectedBranches.get(path) === protections.rules
  return json(
    ruled
      ? ['deletion', 'update'].map((type) => ({
          type,
          ruleset_source_type: 'Repository',
          ruleset_source: server.repository.name,
          ruleset_id: 1,
        }))
      : [],
  )
}

/** One rule set. `current_user_can_bypass` is told where the repository is asked for it. */
export function readRuleset({ path, server }: Call): Answer {
  if (path !== '1') throw notFound()
  const { bypass } = server.switches
  return json({
    id: 1,
    name: 'main',
    source_type: 'Repository',
    source: server.repository.name,
    enforcement: 'active',
    ...(bypass !== null && { current_user_can_bypass: bypass }),
  })
}

// Two commits

/** The newest commit that both reach and that no other such commit reaches. */
export function mergeBase({ store }: GithubRepository, a: string, b: string): string | null {
  const reached = store.readAncestors(a)
  return store.readLog(b).find((commit) => reached.has(commit)) ?? null
}

/** `base...head`; the files are those of `merge base..head`, on the first page alone. */
export function compare(call: Call): Answer {
  const { repository, server, url, path } = call
  const { switches } = server
  if (switches.compareStatus !== null)
    throw new Refusal(switches.compareStatus, switches.compareStatus === 404 ? 'Not Found' : 'Server Error')
  const parts = path.split('...')
  const [base, head] = parts.map((part) => repository.readCommitId(part.replace(/^[^/:]+:/, '')))
  if (parts.length !== 2 || !base || !head) throw notFound()
  const common = mergeBase(repository, base, head)
  if (common === null) throw new Refusal(404, `No common ancestor between ${parts[0]} and ${parts[1]}.`)
  const [reachedByBase, reachedByHead] = [repository.store.readAncestors(base), repository.store.readAncestors(head)]
  const ahead = repository.store
    .readLog(head)
    .filter((commit) => !reachedByBase.has(commit))
    .toReversed()
  const behind = [...reachedByBase].filter((commit) => !reachedByHead.has(commit)).length
  const isPaged = url.searchParams.has('page') || url.searchParams.has('per_page')
  const { items, page, headers } = paginate(url, `${repositoryUrl(call)}/compare/${path}`, ahead, isPaged ? 30 : 250)
  const rows =
    page > 1
      ? []
      : diffTrees(repository.store, repository.tree(common), repository.tree(head), switches.compareRenames).filter(
          ({ path: changed }) => !switches.compareOmits.has(changed),
        )
  return json(
    {
      url: `${repositoryUrl(call)}/compare/${path}`,
      html_url: `${webUrl(call)}/compare/${path}`,
      base_commit: commitJson(call, base),
      merge_base_commit: commitJson(call, common),
      status: base === head ? 'identical' : ahead.length === 0 ? 'behind' : behind === 0 ? 'ahead' : 'diverged',
      ahead_by: ahead.length,
      behind_by: behind,
      total_commits: ahead.length,
      commits: items.map((oid) => commitJson(call, oid)),
      ...(page === 1 && { files: rows.slice(0, switches.compareFilesMax).map((row) => fileJson(call, head, row)) }),
    },
    200,
    headers,
  )
}
