/** A commit cut into the requests that the Hub can take: each is a commit of its own there. */
import { foldersAbove } from '../model/entry.ts'
import type { Edit, NewCommit } from '../model/remote.ts'
import { formatMessage } from '../model/trailers.ts'

export interface Limits {
  readonly operations: number
  readonly plainByteLength: number
}

/** `description` is the message below the title, its `trailer` line included: by that a commit is known again. */
export interface Part {
  readonly title: string
  readonly description: string
  readonly trailer: string | null
  readonly edits: readonly Edit[]
}

export const limitsDefault: Limits = { operations: 1_000, plainByteLength: 100_000_000 }

/** Commits that the Hub takes of a repository within an hour, by whomever. */
export const commitsPerHour = 128
/** A commit that would need more parts than this has larger ones: each counts as a commit of the hour. */
const partsMax = 100
/** The Hub takes about 6 s for 1,000 operations, and gives up on an answer after 60 s. */
const operationsMax = 5_000

/** Only the last part says which commit it mirrors. A commit without edits has no parts. */
export function splitCommit({ title, body, mirrors, part, marks, edits }: NewCommit, limits: Limits): Part[] {
  const groups = groupEdits(orderEdits(edits), limits)
  return groups.map((group, index) => {
    const last = index === groups.length - 1
    const heading = last ? title : `${title} (part ${index + 1} of ${groups.length})`
    const [key, value]: [string, string | null] = last ? ['Mirrored-From', mirrors] : ['Mirrored-Part', part]
    const [summary = '', ...rest] = formatMessage(heading, body, value === null ? [] : [[key, value], ...marks]).split(
      '\n',
    )
    return {
      title: summary,
      description: rest.join('\n').trim(),
      trailer: value === null ? null : `${key}: ${value}`,
      edits: group,
    }
  })
}

/**
 * Rules for attributes come before what is stored by them; what has to make way for a file or a directory of its name
 * before that; other deletions last, so that no state in between has lost what another part brings back under a new
 * name.
 */
function orderEdits(edits: readonly Edit[]): Edit[] {
  const written = new Set(edits.flatMap(({ path, file }) => (file ? [path] : [])))
  const needed = new Set([...written].flatMap(foldersAbove))
  const rank = ({ path, file }: Edit) => {
    if (path === '.gitattributes') return 0
    if (!file) return needed.has(path) || foldersAbove(path).some((folder) => written.has(folder)) ? 1 : 4
    return path.endsWith('/.gitattributes') ? 2 : 3
  }
  return edits.toSorted((a, b) => rank(a) - rank(b))
}

function groupEdits(edits: readonly Edit[], limits: Limits): Edit[][] {
  const sizes = listGroups(
    edits.map(({ file }) => (file?.store === 'plain' ? file.byteLength : 0)),
    limits,
  )
  let at = 0
  return sizes.map((size) => edits.slice(at, (at += size)))
}

/** How many parts a commit has whose edits bring so many plain bytes each. */
export function countGroups(plainByteLengths: readonly number[], limits: Limits): number {
  return listGroups(plainByteLengths, limits).length
}

/** The number of edits of each part. */
function listGroups(plainByteLengths: readonly number[], limits: Limits): number[] {
  const operations = Math.max(limits.operations, Math.min(operationsMax, Math.ceil(plainByteLengths.length / partsMax)))
  const sizes: number[] = []
  let [size, byteLength] = [0, 0]
  for (const added of plainByteLengths) {
    if (size === operations || (size > 0 && byteLength + added > limits.plainByteLength)) {
      sizes.push(size)
      ;[size, byteLength] = [0, 0]
    }
    size += 1
    byteLength += added
  }
  return size === 0 ? sizes : [...sizes, size]
}
