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

export type Bytes = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>

interface Reader { readonly read: () => Promise<{ readonly value?: Uint8Array | undefined }>, readonly cancel: (reason?: unknown) => Promise<unknown> }

/** A stream less on the way, where there need not be one. */
function readerOf(body: Bytes): Reader {
  if (body instanceof ReadableStream) return body.getReader()
  const iterator = body[Symbol.asyncIterator]()
  return { read: () => iterator.next(), cancel: async () => await iterator.return?.() }
}

/** Passes a body on as it is asked for, never reading ahead. When `signal` is aborted, it errors and what it reads from is cancelled. */
export function watchBody(body: Bytes, signal: AbortSignal, events: BodyEvents): ReadableStream<Uint8Array> {
  const reader = readerOf(body)
  const cancel = () => void reader.cancel(signal.reason).catch(() => {})
  const leave = () => {
    signal.removeEventListener('abort', cancel)
    events.over?.()
  }
  signal.addEventListener('abort', cancel, { once: true })
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      events.asked()
      try {
        const { value } = await reader.read()
        // A cancelled body ends as if it were complete.
        signal.throwIfAborted()
        events.came(value?.byteLength ?? 0)
        if (value !== undefined) return controller.enqueue(value)
      } catch (error) {
        leave()
        throw events.broke(error)
      }
      leave()
      controller.close()
    },
    async cancel(reason) {
      leave()
      await reader.cancel(reason)
    },
  }, { highWaterMark: 0 })
}

/** The start of an answer as text, for messages and their classification; what is longer is cut and the rest not waited for. */
export async function readStart(answer: Response, byteLengthMax: number): Promise<string> {
  if (answer.body === null) return ''
  const reader = answer.body.getReader()
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
export async function readAhead(body: ReadableStream<Uint8Array>, byteLengthMax: number): Promise<ReadableStream<Uint8Array>> {
  const reader = body.getReader()
  const chunks: Uint8Array[] = []
  let ended = false
  for (let byteLength = 0; byteLength < byteLengthMax && !ended;) {
    const { value } = await reader.read()
    if (value !== undefined) chunks.push(value)
    byteLength += value?.byteLength ?? 0
    ended = value === undefined
  }
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const chunk = chunks.shift() ?? (ended ? undefined : (await reader.read()).value)
      if (chunk === undefined) controller.close()
      else controller.enqueue(chunk)
    },
    cancel: reason => reader.cancel(reason),
  }, { highWaterMark: 0 })
}

/** The same answer with another body. */
export function withBody(answer: Response, body: ReadableStream<Uint8Array> | null, url: string = answer.url): Response {
  const { status, statusText, headers } = answer
  return Object.defineProperty(new Response(body, { status, statusText, headers }), 'url', { value: url })
}

/** Runs `late` when it was started and not stopped for so long; starting it again starts it anew. */
export function idleClock(timeoutMs: number, late: () => void): { readonly start: (extraMs?: number) => void, readonly stop: () => void } {
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
