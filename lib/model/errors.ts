/**
 * Failures, by who has to act. Disagreement between the two sides is not one of them: conflicts and refusals are values
 * of the plan. Messages say what was done, what is so, and what to do next; they never hold a token.
 */

/** Exit code 1: the network or a service failed; running again is safe. */
export class RemoteError extends Error {
  override name = 'RemoteError'
  readonly status: number | null
  constructor(message: string, status: number | null = null, options?: ErrorOptions) {
    super(message, options)
    this.status = status
  }
}

/**
 * A connection that broke or fell silent: the same may go through a moment later. `reason` is the fact alone, for a
 * line that says that it is tried again.
 */
export class BrokenError extends RemoteError {
  readonly reason: string
  constructor(message: string, reason = 'the connection broke') {
    super(message)
    this.reason = reason
  }
}

/** Exit code 4: a token is missing, wrong, or may not do this; or what it asks for does not exist for it. */
export class DeniedError extends Error {
  override name = 'DeniedError'
}

/** No token at all, where a write needs one. */
export class MissingTokenError extends DeniedError {}

/** The head is not what the plan was made for: throw the plan away and make another. */
export class MovedError extends Error {
  override name = 'MovedError'
}

/** Exit code 1: bytes that are not what their name says. */
export class IntegrityError extends Error {
  override name = 'IntegrityError'
}

/** Exit code 1: a commit that a branch shows holds something else than the service was sent. */
export class WrongCommitError extends IntegrityError {
  override name = 'WrongCommitError'
}

/**
 * Exit code 3: a host refuses what was to be written. Final: the same would be refused again, until somebody changes it
 * or what the host allows.
 */
export class RefusedError extends Error {
  override name = 'RefusedError'
}

/** Exit code 64. */
export class UsageError extends Error {
  override name = 'UsageError'
}

/** Exit code 130: whoever started the run has ended it. */
export class StoppedError extends Error {
  override name = 'StoppedError'
}
