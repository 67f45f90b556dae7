/** The parts of a run that take time, and how much there is to do in each. Pure. */
import { nameContent } from '../model/content.ts'
import { sides, type Side } from '../model/sides.ts'
import type { UploadWatch } from '../model/upload.ts'
import { listSending, type Plan } from './plan.ts'

/**
 * - `compare`: what changed is read, and what each side is to get is decided.
 * - `send`: LFS objects are brought to where they are missing; `byteLength` of all of them.
 * - `write`: commits are made on one side; `files` are the plain ones whose bytes have to be read first.
 * - `prove`: both sides are compared once more.
 */
export type Phase =
  | { readonly name: 'compare' }
  | { readonly name: 'send'; readonly objects: number; readonly byteLength: number }
  | { readonly name: 'write'; readonly service: string; readonly files: number }
  | { readonly name: 'prove' }

/** Told how a run goes on, often: what is called must be quick and must not throw. */
export interface RunWatch extends Required<UploadWatch> {
  readonly begin: (phase: Phase) => void
  /** The phase that goes on is over. */
  readonly end: () => void
  /** The bytes of a plain file were read; its git id, or that of the object that it becomes. */
  readonly read: (oid: string) => void
  /** A branch has come to this commit of the run. */
  readonly committed: (side: Side, oid: string) => void
}

/** Objects on their way to either side; null where there are none. */
export function planSending(plan: Pick<Plan, 'objects' | 'commits'>): Extract<Phase, { readonly name: 'send' }> | null {
  let [objects, byteLength] = [0, 0]
  for (const side of sides)
    for (const length of listSending(plan, side).values()) {
      objects += 1
      byteLength += length
    }
  return objects === 0 ? null : { name: 'send', objects, byteLength }
}

/** The commits of one side. */
export function planWriting({ services, commits }: Pick<Plan, 'services' | 'commits'>, side: Side): Phase {
  const read = new Set<string | null>()
  for (const { edits } of commits[side])
    for (const { content, store } of edits)
      if (store === 'plain' && content && 'entry' in content) read.add(nameContent(content))
  return { name: 'write', service: services[side], files: read.size }
}
