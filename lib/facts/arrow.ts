/**
 * The schema of Arrow data and how many record batches it has: a file (Feather V2) says so at its end, a stream only
 * its schema, at its beginning; what the batches say is in `arrow-batches`. Pure. Source: apache/arrow,
 * `docs/source/format/Columnar.rst`, `format/Schema.fbs`.
 */
import { createFacts, type Column, type Found } from './facts.ts'
import { Table } from './flatbuffer.ts'

const magic = 'ARROW1'
/** The length of the metadata, and the magic. */
const trailerByteLength = 4 + magic.length
/** Before the metadata of a message in a stream: a mark, and its length. */
const messageStartByteLength = 8
const schemaMessage = 1
/** More of them make no schema, but a buffer that leads back to the same place again and again. */
const fieldsMax = 20_000
const nestingMax = 64

/** How many bytes at the end of the file are its footer; null where it does not end as a file does. */
export function arrowFooterByteLength(tail: Uint8Array): number | null {
  if (tail.byteLength < trailerByteLength || !Buffer.from(tail.subarray(-magic.length)).equals(Buffer.from(magic)))
    return null
  return Buffer.from(tail.subarray(-trailerByteLength)).readUInt32LE(0) + trailerByteLength
}

/**
 * The footer's root table. `tail` is the end of the file, its footer or more of it.
 * @throws {RangeError} Where it holds no footer.
 */
export function readFooter(tail: Uint8Array): Table {
  const byteLength = arrowFooterByteLength(tail) ?? Infinity
  if (byteLength > tail.byteLength) throw new RangeError('the footer is not all there')
  return Table.root(tail.subarray(-byteLength, -trailerByteLength))
}

/** `tail` as in `readFooter`. */
export function parseArrowFile(tail: Uint8Array): Found {
  return read(() => {
    const footer = readFooter(tail)
    const schema = footer.readTable(1)
    return createFacts({
      format: 'Arrow file',
      columns: schema && new SchemaReader().readColumns(schema),
      parts: footer.readLength(3),
    })
  })
}

/** `start` is the beginning of the file: as much as its schema takes, or more. */
export function parseArrowStream(start: Uint8Array): Found {
  const bytes = Buffer.from(start)
  if (bytes.byteLength < messageStartByteLength || bytes.readInt32LE(0) !== -1) return unreadable
  const byteLength = bytes.readInt32LE(4)
  // A longer schema than was read is no fault of the file's.
  if (byteLength > bytes.byteLength - messageStartByteLength) return null
  return read(() => {
    const message = Table.root(bytes.subarray(messageStartByteLength, messageStartByteLength + byteLength))
    const schema = message.readByte(1) === schemaMessage ? message.readTable(2) : null
    return schema && createFacts({ format: 'Arrow stream', columns: new SchemaReader().readColumns(schema) })
  })
}

const unreadable = { misnamed: 'it is neither an Arrow file nor an Arrow stream' }

function read(parse: () => Found): Found {
  try {
    return parse()
  } catch (error) {
    if (error instanceof RangeError) return unreadable
    throw error
  }
}

const units = ['s', 'ms', 'us', 'ns']
const unitOf = (code: number) => units[code] ?? 's'
const floats = ['float16', 'float32', 'float64']
const intervals = ['months', 'days and ms', 'months, days and ns']

/** Types without parameters, by their number in `Schema.fbs`; large ones and views hold the same as the small ones. */
const plainTypes: Readonly<Record<number, string>> = {
  1: 'null',
  4: 'binary',
  5: 'string',
  6: 'bool',
  19: 'binary',
  20: 'string',
  23: 'binary',
  24: 'string',
}

class SchemaReader {
  #fields = 0

  readColumns(schema: Table): Column[] {
    return this.#readFields(schema, 1, 0)
  }

  #readFields(table: Table, field: number, depth: number): Column[] {
    const length = table.readLength(field)
    this.#fields += length
    if (this.#fields > fieldsMax || depth > nestingMax) throw new RangeError('the schema has too many fields')
    return Array.from({ length }, (_, index) => {
      const child = table.readElement(field, index)
      return { name: child.readString(0) ?? '', type: this.#readType(child, depth) }
    })
  }

  #readType(field: Table, depth: number): string {
    const type = formatType(field.readByte(2), field.readTable(3), this.#readFields(field, 5, depth + 1))
    return field.readTable(4) ? `dictionary<${type}>` : type
  }
}

function formatType(code: number, type: Table | null, children: readonly Column[]): string {
  const int = (field: number, otherwise = 0) => type?.readInt32(field, otherwise) ?? otherwise
  const short = (field: number, otherwise = 0) => type?.readInt16(field, otherwise) ?? otherwise
  const inner = children.map((child) => child.type).join(', ')
  switch (code) {
    case 2:
      return `${type?.readByte(1) ? '' : 'u'}int${int(0)}`
    case 3:
      return floats[short(0)] ?? 'float'
    case 7:
      return `decimal(${int(0)}, ${int(1)})`
    case 8:
      return short(0, 1) === 0 ? 'date' : 'date[ms]'
    case 9:
      return `time[${unitOf(short(0, 1))}]`
    case 10:
      return `timestamp[${unitOf(short(0))}, ${type?.readString(1) || 'local'}]`
    case 11:
      return `interval[${intervals[short(0)] ?? ''}]`
    case 12:
    case 21:
    case 25:
    case 26:
      return `list<${inner}>`
    case 13:
      return `struct<${children.map((child) => `${child.name}: ${child.type}`).join(', ')}>`
    case 14:
      return `union<${inner}>`
    case 15:
      return `binary[${int(0)}]`
    case 16:
      return `list<${inner}>[${int(0)}]`
    case 17:
      return `map<${inner}>`
    case 18:
      return `duration[${unitOf(short(0, 1))}]`
    case 22:
      return children[1]?.type ?? 'run-end encoded'
    default:
      return plainTypes[code] ?? `type ${code}`
  }
}
