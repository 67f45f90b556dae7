/**
 * A card (README.md) in two parts, so that one side can keep its front matter to itself. What Hugging Face reads as front
 * matter is one here (`front-matter.ts`), but for what is no mapping: two horizontal rules in prose, or nothing at all.
 *
 * Laws: joining the parts of a text gives that text; the parts of a joined text are those that were joined, unless the body
 * is empty, or has front matter of its own and the block is empty.
 */
import { listKeys, parseKey, splitFrontMatter } from './front-matter.ts'

/**
 * `block`: the front matter with its fences and one blank line below, where that is there; empty for none. `body`: the text
 * below; null where the block is all there is.
 */
export interface CardParts {
  readonly block: string
  readonly body: string | null
}

/** Whether the first line that says anything could begin a mapping; where comments are all there is, they are metadata. */
function isMetadata(matter: string): boolean {
  const lines = matter.split(/[\r\n]+/).map((line) => line.trim())
  const first = lines.find((line) => line !== '' && !line.startsWith('#'))
  return first === undefined ? lines.some((line) => line !== '') : first.startsWith('{') || parseKey(first) !== null
}

/** Splits a card; null stands for no card. */
export function splitCard(text: string | null): CardParts {
  if (text === null) return { block: '', body: null }
  const { open, matter, close, body } = splitFrontMatter(text)
  if (matter === null || !isMetadata(matter)) return { block: '', body: text }
  const [blank] = /^\r?\n|^/.exec(body)!
  return { block: open + matter + close + blank, body: body.slice(blank.length) || null }
}

/** The card with these parts; null where both are absent. What would be taken for a part of the block gets a line break. */
export function joinCard({ block, body }: CardParts): string | null {
  if (block === '' || !body) return block || body
  const lineEnd = /\r?\n/.exec(block)?.[0] ?? '\n'
  const above = block.endsWith('\n') ? block : block + lineEnd
  return `${above}${/^\r?\n/.test(body) && !/\n\r?\n$/.test(above) ? lineEnd : ''}${body}`
}

/** The top-level keys of a block, as far as it has any. */
export function listBlockKeys(block: string): string[] {
  return [...(listKeys(splitFrontMatter(block).matter)?.keys() ?? [])]
}
