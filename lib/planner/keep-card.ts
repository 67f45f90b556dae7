/** Keeps the metadata of a card (README.md) where the other side's version takes its place. */
import type { MergeInput, Outcome } from '../merge/outcome.ts'
import { isFile, type BareEntry } from '../model/entry.ts'
import { cardPath as path, keepFrontMatter, splitFrontMatter } from '../model/front-matter.ts'
import { otherSide, sides, sidesOf, type Side, type Sides } from '../model/sides.ts'
import { decodeText } from '../text/decode-text.ts'
import type { Contents } from './contents.ts'

interface Keeping {
  readonly winner: Side | null
  readonly keepsNone: boolean
  readonly services: Sides<string>
}

/**
 * The outcomes; where one side's card replaces the other's, front matter that only the replaced one has is kept, on both
 * sides. A card that is no text, or an object, is left as it is. `winner`: the side of `--init`. There is no base then, so
 * that a key which its card lacks does not count as deleted. `keepsNone`: a card with front matter of its own keeps nothing.
 * `services`: the sides' names for people.
 */
export async function keepCard(
  outcomes: readonly Outcome[],
  { heads, baseOf, changes }: MergeInput,
  { winner, keepsNone, services }: Keeping,
  contents: Contents,
): Promise<readonly Outcome[]> {
  const outcome = outcomes.find((one) => one.path === path)
  if (!outcome || outcome.onlyStorage) return outcomes
  const { to, content, renamedFrom } = outcome
  const from = otherSide[to]
  const change = changes[to].get(path)
  // With `--init` the winner's changes start from what the other side holds.
  const there = change ? change.after : winner === from ? (changes[from].get(path)?.before ?? null) : null
  if (!isFile(there) || ('lfs' in there && there.lfs) || (content === null && winner === null)) return outcomes
  if (content && ('text' in content || content.side === to || content.entry.lfs)) return outcomes
  const read = async (commit: string | null, blob: BareEntry | null) =>
    commit === null || blob === null ? null : decodeText(await contents.readBlob({ side: to, commit, path }, blob))
  const [other, base] = [await read(heads[to], there), await read(baseOf(path)[to], change?.before ?? null)]
  const taken = content && decodeText(await contents.read(content))
  if (other === null || (content && taken === null)) return outcomes
  if (keepsNone && taken !== null && splitFrontMatter(taken).matter !== null) return outcomes
  const kept = keepFrontMatter(taken, other, base)
  if (!kept) return outcomes
  const keeps = `keeps ${kept.whole ? 'the front matter' : kept.keys.join(', ')} of ${services[to]}`
  const now = sidesOf(to, other, taken)
  const own = sides
    .filter((side) => now[side] !== kept.text)
    .map((side): Outcome => {
      const origin = side === to ? (renamedFrom ?? null) : null
      return { path, to: side, content: { text: kept.text }, hunks: null, keeps, renamedFrom: origin }
    })
  return outcomes.flatMap((one) => (one === outcome ? own : [one]))
}
