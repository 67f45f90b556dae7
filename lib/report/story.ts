/** The two histories since they last met, in the order in which things happened: for the page and for the summary's chart. */
import { quote } from '../model/quote.ts'
import type { Author, Commit } from '../model/remote.ts'
import { bothOf, otherSide, sides, valuesOf, type Side, type Sides } from '../model/sides.ts'
import type { Plan } from '../plan/plan.ts'
import { count, formatAge, formatNumber } from './numbers.ts'
import { shortOid } from './places.ts'
import { shortenEnd } from './width.ts'

/** Steps of one side and kind, where there is room. */
const stepsShown = 6

/**
 * Something that happened on one side, or will. `own`: a commit of people; `more`: older ones of them that are not
 * shown; `copy` and `merge`: what a run writes, `planned` until it is written. `from`: the step of the other side that
 * is copied; null where there is none to point to.
 */
export interface Step {
  readonly kind: 'own' | 'more' | 'copy' | 'merge'
  readonly side: Side
  readonly title: string
  readonly about: string
  readonly planned: boolean
  readonly from: Step | null
}

/** Where both sides hold the same, or what is so instead. */
export interface Meeting {
  readonly title: string
  readonly about: string
}

/** From where both sides last met to where they meet again, or do not. */
export interface Story {
  readonly start: Meeting
  readonly steps: readonly Step[]
  /** `later`: they will meet there if the plan is carried out. `apart`: they do not. */
  readonly end: Meeting & { readonly state: 'met' | 'later' | 'apart' }
}

/** A run as far as it is told here; `status` as `--json` says it. */
interface ToldRun {
  readonly plan: Plan
  readonly written: { readonly commits: Sides<string | null> }
}

interface Told {
  readonly status: string
  readonly nowMs: number
}

/** People who are named. */
const namesMax = 3

/** Who made these commits, newest first, and when the last of them: `Bob and 2 others, 2 hours ago`; empty for none. */
export function tellPeople(commits: readonly Commit[], nowMs: number): string {
  const [newest] = commits
  if (!newest) return ''
  const authors = [...new Map(commits.map(({ author }) => [author.name, author])).values()]
  const more = authors.length - namesMax
  const names = authors.slice(0, namesMax).map(nameOf).join(', ')
  return `${names}${more > 0 ? ` and ${count(more, 'other')}` : ''}, ${formatAge(Date.parse(newest.author.date), nowMs)}`
}

/** Foreign words as far as anybody reads them. What is far too long is cut twice, since widths take time to measure. */
const brief = (text: string, width: number) => shortenEnd(quote(text.slice(0, 4 * width)), width)
/** The first line of a message, quoted, and shortened to what anybody reads. */
export const titleOf = (message: string) => brief(message.split('\n', 1)[0]!, 120) || '(no title)'
/** An author's name, quoted and shortened. */
export const nameOf = ({ name }: Author) => brief(name, 40)

function tellStart({ base, baseBy, baseDate, heads }: Plan, nowMs: number): Meeting {
  const both = base && bothOf(base)
  const age = baseDate ? ` ${formatAge(Date.parse(baseDate), nowMs)}` : ''
  if (both && baseBy !== null)
    return {
      title: baseBy === 'content' ? `Found equal by content${age}` : `Last in sync${age}`,
      about: valuesOf(both).map(shortOid).join(' / '),
    }
  if (both) return { title: 'In sync', about: valuesOf(heads).map(shortOid).join(' / ') }
  return baseBy === 'empty side'
    ? { title: 'First run', about: 'one side is empty' }
    : baseBy === 'init'
      ? { title: 'A new base is made', about: 'one side is right' }
      : { title: 'No commit in common', about: 'nothing was mirrored yet' }
}

function tellEnd({ status }: Told, { plan, written }: ToldRun): Story['end'] {
  if (plan.conflicts.length > 0)
    return { state: 'apart', title: `${formatNumber(plan.conflicts.length)} in conflict`, about: 'nothing goes on' }
  if (plan.undo) return { state: 'apart', title: 'Apart', about: 'until a run with --redo' }
  if (status === 'mirrored' || status === 'in-sync')
    return {
      state: 'met',
      title: 'In sync',
      about: sides.map((side) => shortOid(written.commits[side] ?? plan.heads[side])).join(' / '),
    }
  if (status === 'different') return { state: 'apart', title: 'Not equal', about: 'the comparison says where' }
  if (status === 'proposed' || status === 'waiting')
    return { state: 'later', title: 'In sync', about: 'when the pull request is merged' }
  if (status === 'planned' || status === 'streamed')
    return { state: 'later', title: 'In sync', about: 'when this plan is carried out' }
  return { state: 'apart', title: 'Stopped here', about: 'the sides are left apart' }
}

/** People's commits, oldest first, the oldest of many as one step. */
function listOwn(plan: Plan, nowMs: number, stepsMax: number): { steps: Step[]; byOid: Map<string, Step> } {
  const byOid = new Map<string, Step>()
  const dated = sides.flatMap((side) => {
    const originals = plan.originals[side]
    const shown = originals.length > stepsMax ? originals.slice(0, stepsMax - 1) : originals
    const own = shown.map(({ oid, message, author, committerDate }) => {
      const about = `${shortOid(oid)} · ${nameOf(author)}, ${formatAge(Date.parse(author.date), nowMs)}`
      const step: Step = { kind: 'own', side, title: titleOf(message), about, planned: false, from: null }
      byOid.set(oid, step)
      return { step, at: Date.parse(committerDate) }
    })
    const left = originals.length - shown.length
    if (left === 0) return own.toReversed()
    const more: Step = {
      kind: 'more',
      side,
      title: `${formatNumber(left)} earlier commits`,
      about: 'listed below',
      planned: false,
      from: null,
    }
    return [...own, { step: more, at: -Infinity }].toReversed()
  })
  // Each side's own order stays, whatever its dates say.
  return {
    steps: mergeByDate(
      dated.filter(({ step }) => step.side === sides[0]),
      dated.filter(({ step }) => step.side !== sides[0]),
    ),
    byOid,
  }
}

interface Dated {
  readonly step: Step
  readonly at: number
}

function mergeByDate(one: readonly Dated[], other: readonly Dated[]): Step[] {
  const merged: Step[] = []
  let [a, b] = [0, 0]
  while (a < one.length || b < other.length) {
    const isOne = b === other.length || (a < one.length && one[a]!.at <= other[b]!.at)
    merged.push(isOne ? one[a++]!.step : other[b++]!.step)
  }
  return merged
}

/** What is written on a side, each copy with what it stands for. */
function listWritten(
  side: Side,
  { plan, written }: ToldRun,
  byOid: ReadonlyMap<string, Step>,
  stepsMax: number,
): Step[] {
  const commits = plan.commits[side]
  const newest = byOid.get(plan.originals[otherSide[side]][0]?.oid ?? '') ?? null
  const planned = written.commits[side] === null
  const word = planned ? 'to be written' : 'written'
  const skipped = Math.max(0, commits.length - stepsMax)
  const more: Step = {
    kind: 'more',
    side,
    title: `${formatNumber(skipped)} earlier copies`,
    about: word,
    planned,
    from: null,
  }
  const steps = commits.slice(skipped).map(({ title, copyOf, undoes, parents }, index): Step => {
    const isLast = skipped + index === commits.length - 1
    const isMerge = parents.length > 1
    return {
      kind: isMerge ? 'merge' : 'copy',
      side,
      title: titleOf(title),
      about: `${isMerge ? 'merge' : undoes ? 'undo' : 'copy'}, ${word}`,
      planned,
      from:
        byOid.get(copyOf && copyOf !== 'new head' ? copyOf.oid : '') ??
        (isLast && !(isMerge && index > 0) ? newest : null),
    }
  })
  return skipped > 0 ? [more, ...steps] : steps
}

/** What happened on both sides since they met, and what the run makes of it. `stepsMax`: of one side and kind. */
export function tellStory(input: Told, told: ToldRun, stepsMax: number = stepsShown): Story {
  const { steps, byOid } = listOwn(told.plan, input.nowMs, stepsMax)
  const copies = sides.flatMap((side) => listWritten(side, told, byOid, stepsMax))
  return { start: tellStart(told.plan, input.nowMs), steps: [...steps, ...copies], end: tellEnd(input, told) }
}

/** The column of a side in the drawing, from 0. */
export const laneOf = (side: Side) => sides.indexOf(side)
