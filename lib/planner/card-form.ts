/**
 * The card where one side keeps its front matter to itself (`--front-matter`), and where it did so until now. The other
 * side holds the text alone. What that side had before the form changed is taken for what it is in today's form, so that
 * neither the change nor its undoing looks like an edit; the run writes what then is still in the old form.
 */
import type { Base } from '../history/base.ts'
import { joinCard, splitCard, type CardParts } from '../model/card-lens.ts'
import { isFile, type Entry } from '../model/entry.ts'
import { cardPath as path } from '../model/front-matter.ts'
import { parseSet } from '../model/mirrored-set.ts'
import {
  awaitSides,
  bothOf,
  mapSides,
  otherSide,
  sides,
  sidesOf,
  valuesOf,
  type Side,
  type Sides,
} from '../model/sides.ts'
import { decodeText } from '../text/decode-text.ts'
import type { CardForm, Changes } from './changes.ts'
import type { Planning } from './planning.ts'

/** What both sides hold. */
export interface Changed {
  readonly changes: Changes
  readonly heads: Sides<string | null>
}

/** What the cards are read for. */
interface Reading extends Changed {
  /** The two commits of the base, where the card's form may have changed since. */
  readonly base: Sides<string> | null
  readonly planning: Planning
}

/** The text of a card; null where there is none, undefined for what is no text. */
async function readText(
  side: Side,
  commit: string | null,
  entry: Entry | null,
  { contents }: Planning,
): Promise<string | null | undefined> {
  if (commit === null || entry === null) return null
  if (!isFile(entry) || entry.lfs) return undefined
  return decodeText(await contents.readBlob({ side, commit, path }, entry)) ?? undefined
}

/** What both commits of the base hold as their card, and the texts; null where one of them is no text. */
async function readAtBase({ base, planning }: Reading) {
  if (base === null) return null
  const read = async (side: Side) => {
    const entry = (await planning.remotes[side].readEntries(base[side], [path])).get(path) ?? null
    return { entry, text: await readText(side, base[side], entry, planning) }
  }
  const [one, other] = sides
  const found = sidesOf(one, await read(one), await read(other))
  if (sides.some((side) => found[side].text === undefined)) return null
  // Whoever asks for the text asks by its id, perhaps the side that does not hold it.
  const keep = ({ entry, text }: (typeof found)[Side]) => entry && planning.contents.make(text!, entry.mode)
  return mapSides((side) => ({ entry: keep(found[side]), text: found[side].text ?? null }))
}

/** What each side has as its card now; null also where it changed nothing. */
const changedCards = ({ changes }: Reading) => mapSides((side) => changes.mirrored[side].get(path)?.after ?? null)

/** Whether two blocks say the same, whatever their line ends. */
function isSameBlock(one: string, other: string): boolean {
  const lines = (block: string) => block.replaceAll(/\r\n?/g, '\n').trim()
  return lines(one) === lines(other)
}

/** What both sides had as their card at the base, in today's form: what one of them, `from`, has there. */
interface CardBefore {
  readonly from: Side
  readonly entry: Entry | null
}

/** The changes, with the card in today's form. `shared` null: what it was is what the changes say. */
function reform({ changes, base }: Reading, form: CardForm, shared: CardBefore | null): Changes {
  const mirrored = mapSides((side) => {
    const before = shared ? shared.entry : (changes.mirrored[side].get(path)?.before ?? null)
    const after = form.now[side]
    const made = new Map(changes.mirrored[side])
    if (before?.oid === after?.oid) made.delete(path)
    else made.set(path, { path, before, after })
    return made
  })
  if (shared === null) return { ...changes, mirrored, card: form }
  // No commit of the other side holds that.
  const commits = sidesOf(shared.from, base![shared.from], null)
  return { ...changes, mirrored, bases: new Map([...changes.bases, [path, commits]]), card: form }
}

/** With a note on each card that is no text, which is shown as it is. Only those that changed are looked at. */
async function noteShownWhole(reading: Reading): Promise<Reading> {
  const { changes, heads, planning } = reading
  const cards = changedCards(reading)
  const texts = await awaitSides((side) => readText(side, heads[side], cards[side], planning))
  const notes = sides
    .filter((side) => texts[side] === undefined)
    .map((side) => `${path} on ${planning.remotes[side].service} is no plain text: it is mirrored as it is`)
  return notes.length === 0 ? reading : { ...reading, changes: { ...changes, notes: [...changes.notes, ...notes] } }
}

/** One side keeps its front matter: the other one's goes where it loses nothing, since both hold the same. */
async function hideBlock(keeper: Side, reading: Reading): Promise<Changes> {
  const { changes, heads, planning } = reading
  const { remotes, contents, options } = planning
  const side = otherSide[keeper]
  const cards = changedCards(reading)
  const stands = cards[side]
  const atBase = await readAtBase(reading)
  const had = splitCard(atBase?.[side].text ?? null)
  const isAligned = atBase !== null && had.body === atBase[keeper].text
  const { block, body } = splitCard((await readText(side, heads[side], stands, planning)) ?? null)
  if (block === '' && atBase === null) return changes
  const blockAt = async (commit: string | null) =>
    commit === null ? '' : ((await remotes[keeper].readFrontMatter?.(commit)) ?? '')
  const mayGo =
    block !== '' &&
    options.to !== keeper &&
    (isSameBlock(block, await blockAt(heads[keeper])) ||
      (isAligned && block === had.block && isSameBlock(block, await blockAt(reading.base![keeper]))))
  const text = mayGo && body !== null ? contents.make(body, stands!.mode) : null
  const now = sidesOf(side, mayGo ? text : stands, cards[keeper])
  return reform(reading, { side, stands, now }, isAligned ? { from: keeper, entry: atBase[keeper].entry } : null)
}

/**
 * Front matter was kept by one side until now, and is that of both from now on: the other side had it all the time, or,
 * where it has some of its own by now, neither had.
 */
async function showBlock(reading: Reading): Promise<Changes> {
  const { heads, planning } = reading
  const atBase = await readAtBase(reading)
  const parts: Sides<CardParts> | null = atBase && mapSides((side) => splitCard(atBase[side].text))
  const keeper = sides.find(
    (one) => parts && parts[one].block !== '' && parts[one].body === atBase![otherSide[one]].text,
  )
  if (keeper === undefined) return reading.changes
  const side = otherSide[keeper]
  const cards = changedCards(reading)
  const stands = cards[side]
  const text = await readText(side, heads[side], stands, planning)
  const hasOwn = text === undefined || splitCard(text).block !== ''
  const isGone = stands === null && atBase![side].entry !== null
  const shown =
    hasOwn || isGone
      ? stands
      : planning.contents.make(joinCard({ block: parts![keeper].block, body: text })!, stands?.mode ?? '100644')
  const from = hasOwn ? side : keeper
  const now = sidesOf(side, shown, cards[keeper])
  return reform(reading, { side, stands, now }, { from, entry: atBase![from].entry })
}

/**
 * The changes with the card in today's form, where it is among them. Costs reading the other side's card, and both at the
 * base where the form has changed since.
 */
export async function formCard(
  changes: Changes,
  { commits, set, beside }: Pick<Base, 'commits' | 'set' | 'beside'>,
  heads: Sides<string | null>,
  planning: Planning,
): Promise<Changes> {
  const { remotes, options } = planning
  // Where a later commit is the base of the card, what it was at this one tells nothing.
  const isLoose = beside === null && valuesOf(changes.bases.get(path) ?? commits).every((commit) => commit === null)
  const base = changes.letIn.has(path) && isLoose ? bothOf(commits) : null
  const reading = { changes, base, heads, planning }
  const keeper = sides.find((side) => remotes[side].readFrontMatter)
  if (keeper !== undefined) return hideBlock(keeper, await noteShownWhole(reading))
  const wasKept = !options.filters.frontMatter && parseSet(set)?.frontMatter === true
  return wasKept && base !== null ? showBlock(reading) : changes
}
