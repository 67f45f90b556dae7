/**
 * Secrets, looked for in what a run tells: tokens, and what the services hand out beside them. A part of one, or one that is
 * encoded, is found as well. Nothing of the program's own is used for it.
 */
import { tokens, type Pair } from '../hubs/pair.ts'
import { hosts, hubOf } from './faults.ts'

/** So many characters of a secret stand nowhere by chance. */
const partLength = 14

/** What requests carried that nobody else may have: values of `Authorization`, and signatures in addresses. */
export function listSecrets(pair: Pair): Set<string> {
  const found = new Set<string>(Object.values(tokens))
  for (const host of hosts)
    for (const { headers, url } of hubOf(pair, host).requests) {
      const [scheme = '', value = ''] = (headers.get('authorization') ?? '').split(/ (.*)/s)
      if (scheme === 'Basic')
        found.add(
          Buffer.from(value, 'base64')
            .toString()
            .replace(/^[^:]*:/, ''),
        )
      const signature = /Signature=(\w+)/.exec(value)?.[1]
      found.add(signature ?? value)
      for (const [name, told] of new URL(url).searchParams) if (/signature|policy/i.test(name)) found.add(told)
    }
  return new Set([...found].filter((secret) => secret.length >= partLength))
}

/** As it is, as a part of an address, in hex, in base64 at each place where it may begin, and so for addresses. */
function listForms(secret: string): string[] {
  const bytes = Buffer.from(secret)
  const shifted = [0, 1, 2].map((shift) => Buffer.concat([Buffer.alloc(shift, 'x'), bytes]))
  // The first and last digits depend on what stands beside it.
  const base64 = shifted
    .flatMap((all) => [all.toString('base64'), all.toString('base64url')])
    .map((text) => text.slice(4, -4))
  return [secret, encodeURIComponent(secret), bytes.toString('hex'), ...base64]
}

const known = new Map<string, readonly string[]>()

/** Three parts of each form: whatever is cut off, one of them is left where more than half of it is. */
function listParts(secret: string): readonly string[] {
  const found = known.get(secret)
  if (found) return found
  const forms = listForms(secret).filter((form) => form.length >= partLength)
  const parts = forms.flatMap((form) =>
    [0, (form.length - partLength) >> 1, form.length - partLength].map((from) => form.slice(from, from + partLength)),
  )
  known.set(secret, parts)
  return parts
}

/** What of the secrets stands in a text. */
export function findLeaks(text: string, secrets: Iterable<string>): string[] {
  return [...secrets].flatMap((secret) => listParts(secret).filter((part) => text.includes(part)))
}
