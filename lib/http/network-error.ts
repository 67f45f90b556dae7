/**
 * What errors of fetch and of sockets mean. They are told apart by their codes, and only codes get into messages: their
 * texts hold addresses, which may be signed.
 */

/** `reason` and `hint` are for messages. `transient`: the same request may go through a moment later. */
export interface NetworkFailure {
  readonly reason: string
  readonly hint: string
  readonly transient: boolean
}

const again = 'Run again.'

/** Knows the codes of Node's sockets and of undici, and OpenSSL's for certificates. Anything else is a broken connection. */
export function parseNetworkError(error: unknown): NetworkFailure {
  const { code, message } = innermost(error)
  if (message === 'unexpected redirect') {
    const reason = 'it answers with a redirect, which a body that is streamed cannot follow'
    return { reason, hint: 'Check the address.', transient: false }
  }
  if (code === null) return { reason: 'the connection broke', hint: again, transient: true }
  if (code === 'ENOTFOUND')
    return { reason: `there is no host of this name (${code})`, hint: 'Check the address.', transient: false }
  if (code === 'EAI_AGAIN')
    return {
      reason: `its name could not be looked up (${code})`,
      hint: 'Check the network and run again.',
      transient: true,
    }
  if (code === 'ECONNREFUSED') {
    return {
      reason: `nothing answers at this address (${code})`,
      hint: 'Check the address, or run again later.',
      transient: true,
    }
  }
  if (/TIMEOUT|ETIMEDOUT/.test(code)) return { reason: `no answer in time (${code})`, hint: again, transient: true }
  if (code === 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH') {
    return { reason: `the body was not as long as announced (${code})`, hint: again, transient: false }
  }
  if (/CERT|SELF_SIGNED|ALTNAME|UNABLE_TO_|ERR_TLS|ERR_SSL/.test(code)) {
    const hint = "Check the address; NODE_EXTRA_CA_CERTS names a certificate authority of one's own."
    return { reason: `its certificate cannot be trusted (${code})`, hint, transient: false }
  }
  return { reason: `the connection broke (${code})`, hint: again, transient: true }
}

/** The cause: fetch wraps what happened, and where several addresses of a host were tried, it is wrapped again. */
function innermost(error: unknown): { code: string | null; message: string } {
  let found = { code: null as string | null, message: '' }
  for (let at = error, depth = 0; at instanceof Error && depth < 5; depth += 1) {
    const { code, cause, message, errors } = at as Error & { code?: unknown; errors?: unknown[] }
    found = { code: typeof code === 'string' ? code : found.code, message }
    at = cause ?? errors?.[0]
  }
  return found
}
