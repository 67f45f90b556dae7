/** Calls of `@huggingface/hub`: with our fetch, and without its errors. */
import { DeniedError, IntegrityError, MovedError, RefusedError, RemoteError, StoppedError } from '../model/errors.ts'
import { authorized, isSuccess, type Api } from './api.ts'
import { readBytes } from './body.ts'
import { createFailure } from './failure.ts'

export interface HubCall {
  readonly action: string
  readonly needs: 'read' | 'write'
  readonly repeat: boolean
}

/** What its functions take: the token goes on in our fetch, as theirs refuses tokens that do not begin with `hf_`. */
export interface HubParams {
  readonly repo: { readonly type: 'dataset' | 'model' | 'space'; readonly name: string }
  readonly hubUrl: string
  readonly fetch: typeof fetch
}

const readsMax = 3
const errorBodyMax = 1024 * 1024

/**
 * Failures become ours before the library sees them; what it makes of a broken body is asked for again where that is
 * harmless.
 */
export async function callHub<T>(
  api: Api,
  { action, needs, repeat }: HubCall,
  run: (params: HubParams) => Promise<T>,
): Promise<T> {
  const send = authorized(api, repeat)
  const { type, name } = api.repository
  const repo = { type: type === 'repository' ? ('dataset' as const) : type, name }
  const checked: typeof fetch = async (input, init) => {
    const response = await send(input, init)
    const answer = { status: response.status, headers: response.headers, bytes: Buffer.alloc(0) }
    if (isSuccess(answer)) return response
    throw await createFailure(
      api,
      action,
      { ...answer, bytes: await readBytes(response, errorBodyMax, `an error of ${api.where}`) },
      needs,
    )
  }
  for (let read = 1; ; read += 1) {
    try {
      return await run({ repo, hubUrl: api.endpoint, fetch: checked })
    } catch (error) {
      if (isOurs(error)) throw error
      if (!repeat || read === readsMax)
        throw new RemoteError(`Cannot ${action}: the answer broke off or is not what the Hub's API promises`, null, {
          cause: error,
        })
    }
  }
}

function isOurs(error: unknown): boolean {
  return [RemoteError, DeniedError, IntegrityError, MovedError, RefusedError, StoppedError].some(
    (kind) => error instanceof kind,
  )
}
