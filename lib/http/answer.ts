/** What became of a request, by its answer's status or its error. */
import { DeniedError, RefusedError, RemoteError } from '../model/errors.ts'

type Answered = { readonly status: number }

/** Whether the status is one of success, 200 to 299. */
export function isSuccess({ status }: Answered): boolean {
  return status >= 200 && status < 300
}

/** Whether the service failed or gave up (408, 5xx): what was asked for may have been done all the same. */
export function isUnclear({ status }: Answered): boolean {
  return status === 408 || status >= 500
}

/** The value of a promise, or `instead` where it fails with a `RemoteError`. Other errors are thrown. */
export async function catchRemoteError<T, U>(promise: Promise<T>, instead: U): Promise<T | U> {
  try {
    return await promise
  } catch (error) {
    if (error instanceof RemoteError) return instead
    throw error
  }
}

/** The value of a promise, or the error where a service fails or refuses. Other errors are thrown. */
export async function catchFailure<T>(promise: Promise<T>): Promise<T | Error> {
  try {
    return await promise
  } catch (error) {
    if (error instanceof RemoteError || error instanceof DeniedError || error instanceof RefusedError) return error
    throw error
  }
}
