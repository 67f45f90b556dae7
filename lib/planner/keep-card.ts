/**
 * Where one side's README.md takes the place of the other's, metadata that only the other one has stays, on both sides.
 */
import type { Outcome } from '../merge/outcome.ts'
import { isFile, type Blob, type Change } from '../model/entry.ts'
import { keepFrontMatter } from '../model/front-matter.ts'
import { otherSide, sides, type Side, type Sides } from '../model/sides.ts'
import { decodeText } from '../text/merge-text.ts'
import type { Contents } from './contents.ts'

/** The only card that the Hub reads. */
const path = 'README.md'

export interface CardInput {
  readonly heads: Sides<string | null>
  readonly baseOf: (path: string) => Sides<string | null>
  readonly changes: Sides<ReadonlyMap<string, Change>>
  /** The side whose files the other one is to have, where there is no base: what it lacks nobody took out. */
  readonly winner: Side | null
}

/**
 * The outcomes, with the card's own in their place where it has one. A card that is no text, or an object, is left
 * alone.
 */
export async function keepCard(
  outcomes: readonly Outcome[],
  { heads, baseOf, changes, winner }: CardInput,
  contents: Contents,
): Promise<readonly Outcome[]> {
  const [outcome, ...more] = outcomes.filter((one) => one.path === path)
  if (!outcome || more.length > 0 || outcome.onlyStorage) return outcomes
  const { to, content, renamedFrom } = outcome
  const from = otherSide[to]
  const change = changes[to].get(path)
  // What the winner changed is what the other side holds.
  const there = change ? change.after : winner === from ? (changes[from].get(path)?.before ?? null) : null
  if (!there || !isFile(there) || ('lfs' in there && there.lfs) || (content === null && winner === null))
    return outcomes
  if (content && ('text' in content || content.from === to || content.entry.lfs)) return outcomes
  const read = async (commit: string | null, blob: Blob | null) =>
    commit === null || blob === null ? null : decodeText(await contents.readBlob({ side: to, commit, path }, blob))
  const [other, base] = [await read(heads[to], there), await read(baseOf(path)[to], change?.before ?? null)]
  const taken = content && decodeText(await contents.read(content))
  if (other === null || (content && taken === null)) return outcomes
  const kept = keepFrontMatter(taken, other, base)
  if (!kept) return outcomes
  const keeps = `keeps ${kept.whole ? 'the front matter' : kept.keys.join(', ')} of ${to}`
  const now = { [to]: other, [from]: taken } as unknown as Sides<string | null>
  const own = sides.flatMap((side): Outcome[] =>
    now[side] === kept.text
      ? []
      : [
          {
            path,
            to: side,
            content: { text: kept.text },
            hunks: null,
            keeps,
            renamedFrom: side === to ? renamedFrom : undefined,
          },
        ],
  )
  return outcomes.flatMap((one) => (one === outcome ? own : [one]))
}
