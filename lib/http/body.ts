/** Bodies of requests and answers, as chunks of bytes. A chunk is only read when somebody asks for it. */
import { IntegrityError, RemoteError } from '../model/errors.ts'
import type { HeaderLines } from './headers.ts'

/** The chunks of a body in their order, to be read once. A `ReadableStream` fulfils this type. */
export type Bytes = AsyncIterable<Uint8Array>

/** An answer whose body is still to be read, and the address that it came from. A `Response` fulfils this type. */
export interface Received {
  readonly status: number
  readonly headers: HeaderLines
  readonly url: string
  readonly body: Bytes | null
}

/** Reads a body: `read` gives the next chunk (`value` is undefined at the end), `cancel` gives up the rest. */
export interface Reader {
  readonly read: () => Promise<{ readonly value?: Uint8Array | undefined }>
  readonly cancel: (reason?: unknown) => Promise<unknown>
}

/** The reader of a body. For a web stream it is the stream's own, since an iterator costs another promise a chunk. */
export function readerOf(body: Bytes): Reader {
  if ('getReader' in body) return (body as ReadableStream<Uint8Array>).getReader()
  const iterator = body[Symbol.asyncIterator]()
  return { read: () => iterator.next(), cancel: async () => await iterator.return?.() }
}

/** The body that a reader reads; the inverse of `readerOf`. To leave a loop over it before its end cancels the reader. */
export function bytesOf({ read, cancel }: Reader): Bytes {
  const next = async (): Promise<IteratorResult<Uint8Array>> => {
    const { value } = await read()
    return value === undefined ? { done: true, value } : { done: false, value }
  }
  const stop = async (): Promise<IteratorResult<Uint8Array>> => {
    await cancel()
    return { done: true, value: undefined }
  }
  return { [Symbol.asyncIterator]: () => ({ next, return: stop }) }
}

/** Gives up a body that nobody will read, which would keep its connection busy. */
export function dropBody({ body }: Pick<Received, 'body'>): void {
  if (body !== null)
    void readerOf(body)
      .cancel()
      .catch(() => {})
}

/** Functions that `watchBody` calls. */
interface BodyEvents {
  /** Somebody asked for the next chunk. */
  readonly asked: () => void
  /** A chunk came, whose length in bytes this is; 0 at the end of the body. */
  readonly came: (byteLength: number) => void
  /** Reading failed. Returns the error that the reader of the body gets instead of this one. */
  readonly broke: (error: unknown) => unknown
  /** The body ended, broke or was cancelled. */
  readonly over?: () => void
}

/**
 * The same body, which calls `events` when it is read. When `signal` is aborted, the body is cancelled, and the next read
 * throws the signal's reason.
 */
export function watchBody(body: Bytes, signal: AbortSignal, events: BodyEvents): Bytes {
  const reader = readerOf(body)
  const cancel = () => void reader.cancel(signal.reason).catch(() => {})
  const leave = () => {
    signal.removeEventListener('abort', cancel)
    events.over?.()
  }
  signal.addEventListener('abort', cancel, { once: true })
  return bytesOf({
    async read() {
      events.asked()
      try {
        const { value } = await reader.read()
        // A body that was cancelled ends like a complete one.
        signal.throwIfAborted()
        events.came(value?.byteLength ?? 0)
        if (value === undefined) leave()
        return { value }
      } catch (error) {
        leave()
        throw events.broke(error)
      }
    },
    async cancel() {
      leave()
      await reader.cancel()
    },
  })
}

/** A whole body, in memory. Throws what reading throws. */
export async function readAll(body: Bytes | null): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body ?? []) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** A whole body as a text, in memory. Throws what reading throws. */
export async function readText(body: Bytes | null): Promise<string> {
  return (await readAll(body)).toString('utf8').replace(/^\ufeff/, '')
}

/** The first bytes of an answer as text. Where reading fails, it returns what came until then and throws nothing. */
export async function readStart({ body }: Pick<Received, 'body'>, byteLengthMax: number): Promise<string> {
  if (body === null) return ''
  const reader = readerOf(body)
  const chunks: Uint8Array[] = []
  let byteLength = 0
  try {
    while (byteLength < byteLengthMax) {
      const { value } = await reader.read()
      if (value === undefined) break
      chunks.push(value)
      byteLength += value.byteLength
    }
  } catch {
    // The status of the answer is known all the same.
  }
  void reader.cancel().catch(() => {})
  return Buffer.concat(chunks).subarray(0, byteLengthMax).toString('utf8')
}

/** A body whose first chunks have come. */
interface Begun {
  /** The chunks, as long as nobody has read `body`. */
  readonly start: readonly Uint8Array[]
  /** Why there are fewer than were asked for. Whoever reads `body` to there gets it. */
  readonly failure: { readonly error: unknown } | null
  readonly body: Bytes
}

/** Reads the first bytes of a body (all of them, where it is shorter), which is as before then. Throws nothing. */
export async function beginBody(body: Bytes, byteLengthMax: number): Promise<Begun> {
  const reader = readerOf(body)
  const start: Uint8Array[] = []
  let [ended, failure]: [boolean, Begun['failure']] = [false, null]
  try {
    for (let byteLength = 0; byteLength < byteLengthMax && !ended;) {
      const { value } = await reader.read()
      if (value !== undefined) start.push(value)
      byteLength += value?.byteLength ?? 0
      ended = value === undefined
    }
  } catch (error) {
    failure = { error }
  }
  const read = async () => {
    const value = start.shift()
    if (value !== undefined || ended) return { value }
    if (failure !== null) throw failure.error
    return await reader.read()
  }
  return { start, failure, body: bytesOf({ read, cancel: () => reader.cancel() }) }
}

/** A body broke off, or ended before the length that its header announced. The same request may bring all of it. */
export class CutError extends RemoteError {}

/**
 * Reads a whole body into memory. `what` completes `Cannot read …`.
 * @throws {CutError} For a body that is not whole; `fetch` itself does not notice each of them.
 * @throws {IntegrityError} For more than `byteLengthMax` bytes, counted after decoding.
 */
export async function readWhole(
  { headers, body }: Pick<Received, 'headers' | 'body'>,
  byteLengthMax: number,
  what: string,
): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let byteLength = 0
  try {
    for await (const chunk of body ?? []) {
      byteLength += chunk.byteLength
      if (byteLength > byteLengthMax) break
      chunks.push(chunk)
    }
  } catch (error) {
    throw error instanceof RemoteError ? new CutError(error.message) : error
  }
  if (byteLength > byteLengthMax)
    throw new IntegrityError(`Cannot read ${what}: the answer is longer than ${byteLengthMax} bytes`)
  // The header announces the length before decoding.
  const announced = headers.has('content-encoding') ? 0 : Number(headers.get('content-length') ?? 0)
  if (byteLength < announced)
    throw new CutError(`Cannot read ${what}: the answer ended after ${byteLength} bytes of ${announced}`)
  return Buffer.concat(chunks, byteLength)
}
