/** The questions to GitHub before a first run, none of which changes anything. */
import { catchFailure, isSuccess } from '../http/answer.ts'
import type { NewVisibility } from '../model/visibility.ts'
import type { About } from './about.ts'
import { ask, querying, type Answer, type Api } from './api.ts'
import { askBranch, askRules } from './rules.ts'

/** An answer of any status; an error where none came; null where nothing was asked. */
export type Told = Answer | Error | null

/** What GitHub was asked. `upload`: why its store would take no object; null where it would, or where nobody asked. */
export interface Questions {
  readonly user: Told
  readonly repository: Told
  readonly branch: Told
  readonly rules: Told
  readonly actions: Told
  readonly limits: Told
  readonly upload: Error | null
}

/** Where people change what is wrong: addresses without a slash at their end. `usesStore`: whether its LFS store is
 * used. `creates`: how a run makes the repository if it is missing. */
export interface Place {
  readonly serverUrl: string
  readonly webUrl: string
  readonly usesStore: () => boolean
  /** Whether pull requests are opened instead of pushes. */
  readonly proposes: boolean
  readonly creates: NewVisibility | null
}

/** The answer where it is a success. */
export const succeeded = (told: Told): Answer | null =>
  told !== null && !(told instanceof Error) && isSuccess(told) ? told : null

/** The status of an answer; null where none came. */
export const statusOf = (told: Told) => (told === null || told instanceof Error ? null : told.status)

/** Asks what does not depend on other answers. `checkUpload` asks the LFS store where an object would be uploaded. */
export async function askAll(api: Api, about: About, checkUpload: () => Promise<void>): Promise<Questions> {
  const hasToken = api.token !== null
  const [user, repository, branch, rules, actions, limits, upload] = await Promise.all([
    hasToken ? catchFailure(ask(api, 'GET /user', {}, querying)) : null,
    catchFailure(about()),
    catchFailure(askBranch(api)),
    catchFailure(askRules(api)),
    hasToken ? catchFailure(ask(api, 'GET /repos/{owner}/{repo}/actions/permissions', {}, querying)) : null,
    catchFailure(ask(api, 'GET /rate_limit', {}, querying)),
    hasToken ? catchFailure(checkUpload()) : null,
  ])
  return { user, repository, branch, rules, actions, limits, upload: upload ?? null }
}
