/** Bodies on their way through. */

export interface BodyEvents {
  /** Bytes are waited for. */
  readonly asked: () => void
  /** Bytes came; 0 at the end. */
  readonly came: (byteLength: number) => void
  /** The error to pass on for the one that ended it. */
  readonly broke: (error: unknown) => unknown
  /** It ended, broke or was cancelled. */
  readonly over?: () => void
}

/** Read once, in order, by one reader. A web stream is one. */
export type Bytes = AsyncIterable<Uint8Array>

/** What a request brings; a `Response` is one. */
export interface Answer {
  readonly status: number
  readonly statusText: string
  readonly headers: Headers
  readonly body: Bytes | null
}

/** An answer, and the address that gave it. */
export type Received = Answer & { readonly url: string }

export interface Reader {
  readonly read: () => Promise<{ readonly value?: Uint8Array | undefined }>
  readonly cancel: (reason?: unknown) => Promise<unknown>
}

/** A stream less on the way, where there need not be one. */
export function readerOf(body: Bytes): Reader {
  if (body instanceof ReadableStream) return body.getReader()
  const iterator = body[Symbol.asyncIterator]()
  return { read: () => iterator.next(), cancel: async () => await iterator.return?.() }
}

/** The inverse. A body that is not read to its end is cancelled. */
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

/** What nobody will read any more. */
export function dropBody({ body }: Pick<Answer, 'body'>): void {
  if (body !== null)
    void readerOf(body)
      .cancel()
      .catch(() => {})
}

/**
 * Passes a body on as it is asked for, never reading ahead. When `signal` is aborted, it throws and what it reads from
 * is cancelled.
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
        // A cancelled body ends as if it were complete.
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

/** For those who want a web stream; it never reads ahead. */
function streamOf(body: Bytes): ReadableStream<Uint8Array> {
  const reader = readerOf(body)
  return new ReadableStream<Uint8Array>(
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
}

/**
 * The start of an answer as text, for messages and their classification; what is longer is cut and the rest not waited
 * for.
 */
export async function readStart({ body }: Pick<Answer, 'body'>, byteLengthMax: number): Promise<string> {
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

/** The same body with its first bytes already here; the rest comes as it is asked for. */
export async function readAhead(body: Bytes, byteLengthMax: number): Promise<Bytes> {
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

export function responseOf({ status, statusText, headers, body, url }: Answer & { readonly url: string }): Response {
  return Object.defineProperty(
    new Response(body === null ? null : streamOf(body), { status, statusText, headers }),
    'url',
    { value: url },
  )
}

/** Runs `late` when it was started and not stopped for so long; starting it again starts it anew. */
export function idleClock(
  timeoutMs: number,
  late: () => void,
): { readonly start: (extraMs?: number) => void; readonly stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = () => clearTimeout(timer)
  return {
    stop,
    start: (extraMs = 0) => {
      stop()
      timer = setTimeout(late, timeoutMs + extraMs)
    },
  }
}

/** For promises that may not know the signal: rejects when it is aborted, whatever they do. */
export function unlessAborted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.finally(() => signal.removeEventListener('abort', abort)).then(resolve, reject)
  })
}
