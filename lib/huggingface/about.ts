/** What a repository says of itself. */
import { fields, parseJson } from '../http/json.ts'
import type { Visibility } from '../model/remote.ts'
import { apiUrl } from './address.ts'
import { ask, isSuccess, type Api } from './api.ts'
import { createFailure } from './failure.ts'

/** Without `expand[]` the answer lists every file. A Space is never gated, and the Hub refuses to be asked for that. */
const wanted = {
  dataset: ['private', 'gated'],
  model: ['private', 'gated'],
  space: ['private'],
  repository: ['private'],
} as const

export async function readVisibility(api: Api): Promise<Visibility> {
  const query = wanted[api.repository.type].map((field) => `expand[]=${field}`).join('&')
  const what = 'who can see it'
  const answer = await ask(api, { what, url: `${apiUrl(api, '').replace(/\/$/, '')}?${query}`, repeat: true })
  if (isSuccess(answer)) return parseVisibility(answer.bytes.toString('utf8'))
  if (answer.status === 408 || answer.status === 429 || answer.status >= 500)
    throw await createFailure(api, `ask who can see ${api.where}`, answer, 'read')
  return 'unknown'
}

/** `gated` is `false`, or says who lets people in: `"auto"` or `"manual"`. */
function parseVisibility(body: string): Visibility {
  const { private: isPrivate, gated = false } = fields(parseJson(body))
  if (isPrivate === true) return 'private'
  if (isPrivate !== false) return 'unknown'
  return gated === false ? 'public' : 'gated'
}
