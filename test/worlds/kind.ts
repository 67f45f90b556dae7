/** What `npm run test:worlds` needs to know of a kind of worlds. */

/** What became of a world. `ends`: how often its runs ended in which way; `failure`: what went wrong; null: nothing. */
export interface Played {
  readonly ends: Readonly<Record<string, number>>
  readonly failure: string | null
}

export interface Kind {
  readonly name: string
  /** Plays the world of this seed. `isShrunk`: where it fails, tells of a smaller one that does, too. */
  readonly play: (seed: number, isShrunk: boolean) => Promise<Played>
}

/** Counts words. */
export function countAll(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1
  return counts
}
