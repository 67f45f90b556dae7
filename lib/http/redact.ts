/** Takes secrets out of texts that people see. */

const mask = '***'

/** Shorter secrets are not hidden: that would hide ordinary words, and no service gives tokens so short. */
export const secretLengthMin = 8

/**
 * The text with `***` for each secret, in every form in which a secret may appear: as it is, encoded for URLs, in hex, in
 * base64 and base64url at each of their three alignments. Blanks around a secret do not belong to it.
 */
export function hideSecrets(text: string, secrets: readonly string[]): string {
  const forms = secrets
    .map((secret) => secret.trim())
    .flatMap(formsOf)
    .filter((form) => form.length >= secretLengthMin)
  return forms.toSorted((a, b) => b.length - a.length).reduce((rest, form) => rest.replaceAll(form, mask), text)
}

/** What tokens of both services look like. A token that was pasted into an argument or a name is in no list of secrets. */
const tokenShape = /(?<![A-Za-z0-9])(?:gh[opsur]_|github_pat_|hf_)[\w.-]{8,}/g

/**
 * The text with `***` for secrets, for what looks like a token, and for the secret parts of addresses: credentials before
 * the host, and query strings, which may hold a signature.
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
 * The base64 digits of bytes that begin `shift` bytes after a multiple of three in a longer text, without the digits that
 * depend on neighbouring bytes too.
 */
function base64Within(bytes: Buffer, shift: number): string {
  const digits = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64')
  return digits.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6))
}
