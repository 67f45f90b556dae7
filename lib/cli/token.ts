/** The two tokens, from their own variables or from where the services' own tools have theirs. They are never printed. */
import { secretLengthMin } from '../http/redact.ts'
import { services } from '../http/services.ts'
import { DeniedError } from '../model/errors.ts'
import { quote } from '../model/quote.ts'
import { mapSides, sides, type Side, type Sides } from '../model/sides.ts'

export interface FoundToken {
  readonly token: string | null
  /** Where it was found instead of in its own variable, such as `GH_TOKEN`; null where it was not. */
  readonly standIn: string | null
}

/** A variable's value without blanks around it; null where there is none. */
export type ReadVariable = (name: string) => string | null
/** The text of a file; null where it cannot be read. */
export type ReadText = (path: string) => string | null

/** Whatever else is wrong with a token, these prefixes say which service gave it. */
const givenBy: readonly (readonly [start: RegExp, side: Side])[] = [
  [/^(?:gh[opsur]_|github_pat_)/, 'github'],
  [/^hf_/, 'huggingface'],
]

/** Whether a text is what one of the services gives as a token. */
export function looksLikeToken(text: string): boolean {
  return givenBy.some(([start]) => start.test(text.trim()))
}

/**
 * A token that can be sent in a header, and to the service that gave it. What stands in a secret by mistake (quotation
 * marks, a line of a shell, two lines, a letter) is found before anything is sent. Throws a `DeniedError` that says
 * nothing of the token itself.
 */
function checkToken(side: Side, where: string, token: string): string {
  const { name, tokenVariable } = services[side]
  const whole = `Set ${tokenVariable} to the token alone, as ${name} shows it`
  const refuse = (what: string) => new DeniedError(`Cannot use ${where}: ${what}. ${whole}`)
  if (/^(["'`]).*\1$/s.test(token)) throw refuse('it is in quotation marks')
  if (/[\r\n]/.test(token)) throw refuse('it has more than one line')
  if (/^(?:bearer|token|basic)\s/i.test(token)) throw refuse('it begins with the name of a scheme')
  if (!/^[\x21-\x7e]+$/.test(token)) throw refuse('it holds a character that no token has, such as a blank or "…"')
  if (token.length < secretLengthMin) throw refuse('it is shorter than any token')
  const giver = givenBy.find(([start]) => start.test(token))?.[1] ?? side
  if (giver !== side)
    throw new DeniedError(
      `Cannot use ${where}: it is a token of ${services[giver].name}. ${whole}; are the two swapped?`,
    )
  return token
}

const setToken = (side: Side, token: string): FoundToken => ({
  token: checkToken(side, services[side].tokenVariable, token),
  standIn: null,
})

/** The Hub has two names, and leads from one to the other. */
export const hubNames: readonly string[] = ['https://huggingface.co', 'https://hf.co']

/** Whether it is the Hub itself: a mirror of it, or a server of one's own, is none. */
export function isHub(endpoint: string): boolean {
  return hubNames.includes(endpoint)
}

/** What `HF_TOKEN` was called before. */
const olderName = 'HUGGING_FACE_HUB_TOKEN'

const none: FoundToken = { token: null, standIn: null }

/**
 * `GITHUB_TOKEN`, or `GH_TOKEN`, which is what `gh` reads for github.com and no other server. Throws a `DeniedError` for
 * one that cannot be a token.
 */
function findGithubToken(set: ReadVariable, apiUrl: string): FoundToken {
  const own = set('GITHUB_TOKEN')
  if (own !== null) return setToken('github', own)
  const { hostname } = new URL(apiUrl)
  const other = hostname === 'api.github.com' || hostname.endsWith('.ghe.com') ? set('GH_TOKEN') : null
  return other === null ? none : { token: checkToken('github', 'GH_TOKEN', other), standIn: 'GH_TOKEN' }
}

/**
 * `HF_TOKEN`, else its older name, else the file in which `hf auth login` leaves a token; the latter two count for the
 * Hub itself alone (`mayRead`). Where the file lies, and that `HF_HUB_DISABLE_IMPLICIT_TOKEN` switches both off, is as
 * huggingface_hub has it. Throws a `DeniedError` for one that cannot be a token.
 */
function findHubToken(set: ReadVariable, mayRead: boolean, readText: ReadText): FoundToken {
  const own = set('HF_TOKEN')
  if (own !== null) return setToken('huggingface', own)
  if (!mayRead || /^(?:1|true|yes|on)$/i.test(set('HF_HUB_DISABLE_IMPLICIT_TOKEN') ?? '')) return none
  const older = set(olderName)
  if (older !== null) return { token: checkToken('huggingface', olderName, older), standIn: olderName }
  const home = set('HOME') ?? set('USERPROFILE')
  const cache = set('XDG_CACHE_HOME') ?? (home === null ? null : `${home}/.cache`)
  const folder = set('HF_HOME') ?? (cache === null ? null : `${cache}/huggingface`)
  const path = (set('HF_TOKEN_PATH') ?? (folder === null ? null : `${folder}/token`))
    ?.replace(/^~(?=\/)/, home ?? '~')
    .replace(/\$(?:(\w+)|\{(\w+)\})/g, (whole, bare, braced) => set(bare ?? braced) ?? whole)
  const token = path === undefined ? null : readText(path)?.trim() || null
  return token === null ? none : { token: checkToken('huggingface', path!, token), standIn: path! }
}

/** Where each side's token was found, and why what was found is none. */
interface Tokens {
  readonly tokens: Sides<string | null>
  readonly standIns: Sides<string | null>
  readonly badTokens: Sides<Error | null>
}

/** Both tokens. Throws a `DeniedError` for what cannot be one, unless `mayBeBad`: then that is told beside the others. */
export function findTokens(
  set: ReadVariable,
  { apiUrl, endpoint, oidc }: { readonly apiUrl: string; readonly endpoint: string; readonly oidc: object | null },
  readText: ReadText,
  mayBeBad: boolean,
): Tokens {
  const find: Sides<() => FoundToken> = {
    github: () => findGithubToken(set, apiUrl),
    huggingface: () => findHubToken(set, oidc === null && isHub(endpoint), readText),
  }
  const found = mapSides((side) => {
    try {
      return { ...find[side](), bad: null }
    } catch (error) {
      if (!mayBeBad || !(error instanceof DeniedError)) throw error
      return { ...none, bad: error }
    }
  })
  return {
    tokens: mapSides((side) => found[side].token),
    standIns: mapSides((side) => found[side].standIn),
    badTokens: mapSides((side) => found[side].bad),
  }
}

/**
 * What messages call the token of a side: a variable, or the file that it comes from. `oidc`: a token that the Hub gave
 * to the workflow.
 */
export function nameToken(side: Side, standIn: string | null, oidc: boolean): string {
  if (oidc) return 'the token for HF_OIDC_RESOURCE'
  if (standIn === null) return services[side].tokenVariable
  return /^\w+$/.test(standIn) ? standIn : `the token in "${quote(standIn)}"`
}

/** What a reader has to know to understand messages that name the variables. */
export function describeStandIns(standIns: Sides<string | null>): string[] {
  return sides.flatMap((side) =>
    standIns[side] === null
      ? []
      : [`${services[side].tokenVariable} is not set: ${quote(standIns[side])} is used in its place`],
  )
}

const makers: Sides<string> = {
  github:
    'GH_TOKEN is read as well for github.com, `export GITHUB_TOKEN=$(gh auth token)` takes the login of gh, and ' +
    'https://github.com/settings/personal-access-tokens/new makes a token',
  huggingface:
    'The login of `hf auth login` is read as well for huggingface.co, and https://huggingface.co/settings/tokens/new makes a token',
}

/** Where tokens come from that the message says are not set, as sentences to go on with. */
export function adviseTokens(message: string): string {
  return sides
    .filter((side) => message.includes(`${services[side].tokenVariable} is not set`))
    .map((side) => `. ${makers[side]}`)
    .join('')
}
