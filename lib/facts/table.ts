/** Rows and columns of CSV and TSV. What is no row beyond doubt is called a line. Pure. Source: RFC 4180 for quotes. */
import { createFacts, type Found } from './facts.ts'

const [lineFeed, carriageReturn, quotation] = [10, 13, 34]
const separators = [',', ';', '\t', '|'].map((each) => each.charCodeAt(0))

/** Lines as `wc` counts them, and one more where the last does not end. */
function countLines(bytes: Uint8Array): number {
  let count = bytes.byteLength > 0 && bytes.at(-1) !== lineFeed ? 1 : 0
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) count += 1
  return count
}

/** UTF-16 is text as well, though none whose bytes can be counted here. */
export function looksWide(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
}

/** Of a file with bytes that are zero. */
export const noText = { misnamed: 'it holds bytes that are in no text' }

/**
 * Records of fields. `header`: the first one's, null where it does not end here. `isPlain`: quotes and line ends leave
 * no doubt, and all records have as many fields.
 */
interface Records {
  readonly count: number
  readonly header: readonly string[] | null
  readonly isPlain: boolean
}

class RecordReader {
  readonly #bytes: Uint8Array
  readonly #separator: number
  #at: number
  #isPlain = true

  constructor(bytes: Uint8Array, separator: number) {
    this.#bytes = bytes
    this.#separator = separator
    this.#at = Buffer.from(bytes.subarray(0, 3)).equals(Buffer.from('\ufeff')) ? 3 : 0
  }

  read(): Records {
    let [count, header, width] = [0, null as string[] | null, 0]
    while (this.#at < this.#bytes.byteLength) {
      const start = this.#at
      const names: string[] | null = count === 0 ? [] : null
      const fields = this.#passRecord(names)
      // Readers pass over an empty line, unless it may be an empty value.
      if (this.#isBlank(start)) {
        this.#isPlain &&= width > 1
        continue
      }
      count += 1
      if (names) [header, width] = [this.#bytes[this.#at - 1] === lineFeed ? names : null, fields]
      this.#isPlain &&= fields === width
    }
    return { count, header, isPlain: this.#isPlain }
  }

  #isBlank(start: number): boolean {
    const length = this.#at - start
    return length === 1 || (length === 2 && this.#bytes[start] === carriageReturn)
  }

  /** Passes over a record and its line end; returns how many fields it has. `names` is given the text of each. */
  #passRecord(names: string[] | null): number {
    for (let fields = 1; ; fields += 1) {
      const start = this.#at
      if (this.#bytes[start] === quotation) this.#passQuoted()
      const [end, ends] = this.#passPlain()
      names?.push(unquote(Buffer.from(this.#bytes.subarray(start, end)).toString('utf8')))
      if (ends) return fields
    }
  }

  #passQuoted(): void {
    for (let at = this.#at + 1; ; at += 2) {
      at = this.#bytes.indexOf(quotation, at)
      if (at < 0) {
        this.#isPlain = false
        this.#at = this.#bytes.byteLength
        return
      }
      if (this.#bytes[at + 1] === quotation) continue
      this.#at = at + 1
      const next = this.#bytes[this.#at]
      const closes = next === undefined || [this.#separator, lineFeed, carriageReturn].includes(next)
      this.#isPlain &&= closes
      return
    }
  }

  /** Where the field ends, and whether its record does. */
  #passPlain(): [end: number, ends: boolean] {
    for (; this.#at < this.#bytes.byteLength; this.#at += 1) {
      const byte = this.#bytes[this.#at]
      if (byte === this.#separator) return [this.#at++, false]
      if (byte === lineFeed) return [this.#at++, true]
      if (byte === carriageReturn) {
        const isPair = this.#bytes[this.#at + 1] === lineFeed
        this.#isPlain &&= isPair
        if (isPair) return [(this.#at += 2) - 2, true]
      }
    }
    return [this.#at, true]
  }
}

function unquote(field: string): string {
  return /^"[^]*"$/.test(field) && field.length > 1 ? field.slice(1, -1).replaceAll('""', '"') : field
}

/** Whether these are names: a first row of values would be one column's numbers, or the same value twice. */
function isHeader(fields: readonly string[]): boolean {
  // The first one of an index that was written along has no name.
  const names = fields[0] === '' ? fields.slice(1) : fields
  return (
    names.length > 0 &&
    new Set(names).size === names.length &&
    names.every((name) => name.trim() !== '' && Number.isNaN(Number(name)))
  )
}

/** What a `.csv` file separates its fields with, by its first line. */
function findSeparator(bytes: Uint8Array): number {
  const end = bytes.indexOf(lineFeed)
  const first = end < 0 ? bytes : bytes.subarray(0, end)
  return separators.find((each) => first.includes(each)) ?? separators[0]!
}

/** `isWhole`: `bytes` are all of the file, else its beginning, which tells the columns alone. */
export function parseDelimited(bytes: Uint8Array, extension: 'csv' | 'tsv', isWhole: boolean): Found {
  if (looksWide(bytes)) return null
  if (bytes.includes(0)) return noText
  const format = extension.toUpperCase()
  const separator = extension === 'tsv' ? '\t'.charCodeAt(0) : findSeparator(bytes)
  const { count, header, isPlain } = new RecordReader(bytes, separator).read()
  const columns = header && isHeader(header) ? header.map((name) => ({ name, type: '' })) : null
  if (!isWhole) return columns && createFacts({ format, columns })
  return createFacts({ format, columns, ...(columns && isPlain ? { rows: count - 1 } : { lines: countLines(bytes) }) })
}
