/** What GitHub says of a repository: who can see it, and what the token may do. One request tells both. */
import { isSuccess, isUnclear } from '../http/answer.ts'
import { fields } from '../http/json.ts'
import { saysRateLimit } from '../http/rate-limit.ts'
import type { Visibility } from '../model/visibility.ts'
import { ask, type Answer, type Api } from './api.ts'

export type About = () => Promise<Answer>

/** A function that asks once, and again only after a failure. */
export function createAbout(api: Api): About {
  let asked: Promise<Answer> | null = null
  return async () => {
    asked ??= ask(api, 'GET /repos/{owner}/{repo}', {})
    try {
      const answer = await asked
      if (!isSuccess(answer)) asked = null
      return answer
    } catch (error) {
      asked = null
      throw error
    }
  }
}

/** What the default branch is called; null where GitHub does not tell. Costs no request where a query has told it. */
export async function readDefaultBranch(api: Api, about: About): Promise<string | null> {
  if (api.memory.defaultBranch !== null) return api.memory.defaultBranch
  const answer = await about()
  if (!isSuccess(answer)) {
    const { createFailure } = await import('./failure.ts')
    throw createFailure(api, `read ${api.where}`, answer, 'read')
  }
  return parseDefaultBranch(answer)
}

/** The name that an answer about the repository holds; null where it holds none. */
export function parseDefaultBranch({ data }: Answer): string | null {
  const name = fields(data)['default_branch']
  return typeof name === 'string' && name !== '' ? name : null
}

/** Who can see the repository; `unknown` where GitHub refuses to say. Throws where the request fails. */
export async function readVisibility(api: Api, about: About): Promise<Visibility> {
  const answer = await about()
  if (isSuccess(answer)) return parseVisibility(answer.data)
  const { createFailure, parseText } = await import('./failure.ts')
  const { status, headers, data } = answer
  if (isUnclear(answer) || saysRateLimit(status, headers, parseText(data)))
    throw createFailure(api, `ask who can see ${api.where}`, answer, 'read')
  return 'unknown'
}

/** `private` is true for an internal repository too. Where the two fields contradict one another, the answer is `unknown`. */
export function parseVisibility(about: unknown): Visibility {
  const { private: isPrivate, visibility } = fields(about)
  if (visibility === 'internal') return 'internal'
  const told = new Set([
    ...(typeof isPrivate === 'boolean' ? [isPrivate ? 'private' : 'public'] : []),
    ...(visibility === undefined ? [] : [visibility]),
  ])
  const [only] = told
  return told.size === 1 && (only === 'public' || only === 'private') ? only : 'unknown'
}
