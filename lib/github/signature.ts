/** Author, committer and message of a commit, in a form that git and GitHub do not change when they store it. */
import { mirrorIdentity } from '../model/mirror-identity.ts'
import type { Author, NewCommit } from '../model/remote.ts'
import type { CommitObject } from './commit-id.ts'

const firstMs = 0
/** GitHub's API fails for later years. */
const lastMs = Date.parse('2099-12-31T23:59:59Z')
/** Characters that git removes from both ends of a name or an email address (`ident.c`). */
const crud = '[\\x00-\\x20.,:;<>"\\\\\']'

/**
 * A person as git stores one: without line breaks, angle brackets and `crud`, without fractions of a second, and with a date
 * that GitHub takes. An empty name or email address is replaced by that of `fallback`.
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

/** The text without NUL, which git allows in no message, and without halves of surrogate pairs, which UTF-8 cannot hold. */
export function wellFormed(text: string): string {
  return Buffer.from(text.replaceAll('\0', '')).toString('utf8')
}

/** The author of a new commit, who is its original's, and its committer, who is the mirror. */
export function signCommit({
  author,
  date,
}: Pick<NewCommit, 'author' | 'date'>): Pick<CommitObject, 'author' | 'committer'> {
  const mirror = { ...mirrorIdentity, date }
  return { author: formatPerson(author ?? mirror, mirrorIdentity), committer: formatPerson(mirror, mirrorIdentity) }
}
