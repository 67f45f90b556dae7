/** Cuts a commit into parts that the Hub takes in one request each. Each part becomes a commit of its own there. */
import { contentByteLength } from '../model/content.ts'
import { foldersAbove } from '../model/entry.ts'
import type { Draft, Edit, NewCommit } from '../model/remote.ts'
import { formatMessage, formatRecord } from '../model/trailers.ts'

/**
 * How many edits a part may have, and how many bytes of plain files. `operationsSure`: how many it has where the Hub gave no
 * answer to a larger one.
 */
export interface Limits {
  readonly operations: number
  readonly operationsSure: number
  readonly plainByteLength: number
}

/**
 * A part of a commit. `description` is the message below the title, `trailers` the lines of it by which the commit is
 * recognised on the branch; none where it mirrors no commit.
 */
export interface CommitPart {
  readonly title: string
  readonly description: string
  readonly trailers: readonly string[]
  readonly edits: readonly Edit[]
}

/**
 * The Hub takes about 6 s for 1,000 edits, and answers within 60 s or not at all: see `operationsMax`. Its Python client sends
 * up to 1,000 files and 100 MiB at once (`_upload_pipeline.py`).
 */
export const limitsDefault: Limits = { operations: 2_500, operationsSure: 1_000, plainByteLength: 100_000_000 }

/** How many commits the Hub takes for a repository within an hour, whoever makes them (as its answer 429 says). */
export const commitsPerHour = 128
/** Instead of more parts than this there are larger ones, since each part counts for `commitsPerHour`. */
const partsMax = 100
/**
 * The most edits of a part, however many there are in all: the Hub gives up on an answer after 60 s (its docs, "Storage
 * limits"), and took two minutes for 20,000 edits (pull request 7605 of huggingface/datasets).
 */
const operationsMax = 5_000

/** The parts of a commit, of which only the last one says which commit it mirrors. A commit without edits has no part. */
export function splitCommit(commit: NewCommit, limits: Limits): CommitPart[] {
  const { title, body, marks, edits } = commit
  const groups = groupEdits(orderEdits(edits), limits)
  return groups.map((group, index) => {
    const last = index === groups.length - 1
    const heading = last ? title : `${title} (part ${index + 1} of ${groups.length})`
    const record = formatRecord(commit, last)
    const [summary = '', ...rest] = formatMessage(heading, body, record ? [record, ...marks] : []).split('\n')
    return {
      title: summary,
      description: rest.join('\n').trim(),
      trailers: record ? [record.join(': ')] : [],
      edits: group,
    }
  })
}

/**
 * The edits in the order of the parts. Rules come before the files that are stored by them. A deletion comes early where a
 * file or folder of that name follows, and else last: no part shall lose what a later part adds under another name.
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

/** How many parts a commit has whose edits have these lengths: of the plain file, 0 for objects and deletions. */
export function countGroups(plainByteLengths: readonly number[], limits: Limits): number {
  return listGroups(plainByteLengths, limits).length
}

/** How many parts a commit has that makes these edits. */
export function countParts(edits: readonly Draft[], limits: Limits): number {
  return countGroups(
    edits.map(({ store, content }) => (store === 'plain' ? contentByteLength(content) : 0)),
    limits,
  )
}

/** How many edits each part has. After a part that was too large, the number of parts does not matter any more. */
function listGroups(plainByteLengths: readonly number[], limits: Limits): number[] {
  const wanted = Math.min(operationsMax, Math.ceil(plainByteLengths.length / partsMax))
  const operations =
    limits.operations === limits.operationsSure ? limits.operations : Math.max(limits.operations, wanted)
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
