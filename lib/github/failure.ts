/** What GitHub refuses, as errors that say what to do. */
import { fields } from '../http/json.ts'
import { formatRetry, saysRateLimit } from '../http/rate-limit.ts'
import { DeniedError, RefusedError, RemoteError } from '../model/errors.ts'
import { quote } from '../model/quote.ts'
import type { Answer, Api } from './api.ts'

const textLengthMax = 500

/** What an answer says: its message and its details, on one line, to be quoted before it is shown. Empty for HTML. */
export function parseText(data: unknown): string {
  if (typeof data === 'string') return /^\s*</.test(data) ? '' : shorten(data)
  const { message, errors } = fields(data)
  const details = [errors].flat().map((detail) => (typeof detail === 'string' ? detail : fields(detail)['message']))
  return shorten([message, ...details].filter((text) => typeof text === 'string').join(': '))
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim().replace(/\.$/, '')
  return line.length > textLengthMax ? `${line.slice(0, textLengthMax)}…` : line
}

/** The first part of a message: `Cannot …: GitHub answered 422 "…"`. `status` null: GraphQL says so. */
export function formatFact(action: string, status: number | null, text: string): string {
  const answered = status === null ? 'GitHub says' : `GitHub answered ${status}`
  return `Cannot ${action}: ${answered}${text === '' ? '' : ` "${quote(text)}"`}`
}

/** The error for an answer that is no success. `action` completes `Cannot …`; `needs`: what the token must be allowed to do. */
export function createFailure(api: Api, action: string, answer: Answer, needs: 'read' | 'write'): Error {
  const { status, headers, data } = answer
  const text = parseText(data)
  const fact = formatFact(action, status, text)
  if (saysRateLimit(status, headers, text))
    return new RemoteError(
      `${fact}; too much was asked of GitHub in a short time, run again ${formatRetry(status, headers, text, api.http.now())}`,
      status,
    )
  if (status === 401)
    return new DeniedError(
      `${fact}; ${api.token === null ? missingToken(needs) : `${api.tokenName} is wrong or has expired`}`,
    )
  const block = createBlock(api, fact, status, text)
  if (block) return block
  if (needs === 'write' && (status === 403 || status === 409 || status === 422)) {
    const refusal = createRefusal(action, status, text)
    if (refusal) return refusal
  }
  if (status === 403 || status === 404) return new DeniedError(`${fact}; ${formatHint(api, status, needs)}`)
  if (status === 422 && needs === 'write')
    return new RefusedError(
      /^Reference update failed$/i.test(text)
        ? `${fact}; a rule of the repository is against it: allow the mirror's user to bypass it`
        : fact,
    )
  return new RemoteError(`${fact}; run again later`, status)
}

function missingToken(needs: 'read' | 'write'): string {
  return needs === 'read'
    ? 'GITHUB_TOKEN is not set, and a private repository needs one'
    : `GITHUB_TOKEN is not set, and ${writeNeeds}`
}

const writeNeeds =
  'writing needs one with `permissions: contents: write` in a workflow, or a personal token that may write contents'

/** The error for a repository or account that is closed to us, whatever the token's rights; `null` for other refusals. */
export function createBlock({ tokenName }: Api, fact: string, status: number, text: string): Error | null {
  if (status !== 403 && status !== 451) return null
  if (/saml|single sign-on|\bsso\b/i.test(text))
    return new DeniedError(
      `${fact}; authorize ${tokenName} for the organization's single sign-on, in the settings of that token`,
    )
  if (/ip allow list/i.test(text))
    return new RefusedError(
      `${fact}; the organization takes requests from listed addresses alone: run it on a machine that is on the list`,
    )
  if (status === 451 || /access blocked|disabled|suspended|billing|dmca/i.test(text))
    return new RefusedError(
      `${fact}; GitHub has closed this repository or account, whatever the token: its owner has to ask GitHub`,
    )
  return null
}

function formatHint(api: Api, status: number, needs: 'read' | 'write'): string {
  if (api.token === null)
    return status === 404 ? `the repository does not exist, or is private: ${missingToken(needs)}` : missingToken(needs)
  const wanted =
    needs === 'read'
      ? 'it needs to read contents (in a workflow: `permissions: contents: read`)'
      : 'it needs `permissions: contents: write` in a workflow, or has to be a personal token that may write contents'
  return status === 404
    ? `the repository does not exist, or ${api.tokenName} may not ${needs === 'read' ? 'see' : 'write'} it: ${wanted}`
    : `${api.tokenName} may not do this: ${wanted}`
}

const protection =
  "the branch is protected: allow the mirror's user to bypass the rule, or propose with --pull-request github"

/** Words by which GitHub tells which rule refuses a write, and what to do about it. The first row that matches counts. */
const rules: readonly (readonly [words: RegExp, advice: string])[] = [
  [
    /workflow/i,
    "a workflow's own token never may change files in .github/workflows, a personal token needs the `workflow` " +
      'permission for it',
  ],
  [/secret/i, 'push protection found a secret in a file: take it out, or allow it on GitHub, then run again'],
  [/too large|over \d+ ?mb|exceeds/i, 'a file is too large for GitHub: track it with LFS in .gitattributes'],
  [/protected|rule violation|pull request|status check|approving review/i, protection],
  [/not authorized to push|verified signature|linear history|merge queue|locked/i, protection],
  [/archived/i, 'the repository is archived and cannot be written'],
]

/** The error for a rule that refuses a write; `null` where GitHub's words tell of no rule. */
export function createRefusal(action: string, status: number | null, text: string): RefusedError | null {
  const advice = rules.find(([words]) => words.test(text))?.[1]
  return advice === undefined ? null : new RefusedError(`${formatFact(action, status, text)}; ${advice}`)
}

/** Has files go by REST from here on, of which people are told. */
export function refusePushes({ http, memory }: Api): void {
  if (!memory.pushRefused) http.note('GitHub did not take files by a push: they go one by one, 500 in an hour at most')
  memory.pushRefused = true
}
