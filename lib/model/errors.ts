/**
 * Failures, by who has to act. Disagreement of the two sides is none: conflicts and refusals are values of the plan.
 * Messages say what was done, what is so, and what to do next; they never hold a token.
 */
import type { Side } from './sides.ts'

/** Exit code 1: the network or a service failed; running again is safe. */
export class RemoteError extends Error {
  override name = 'RemoteError'
  readonly status: number | null
  constructor(message: string, status: number | null = null, options?: ErrorOptions) {
    super(message, options)
    this.status = status
  }
}

/** A connection that broke or fell silent, and may work a moment later. `reason`: the fact alone, without advice. */
export class BrokenError extends RemoteError {
  readonly reason: string
  constructor(message: string, reason = 'the connection broke') {
    super(message)
    this.reason = reason
  }
}

/** Exit code 4: a token is missing or wrong, or may not do this, or may not see what it asks for. */
export class DeniedError extends Error {
  override name = 'DeniedError'
}

/** A repository that is not there, or that the token may not see: nobody tells which. */
export class MissingRepositoryError extends DeniedError {
  readonly side: Side
  constructor(message: string, side: Side) {
    super(message)
    this.side = side
  }
}

/** A write without any token. */
export class MissingTokenError extends DeniedError {}

/** The head is not the one that the plan was made for: a new plan has to be made. */
export class MovedError extends Error {
  override name = 'MovedError'
}

/** Exit code 1: bytes whose hash or length is not the expected one. */
export class IntegrityError extends Error {
  override name = 'IntegrityError'
}

/** Exit code 1: a commit on a branch holds something else than the service was sent. */
export class WrongCommitError extends IntegrityError {
  override name = 'WrongCommitError'
  /** Which of its files are wrong: rules are each side's own, so that no run makes them equal to the other side's. */
  readonly wrong: 'files' | 'rules' | 'both'

  constructor(message: string, wrong: WrongCommitError['wrong'] = 'files') {
    super(message)
    this.wrong = wrong
  }
}

/** Exit code 3: a host refuses what was to be written, and would again until somebody changes one of the two. */
export class RefusedError extends Error {
  override name = 'RefusedError'
}

/** Exit code 64: the command line or the environment is wrong. */
export class UsageError extends Error {
  override name = 'UsageError'
}

/** Exit code 130: the run was ended by whoever started it. */
export class StoppedError extends Error {
  override name = 'StoppedError'
}
