/**
 * Who can read a repository. `internal`: the members of an enterprise on GitHub. `gated`: everybody sees its card and
 * the names of its files, and whoever is let in reads the files. `unknown`: the service did not tell.
 */
export type Visibility = 'public' | 'internal' | 'gated' | 'private' | 'unknown'

/** Who is to be able to read a repository that is made. */
export type NewVisibility = 'private' | 'public'

/** `visibility`: as the service tells afterwards. `isOurs`: it is certain that this request has made it. */
export interface MadeRepository {
  readonly visibility: Visibility
  readonly isOurs: boolean
}
