import * as http from 'node:http'
import { UsageError } from '../model/errors.ts'

/** Environment variables: `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` are read, in upper or lower case. */
export type ProxyEnvironment = Readonly<Record<string, string | undefined>>

/**
 * Makes Node's `fetch` and its own client use proxies. Node has it since 24.14 and 25.4, and the types, which are those of
 * the oldest Node that is supported, lack it.
 */
type SetProxies = (env: ProxyEnvironment) => void
const setProxies: SetProxies | null =
  (http as { readonly setGlobalProxyFromEnv?: SetProxies }).setGlobalProxyFromEnv ?? null

const variables = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY']

/**
 * Makes Node use the proxies that `env` names. Returns a sentence for messages about a host that cannot be reached, `''`
 * where no proxy is named. The sentence leaves out a proxy's address, which may hold a password. Tests pass their own `set`.
 * @throws {UsageError} For an address that Node cannot use.
 */
export function useProxies(env: ProxyEnvironment, set: SetProxies | null = setProxies): string {
  const name = variables.find((one) => env[one])
  if (name === undefined) return ''
  if (set === null)
    return (
      ` ${name} is set, and this version of Node goes through no proxy by itself: use Node 24.14 or newer, ` +
      'or set NODE_USE_ENV_PROXY=1 with Node 22.21 or newer.'
    )
  try {
    set(env)
  } catch {
    throw new UsageError(
      `Cannot use ${name}: it is not the address of an HTTP proxy, such as http://proxy.example.org:3128`,
    )
  }
  return ` The proxy that ${name} names was asked to; NO_PROXY lists hosts that need none.`
}
