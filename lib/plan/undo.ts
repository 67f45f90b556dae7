/** What a run with `--undo` writes, what stops it and those after it, and what is told of it. Pure. Decision 0050. */
import type { Undo } from '../history/undone.ts'
import { formatTake, showTake } from '../merge/take.ts'
import { quoteShell } from '../model/quote.ts'
import { sides, sidesOf, type Sides } from '../model/sides.ts'
import type { UndoRange } from '../model/undo-range.ts'
import type { PlannedConflict, Refusal } from './plan.ts'

/** What the two versions of a path are called that an undo cannot bring together: they stand in the places of the two sides. */
export const undoWords: Sides<string> = sidesOf(sides[0], 'now', 'before')

/** There is nothing that `--undo` could take back. `message`: a sentence without its full stop. */
export function brakeUndo(message: string, allowedBy: string | null = null): Refusal[] {
  return [{ kind: 'undone', allowedBy, message }]
}

/** The mirror does not go on by itself from what was undone: it would repeat it. */
export function brakeUndone({ side, commit }: Pick<Undo, 'side' | 'commit'>, services: Sides<string>): Refusal[] {
  return brakeUndo(
    `${services[side]} commit ${commit.slice(0, 7)} has undone the last mirror. --redo mirrors that again, with all that ` +
      'has changed since; --init github or --init huggingface says which side is right; --undo finishes what was cut short',
    '--redo',
  )
}

const words: Readonly<Record<string, string>> = {
  'both sides': 'people and the undo',
  [sides[0]]: 'people',
  [sides[1]]: 'the undo',
}
/** A path in quotation marks, or a word for a side. */
const naming = new RegExp(`"(?:[^"\\\\]|\\\\.)*"|both sides|${sides.join('|')}`, 'g')

/** How to leave what is there now at a path, or to undo it all the same. */
function showAnswers(path: string): string {
  const [now, before] = sides.map((side) => quoteShell(showTake(formatTake(path, undoWords[side]))))
  return `--take=${now} leaves it, --take=${before} undoes it`
}

/** An old version would come back of what is not mirrored any more: it may be secret by now. */
export function brakeHidden(path: string, service: string): Refusal[] {
  const would = `${JSON.stringify(path)} would come back on ${service}, and .mirrorignore leaves it out now`
  return brakeUndo(`${would}. ${showAnswers(path)}`)
}

/** A conflict on one side alone, in which the first side stands for what is there now. */
export function brakeMeeting({ path, kind, detail, hunks, settleable }: PlannedConflict, service: string): Refusal[] {
  const line = hunks[0] ? ` at line ${hunks[0].line}` : ''
  const way = settleable ? showAnswers(path) : 'settle it by hand'
  const told = detail.replace(naming, (found) => words[found] ?? found)
  return brakeUndo(`${JSON.stringify(path)} on ${service}, ${kind}${line}: ${told}. ${way}`)
}

/** What is undone, or why nothing is. `ranges`: of the last mirror; `undo`: what of it is taken back now. */
export function noteUndo(undo: Sides<UndoRange | null>, services: Sides<string>): string[] {
  const told = sides.flatMap((side) => (undo[side] ? [`${services[side]} ${undo[side].after.slice(0, 7)}`] : []))
  return [
    told.length > 0
      ? `this takes back ${told.join(', ')}; later runs mirror nothing until one has --redo or --init`
      : 'nothing is left to undo of the last mirror; --redo mirrors it again',
  ]
}
