/**
 * Words of a commit message that GitHub does not only show but acts on: they close issues and pull requests. Decision
 * 0021. Pure.
 */

/** One of GitHub's nine keywords, and right behind it what it takes for an issue or a pull request. */
const closing =
  /(?<!\w)((?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)\b:?\s*)(?:((?:[\w.-]+\/)?[\w.-]*#)(?=\d)|(GH)-(?=\d)|https?:\/\/(?=[^\s/]+\/[\w.-]+\/[\w.-]+\/(?:issues|pull)\/\d))/gi

/**
 * The same text, closing nothing: `Fixes #12` becomes `Fixes # 12`, `Closes GH-12` becomes `Closes GH 12`, and an
 * address after such a word loses its scheme. Numbers that nothing is said to be done with stay as they are.
 */
export function stopClosing(text: string): string {
  return text.replace(
    closing,
    (_, word: string, number?: string, name?: string) => `${word}${number ? `${number} ` : name ? `${name} ` : ''}`,
  )
}
