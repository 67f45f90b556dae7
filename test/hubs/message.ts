/**
 * Requests and answers as the fakes exchange them with whoever calls them in this process. They have what is used of the
 * global classes, which cost more CPU than all else that a fake does: each makes streams and an abort signal.
 */
import type { Bytes, Reader } from '../../lib/http/body.ts'
import { bytesOf, readerOf } from '../../lib/http/body.ts'
import { HeaderMap } from '../../lib/http/headers.ts'

type Content = string | Uint8Array | ArrayBuffer | Bytes | null
type Lines = ConstructorParameters<typeof HeaderMap>[0]

/** A body that is in memory, as chunks: one, or none where it is empty. */
function chunksOf(content: string | Uint8Array | ArrayBuffer): Bytes {
  let left: Uint8Array | undefined = typeof content === 'string' ? Buffer.from(content) : new Uint8Array(content)
  const read: Reader['read'] = () => {
    const value = left?.length ? left : undefined
    left = undefined
    return Promise.resolve({ value })
  }
  return bytesOf({ read, cancel: () => Promise.resolve((left = undefined)) })
}

class Message {
  readonly headers: HeaderMap
  #content: Content
  #body: Bytes | null = null
  #isRead = false

  constructor(content: Content, lines: Lines) {
    this.#content = content
    this.headers = new HeaderMap(lines)
  }

  get body(): Bytes | null {
    const content = this.#content
    if (content === null) return null
    this.#body ??=
      typeof content === 'string' || content instanceof Uint8Array || content instanceof ArrayBuffer
        ? chunksOf(content)
        : content
    return this.#body
  }

  /** What a copy gets. A body that comes in chunks is doubled. */
  protected copyContent(): Content {
    const content = this.#content
    if (content === null || typeof content !== 'object' || !(Symbol.asyncIterator in content)) return content
    const [ours, theirs] = ReadableStream.from(content).tee()
    this.#content = this.#body = ours!
    return theirs!
  }

  async #read(): Promise<Buffer> {
    if (this.#isRead) throw new TypeError('The body was read before')
    this.#isRead = true
    const chunks: Uint8Array[] = []
    for await (const chunk of this.body ?? []) chunks.push(chunk)
    return Buffer.concat(chunks)
  }

  async text(): Promise<string> {
    return new TextDecoder().decode(await this.#read())
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text()) as unknown
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return new Uint8Array(await this.#read()).buffer
  }
}

interface RequestLines {
  readonly method?: string
  readonly headers?: Lines | undefined
  readonly body?: Content
}

class OwnRequest extends Message {
  readonly url: string
  readonly method: string

  /** Throws a `TypeError` where the global class does: for credentials in the address, and for a body of a GET. */
  constructor(input: string | URL | OwnRequest, init: RequestLines = {}) {
    const from = typeof input === 'object' && 'url' in input ? input : null
    super(init.body ?? from?.body ?? null, init.headers ?? from?.headers)
    const url = new URL(from?.url ?? (input as string | URL))
    this.url = url.href
    this.method = (init.method ?? from?.method ?? 'GET').toUpperCase()
    if (url.username !== '' || url.password !== '') throw new TypeError('The address holds credentials')
    if (this.body !== null && /^(GET|HEAD)$/.test(this.method)) throw new TypeError(`${this.method} has no body`)
  }

  clone(): OwnRequest {
    return new OwnRequest(this.url, { ...this, body: this.copyContent() })
  }
}

interface ResponseLines {
  readonly status?: number
  readonly headers?: Lines | undefined
}

class OwnResponse extends Message {
  readonly status: number
  readonly statusText = ''
  readonly url = ''

  constructor(content: Content = null, { status = 200, headers }: ResponseLines = {}) {
    super(content, headers)
    this.status = status
    if (typeof content === 'string' && !this.headers.has('content-type'))
      this.headers.set('content-type', 'text/plain;charset=UTF-8')
  }

  static json(value: unknown, { status = 200, headers }: ResponseLines = {}): OwnResponse {
    const answer = new OwnResponse(JSON.stringify(value), { status, headers })
    answer.headers.set('content-type', 'application/json')
    return answer
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300
  }

  clone(): OwnResponse {
    return new OwnResponse(this.copyContent(), this)
  }
}

/** A class as a caller may use it: as the global one, but for static methods that nobody uses. */
type ClassOf<T extends abstract new (...args: never[]) => unknown> = new (
  ...args: ConstructorParameters<T>
) => InstanceType<T>

export const Request = OwnRequest as unknown as ClassOf<typeof globalThis.Request>
export const Response = OwnResponse as unknown as ClassOf<typeof globalThis.Response> &
  Pick<typeof globalThis.Response, 'json'>

/** The same answer as the global class has it, for clients that need that. */
export function toGlobal(answer: globalThis.Response): globalThis.Response {
  return new globalThis.Response(answer.body === null ? null : ReadableStream.from(answer.body), {
    status: answer.status,
    headers: [...answer.headers],
  })
}

/** The same body, whose chunks are counted when they are read. */
export function countBody(body: Bytes, counted: (byteLength: number) => void): ReadableStream<Uint8Array> {
  const reader = readerOf(body)
  return bytesOf({
    read: async () => {
      const { value } = await reader.read()
      if (value !== undefined) counted(value.byteLength)
      return { value }
    },
    cancel: (reason) => reader.cancel(reason),
  }) as ReadableStream<Uint8Array>
}
