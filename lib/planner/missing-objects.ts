/** Which LFS objects have to be brought, and which are lost. */
import type { LfsObject } from '../model/entry.ts'
import { mapSides, otherSide, type Side, type Sides, sidesOf } from '../model/sides.ts'
import type { PlannedEdit } from '../plan/edits.ts'
import { listObjects } from './choose-stores.ts'
import type { Context } from './context.ts'

/**
 * The objects that have to be at a side first; and, by side, the paths whose object that side names and has lost. Bytes
 * come from the side whose file they are: most often the other one, but a file that the other side renamed goes under
 * its new name with what this side made of it.
 */
export async function readObjects(
  edits: readonly PlannedEdit[],
  to: Side,
  { contents }: Context,
): Promise<{ missing: LfsObject[]; lost: Sides<string[]> }> {
  const wanted = listObjects(edits)
  const named = mapSides(
    (side) =>
      new Map(
        wanted.flatMap(({ object, path, from }) => (from === side ? [[object.oid, { object, path }] as const] : [])),
      ),
  )
  const brought = new Map(
    wanted.flatMap(({ object, stays, from }) => (stays && from !== to ? [[object.oid, object] as const] : [])),
  )
  const own = [...named[to].values()].map(({ object }) => object).filter(({ oid }) => !brought.has(oid))
  const foreign = [...named[otherSide[to]].values()].map(({ object }) => object)
  const absent = await contents.readMissing(sidesOf(to, [...brought.values(), ...own], foreign))
  return {
    missing: absent[to].filter(({ oid }) => brought.has(oid)),
    lost: mapSides((side) =>
      absent[side].filter(({ oid }) => side !== to || !brought.has(oid)).map(({ oid }) => named[side].get(oid)!.path),
    ),
  }
}
