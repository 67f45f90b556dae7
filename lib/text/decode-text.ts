/** Which files are texts. */

/** A larger file is not merged as text. */
export const textBytesMax = 10_000_000

/**
 * The text of a file; `null` where it is no text: not UTF-8, a NUL in it, or more than 10 MB. Encoding the text gives
 * the same bytes again.
 */
export function decodeText(content: Uint8Array): string | null {
  if (content.length > textBytesMax || content.includes(0)) return null
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content)
  } catch {
    return null
  }
}
