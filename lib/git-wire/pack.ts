/** What packs hold (gitformat-pack(5)), and what is taken of one that is read. */
import type { ObjectType } from '../model/git-object.ts'

/** An object: its type, and its bytes without git's header. */
export interface PackedObject {
  readonly type: ObjectType
  readonly body: Uint8Array
}

/** An object that was read. */
export interface Unpacked extends PackedObject {
  readonly body: Buffer
}

/** The types of objects that are no deltas, in the order of their numbers, of which the first is 1. */
export const objectTypes: readonly ObjectType[] = ['commit', 'tree', 'blob', 'tag']

/** What is done with a pack's objects, and how much of it is taken. All lengths are those of unpacked objects, in bytes. */
export interface PackReading {
  /** Longer objects are left out: they are unpacked and dropped as they come. */
  readonly byteLengthMax: number
  /**
   * The most that is kept for deltas: objects that were given already, of which the ones used longest ago go first, and
   * deltas that wait for a base after them. A delta whose base is gone is left out.
   */
  readonly keptBytesMax: number
  /** The most that all objects may have together, those that are left out included, with 100 bytes more for each. */
  readonly totalBytesMax: number
  /** Is called with each object that is complete. The body must not be changed, since deltas may refer to it. */
  readonly take: (oid: string, object: Unpacked) => void
}
