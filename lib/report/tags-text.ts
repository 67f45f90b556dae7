/** What becomes of tags, for people. */
import { quote, quoteSentence } from '../model/quote.ts'
import { otherSide, sides, type Side, type Sides } from '../model/sides.ts'
import type { LeftTag, TagConflict, TagMove, TagPlan } from '../plan/tags.ts'
import { count } from './numbers.ts'
import type { Look } from './places.ts'
import { padEnd, widthOf, wrap } from './width.ts'

/** What is told of tags. `newest`: of each side, a commit that has a copy on the other one. */
export interface ToldTagPlan extends TagPlan {
  readonly services: Sides<string>
  readonly newest: Sides<string | null>
  readonly notes: readonly string[]
}

const movesMax = 200
const leftMax = 10

const short = (oid: string) => oid.slice(0, 7)

/** As many as people read, and how many more there are. */
function limit<T>(items: readonly T[], most: number, format: (item: T) => string): string[] {
  const more = items.length - most
  return [...items.slice(0, most).map(format), ...(more > 0 ? [`  and ${more} more (--json has all)`] : [])]
}

function formatMove(move: TagMove, width: number, { services }: ToldTagPlan, { paint }: Look): string {
  const name = padEnd(quote(move.name), width)
  const [here, there] = [services[move.to], services[otherSide[move.to]]]
  return move.commit === null
    ? `  ${paint('deleted', '-')} tag ${name}  on ${here}, since it was deleted on ${there}; it was ${short(move.was.commit)}`
    : `  ${paint('new', '+')} tag ${name}  on ${here} at ${short(move.commit)}, as on ${there} at ${short(move.from.commit)}`
}

/** One conflict, and what settles it, without a full stop. */
export function formatTagConflict(
  { name, tags, was }: TagConflict,
  { services }: Pick<ToldTagPlan, 'services'>,
): string {
  const places = sides.map((side) => `${short(tags[side].commit)} on ${services[side]}`).join(' and ')
  const moved = was === null ? [] : sides.filter((side) => tags[side].oid !== was[side])
  const [only] = moved
  const one = `tag "${quote(name)}" names ${places}, which are no copies of one another`
  if (only === undefined || moved.length > 1)
    return `${one}. No tag is ever moved: delete it on the side that is wrong, and the next run makes it there again`
  const other = otherSide[only]
  return (
    `${one}: it was moved on ${services[only]}. No tag is ever moved: delete it on ${services[other]} to have it there, too, ` +
    `or put it back on ${services[only]}`
  )
}

const reasons: Readonly<Record<LeftTag['why'], string>> = {
  'elsewhere': 'its commit is in no branch that is mirrored, or further back than was read',
  'no copy': 'no commit of the other side has the files of its commit',
  'one way': 'this run may neither make it on the other side nor delete it here',
  'branch': 'a branch of the other side has its name, and git would take the tag for it',
  'waiting': 'its commit is not mirrored yet, and it goes along when that is',
  'both': 'both sides have it, on commits that are no copies of one another, and both stay',
}

function formatLeft({ name, side, tag, why }: LeftTag, width: number, { services }: ToldTagPlan): string {
  return `    tag ${padEnd(quote(name), width)}  on ${services[side]} at ${short(tag.commit)}: ${reasons[why]}`
}

/** What people can do about tags without a copy. */
function adviseLeft({ left, newest, services }: ToldTagPlan): string[] {
  return sides.flatMap((side) => {
    const isMeant = left.some((one) => one.side === side && one.why === 'no copy')
    return isMeant && newest[side] !== null
      ? [`  A commit of ${services[side]} that has a copy is ${short(newest[side])}: a tag there goes along.`]
      : []
  })
}

const widest = (names: readonly { readonly name: string }[]) =>
  Math.min(40, Math.max(0, ...names.map(({ name }) => widthOf(quote(name)))))

/** The lines about tags; none where nothing is to be told. */
export function formatTags(told: ToldTagPlan, look: Look): string[] {
  const { moves, conflicts, left, refusals, notes } = told
  const [movesWidth, leftWidth] = [widest(moves.slice(0, movesMax)), widest(left.slice(0, leftMax))]
  const sentence = (word: string, text: string) =>
    wrap(`${look.paint('wrong', word)} ${quoteSentence(text)}`, look.sentenceWidth, '  ')
  return [
    ...limit(moves, movesMax, (move) => wrap(formatMove(move, movesWidth, told, look), look.sentenceWidth, '      ')),
    ...conflicts.map((conflict) => sentence('conflict:', `${formatTagConflict(conflict, told)}.`)),
    ...refusals.map(({ message }) => sentence('refused:', message.endsWith('.') ? message : `${message}.`)),
    ...(left.length > 0 ? ['  Tags that stay where they are:'] : []),
    ...limit(left, leftMax, (one) => wrap(formatLeft(one, leftWidth, told), look.sentenceWidth, '      ')),
    ...adviseLeft(told),
    ...notes.map((note) => wrap(`note: ${quoteSentence(note)}`, look.sentenceWidth, '  ')),
  ]
}

/** What became of tags, in a few words: `2 tags made on Hugging Face, 1 conflict`. */
export function countTags({ moves, conflicts, refusals, services }: ToldTagPlan): string {
  const number = (side: Side, isMade: boolean) =>
    moves.filter(({ to, commit }) => to === side && (commit !== null) === isMade).length
  const moved = sides.flatMap((side) =>
    [true, false].flatMap((isMade) => {
      const total = number(side, isMade)
      return total > 0 ? [`${count(total, 'tag')} ${isMade ? 'made' : 'deleted'} on ${services[side]}`] : []
    }),
  )
  const open = [
    ...(conflicts.length > 0 ? [count(conflicts.length, 'conflict')] : []),
    ...(refusals.length > 0 ? [count(refusals.length, 'refusal')] : []),
  ]
  return [...moved, ...open].join(', ')
}
