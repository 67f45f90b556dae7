/** What the Hub refuses, as errors that say what to do. */
import { isSuccess } from '../http/answer.ts'
import { fields, parseJson, parseList } from '../http/json.ts'
import { formatRetry } from '../http/rate-limit.ts'
import { DeniedError, MissingRepositoryError, RefusedError, RemoteError } from '../model/errors.ts'
import { formatMeantId } from '../model/near-names.ts'
import { quote } from '../model/quote.ts'
import type { Repository } from '../model/remote.ts'
import { formatRepository } from '../model/repository.ts'
import { apiUrl } from './address.ts'
import { ask, type Answer, type Api } from './api.ts'
import { askOwner, readOwner } from './owner.ts'

/** What a refusal says. `code` is its `X-Error-Code`, which few have. `text` is its sentence, to be quoted before it is shown. */
export interface Refusal {
  readonly status: number
  readonly code: string | null
  readonly text: string
}

/** What an answer says: in `error`, `errors` or `message` of its JSON, in a header, or as a plain text (`resolve` does so). */
export function parseRefusal({ status, headers, bytes }: Answer): Refusal {
  const body = bytes.toString('utf8')
  return {
    status,
    code: headers.get('x-error-code'),
    text: (parseErrorText(body) ?? headers.get('x-error-message') ?? plainText(body)).trim(),
  }
}

function parseErrorText(body: string): string | null {
  const { error, errors, message } = fields(parseJson(body))
  const found = [error ?? errors ?? message]
    .flat()
    .map((each) => (typeof each === 'string' ? each : fields(each)['message']))
  const sentences = found.filter((each): each is string => typeof each === 'string' && each !== '')
  return sentences.length > 0 ? sentences.join('; ') : null
}

/** A body that is no HTML page, such as proxies answer with; empty for a page. */
function plainText(body: string): string {
  return /^\s*</.test(body) ? '' : body
}

/** Whether a refusal says that there is no such branch or commit. */
export function isRevisionMissing({ status, code, text }: Refusal): boolean {
  return status === 404 && (code === 'RevisionNotFound' || /^Invalid rev id\b/.test(text))
}

/** The first part of a message: `Cannot …: Hugging Face answered 403 "…"`. */
export function formatFact(action: string, { status, text }: Refusal): string {
  return `Cannot ${action}: Hugging Face answered ${status}${text === '' ? '' : ` "${quote(text)}"`}`
}

/** Whether it says that there is no such repository; without a token the Hub asks for one in that case. */
export function isRepositoryMissing({ token }: Api, { status, code, text }: Refusal): boolean {
  return token === null
    ? status === 401
    : status === 404 && (code === 'RepoNotFound' || text === 'Repository not found')
}

/**
 * The error for an answer that is no success. `action` completes `Cannot …`; `needs` is what the token must be allowed to do.
 * May ask the Hub whose token it is, and for other repositories, to say what is wrong.
 */
export async function createFailure(api: Api, action: string, answer: Answer, needs: 'read' | 'write'): Promise<Error> {
  const refusal = parseRefusal(answer)
  const { status, code, text } = refusal
  const said = formatFact(action, refusal)
  if (isRevisionMissing(refusal) || code === 'EntryNotFound')
    return new RemoteError(`${said}; run again, it may not have reached every server yet`, status)
  if (needs === 'write' && status < 500 && status !== 429 && /storage (?:limit|quota|space)/i.test(text)) {
    return new RefusedError(
      `${said}; the storage that its owner has on Hugging Face is used up: delete what is not needed there, or raise the plan`,
    )
  }
  if (status === 401 || status === 403 || status === 404 || status === 451) {
    const message = `${said}; ${await readHint(api, refusal, needs)}`
    const isMissing = needs === 'read' && isRepositoryMissing(api, refusal)
    return isMissing ? new MissingRepositoryError(message, api.repository.side) : new DeniedError(message)
  }
  if (status === 429)
    return new RemoteError(
      `${said}; nothing of it was done, run again ${formatRetry(status, answer.headers, text, api.http.now())}`,
      status,
    )
  if (status === 408 || status === 409 || status >= 500 || needs === 'read')
    return new RemoteError(`${said}; run again later`, status)
  // The Hub's LFS server had said that it has the object, so it was not sent, and no request of git-lfs sends it all the
  // same (issue 3829 of huggingface/huggingface_hub).
  if (/pointer pointed to a file that does not exist/i.test(text)) {
    return new RefusedError(
      `${said}; its storage says that it has this object, and does not: commit the file with other bytes, ` +
        'or ask Hugging Face to restore it',
    )
  }
  return new RefusedError(said)
}

/** What people can do about a refusal: the token, the repository's name or its type may be wrong. */
async function readHint(api: Api, { status, code, text }: Refusal, needs: 'read' | 'write'): Promise<string> {
  if (status === 451 || /\byour (?:region|country)\b/i.test(text))
    return 'its owner does not let it be read from where this runs, whatever the token: run it in another region'
  if (/content access policy/i.test(text))
    return (
      "its owner's Content Access Policy stands against it: ask who manages it to allow " +
      `the account of ${api.tokenName}`
    )
  const wanted = `a token with ${needs} access to the repository`
  const token = api.token === null ? null : await readTokenText(api)
  if (token?.state === 'refused')
    return `${api.tokenName} is wrong or has expired: make another at Settings > Access Tokens on Hugging Face`
  if (code === 'GatedRepo' || /\bis (?:gated|restricted)\b/i.test(text))
    return (
      'the repository is gated: accept its conditions with ' +
      `${token ? `the account of ${token.text}` : 'an account, and set HF_TOKEN to a token of it'}`
    )
  if (status === 403 && token) return `${token.text} may not do this, ${wanted} is needed`
  const name = formatRepository(api.repository)
  const other = needs === 'read' ? await findOtherType(api) : null
  if (other)
    return `there is no "${quote(name)}", but a ${other.type} of that name: use --hf ${quote(formatRepository(other))}`
  const meant = needs === 'read' ? formatMeantId(name, await listOthers(api)) : ''
  if (token)
    return (
      `"${quote(name)}" does not exist (are its name and its type, ${api.repository.type}, right?), or ${token.text} ` +
      `may not see it: set HF_TOKEN to ${wanted}; if it is to be made, run with --create${meant}`
    )
  return needs === 'write'
    ? `HF_TOKEN is not set, and this needs ${wanted}`
    : `"${quote(name)}" does not exist (are its name and its type, ${api.repository.type}, right?), or it is private: ` +
        `HF_TOKEN is not set, and a private repository needs ${wanted}${meant}`
}

/** The owner's first 500 repositories of this type, as people write them; none where the Hub does not tell. */
async function listOthers(api: Api): Promise<string[]> {
  const { type, name } = api.repository
  const query = new URLSearchParams({ author: name.split('/')[0]!, limit: '500' })
  const url = `${api.endpoint}/api/${type}s?${query}`
  const answer = await ask(api, { what: 'other repositories', url, repeat: false }).catch(() => null)
  if (!answer || !isSuccess(answer)) return []
  const ids = parseList(parseJson(answer.bytes.toString('utf8')), (row) => fields(row)['id'])
  return (ids ?? []).flatMap((id) => (typeof id === 'string' ? [`${type}s/${id}`] : []))
}

/** A repository of the same name and another type, which people may have meant; `null` where none is seen. */
async function findOtherType(api: Api): Promise<Repository | null> {
  for (const type of ['model', 'dataset', 'space'] as const) {
    if (type === api.repository.type) continue
    const repository: Repository = { ...api.repository, type }
    const url = apiUrl({ ...api, repository }, 'refs')
    const answer = await ask(api, { what: 'the branches', url, repeat: false }).catch(() => null)
    if (answer && isSuccess(answer)) return repository
  }
  return null
}

/** Whose token it is, as far as the Hub tells; `refused` where it does not know the token. Throws nothing. */
async function readTokenText(
  api: Api,
): Promise<{ readonly state: 'known' | 'unknown' | 'refused'; readonly text: string }> {
  const answer = await askOwner(api, false).catch(() => null)
  const owner = answer && isSuccess(answer) ? readOwner(answer) : null
  if (owner === null) return { state: answer?.status === 401 ? 'refused' : 'unknown', text: api.tokenName }
  const role = owner.role === null ? '' : `, role ${quote(owner.role)}`
  return { state: 'known', text: `${api.tokenName} (of ${quote(owner.name)}${role})` }
}
