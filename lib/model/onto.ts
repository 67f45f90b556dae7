/**
 * What a Hub commit of the mirror's says of its own making: `Mirrored-Onto: <parent> <digest of its edits>`. Hugging
 * Face tells neither parents nor trees, so that a message which somebody copied looks like the mirror's own; but what
 * lies between the recorded parent and the commit can be asked, and is the recorded edits only where the commit holds
 * what the mirror wrote. Decision 0013. Pure.
 */
import { createHash } from 'node:crypto'
import { comparePaths } from './entry.ts'
import { isAttributes } from './view.ts'

/** `parent` is the empty tree for a commit without one; `edits` is 16 hex digits. */
export interface Onto {
  readonly parent: string
  readonly edits: string
}

const format = /^([0-9a-f]{40}) ([0-9a-f]{16})$/

export function formatOnto({ parent, edits }: Onto): string {
  return `${parent} ${edits}`
}

/** `null` when it is anything else. */
export function parseOnto(value: string): Onto | null {
  const [, parent, edits] = format.exec(value) ?? []
  return parent === undefined || edits === undefined ? null : { parent, edits }
}

/**
 * Of the git id that each path holds afterwards, null where it is deleted. Rules are left out: the Hub adds lines of
 * its own.
 */
export function digestEdits(ids: ReadonlyMap<string, string | null>): string {
  const lines = [...ids]
    .filter(([path]) => !isAttributes(path))
    .toSorted(([a], [b]) => comparePaths(a, b))
    .map(([path, oid]) => `${oid ?? 'deleted'} ${path}\0`)
  return createHash('sha256').update(lines.join('')).digest('hex').slice(0, 16)
}
