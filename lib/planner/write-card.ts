/** What the merge is told of a card that is taken for something else than it is, and what is written for it. */
import type { Outcome } from '../merge/outcome.ts'
import type { Facts } from '../merge/questions.ts'
import { servicesOf } from '../model/capabilities.ts'
import { listBlockKeys, splitCard } from '../model/card-lens.ts'
import { comparePaths, isFile } from '../model/entry.ts'
import { cardPath as path } from '../model/front-matter.ts'
import { otherSide, sides, type Sides } from '../model/sides.ts'
import { brakeFrontMatter } from '../plan/brakes.ts'
import type { Refusal } from '../plan/plan.ts'
import { decodeText } from '../text/decode-text.ts'
import type { Changed } from './card-form.ts'
import type { Changes } from './changes.ts'
import type { Planning } from './planning.ts'

/** Tells the merge what the card of a side is taken for. */
export function learnCard(facts: Facts, { card }: Changes, heads: Sides<string | null>): void {
  const head = card && heads[card.side]
  if (head) facts.learnEntries(card.side, head, new Map([[path, card.now[card.side]]]))
}

/** What turns the card of a side into what it was taken for; null where nothing does, or an outcome says more. */
function completeCard(
  outcomes: readonly Outcome[],
  { card }: Changes,
  { remotes, contents }: Planning,
): Outcome | null {
  if (card === null || outcomes.some((one) => one.path === path && one.to === card.side)) return null
  const { side, stands, now } = card
  const entry = now[side]
  if (entry?.oid === stands?.oid) return null
  const other = remotes[otherSide[side]]
  const text = entry && Buffer.from(contents.find(entry)!).toString('utf8')
  const keeps = other.readFrontMatter
    ? `without its front matter, which stays on ${other.service}`
    : `with the front matter of ${other.service}`
  return { path, to: side, content: text === null ? null : { text }, hunks: null, keeps }
}

/**
 * The outcomes with what is still in the old form; they say where front matter stays. Costs reading that, where a side
 * that keeps it gets another text.
 */
export async function writeCard(
  outcomes: readonly Outcome[],
  { changes, heads }: Changed,
  planning: Planning,
): Promise<readonly Outcome[]> {
  const { remotes } = planning
  const own = completeCard(outcomes, changes, planning)
  const all = own ? [...outcomes, own].toSorted((a, b) => comparePaths(a.path, b.path)) : outcomes
  const told = all.find(
    (one) => one.path === path && heads[one.to] !== null && remotes[one.to].readFrontMatter && !one.keeps,
  )
  const block = told && (await remotes[told.to].readFrontMatter!(heads[told.to]!))
  return block ? all.map((one) => (one === told ? { ...one, keeps: 'keeps its front matter' } : one)) : all
}

/** Refuses front matter on the side that is to hold none. Costs reading its card, where that is among the changes. */
export async function readMisplaced(
  outcomes: readonly Outcome[],
  { changes, heads }: Changed,
  { remotes, contents, options }: Planning,
): Promise<Refusal[]> {
  const keeper = sides.find((one) => remotes[one].readFrontMatter)
  if (keeper === undefined) return []
  const side = otherSide[keeper]
  const outcome = outcomes.find(({ to, path: written }) => to === side && written === path)
  const entry = changes.mirrored[side].get(path)?.after ?? null
  const content = outcome ? outcome.content : entry && { side, commit: heads[side]!, path, entry }
  if (content === null || ('entry' in content && (!isFile(content.entry) || content.entry.lfs))) return []
  const { block } = splitCard(decodeText(await contents.read(content)))
  if (block === '') return []
  return brakeFrontMatter(side, { keys: listBlockKeys(block), isWritten: options.to !== keeper }, servicesOf(remotes))
}
