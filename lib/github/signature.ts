/** Who made a commit and when, in a form that git and GitHub store as it is. */
import { mirrorIdentity } from '../model/mirror-identity.ts'
import type { Author, NewCommit } from '../model/remote.ts'
import type { CommitObject } from './commit-id.ts'

const firstMs = 0
/** GitHub's API fails on later years. */
const lastMs = Date.parse('2099-12-31T23:59:59Z')
/** What git takes off both ends of a name or an address (`ident.c`). */
const crud = '[\\x00-\\x20.,:;<>"\\\\\']'

/**
 * A person as git would store them, so that the service has nothing to change: no line breaks, brackets or crud, no
 * fractions of a second, a date that GitHub takes. `fallback` stands in for what is then empty.
 */
function formatPerson(
  { name, email, date }: Author,
  fallback: { readonly name: string; readonly email: string },
): Author {
  const trim = (text: string) =>
    wellFormed(text)
      .replaceAll(/[<>\n\0]/g, '')
      .replace(new RegExp(`^${crud}+|${crud}+$`, 'g'), '')
  const ms = Date.parse(date)
  const bounded = Math.min(lastMs, Math.max(firstMs, Number.isNaN(ms) ? firstMs : ms))
  const whole = bounded === ms ? date.replace(/\.\d+/, '') : new Date(bounded).toISOString().replace(/\.\d+/, '')
  return { name: trim(name) || fallback.name, email: trim(email) || fallback.email, date: whole }
}

/** The text without NUL, which git knows in no message, and without halves of characters, which cannot be sent. */
export function wellFormed(text: string): string {
  return Buffer.from(text.replaceAll('\0', '')).toString('utf8')
}

/** Who made a commit: its original's author, and the mirror as committer. */
export function signCommit({ author, date }: NewCommit): Pick<CommitObject, 'author' | 'committer'> {
  const mirror = { ...mirrorIdentity, date }
  return { author: formatPerson(author ?? mirror, mirrorIdentity), committer: formatPerson(mirror, mirrorIdentity) }
}
