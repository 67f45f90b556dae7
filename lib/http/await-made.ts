/** Looks for a repository after the request to make it, whatever the answer was. */
import { lagWaitsMs, lookUntil } from '../async/retry.ts'
import { DeniedError, RemoteError } from '../model/errors.ts'
import { isSuccess } from './answer.ts'

type Answered = { readonly status: number }

/** `answer`: to the request; null where none came. `taken`: the fact that the name is in use, null where nobody says so. */
interface Request<T> {
  readonly action: string
  readonly tokenName: string
  readonly answer: Answered | null
  readonly taken: string | null
  readonly look: () => Promise<T>
  readonly sleep: (ms: number) => Promise<void>
}

/**
 * What is seen of the repository. `isOurs`: it is certain that the request has made it.
 * @throws {DeniedError} Where it is there, and may not be seen.
 */
export async function awaitMade<T extends Answered>({
  action,
  tokenName,
  answer,
  taken,
  look,
  sleep,
}: Request<T>): Promise<{ readonly seen: T; readonly isOurs: boolean }> {
  const seen = await lookUntil(look, isSuccess, { waitsMs: lagWaitsMs, sleep })
  const isOurs = answer !== null && isSuccess(answer)
  if (isSuccess(seen)) return { seen, isOurs }
  if (taken !== null)
    throw new DeniedError(
      `${taken}; it is there, and ${tokenName} may not see it: give the token this repository, or name another one`,
    )
  const fact = isOurs ? 'it was made, and is not shown yet' : 'no clear answer came'
  throw new RemoteError(`Cannot ${action}: ${fact}; run again later, and the run goes on from there`)
}
