/**
 * What a service can do, as far as the core has to know it. The core asks for these and never which service it is, so
 * that another one is mirrored without a change there. Pure.
 */
import { mapSides, sides, type Side, type Sides } from './sides.ts'

export interface Capabilities {
  /** It tells all parents of a commit and takes commits of several; else its history is a line. */
  readonly merges: boolean
  /** Commits are prepared unseen and shown all at once when the branch moves; else each is seen when it is made. */
  readonly atomic: boolean
  /** It stores more than the content of regular files: executable bits, symlinks, submodules. */
  readonly modes: boolean
  /** A `.gitattributes` file is as it was sent; else it adds rules of its own. */
  readonly rules: boolean
  /** A commit has the author that it is given. */
  readonly authors: boolean
  /** Words of a message close issues there (`Fixes #12`). */
  readonly closesIssues: boolean
  /** Names of the files that the service itself may put into a new repository, by a first commit of its own. */
  readonly beginsWith: ReadonlySet<string>
  /** One request tells how many files a commit holds; else it takes one for every page of them. */
  readonly countsFiles: boolean
}

/**
 * What each side does in a mirror. `first`: sync points are ordered by its history, and where both sides moved it gets
 * the merge; it is written before the other one, so that what fails there leaves both as they were. `second` then gets
 * what it lacks.
 */
export interface Roles {
  readonly first: Side
  readonly second: Side
}

/** What `assignRoles` needs to know of a remote. */
type Able = Sides<{ readonly capabilities: Pick<Capabilities, 'merges' | 'atomic'> }>

export function rolesOf(remotes: Able): Roles {
  return assignRoles(mapSides((side) => remotes[side].capabilities))
}

/** What messages call each side. */
export function servicesOf(remotes: Sides<{ readonly service: string }>): Sides<string> {
  return mapSides((side) => remotes[side].service)
}

/** Of two sides that can do the same: as they are named. */
export const rolesInOrder: Roles = { first: sides[0]!, second: sides[1]! }

/**
 * The side that tells ancestry is the first; where both or neither does, the one that shows nothing before its branch
 * moves; where that says nothing either, the one that is named first.
 */
export function assignRoles(capabilities: Sides<Pick<Capabilities, 'merges' | 'atomic'>>): Roles {
  const rank = (side: Side) => 2 * Number(capabilities[side].merges) + Number(capabilities[side].atomic)
  const { first, second } = rolesInOrder
  return rank(second) > rank(first) ? { first: second, second: first } : rolesInOrder
}
