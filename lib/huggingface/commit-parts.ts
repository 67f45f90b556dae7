/** A commit cut into parts that the Hub can take in one request: each becomes a commit of its own there. */
import { foldersAbove } from '../model/entry.ts'
import type { Edit, NewCommit } from '../model/remote.ts'
import { formatMessage } from '../model/trailers.ts'

/** How many edits one request may hold, and how many bytes of plain files. */
export interface Limits {
  readonly operations: number
  readonly plainByteLength: number
}

/** `description` is the message below the title. `trailer`: the line in it by which the commit is known again. */
export interface CommitPart {
  readonly title: string
  readonly description: string
  readonly trailer: string | null
  readonly edits: readonly Edit[]
}

/** About what the Hub's Python client sends at once: it aims at up to 1,000 files and 100 MiB (`_upload_pipeline.py`). */
export const limitsDefault: Limits = { operations: 1_000, plainByteLength: 100_000_000 }

/** Commits that the Hub takes of a repository within an hour, whoever makes them: its 429 says so. */
export const commitsPerHour = 128
/** A commit that would have more parts than this gets larger ones, since each counts as a commit of the hour. */
const partsMax = 100
/**
 * The Hub gives up on an answer after 60 s (its docs, "Storage limits"), and took two minutes for 20,000 operations
 * (pull request 7605 of huggingface/datasets).
 */
const operationsMax = 5_000

/** The parts of a commit. Only the last one says which commit it mirrors. A commit without edits has none. */
export function splitCommit({ title, body, mirrors, part, marks, edits }: NewCommit, limits: Limits): CommitPart[] {
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
 * The edits in the order of the parts: rules come before the files that are stored by them, and deletions that make room
 * for a file or a folder of the same name before both. Other deletions come last, so that no part has lost what a later one
 * brings back under another name.
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

/** How many parts a commit has, given the plain bytes of each of its edits (0 for objects and deletions). */
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
