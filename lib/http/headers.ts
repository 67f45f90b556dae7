/**
 * Header lines without the class `Headers`, whose first use makes node load all that its `fetch` consists of: 9 MB, and as
 * much CPU as node takes to start.
 */

/** Header lines to be read, by names in any case. `Headers` fulfils this type. */
export type HeaderLines = Pick<Headers, 'get' | 'has'> & Iterable<[string, string]>

/** Header lines, each name once; iterated over with names in lower case. */
export class HeaderMap implements HeaderLines {
  readonly #lines = new Map<string, string>()

  /** Throws a `TypeError` for what is no header line. */
  constructor(lines: Iterable<readonly [string, string]> | Readonly<Record<string, string>> = []) {
    for (const [name, value] of Symbol.iterator in lines ? lines : Object.entries(lines)) this.set(name, value)
  }

  get(name: string): string | null {
    return this.#lines.get(name.toLowerCase()) ?? null
  }

  has(name: string): boolean {
    return this.#lines.has(name.toLowerCase())
  }

  /** Throws a `TypeError` for what is no header line. */
  set(name: string, value: string): void {
    const text = String(value).trim()
    // What node's client would refuse to send. The message may not show the value, which may be a token.
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || /[^\t\x20-\x7e\x80-\xff]/.test(text))
      throw new TypeError('It is no header line')
    this.#lines.set(name.toLowerCase(), text)
  }

  delete(name: string): void {
    this.#lines.delete(name.toLowerCase())
  }

  keys(): Iterable<string> {
    return this.#lines.keys()
  }

  [Symbol.iterator](): MapIterator<[string, string]> {
    return this.#lines[Symbol.iterator]()
  }
}
