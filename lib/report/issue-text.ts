/**
 * The issue that tells of a mirror's conflicts. Its first two lines are comments that nobody sees: which mirror it is of,
 * and which conflicts it tells. No foreign text stands in them or before them, so that no text can pass for them.
 */
import { digest } from '../model/digest.ts'
import { fenceMarkdown, quoteMarkdown, quoteSentence } from '../model/quote.ts'
import { formatRepository } from '../model/repository.ts'
import { mapSides, otherSide, sides, valuesOf, type Side, type Sides } from '../model/sides.ts'
import type { Plan } from '../plan/plan.ts'
import { formatWaysOut, listConflictBlocks, type MarkdownContext } from './conflict-markdown.ts'
import { count } from './numbers.ts'
import { shortOid } from './places.ts'
import { formatTagConflict, type ToldTagPlan } from './tags-text.ts'

/** GitHub takes 65,536 characters. */
const lengthMax = 65_000
const blocksLengthMax = 30_000

/** What the second line says once the conflicts are settled. */
export const settled = 'settled'

/** A name as a part of a comment, which it cannot end; different names stay different. */
const encode = (name: string) => encodeURI(name).replaceAll('--', '%2D%2D')

/**
 * The first line: a mirror is the repository beside that of the issue, and a branch of each. `host`: where the issue is;
 * that repository may be renamed.
 */
export function formatMark({ repositories, branches }: Pick<Plan, 'repositories' | 'branches'>, host: Side): string {
  const names = [formatRepository(repositories[otherSide[host]]), ...valuesOf(branches)]
  return `<!-- hubmirror conflict ${names.map(encode).join(' ')} -->`
}

/** The same of the tags of both repositories, which no branch is about. */
export const formatTagMark = ({ repositories }: Pick<Plan, 'repositories'>, host: Side): string =>
  `<!-- hubmirror tags ${encode(formatRepository(repositories[otherSide[host]]))} -->`

const formatState = (state: string) => `<!-- hubmirror state ${state} -->`

/** What an issue of this mirror tells, as `digestConflicts` or `settled`; null for any other issue. */
export function readState(mark: string, body: string): string | null {
  const [first, second = ''] = body.split(/\r?\n/, 2)
  return first === mark ? (/^<!-- hubmirror state (\w+) -->$/.exec(second)?.[1] ?? '') : null
}

/** The body with another state. */
export function writeState(mark: string, body: string, state: string): string {
  return [mark, formatState(state), ...body.split(/\r?\n/).slice(2)].join('\n')
}

/** The same for the same versions of the same files, whatever else the branches hold by now. */
export function digestConflicts({ conflicts }: Plan): string {
  return digest(conflicts.map(({ path, kind, detail, oids }) => [path, kind, detail, oids])).slice(0, 16)
}

const lasting =
  'This issue changes with the conflicts, and is closed when they are settled. Closed by hand it stays closed until they change.'

const linkRun = (url: string | null) => (url === null ? 'the run' : `[the run that found this](<${url}>)`)

/** `runUrl`: of the run that found the conflicts, where that is known. */
export function formatIssue(
  plan: Plan,
  host: Side,
  context: MarkdownContext & { readonly runUrl: string | null },
): { readonly title: string; readonly body: string } {
  const names = mapSides((side) => formatRepository(plan.repositories[side]))
  const places = sides
    .map((side) => `${quoteMarkdown(names[side])} (${quoteMarkdown(plan.branches[side])})`)
    .join(' and ')
  let length = 0
  const blocks = listConflictBlocks(plan, context)
  const shown = blocks.filter((block) => (length += block.length + 1) <= blocksLengthMax)
  const more = blocks.length - shown.length
  const mark = formatMark(plan, host)
  const run = linkRun(context.runUrl)
  const write = (ways: readonly string[]) =>
    [
      mark,
      formatState(digestConflicts(plan)),
      `${places} have ${count(plan.conflicts.length, 'conflict')}, and nothing is mirrored between them until that is settled. ${lasting}`,
      '',
      ...shown,
      ...ways,
      more > 0 || ways.length === 0 ? `More is told by ${run}.` : `Told by ${run}.`,
    ].join('\n')
  const body = write(formatWaysOut(plan, context))
  return {
    title: `The mirror of ${valuesOf(names).join(' and ')} has conflicts`,
    body: body.length > lengthMax ? write([]) : body,
  }
}

/** The state of an issue of tags, as `digestConflicts`. */
export function digestTags({ conflicts }: Pick<ToldTagPlan, 'conflicts'>): string {
  return digest(conflicts.map(({ name, tags }) => [name, mapSides((side) => tags[side].oid)])).slice(0, 16)
}

/** The issue of conflicts of tags, as `formatIssue`. */
export function formatTagIssue(
  told: Pick<ToldTagPlan, 'conflicts' | 'services'>,
  host: Side,
  { repositories, runUrl }: Pick<Plan, 'repositories'> & { readonly runUrl: string | null },
): { readonly title: string; readonly body: string } {
  const { conflicts, services } = told
  const names = mapSides((side) => formatRepository(repositories[side]))
  let length = 0
  const lines = conflicts
    .map((one) => `${quoteSentence(formatTagConflict(one, { services }))}.`)
    .filter((line) => (length += line.length + 1) <= blocksLengthMax)
  const more = conflicts.length - lines.length
  return {
    title: `The tags of ${valuesOf(names).join(' and ')} have conflicts`,
    body: [
      formatTagMark({ repositories }, host),
      formatState(digestTags(told)),
      `${count(conflicts.length, 'tag')} of ${sides.map((side) => quoteMarkdown(names[side])).join(' and ')} ` +
        `${conflicts.length === 1 ? 'is' : 'are'} not mirrored until that is settled. ${lasting}`,
      '',
      ...fenceMarkdown(more > 0 ? [...lines, `and ${count(more, 'more tag')}`] : lines),
      '',
      `Told by ${linkRun(runUrl)}.`,
    ].join('\n'),
  }
}

/** Said when the issue is closed. `heads`: where both sides are now. */
export function formatSettled({ services }: Plan, heads: Sides<string | null>): string {
  const places = sides.map((side) => `${services[side]} is at ${quoteMarkdown(shortOid(heads[side]))}`)
  return `Settled, and mirrored again: ${places.join(', ')}.`
}
