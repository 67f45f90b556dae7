import type { Side } from './sides.ts'

/**
 * Where LFS objects are. `store`: the side whose store keeps those of both, to which the other's `.lfsconfig` leads; null: each
 * its own. `remembers`: the side that becomes it where `.lfsconfig` says so, as an earlier run wrote it; null where the user
 * has said where they are. A run finds that out when it has read the heads, before it asks any store.
 */
export interface LfsHome {
  store: Side | null
  readonly remembers: Side | null
}
