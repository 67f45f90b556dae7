/** The lines of git's protocol, which begin with their length (gitprotocol-common(5)). */
import { CutError } from '../http/body.ts'
import { ByteReader, type Chunks } from './byte-reader.ts'
import { broken, RefusalError, saidByServer } from './failure.ts'

/** Ends a list of lines. */
export const flush = Buffer.from('0000')
/** Separates parts of a list of lines. */
const delimiter = Buffer.from('0001')

/** A line: its length in four hex digits, these included, and its text. */
export function formatLine(text: string): Buffer {
  return Buffer.from(`${(Buffer.byteLength(text) + 4).toString(16).padStart(4, '0')}${text}`)
}

/** A command of version 2 of the protocol (gitprotocol-v2(5)), and its arguments. */
export function formatCommand(name: string, args: readonly string[]): Buffer<ArrayBuffer> {
  const format = (line: string) => formatLine(`${line}\n`)
  return Buffer.concat([format(`command=${name}`), format('agent=hubmirror'), delimiter, ...args.map(format), flush])
}

/** The length of the line that begins here, these four bytes included; 0 to 2 for marks, -1 where it is no line. */
function parseLength(bytes: Buffer, at: number): number {
  const digits = bytes.toString('latin1', at, at + 4)
  const length = /^[0-9a-f]{4}$/i.test(digits) ? Number.parseInt(digits, 16) : -1
  return length === 3 ? -1 : length
}

/** The contents of the lines before the first flush; null where the bytes are no lines, or end within a line. */
export function parseLines(bytes: Buffer): Buffer[] | null {
  const lines: Buffer[] = []
  for (let at = 0; ;) {
    const length = parseLength(bytes, at)
    if (length === 0) return lines
    if (length < 4 || at + length > bytes.length) return null
    lines.push(bytes.subarray(at + 4, at + length))
    at += length
  }
}

/**
 * The contents of the lines of a list that ends with a flush, as they come; null for a delimiter. The chunks may be cut
 * anywhere. They are read to their end, so that their connection can be used again.
 * @throws {RefusalError} Where there is nothing: so git's server ends at a request that it does not understand.
 * @throws {CutError} Where they end before the flush.
 * @throws {IntegrityError} For bytes that are no lines and for more than `byteLengthMax` bytes.
 */
export async function* readLines(chunks: Chunks, byteLengthMax: number): AsyncGenerator<Buffer | null, void> {
  const reader = new ByteReader(chunks, { byteLengthMax })
  try {
    while (await reader.fill(4)) {
      const length = parseLength(reader.take(4), 0)
      // After the last line there is nothing but the end of the body, which has to be seen.
      await reader.fill(length === 0 ? 1 : length - 4)
      if (length === 0) return
      if (length !== 1 && length < 4) throw broken('it is not made of lines')
      yield length === 1 ? null : reader.take(length - 4)
    }
    throw reader.position === 0 && reader.end instanceof CutError ? saidByServer('', RefusalError) : reader.end
  } finally {
    await reader.close()
  }
}
