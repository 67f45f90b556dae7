/** Two repositories of which the Hub's alone holds front matter. */
import { startPair, type Pair } from '../hubs/pair.ts'
import { run } from '../planner/filters-setup.ts'
import { act, text, type Files } from '../run/mirror-setup.ts'

export const mode = ['--front-matter', 'huggingface'] as const
export const block = '---\nlicense: mit\n---\n'

/** README.md on GitHub, and on the Hub. */
export const cards = (pair: Pair) => [text(pair, 'github', 'README.md'), text(pair, 'huggingface', 'README.md')]

/** Begun on the Hub and mirrored in this mode: GitHub has the text, and the Hub the same below the block. */
export async function beginApart(files: Files = {}): Promise<Pair> {
  const pair = startPair()
  act(pair, 'huggingface', { 'README.md': `${block}# Corpus\n`, 'a.txt': 'a\n', ...files }, 'Begin')
  await run(pair, ...mode)
  return pair
}
