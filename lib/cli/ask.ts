/** Conflicts settled where somebody sits: one after the other, by a letter each. */
import { formatTake, formatTakeBelow, listAnswers, showTake, type Answer, type Take } from '../merge/take.ts'
import { quote } from '../model/quote.ts'
import type { PlannedConflict, Plan } from '../plan/plan.ts'
import { formatCommand } from '../report/command-text.ts'
import { formatConflict } from '../report/conflict-text.ts'
import { count } from '../report/numbers.ts'
import type { Look } from '../report/plan-text.ts'
import { shorten, widthOf } from '../report/width.ts'

/** Asks for a line; null where nobody answers any more. */
export type Ask = (question: string) => Promise<string | null>

/** Whom is asked, and what is shown. */
export interface Dialogue {
  readonly ask: Ask
  readonly print: (text: string) => void
  readonly look: Look
  readonly findData: (path: string) => readonly string[]
}

const letters: Readonly<Record<string, Answer>> = { g: 'github', h: 'huggingface', b: 'both' }

const folderOf = (path: string) => path.slice(0, path.lastIndexOf('/') + 1)

/** What can be answered here, in one line where the terminal is not a narrow one. */
function formatQuestion(conflict: PlannedConflict, hasMore: boolean, { width }: Look): string {
  const both = listAnswers(conflict).includes('both') ? ' [b]oth lines' : ''
  const folder = folderOf(conflict.path)
  const start = `[g]ithub [h]uggingface${both}${hasMore ? ' [d]iff' : ''} [s]kip [q]uit; G or H: all `
  const end = ' > '
  const left = Math.max(12, width - widthOf(`${start}in ${end}`) - 1)
  return `${start}${folder === '' ? 'beside it' : `in ${shorten(quote(folder), left)}`}${end}`
}

/**
 * Asks about one conflict until there is an answer: `skip`, `quit`, or whose version is taken, `all` in its folder.
 * `place`: which of how many it is.
 */
async function askOne(
  conflict: PlannedConflict,
  place: string,
  plan: Plan,
  { ask, print, look, findData }: Dialogue,
): Promise<'skip' | 'quit' | { readonly answer: Answer; readonly all: boolean }> {
  const [short, whole] = [false, true].map((isWhole) =>
    formatConflict(conflict, plan, { data: findData(conflict.path), isAsked: true, isWhole }, look).join('\n'),
  )
  const hasMore = short !== whole
  const answers = listAnswers(conflict)
  print(`\n${place}\n${short}`)
  for (;;) {
    const said = (await ask(formatQuestion(conflict, hasMore, look)))?.trim() ?? 'q'
    const letter = said.toLowerCase()
    const answer = letters[letter]
    if (answer !== undefined && !answers.includes(answer)) print('  Only texts have lines.')
    else if (answer !== undefined) return { answer, all: said !== letter && answer !== 'both' }
    else if (letter === 's') return 'skip'
    else if (letter === 'q') return 'quit'
    else if (letter === 'd') print(hasMore ? `\n${place}\n${whole}` : '  All that is known of it stands above.')
    else print('  One of the letters in brackets, please.')
  }
}

/** What `--take` makes of its argument. */
const parse = (argument: string, side: Answer): Take => ({ pattern: argument.slice(0, -side.length - 1), side })

/**
 * Goes through the conflicts that an answer settles. Gives the answers as `--take` would, and how many conflicts are
 * left without one.
 */
async function askConflicts(plan: Plan, dialogue: Dialogue): Promise<{ takes: Take[]; left: number }> {
  // Of several globs the last one decides, and a name with a bracket is a glob: folders come first.
  const [folders, names]: [Take[], Take[]] = [[], []]
  const open = plan.conflicts.filter(({ settleable }) => settleable)
  const answered = new Set<string>()
  for (const [index, conflict] of open.entries()) {
    if (answered.has(conflict.path)) continue
    const said = await askOne(conflict, `${index + 1} of ${open.length}`, plan, dialogue)
    if (said === 'quit') break
    if (said === 'skip') continue
    const { path } = conflict
    const folder = folderOf(path)
    const same = said.all ? open.filter((one) => folderOf(one.path) === folder) : [conflict]
    for (const one of same) answered.add(one.path)
    if (said.all) folders.push(parse(formatTakeBelow(`${folder}*`, said.answer), said.answer))
    else names.push(parse(formatTake(path, said.answer), said.answer))
  }
  return { takes: [...folders, ...names], left: plan.conflicts.filter((one) => !answered.has(one.path)).length }
}

/** What somebody has decided: null where something is left open, so that nothing can be written. */
export interface Asked {
  readonly takes: readonly Take[] | null
}

/**
 * Asks about the conflicts of a plan. `offer`: the report, which is told first, and then whether to go through them;
 * null where that was asked for.
 */
export async function offerConflicts(
  plan: Plan,
  { argv, offer }: { readonly argv: readonly string[]; readonly offer: (() => string) | null },
  dialogue: Dialogue,
): Promise<Asked> {
  const { ask, print } = dialogue
  if (offer) {
    print(offer())
    if (!/^\s*y/i.test((await ask('Go through them now? [y/N] ')) ?? '')) return { takes: null }
  }
  const { takes, left } = await askConflicts(plan, dialogue)
  if (takes.length > 0) {
    print('\nThe same answers once more, without a question:')
    print(formatCommand([...argv, ...takes.map(({ pattern, side }) => `--take=${showTake(`${pattern}=${side}`)}`)]))
  }
  if (left > 0) print(`${count(left, 'conflict')} left. Nothing was written.`)
  return { takes: left > 0 ? null : takes }
}
