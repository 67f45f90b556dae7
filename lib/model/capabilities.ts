/**
 * What a service can do, as far as the core has to know. The core asks for capabilities and never for a service by its
 * name, so that a third one can be mirrored without a change in the core.
 */
import { mapSides, sides, type Side, type Sides } from './sides.ts'

export interface Capabilities {
  /** A commit may have several parents, and the service tells all of them; else its history counts as a line. */
  readonly merges: boolean
  /** Commits are made unseen, and the branch shows all of them at once; else each is seen as soon as it is made. */
  readonly atomic: boolean
  /** It stores more than the content of regular files: executable bits, symlinks, submodules. */
  readonly modes: boolean
  /** It stores a `.gitattributes` file as it was sent; else it may add rules of its own. */
  readonly rules: boolean
  /** A commit has the author that it is given. */
  readonly authors: boolean
  /** A message there can close issues (`Fixes #12`). */
  readonly closesIssues: boolean
  /** Names of the files that the service itself may put into a new repository, by a first commit of its own. */
  readonly beginsWith: ReadonlySet<string>
  /** One request tells how many files a commit holds; else it takes one for every page of them. */
  readonly countsFiles: boolean
  /** Of an object that it gets it can take what it has not yet in any other one, and nothing else. */
  readonly newOnly: boolean
  /** How many objects one request to its LFS server asks for. */
  readonly objectsMax: number
}

/**
 * The parts that the two sides play. The history of the `first` side orders the sync points, and where both sides moved
 * it gets a merge commit. It is written first, so that a failure there leaves both sides as they were.
 */
export interface Roles {
  readonly first: Side
  readonly second: Side
}

/** What messages call each side. */
export function servicesOf(remotes: Sides<{ readonly service: string }>): Sides<string> {
  return mapSides((side) => remotes[side].service)
}

type Able = Sides<{ readonly capabilities: Pick<Capabilities, 'merges' | 'atomic'> }>

/** The first remote is the one that tells ancestry; if that does not decide, the one that is `atomic`; else `github`. */
export function rolesOf(remotes: Able): Roles {
  const rank = (side: Side) => {
    const { merges, atomic } = remotes[side].capabilities
    return 2 * Number(merges) + Number(atomic)
  }
  const [one, other] = sides
  return rank(other) > rank(one) ? { first: other, second: one } : { first: one, second: other }
}
