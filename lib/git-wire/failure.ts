/** Errors of answers of git's server. */
import { CutError } from '../http/body.ts'
import { IntegrityError, RemoteError } from '../model/errors.ts'
import { quote } from '../model/quote.ts'

/** For an answer that is not what the protocol promises. */
export function broken(why: string): IntegrityError {
  return new IntegrityError(`Cannot read git's answer: ${why}`)
}

/** For an answer that ends before its last byte. */
export function cut(): CutError {
  return new CutError("Cannot read git's answer: it ended too early")
}

/** In which the server says that it does not do what was asked. */
export class RefusalError extends RemoteError {}

/** For an answer that is an error of the server, with its words; `Kind` tells whether it came to begin. */
export function saidByServer(words: string, Kind = RemoteError): RemoteError {
  return new Kind(`Cannot read git's answer: it is "${quote(words.trim())}"`)
}
