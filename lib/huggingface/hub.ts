/** Calls functions of `@huggingface/hub` with a `fetch` of ours, so that their failures become our errors. */
import { retry } from '../async/retry.ts'
import { readWhole } from '../http/body.ts'
import type { Fetch } from '../http/http.ts'
import { DeniedError, IntegrityError, MovedError, RefusedError, RemoteError, StoppedError } from '../model/errors.ts'
import { authorized, type Api } from './api.ts'
import { createFailure } from './failure.ts'
import { loadHub } from './load-hub.ts'

/** `action` completes `Cannot …`; `needs`: what the token must be allowed to do; `repeat`: to call it twice does no harm. */
interface HubCall {
  readonly action: string
  readonly needs: 'read' | 'write'
  readonly repeat: boolean
}

/** Parameters of all functions of the library. Our `fetch` adds the token: the library takes none without `hf_` in front. */
interface HubParams {
  readonly repo: { readonly type: 'dataset' | 'model' | 'space'; readonly name: string }
  readonly hubUrl: string
  readonly fetch: typeof fetch
}

const readsMax = 3
const errorBodyMax = 1024 * 1024

/**
 * Calls the library. For an answer that is no success, the error of `createFailure` is thrown, and the library does not see
 * it. Where the library fails on another answer, it is called up to 3 times if `repeat` allows that.
 */
export async function callHub<T>(
  api: Api,
  { action, needs, repeat }: HubCall,
  run: (hub: Awaited<ReturnType<typeof loadHub>>, params: HubParams) => Promise<T>,
): Promise<T> {
  const send = authorized(api, repeat)
  const { type, name } = api.repository
  const repo = { type: type === 'repository' ? ('dataset' as const) : type, name }
  const checked: Fetch = async (input, init) => {
    const response = await send(input, init)
    if (response.ok) return response
    const { status, headers } = response
    const bytes = await readWhole(response, errorBodyMax, `an error of ${api.where}`)
    throw await createFailure(api, action, { status, headers, bytes }, needs)
  }
  const hub = await loadHub()
  const work = () =>
    run(hub, { repo, hubUrl: api.endpoint, fetch: checked as unknown as typeof fetch }).catch((error: unknown) => {
      throw isOwnError(error) ? error : new BadAnswerError(action, error)
    })
  const waitAfter = (error: Error) => (repeat && error instanceof BadAnswerError ? 0 : null)
  return retry(work, { attemptsMax: readsMax, sleep: api.http.sleep, waitAfter })
}

/** The library failed on an answer: it broke off, or has another shape. */
class BadAnswerError extends RemoteError {
  constructor(action: string, cause: unknown) {
    super(`Cannot ${action}: the answer broke off or is not what the Hub's API promises`, null, { cause })
  }
}

function isOwnError(error: unknown): boolean {
  return [RemoteError, DeniedError, IntegrityError, MovedError, RefusedError, StoppedError].some(
    (kind) => error instanceof kind,
  )
}
