/** The proxies that the environment names. A run without one loads nothing else for it. */
import type { FindRoute } from './proxies.ts'

/** Environment variables: `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` are read, in upper or lower case. */
export type ProxyEnvironment = Readonly<Record<string, string | undefined>>

/** The first of these variables that has a value. */
function find(
  env: ProxyEnvironment,
  names: readonly string[],
): { readonly name: string; readonly value: string } | null {
  const name = names.find((one) => env[one])
  return name === undefined ? null : { name, value: env[name]! }
}

/**
 * Null where no proxy is named. The lower case counts first, as for curl.
 * @throws {UsageError} For what is no address of an HTTP proxy.
 */
export async function readProxies(env: ProxyEnvironment): Promise<FindRoute | null> {
  const https = find(env, ['https_proxy', 'HTTPS_PROXY'])
  const http = find(env, ['http_proxy', 'HTTP_PROXY'])
  if (!https && !http) return null
  const { createRoutes } = await import('./proxies.ts')
  return createRoutes({ https, http }, find(env, ['no_proxy', 'NO_PROXY'])?.value ?? '')
}
