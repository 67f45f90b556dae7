/** Conflicts settled where somebody sits: one after the other, by a letter each. */
import {
  formatTake,
  formatTakeBelow,
  listAnswers,
  listTakeable,
  showTake,
  type Answer,
  type Take,
} from '../merge/take.ts'
import { quote, quoteSentence } from '../model/quote.ts'
import type { PlannedConflict, Plan } from '../plan/plan.ts'
import { formatCommand } from '../report/command-text.ts'
import { describeDeletions, formatConflict } from '../report/conflict-text.ts'
import { count } from '../report/numbers.ts'
import type { Look } from '../report/places.ts'
import { shorten, widthOf, wrap } from '../report/width.ts'

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

/** Conflicts that are named where they are left. */
const leftNamedMax = 3

/** One conflict to ask about. `place`: which of how many it is. `same`: all that an answer for its folder is given to. */
interface Asking {
  readonly conflict: PlannedConflict
  readonly place: string
  readonly same: readonly PlannedConflict[]
}

/** What can be answered here, in one line where the terminal is not a narrow one. */
function formatQuestion({ conflict, same }: Asking, hasMore: boolean, { width }: Look): string {
  const folder = folderOf(conflict.path)
  const answers = listAnswers(conflict).map(
    (answer) => `[${answer[0]}]${answer.slice(1)}${answer === 'both' ? ' lines' : ''}`,
  )
  const start = [...answers, ...(hasMore ? ['[d]iff'] : []), '[s]kip [q]uit'].join(' ')
  if (same.length < 2) return `${start} > `
  const capitals = listTakeable(same).map((side) => side[0]!.toUpperCase())
  const all = `; ${capitals.join(' or ')}: all ${same.length} `
  const left = Math.max(12, width - widthOf(`${start}${all}in  > `) - 1)
  return `${start}${all}${folder === '' ? 'beside it' : `in ${shorten(quote(folder), left)}`} > `
}

/** What an answer for the whole folder deletes, where there is more in it. */
function warnOfFolder({ conflict, same }: Asking, { sentenceWidth }: Look): string {
  if (same.length < 2) return ''
  const lines = listTakeable(same).flatMap((side) => {
    const losing = describeDeletions(same, side, folderOf(conflict.path))
    const letter = side[0]!.toUpperCase()
    return losing === null ? [] : [wrap(`    ${letter} ${losing}`, sentenceWidth, '    ')]
  })
  return lines.map((line) => `\n${line}`).join('')
}

/** Conflicts that no answer settles, told before anybody has answered all the others. */
function formatByHand(conflicts: readonly PlannedConflict[], { sentenceWidth }: Look): string[] {
  const byHand = conflicts.filter(({ settleable }) => !settleable)
  if (byHand.length === 0) return []
  const more = byHand.length - leftNamedMax
  return [
    '',
    wrap(
      `${count(byHand.length, 'conflict')} can only be settled by hand on one side. ` +
        'Nothing is written before that; answers to the others are told at the end, to be given again:',
      sentenceWidth,
      '  ',
    ),
    ...byHand
      .slice(0, leftNamedMax)
      .map(({ path, kind, detail }) =>
        wrap(`  ${quote(path)}  ${kind}: ${quoteSentence(detail)}`, sentenceWidth, '    '),
      ),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ]
}

/** Why an answer is none. */
function describeRefused({ keys, only }: PlannedConflict, answer: Answer): string {
  if (only) return `  With --to, only what ${only} holds can be taken.`
  return keys && answer === 'both' ? '  A key has one value.' : '  Only texts have lines.'
}

/** Asks about one conflict until there is an answer: `skip`, `quit`, or whose version is taken, `all` in its folder. */
async function askOne(
  asking: Asking,
  plan: Plan,
  { ask, print, look, findData }: Dialogue,
): Promise<'skip' | 'quit' | { readonly answer: Answer; readonly all: boolean }> {
  const { conflict, place } = asking
  const [short, whole] = [false, true].map((isWhole) =>
    formatConflict(conflict, plan, { data: findData(conflict.path), isAsked: true, isWhole }, look).join('\n'),
  )
  const hasMore = short !== whole
  const answers = listAnswers(conflict)
  const warning = warnOfFolder(asking, look)
  print(`\n${place}\n${short}${warning}`)
  for (;;) {
    const said = (await ask(formatQuestion(asking, hasMore, look)))?.trim() ?? 'q'
    const letter = said.toLowerCase()
    const answer = letters[letter]
    if (answer !== undefined && !answers.includes(answer)) print(describeRefused(conflict, answer))
    else if (answer !== undefined) return { answer, all: said !== letter && answer !== 'both' }
    else if (letter === 's') return 'skip'
    else if (letter === 'q') return 'quit'
    else if (letter === 'd')
      print(hasMore ? `\n${place}\n${whole}${warning}` : '  All that is known of it stands above.')
    else print('  One of the letters in brackets, please.')
  }
}

/** What `--take` makes of its argument. */
const parse = (argument: string, side: Answer): Take => ({ pattern: argument.slice(0, -side.length - 1), side })

/** Goes through the conflicts that an answer settles. Gives the answers as `--take` would, and what is left without one. */
async function askConflicts(
  plan: Plan,
  dialogue: Dialogue,
): Promise<{ takes: Take[]; left: readonly PlannedConflict[] }> {
  // Of several globs the last one decides, and a name with a bracket is a glob: folders come first.
  const [folders, names]: [Take[], Take[]] = [[], []]
  const open = plan.conflicts.filter(({ settleable }) => settleable)
  const answered = new Set<string>()
  for (const [index, conflict] of open.entries()) {
    if (answered.has(conflict.path)) continue
    const { path } = conflict
    const folder = folderOf(path)
    const inFolder = open.filter((one) => folderOf(one.path) === folder && !answered.has(one.path))
    const said = await askOne({ conflict, place: `${index + 1} of ${open.length}`, same: inFolder }, plan, dialogue)
    if (said === 'quit') break
    if (said === 'skip') continue
    for (const one of said.all ? inFolder : [conflict]) answered.add(one.path)
    if (said.all) folders.push(parse(formatTakeBelow(`${folder}*`, said.answer), said.answer))
    else names.push(parse(formatTake(path, said.answer), said.answer))
  }
  return { takes: [...folders, ...names], left: plan.conflicts.filter((one) => !answered.has(one.path)) }
}

function formatLeft(left: readonly PlannedConflict[], { sentenceWidth }: Look): string {
  const names = left.slice(0, leftNamedMax).map(({ path }) => shorten(quote(path), 40))
  const more = left.length - names.length
  const list = `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
  return wrap(`${count(left.length, 'conflict')} left: ${list}. Nothing was written.`, sentenceWidth, '  ')
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
  for (const line of formatByHand(plan.conflicts, dialogue.look)) print(line)
  const { takes, left } = await askConflicts(plan, dialogue)
  if (takes.length > 0) {
    print('\nThe same answers once more, without a question:')
    print(formatCommand([...argv, ...takes.map(({ pattern, side }) => `--take=${showTake(`${pattern}=${side}`)}`)]))
  }
  if (left.length > 0) print(formatLeft(left, dialogue.look))
  return { takes: left.length > 0 ? null : takes }
}
