/** Words of a commit message by which GitHub closes issues and pull requests (decision 0021). */

/** One of GitHub's nine keywords, followed by what it takes for an issue or a pull request. */
const keyword = /(?<!\w)((?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)\b:?\s*)/
const numbered = /((?:[\w.-]+\/)?[\w.-]*#)(?=\d)|(GH)-(?=\d)/
const linked = /https?:\/\/(?=[^\s/]+\/[\w.-]+\/[\w.-]+\/(?:issues|pull)\/\d)/
const closing = new RegExp(`${keyword.source}(?:${numbered.source}|${linked.source})`, 'gi')

/**
 * The same text, closing nothing: `Fixes #12` becomes `Fixes # 12`, `Closes GH-12` becomes `Closes GH 12`, and an
 * address after such a word loses its scheme. Other numbers stay as they are.
 */
export function stopClosing(text: string): string {
  return text.replace(
    closing,
    (_, word: string, number?: string, name?: string) => `${word}${number ? `${number} ` : name ? `${name} ` : ''}`,
  )
}
