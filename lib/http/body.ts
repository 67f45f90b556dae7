/** Bodies of requests and answers: read in order and once, and never read ahead of who asks for them. */
import { IntegrityError, RemoteError } from '../model/errors.ts'

/** The chunks of a body, for one reader. A web stream is one. */
export type Bytes = AsyncIterable<Uint8Array>

/** An answer with its body still to be read, and the address that gave it. A `Response` is one. */
export interface Received {
  readonly status: number
  readonly headers: Headers
  readonly url: string
  readonly body: Bytes | null
}

/** Reads a body: `read` gives `value` undefined at its end, and `cancel` gives up the rest. */
export interface Reader {
  readonly read: () => Promise<{ readonly value?: Uint8Array | undefined }>
  readonly cancel: (reason?: unknown) => Promise<unknown>
}

/** A reader of a body. A web stream's own reader is one: an iterator over the stream would cost another promise a chunk. */
export function readerOf(body: Bytes): Reader {
  if (body instanceof ReadableStream) return body.getReader()
  const iterator = body[Symbol.asyncIterator]()
  return { read: () => iterator.next(), cancel: async () => await iterator.return?.() }
}

/** What a reader reads, as a body; the inverse of `readerOf`. Leaving the loop over it before its end cancels it. */
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

/** Gives up a body that nobody will read, so that its connection is free. */
export function dropBody({ body }: Pick<Received, 'body'>): void {
  if (body !== null)
    void readerOf(body)
      .cancel()
      .catch(() => {})
}

/** What is told of a body that is read through `watchBody`. */
export interface BodyEvents {
  /** Somebody waits for the next chunk. */
  readonly asked: () => void
  /** A chunk of so many bytes came; 0 at the end. */
  readonly came: (byteLength: number) => void
  /** Reading failed with this error; gives the error to throw instead. */
  readonly broke: (error: unknown) => unknown
  /** It ended, broke or was cancelled. */
  readonly over?: () => void
}

/**
 * The same body, whose events are told. When `signal` is aborted, the next read throws its reason, and the body is
 * cancelled.
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
        // To its reader, a body that was cancelled ends as if it were complete.
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

/** A `Response` of the same content, for callers of fetch. Its stream reads only when it is read. */
export function responseOf({ status, headers, body, url }: Received): Response {
  const reader = body && readerOf(body)
  const stream =
    reader &&
    new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          const { value } = await reader.read()
          if (value === undefined) controller.close()
          else controller.enqueue(value)
        },
        async cancel(reason) {
          await reader.cancel(reason)
        },
      },
      { highWaterMark: 0 },
    )
  return Object.defineProperty(new Response(stream, { status, headers }), 'url', { value: url })
}

/**
 * The first bytes of an answer as text, for messages and to tell one refusal from another. Never throws: where reading
 * fails, it gives what came until then.
 */
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
    // The answer's status stands, whatever became of its text.
  }
  // Not awaited: of a cloned answer this ends only when the other half is cancelled too.
  void reader.cancel().catch(() => {})
  return Buffer.concat(chunks).subarray(0, byteLengthMax).toString('utf8')
}

/** The same body, of which the first bytes (all, where there are no more) are here already. Throws what reading throws. */
export async function prefetchBody(body: Bytes, byteLengthMax: number): Promise<Bytes> {
  const reader = readerOf(body)
  const chunks: Uint8Array[] = []
  let ended = false
  for (let byteLength = 0; byteLength < byteLengthMax && !ended;) {
    const { value } = await reader.read()
    if (value !== undefined) chunks.push(value)
    byteLength += value?.byteLength ?? 0
    ended = value === undefined
  }
  return bytesOf({
    read: async () => ({ value: chunks.shift() ?? (ended ? undefined : (await reader.read()).value) }),
    cancel: () => reader.cancel(),
  })
}

/** A body that broke off, or ended before the length that was announced: asked for again it may come whole. */
export class CutError extends RemoteError {}

/**
 * The whole body. `what` completes `Cannot read …`.
 * @throws {CutError} Also where fetch does not notice that the body ends early.
 * @throws {IntegrityError} For more bytes than allowed, counted after decoding.
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
  // The announced length is that of the encoded body.
  const announced = headers.has('content-encoding') ? 0 : Number(headers.get('content-length') ?? 0)
  if (byteLength < announced)
    throw new CutError(`Cannot read ${what}: the answer ended after ${byteLength} bytes of ${announced}`)
  return Buffer.concat(chunks, byteLength)
}
