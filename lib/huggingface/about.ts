/** Who can see a repository. */
import { isSuccess } from '../http/answer.ts'
import { fields, parseJson } from '../http/json.ts'
import type { Visibility } from '../model/remote.ts'
import { apiUrl } from './address.ts'
import { ask, type Api } from './api.ts'
import { createFailure } from './failure.ts'

/** Fields to ask for: without any, the answer lists every file. A Space is never gated, and refuses to be asked for that. */
const wanted = {
  dataset: ['private', 'gated'],
  model: ['private', 'gated'],
  space: ['private'],
  repository: ['private'],
} as const

/** Who can see the repository, `unknown` where the Hub refuses to say. Throws where it fails. */
export async function readVisibility(api: Api): Promise<Visibility> {
  const query = wanted[api.repository.type].map((field) => `expand[]=${field}`).join('&')
  const what = 'who can see it'
  const answer = await ask(api, { what, url: `${apiUrl(api, '').replace(/\/$/, '')}?${query}`, repeat: true })
  if (isSuccess(answer)) return parseVisibility(answer.bytes.toString('utf8'))
  if (answer.status === 408 || answer.status === 429 || answer.status >= 500)
    throw await createFailure(api, `ask who can see ${api.where}`, answer, 'read')
  return 'unknown'
}

/** In the answer `gated` is `false`, or how people are let in: `"auto"` or `"manual"`. */
function parseVisibility(body: string): Visibility {
  const { private: isPrivate, gated = false } = fields(parseJson(body))
  if (isPrivate === true) return 'private'
  if (isPrivate !== false) return 'unknown'
  return gated === false ? 'public' : 'gated'
}
