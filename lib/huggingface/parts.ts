/** A commit cut into the requests that the Hub can take: each is a commit of its own there. */
import { foldersAbove } from '../entry.ts'
import type { Edit, NewCommit } from '../remote.ts'
import { formatMessage } from '../trailers.ts'

export interface Limits { readonly operations: number, readonly plainByteLength: number }

/** `description` is the message below the title, its `trailer` line included: by that a commit is known again. */
export interface Part { readonly title: string, readonly description: string, readonly trailer: string | null, readonly edits: readonly Edit[] }

export const limitsDefault: Limits = { operations: 1_000, plainByteLength: 100_000_000 }

/** Only the last part says which commit it mirrors. A commit without edits has no parts. */
export function splitCommit({ title, body, mirrors, part, edits }: NewCommit, limits: Limits): Part[] {
  const groups = groupEdits(orderEdits(edits), limits)
  return groups.map((group, index) => {
    const last = index === groups.length - 1
    const heading = last ? title : `${title} (part ${index + 1} of ${groups.length})`
    const [key, value]: [string, string | null] = last ? ['Mirrored-From', mirrors] : ['Mirrored-Part', part]
    const [summary = '', ...rest] = formatMessage(heading, body, value === null ? [] : [[key, value]]).split('\n')
    return { title: summary, description: rest.join('\n').trim(), trailer: value === null ? null : `${key}: ${value}`, edits: group }
  })
}

/**
 * Rules for attributes come before what is stored by them; what has to make way for a file or a directory of its name before that;
 * other deletions last, so that no state in between has lost what another part brings back under a new name.
 */
function orderEdits(edits: readonly Edit[]): Edit[] {
  const written = new Set(edits.flatMap(({ path, file }) => file ? [path] : []))
  const needed = new Set([...written].flatMap(foldersAbove))
  const rank = ({ path, file }: Edit) => {
    if (path === '.gitattributes') return 0
    if (!file) return needed.has(path) || foldersAbove(path).some((folder) => written.has(folder)) ? 1 : 4
    return path.endsWith('/.gitattributes') ? 2 : 3
  }
  return edits.toSorted((a, b) => rank(a) - rank(b))
}

function groupEdits(edits: readonly Edit[], { operations, plainByteLength }: Limits): Edit[][] {
  const groups: Edit[][] = []
  let byteLength = 0
  for (const edit of edits) {
    const added = edit.file?.store === 'plain' ? edit.file.byteLength : 0
    const group = groups.at(-1)
    if (group && group.length < operations && byteLength + added <= plainByteLength) {
      group.push(edit)
      byteLength += added
    } else {
      groups.push([edit])
      byteLength = added
    }
  }
  return groups
}
