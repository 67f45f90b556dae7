/** The commits of a branch, and the branches. The Hub lists commits one after the other, without parents and trees. */
import { isSuccess } from '../http/answer.ts'
import { parseList } from '../http/json.ts'
import { RemoteError } from '../model/errors.ts'
import type { Author, Commit, History } from '../model/remote.ts'
import { apiUrl, parseNextPage } from './address.ts'
import { ask, parseAnswer, type Answer, type Api } from './api.ts'
import { parseCommitRow, parseRefs, type CommitRow, type Refs } from './schema.ts'

const pageSize = 100
/** The default branch of every repository on the Hub. */
const defaultBranch = 'main'

/**
 * The history of the branch (`from` null), of the default branch (`HEAD`), or of the commit `from`. A branch is asked for by
 * its full name: a tag may have the same short name, and the answer would not say which of the two it is about.
 */
export async function readHistory(api: Api, from: string | null): Promise<History> {
  const branch = from === null ? api.branch : from === 'HEAD' ? defaultBranch : null
  const answer = await askCommits(api, branch === null ? from! : `refs/heads/${branch}`, 0)
  if (branch !== null && !isSuccess(answer) && (await isMissing(answer))) {
    // The branch is not there, or this Hub does not know full names.
    const { branches, tags } = await readRefs(api)
    const head = branches.get(branch)
    return head === undefined
      ? {
          state: 'no branch',
          defaultBranch,
          readNames: () => Promise.resolve({ branches: [...branches.keys()], isTag: tags.has(branch) }),
        }
      : readHistory(api, head)
  }
  const page = await parsePage(api, answer)
  const [head] = page.rows
  if (head) return formatHistory(api, head.oid, 0, page)
  // Where there is a commit, an empty list is a mistake of the service, and must not count as an empty repository. So the
  // head is looked for, and its history is read.
  if (branch !== null) {
    const shown = (await readRefs(api)).branches.get(branch)
    return shown === undefined ? { state: 'empty' } : readHistory(api, shown)
  }
  throw new RemoteError(
    `Cannot read the history of ${api.where}: Hugging Face lists no commit, though there is commit ${from!.slice(0, 7)}; run again later`,
  )
}

async function isMissing(answer: Answer): Promise<boolean> {
  const { isRevisionMissing, parseRefusal } = await import('./failure.ts')
  return isRevisionMissing(parseRefusal(answer))
}

/** What tells of failures is loaded with the first one. */
async function loadFailure(api: Api, action: string, answer: Answer): Promise<Error> {
  const { createFailure } = await import('./failure.ts')
  return createFailure(api, action, answer, 'read')
}

/** A page of a listing. `more`: there are older commits. */
interface HistoryPage {
  readonly rows: CommitRow[]
  readonly more: boolean
}

/**
 * The history that a page begins. A commit's parent is the next row, so the last row is told with the next page. Pages are
 * asked for by the head's id, so that all are of one state of the branch.
 */
function formatHistory(api: Api, head: string, page: number, { rows, more }: HistoryPage): History {
  const shown = more ? rows.slice(0, -1) : rows
  const readMore = async () => {
    const next = await parsePage(api, await askCommits(api, head, page + 1))
    return formatHistory(api, head, page + 1, { rows: [...rows.slice(-1), ...next.rows], more: next.more })
  }
  return {
    state: 'branch',
    commits: shown.map((row, index) => formatCommit(row, rows[index + 1]?.oid ?? null)),
    readMore: more ? readMore : null,
  }
}

function askCommits(api: Api, revision: string, page: number): Promise<Answer> {
  const query = page === 0 ? `?limit=${pageSize}` : `?p=${page}&limit=${pageSize}`
  return ask(api, { what: 'the history', url: apiUrl(api, 'commits', revision) + query })
}

async function parsePage(api: Api, answer: Answer): Promise<HistoryPage> {
  if (!isSuccess(answer)) throw await loadFailure(api, `read the history of ${api.where}`, answer)
  const rows = parseAnswer(api, 'the history', answer, (value) => parseList(value, parseCommitRow))
  return {
    rows,
    more: rows.length > 0 && (rows.length >= pageSize || parseNextPage(answer.headers.get('link')) !== null),
  }
}

/** A commit and those before it, newest first, up to 100. */
export async function readRows(api: Api, head: string): Promise<CommitRow[]> {
  return (await parsePage(api, await askCommits(api, head, 0))).rows
}

function formatCommit(row: CommitRow, parent: string | null): Commit {
  const author = formatAuthor(row)
  return {
    oid: row.oid,
    tree: null,
    parents: parent === null ? [] : [parent],
    message: formatRowMessage(row),
    author,
    committerDate: author.date,
  }
}

/**
 * The message of a row, put together from title and rest. The rest should begin with the blank line below the title. Where
 * it does not, or holds the whole message, the title becomes a paragraph of its own, in which trailers do not count.
 */
export function formatRowMessage({ title, rest }: CommitRow): string {
  if (/^\r?\n\r?\n/.test(rest)) return title + rest
  const body = rest.replace(/^\r?\n/, '')
  if (body === '') return title
  // The rest is the whole message if it begins with the title; further down a body may repeat the title.
  const isWhole = rest === title || rest.startsWith(`${title}\n`) || rest.startsWith(`${title}\r\n`)
  return title === '' || isWhole ? body : `${title}\n\n${body}`
}

/** The author of a row. The Hub tells the name of a user or of an unknown author, and no email address. */
function formatAuthor({ users, date }: CommitRow): Author {
  // oxlint-disable-next-line no-control-regex -- git allows none of these in a name
  const name = (users[0] ?? '').replace(/[<>\x00-\x1f\x7f]/g, ' ').trim() || 'unknown'
  const local = name.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^-|-$/g, '') || 'unknown'
  return { name, email: `${local}@users.noreply.huggingface.co`, date: date.toISOString().replace(/\.\d+Z$/, 'Z') }
}

/** The heads of the branches, and the names of the tags. Of the Hub's answers this one is the freshest. */
async function readRefs(api: Api): Promise<Refs> {
  const query = api.branch.startsWith('refs/pr/') ? '?include_prs=1' : ''
  const answer = await ask(api, { what: 'the branches', url: apiUrl(api, 'refs') + query })
  if (!isSuccess(answer)) throw await loadFailure(api, `read the branches of ${api.where}`, answer)
  return parseAnswer(api, 'the branches', answer, parseRefs)
}

/** The head of each branch, by its name. */
export async function readBranches(api: Api): Promise<ReadonlyMap<string, string>> {
  return (await readRefs(api)).branches
}

/** The branch's head; `null` where there is no such branch. */
export async function readHead(api: Api): Promise<string | null> {
  return (await readBranches(api)).get(api.branch) ?? null
}
