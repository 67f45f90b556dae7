/** A page as its parts: fenced blocks, prose, headings, links. */

/** A fenced block, and the comment right above it, which says what the tests do with it. */
export interface Block {
  readonly language: string
  readonly text: string
  /** What stands between `<!--` and `-->`; empty without one. */
  readonly note: string
  /** The line of its first fence, from 1. */
  readonly line: number
  /** Where its text begins and ends in the page. */
  readonly start: number
  readonly end: number
}

const fence = /^(?:<!-- (.*?) -->\n\n?)?( *)(`{3,}|~{3,})(\w*)\n((?:[^\n]*\n)*?)\2\3$/gm

/** All fenced blocks, in order. */
export function readBlocks(page: string): Block[] {
  return [...page.matchAll(fence)].map((found) => {
    const [whole, note = '', indent, marks, language, text] = found
    const end = found.index + whole.length - indent!.length - marks!.length
    return {
      language: language!,
      text: text!.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
      note,
      line: page.slice(0, found.index + whole.indexOf(marks!)).split('\n').length,
      start: end - text!.length,
      end,
    }
  })
}

/** The page without its blocks and its comments. */
export const readProse = (page: string) => page.replace(fence, '').replace(/<!--[\s\S]*?-->/g, '')

/** Code within running text: what stands between one backtick and the next, or between two and two. */
export function readSpans(page: string): { readonly marks: number; readonly text: string }[] {
  return [...readProse(page).matchAll(/(?<!`)(`{1,2})(?!`) ?(.+?) ?(?<!`)\1(?!`)/g)].map(([, marks, text]) => ({
    marks: marks!.length,
    text: text!,
  }))
}

/** The anchors of a page, as GitHub makes them of its headings. */
export function readAnchors(page: string): Set<string> {
  const seen = new Map<string, number>()
  const anchors = new Set<string>()
  for (const [, heading] of page.replace(fence, '').matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const slug = heading!
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}\p{Pc} -]/gu, '')
      .replaceAll(' ', '-')
    const times = seen.get(slug) ?? 0
    seen.set(slug, times + 1)
    anchors.add(times === 0 ? slug : `${slug}-${times}`)
  }
  return anchors
}
