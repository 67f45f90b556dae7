/** GitHub's routes and what each takes, by GitHub's own description. Types alone: nothing of it is loaded. */
import type { Endpoints } from '@octokit/types'

/** A method and the template of an address, as `GET /repos/{owner}/{repo}/git/ref/{ref}`. */
export type Route = keyof Endpoints

/** No parameters of a route: the repository, which is always the same, and what Octokit takes besides, any other name included. */
type Other<Name> = string extends Name
  ? Name
  : number extends Name
    ? Name
    : 'owner' | 'repo' | 'baseUrl' | 'headers' | 'mediaType' | 'request'

/** What a route takes besides the repository: in its template, its query or its body. */
export type ParametersOf<R extends Route> = {
  [Name in keyof Endpoints[R]['parameters'] as Exclude<Name, Other<Name>>]: Endpoints[R]['parameters'][Name]
}
