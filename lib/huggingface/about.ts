/** Who can see a repository. */
import { isSuccess, isUnclear } from '../http/answer.ts'
import { fields, parseJson } from '../http/json.ts'
import type { Visibility } from '../model/visibility.ts'
import { apiUrl } from './address.ts'
import { ask, type Answer, type Api } from './api.ts'
import { createFailure } from './failure.ts'

/** The fields to ask for. Without any, the answer would list every file. For a Space the Hub refuses to be asked for `gated`. */
const wanted = {
  dataset: ['private', 'gated'],
  model: ['private', 'gated'],
  space: ['private'],
  repository: ['private'],
} as const

/** Asks what `parseVisibility` reads. */
export function askAbout(api: Api): Promise<Answer> {
  const query = wanted[api.repository.type].map((field) => `expand[]=${field}`).join('&')
  return ask(api, { what: 'who can see it', url: `${apiUrl(api, '').replace(/\/$/, '')}?${query}` })
}

/** Who can see the repository; `unknown` where the Hub refuses to say. Throws where the request fails. */
export async function readVisibility(api: Api): Promise<Visibility> {
  const answer = await askAbout(api)
  if (isSuccess(answer)) return parseVisibility(answer.bytes.toString('utf8'))
  if (answer.status === 429 || isUnclear(answer))
    throw await createFailure(api, `ask who can see ${api.where}`, answer, 'read')
  return 'unknown'
}

/** In the answer `gated` is `false`, or the way in which people are let in: `"auto"` or `"manual"`. */
export function parseVisibility(body: string): Visibility {
  const { private: isPrivate, gated = false } = fields(parseJson(body))
  if (isPrivate === true) return 'private'
  if (isPrivate !== false) return 'unknown'
  return gated === false ? 'public' : 'gated'
}
