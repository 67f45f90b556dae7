/** Pairs of which one side is private. */
import { type Side } from '../../lib/model/sides.ts'
import { startPair, type Pair, type PairOptions } from '../hubs/pair.ts'

type Private = Partial<Record<Side, boolean>>

export const about = (line: string) =>
  /^GET \/(?:repos|api\/datasets|api\/models|api\/spaces)\/acme\/corpus \d/.test(line)

/** The branch is named: who does not name it asks for its name where visibility is asked for, too. */
export function start(isPrivate: Private, options: PairOptions = {}): Pair {
  return startPair({
    ...options,
    env: { BRANCH: 'main', ...options.env },
    github: { private: isPrivate.github ?? false, ...options.github },
    huggingface: { private: isPrivate.huggingface ?? false, ...options.huggingface },
  })
}
