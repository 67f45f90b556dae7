/**
 * What a repository says of itself: one request, from which everything is read that a run may want to know before it
 * writes.
 */
import { isSuccess } from '../http/answer.ts'
import { fields } from '../http/json.ts'
import { saysRateLimit } from '../http/rate-limit.ts'
import type { Visibility } from '../model/remote.ts'
import { ask, type Answer, type Api } from './api.ts'
import { createFailure, parseText } from './failure.ts'

export type About = () => Promise<Answer>

/** Asks once; a failure is asked for again next time. */
export function createAbout(api: Api): About {
  let asked: Promise<Answer> | null = null
  return async () => {
    asked ??= ask(() => api.repeating.rest.repos.get(api.ownerAndRepo))
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

/** Who can see the repository, `unknown` where GitHub refuses to say. Throws where it fails. */
export async function readVisibility(api: Api, about: About): Promise<Visibility> {
  const answer = await about()
  if (isSuccess(answer)) return parseVisibility(answer.data)
  const { status, headers, data } = answer
  const mayPass = status === 408 || status >= 500 || saysRateLimit(status, headers, parseText(data))
  if (mayPass) throw createFailure(api, `ask who can see ${api.where}`, answer, 'read')
  return 'unknown'
}

/** An internal repository is called private too; where the two fields contradict one another nothing is certain. */
function parseVisibility(about: unknown): Visibility {
  const { private: isPrivate, visibility } = fields(about)
  if (visibility === 'internal') return 'internal'
  const told = new Set([
    ...(typeof isPrivate === 'boolean' ? [isPrivate ? 'private' : 'public'] : []),
    ...(visibility === undefined ? [] : [visibility]),
  ])
  const [only] = told
  return told.size === 1 && (only === 'public' || only === 'private') ? only : 'unknown'
}
