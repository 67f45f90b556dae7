/** The lines of a plan's texts, as `git diff` prints them. */
import { countPieces, scoreMax, scoreSimilarity } from '../merge/similarity.ts'
import { quote, quoteSentence } from '../model/quote.ts'
import { sides } from '../model/sides.ts'
import type { PlannedEdit } from '../plan/edits.ts'
import type { Plan } from '../plan/plan.ts'
import { diffLines, type LineDiff, type TextVersions } from '../text/diff-lines.ts'
import { count } from './numbers.ts'
import type { Meaning, Paint } from './paint.ts'
import { listOldNames } from './rows.ts'

/** What an edit does to a text; null where it is no text, or where it was not read. */
export type FindTexts = (edit: PlannedEdit) => TextVersions | null

/** Unchanged lines around a change. */
const contextMax = 3
/** Lines of all files together: nobody reads more, and all of them are in the commits. */
const linesMax = 5_000

/** A place that is shown: `first` to `last` of the changes, which stand close together. */
interface Hunk {
  readonly first: number
  readonly last: number
}

/** Changes that share their context are one hunk. */
function listHunks({ changes }: LineDiff): Hunk[] {
  const hunks: { first: number; last: number }[] = []
  for (const [index, { start }] of changes.entries()) {
    const open = hunks.at(-1)
    if (open && start - changes[open.last]!.end <= 2 * contextMax) open.last = index
    else hunks.push({ first: index, last: index })
  }
  return hunks
}

/** As git counts: a range of no line is named by the line before it. */
const formatRange = (start: number, length: number) => {
  const from = length === 0 ? start : start + 1
  return length === 1 ? `${from}` : `${from},${length}`
}

/** A line of a diff, not quoted yet. `@` heads a place, and `\\` tells of a line without an end. */
export interface DiffLine {
  readonly sign: '+' | '-' | ' ' | '@' | '\\'
  readonly text: string
}

function tellLine(sign: '+' | '-' | ' ', line: string): DiffLine[] {
  const told = { sign, text: line.replace(/\r?\n$/, (end) => (end === '\n' ? '' : '\r')) }
  return line.endsWith('\n') ? [told] : [told, { sign: '\\', text: ' No newline at end of file' }]
}

function listHunkLines({ before, after, changes }: LineDiff, { first, last }: Hunk): DiffLine[] {
  const [top, bottom] = [changes[first]!, changes[last]!]
  const lead = Math.min(contextMax, top.start)
  const tail = Math.min(contextMax, before.length - bottom.end)
  const [start, from] = [top.start - lead, top.from - lead]
  const lines: DiffLine[] = []
  let at = start
  const pass = (end: number) => {
    while (at < end) lines.push(...tellLine(' ', before[at++]!))
  }
  for (const change of changes.slice(first, last + 1)) {
    pass(change.start)
    for (const line of before.slice(change.start, change.end)) lines.push(...tellLine('-', line))
    for (const line of after.slice(change.from, change.to)) lines.push(...tellLine('+', line))
    at = change.end
  }
  pass(bottom.end + tail)
  const ranges = `-${formatRange(start, bottom.end + tail - start)} +${formatRange(from, bottom.to + tail - from)}`
  return [{ sign: '@', text: `@ ${ranges} @@` }, ...lines]
}

/** The places in which two versions of a text differ, with the lines around them; null where that takes too long. */
export function listDiffLines(versions: TextVersions): DiffLine[] | null {
  const diff = diffLines(versions)
  return diff && listHunks(diff).flatMap((hunk) => listHunkLines(diff, hunk))
}

const meanings: Readonly<Record<string, Meaning>> = { '+': 'new', '-': 'removed', '@': 'renamed' }

function formatLine({ sign, text }: DiffLine, paint: Paint): string {
  const meaning = meanings[sign]
  const line = `${sign}${quoteSentence(text)}`
  return meaning ? paint(meaning, line) : line
}

/** How git heads a file that was renamed. */
function listRename(from: string, to: string, { before, after }: TextVersions): string[] {
  const [old, now] = [before, after].map((text) => countPieces(Buffer.from(text)))
  const percent = before === after ? 100 : Math.floor((scoreSimilarity(old!, now!) * 100) / scoreMax)
  // Both sides' edits together may leave less than half of it: git would tell no rename then, and no number.
  const similarity = percent < 50 ? [] : [`similarity index ${percent}%`]
  return [...similarity, `rename from ${quote(from)}`, `rename to ${quote(to)}`]
}

/** What one edit does to a text, as `git diff` prints it. */
export function formatEditDiff(edit: PlannedEdit, versions: TextVersions, paint: Paint): string[] {
  const { path, renamedFrom, was, content } = edit
  const old = renamedFrom ?? (was ? path : null)
  const heading = [
    ...(renamedFrom === null ? [] : listRename(renamedFrom, path, versions)),
    `--- ${old === null ? '/dev/null' : `a/${quote(old)}`}`,
    `+++ ${content === null ? '/dev/null' : `b/${quote(path)}`}`,
  ].map((line) => paint('heading', line))
  if (versions.before === versions.after) return heading.slice(0, -2)
  const lines = listDiffLines(versions)
  if (lines === null) return [...heading, '(too many lines changed to compare them here)']
  return [...heading, ...lines.map((line) => formatLine(line, paint))]
}

/** The lines that each side gets and loses, file by file; empty where no text is known. */
export function formatDiff(plan: Plan, findTexts: FindTexts, paint: Paint): string[] {
  const lines: string[] = []
  let hidden = 0
  for (const side of sides) {
    const moved = listOldNames(plan.edits[side])
    const edits = plan.edits[side].flatMap((edit) => {
      // Of a file that is renamed no line is lost: its old name says nothing.
      const versions = edit.content === null && moved.has(edit.path) ? null : findTexts(edit)
      const isRenamed = edit.renamedFrom !== null && moved.has(edit.renamedFrom)
      return versions && (isRenamed || versions.before !== versions.after) ? [{ edit, versions }] : []
    })
    if (edits.length > 0) lines.push('', paint('heading', `Lines that ${plan.services[side]} gets and loses`))
    for (const { edit, versions } of edits)
      if (lines.length > linesMax) hidden += 1
      else for (const line of formatEditDiff(edit, versions, paint)) lines.push(line)
  }
  return hidden > 0 ? [...lines, `and the lines of ${count(hidden, 'more file')}`] : lines
}
