/** Takes secrets out of texts that people see. */

const mask = '***'

/**
 * Shorter secrets, in any form, are not hidden: they would hide ordinary words everywhere. No service gives tokens that
 * short.
 */
export const secretLengthMin = 8

/**
 * The text with `***` for each secret, in every form in which secrets travel: as they are, in URLs, in hex, in base64 and
 * base64url at each of the three alignments. Blanks around a secret, such as a file's last line break, are no part of it.
 */
export function hideSecrets(text: string, secrets: readonly string[]): string {
  const forms = secrets
    .map((secret) => secret.trim())
    .flatMap(formsOf)
    .filter((form) => form.length >= secretLengthMin)
  return forms.toSorted((a, b) => b.length - a.length).reduce((rest, form) => rest.replaceAll(form, mask), text)
}

/**
 * What the tokens of both services look like. One that somebody gave as an argument, or pasted into a name, is in no list
 * of secrets.
 */
const tokenShape = /(?<![A-Za-z0-9])(?:gh[opsur]_|github_pat_|hf_)[\w.-]{8,}/g

/**
 * The text with `***` for secrets, for whatever looks like a token, and for what is secret in addresses: query strings,
 * which may be signed, and credentials before the host.
 */
export function redactText(text: string, secrets: readonly string[]): string {
  return hideSecrets(text, secrets)
    .replaceAll(/(\b[a-z][a-z+.-]{0,15}:\/\/)[^\s/?#"'<>@]+@/gi, `$1${mask}@`)
    .replaceAll(/(^|[\s"'=(])[^\s/?#"'<>@:=(]*:[^\s/?#"'<>@:]+@(?=[\w-]+\.)/g, `$1${mask}@`)
    .replaceAll(tokenShape, mask)
    .replaceAll(/(https?:\/\/[^\s?#"'<>]*)\?[^\s"'<>]*/gi, `$1?${mask}`)
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret)
  const base64 = [0, 1, 2].map((shift) => base64Within(bytes, shift))
  return [
    secret,
    encodeURIComponent(secret),
    ...base64,
    ...base64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_')),
    bytes.toString('hex'),
  ]
}

/**
 * The base64 digits of the bytes where they stand `shift` bytes after a multiple of three in a longer text. Digits that
 * depend on the neighbours too are left off.
 */
function base64Within(bytes: Buffer, shift: number): string {
  const digits = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64')
  return digits.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6))
}
