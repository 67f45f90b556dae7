/**
 * What errors of node's client and of sockets mean, by their codes. Their texts never get into a message: they hold addresses,
 * and a signed address is a secret.
 */

/** `reason` and `hint` (what to do) are for messages. `transient`: the same request may succeed a moment later. */
interface NetworkFailure {
  readonly reason: string
  readonly hint: string
  readonly transient: boolean
}

const [again, checkAddress] = ['Run again.', 'Check the address.']

/** The codes of proxies, of Node's client and sockets, and of OpenSSL for certificates. The first row that matches counts. */
const meanings: readonly (readonly [code: RegExp, reason: string, hint: string, transient: boolean])[] = [
  [
    /^PROXY_ANSWERED_407$/,
    'the proxy asks for a name and a password',
    'Put them into its address: http://name:password@host:port.',
    false,
  ],
  [/^PROXY_ANSWERED_4/, 'the proxy lets nobody through to it', 'Ask who runs the proxy.', false],
  [/^PROXY_ANSWERED_/, 'the proxy cannot reach it', again, true],
  [/^ENOTFOUND$/, 'there is no host of this name', checkAddress, false],
  [/^EAI_AGAIN$/, 'its name could not be looked up', 'Check the network and run again.', true],
  [
    /^PRIVATE_ADDRESS$/,
    'its name leads into a private network, and only a configured host may be there',
    checkAddress,
    false,
  ],
  [/^ECONNREFUSED$/, 'nothing answers at this address', 'Check the address, or run again later.', true],
  [/TIMEOUT|ETIMEDOUT/, 'no answer in time', again, true],
  [/CONTENT_LENGTH_MISMATCH$/, 'the body was not as long as announced', again, false],
  [
    /CERT|SELF_SIGNED|ALTNAME|UNABLE_TO_|ERR_TLS|ERR_SSL/,
    'its certificate cannot be trusted',
    "Check the address; NODE_EXTRA_CA_CERTS names a certificate authority of one's own.",
    false,
  ],
  [/^/, 'the connection broke', again, true],
]

/** What an error of `fetch` or of a socket means. An error without a known code counts as a broken connection. */
export function parseNetworkError(error: unknown): NetworkFailure {
  const { code, message } = innermost(error)
  if (message === 'unexpected redirect') {
    const reason = 'it answers with a redirect, which a body that is streamed cannot follow'
    return { reason, hint: checkAddress, transient: false }
  }
  const [, reason, hint, transient] = meanings.find(([codes]) => codes.test(code ?? ''))!
  return { reason: code === null ? reason : `${reason} (${code})`, hint, transient }
}

/** The innermost cause: `fetch` wraps an error, and wraps it twice where it tried several addresses of a host. */
function innermost(error: unknown): { code: string | null; message: string } {
  let found = { code: null as string | null, message: '' }
  for (let at = error, depth = 0; at instanceof Error && depth < 5; depth += 1) {
    const { code, cause, message, errors } = at as Error & { code?: unknown; errors?: unknown[] }
    found = { code: typeof code === 'string' ? code : found.code, message }
    at = cause ?? errors?.[0]
  }
  return found
}
