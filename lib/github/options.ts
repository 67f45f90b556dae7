/** What the remote of a branch on GitHub is made of. */
import type { Remote, Repository } from '../model/remote.ts'

/**
 * The addresses are `https://api.github.com`, `https://api.github.com/graphql` and `https://github.com`, or an Enterprise
 * Server's. With `token` null only public repositories can be read. `tokenName`: what messages call the token, where it is
 * not that of its own variable.
 */
export interface GithubOptions {
  readonly repository: Repository
  readonly branch: string
  readonly token: string | null
  readonly tokenName?: string | undefined
  readonly apiUrl: string
  readonly graphqlUrl: string
  readonly serverUrl: string
  /** Where LFS objects are stored by now, if not at GitHub. */
  readonly store?: FindStore
  /** Bytes of the largest LFS object of the other side's that becomes a plain file where no rule says more. */
  readonly plainMax?: number | undefined
  /** The other repository's name, where its changes are proposed to the branch; null where they are written. */
  readonly proposesFrom?: string | null
}

export type Store = Pick<
  Remote,
  'openObject' | 'readObject' | 'readRange' | 'locateObjects' | 'readMissing' | 'uploadObjects' | 'checkWrite'
>

/** How objects are stored, and what is proposed, which may differ between mirrors of one repository. */
export type Storing = Pick<GithubOptions, 'store' | 'plainMax' | 'proposesFrom'>

/** The store in the place of GitHub's own; null where that is used. */
export type FindStore = () => Store | null
