/** A card that is to be written below its front matter: what a remote is asked about, and what cannot stand there. */
import { joinCard, splitCard } from '../model/card-lens.ts'
import { cardPath } from '../model/front-matter.ts'
import type { Draft, ReadContent } from '../model/remote.ts'

/** Whether it is about the card: `README.md` in the root. */
export const isCard = ({ path }: { readonly path: string }) => path === cardPath

/** The text of bytes; null for what is no UTF-8. Encoding it gives the same bytes again. */
export function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

/** The drafts, the card's with its block; what is wrong with that, in sentences. */
export async function putBlock(
  drafts: readonly Draft[],
  block: string,
  read: ReadContent,
): Promise<{ readonly drafts: readonly Draft[]; readonly refusals: readonly string[] }> {
  const draft = drafts.find(isCard)
  if (!draft) return { drafts, refusals: [] }
  const { content } = draft
  const refuse = (why: string) => ({ drafts, refusals: [`"${cardPath}" ${why}`] })
  const isObject = content !== null && 'entry' in content && content.entry.lfs !== null
  const body = content === null || isObject ? null : decode(await read(content))
  if (block === '')
    return splitCard(body).block === ''
      ? { drafts, refusals: [] }
      : refuse('would get front matter from the other side, which is to have none')
  if (content !== null && !isObject && body === null)
    return refuse('is no UTF-8 text on the other side, so that it cannot stand below the front matter here')
  if (isObject || (draft.store !== null && draft.store !== 'plain'))
    return refuse('would be stored as an LFS object, in which its front matter would not be found')
  if (body === '') return refuse('is empty on the other side: write a line into it, or delete it')
  const put: Draft = { ...draft, content: { text: joinCard({ block, body })! }, store: 'plain' }
  return { drafts: drafts.map((one) => (one === draft ? put : one)), refusals: [] }
}
