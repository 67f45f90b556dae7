/** Which addresses a side's requests may go to, and what of a request is sent to the target of a redirect. */
import { RemoteError } from '../model/errors.ts'
import type { Side, Sides } from '../model/sides.ts'
import { HeaderMap } from './headers.ts'
import { hideSecrets, redactText } from './redact.ts'
import { services } from './services.ts'

/** Headers that are sent to another origin. `fetch` itself would send all but `Authorization` and `Cookie`. */
const keptAcrossOrigins: ReadonlySet<string> = new Set(['accept', 'accept-encoding', 'range', 'user-agent'])

const hopsMax = 5

/**
 * Why a side's requests may not go to an address; `null` where they may. They may go to its configured origins, and by
 * https at the default port to the hosts that it is known to use (`services`). Plain http is allowed to loopback, where all
 * configured origins are loopback too.
 */
export function refuseAddress(address: string | URL, side: Side, origins: Sides<readonly string[]>): string | null {
  const url = parseUrl(address)
  if (url === null) return 'it is not an address'
  if (url.username !== '' || url.password !== '') return 'the address carries credentials'
  const configured = origins[side].map((origin) => new URL(origin))
  const allLoopback =
    configured.length > 0 && configured.every((origin) => origin.protocol === 'http:' && isLoopback(origin))
  if (url.protocol === 'http:' && allLoopback && isLoopback(url)) return null
  if (url.protocol !== 'https:') return 'it is not https'
  if (configured.some((origin) => origin.origin === url.origin)) return null
  if (url.port !== '') return `port ${url.port} is not the default one`
  const { name, hosts } = services[side]
  const known = hosts.some((host) => url.hostname === host || url.hostname.endsWith(`.${host}`))
  return known ? null : `it is not a host that ${name} is known to use`
}

/** Whether an address is at one of the origins that the side's token is for. */
export function isConfigured(url: URL, side: Side, origins: Sides<readonly string[]>): boolean {
  return origins[side].some((origin) => new URL(origin).origin === url.origin)
}

/**
 * Whether the host may be in a private network. Throws a `RemoteError` for an address that the side does not use, and for a
 * token that is not for this origin.
 */
export function checkRequest(
  side: Side,
  { url, headers }: { readonly url: URL; readonly headers: HeaderMap },
  { origins, secrets }: { readonly origins: Sides<readonly string[]>; readonly secrets: readonly string[] },
): boolean {
  const isOwn = isConfigured(url, side, origins)
  const isApiToken = /^(bearer|token)\s/i.test(headers.get('authorization') ?? '')
  const sent = [url.href, ...[...headers].map(([, value]) => value)].join('\n')
  const carriesToken =
    !isOwn && (isApiToken || hideSecrets(sent, secrets) !== sent)
      ? 'the request carries a token that is not for it'
      : null
  const refused = refuseAddress(url, side, origins) ?? carriesToken
  // Plain http is only let through to loopback, where all configured origins are.
  if (refused === null) return isOwn || url.protocol === 'http:'
  throw new RemoteError(
    redactText(`Cannot send a ${services[side].name} request to ${url.host}: ${refused}. Nothing was sent.`, secrets),
  )
}

/** A redirect, and the request that it answers. `hops`: how many redirects were followed before. */
export interface Redirect {
  readonly status: number
  readonly location: string
  readonly hops: number
  readonly method: string
  readonly url: URL
  readonly headers: HeaderMap
}

/** The address and headers for the same method and body, or why they must not be sent. */
type Redirected = { readonly url: URL; readonly headers: HeaderMap } | { readonly refused: string }

/**
 * Where a redirect leads. GET and HEAD follow each redirect to an allowed address. Other methods only follow 307 and 308,
 * which the Hub answers for renamed repositories, and only to the side's configured origins, so that no body reaches a host
 * that the caller did not name.
 */
export function planRedirect(
  { status, location, hops, method, url, headers }: Redirect,
  side: Side,
  origins: Sides<readonly string[]>,
): Redirected {
  if (hops >= hopsMax) return { refused: `more than ${hopsMax} redirects` }
  const next = parseUrl(location, url)
  if (next === null) return { refused: 'it is not an address' }
  const refused = refuseAddress(next, side, origins)
  if (refused !== null) return { refused }
  // All configured origins of a side belong to one service, and the token is for each of them.
  const sameService =
    next.origin === url.origin || (isConfigured(url, side, origins) && isConfigured(next, side, origins))
  if (method !== 'GET' && method !== 'HEAD') {
    if (status !== 307 && status !== 308) return { refused: `${status} would change ${method} into another request` }
    if (!sameService) return { refused: `the body of a ${method} is only sent to the host it was meant for` }
  }
  return {
    url: next,
    headers: sameService ? headers : new HeaderMap([...headers].filter(([name]) => keptAcrossOrigins.has(name))),
  }
}

/** Whether a status is that of a redirect with a `Location`. */
export function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status)
}

function parseUrl(address: string | URL, base?: URL): URL | null {
  return URL.canParse(String(address), base?.href) ? new URL(address, base) : null
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}
